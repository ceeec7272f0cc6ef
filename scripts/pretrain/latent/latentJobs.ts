/** What is measured of denoisers in latents, as jobs: what is wanted first comes first. */
import { toBase64 } from '../../../src/data/base64';
import { plainCaption } from '../../../src/data/captions/caption';
import { toBytes } from '../../../src/data/pixels';
import type { ScaleRow } from '../../../src/data/recordedLatent';
import type { Obedience } from '../../../src/data/recordedObedience';
import { latentSteps, misscaledDeviations, misscaledSteps } from '../../../src/training/latentRecipes';
import { drawLast, type DrawRequest, type Model } from '../../../src/worker/drawing';
import { drawContext } from '../draw';
import { shippedSeed } from '../modelFiles';
import type { Job } from '../measured/jobs';
import type { Networks } from '../measured/networks';
import { spreadOver, type Obedient, type ObedienceMeter } from '../measured/obedience';
import { limited } from '../../quality/draw';
import type { Written } from './autoencoderRows';

export const latentSettings = { sampler: 'ddim', steps: 25 } as const;
/** Fewer evaluations and one seed of noise are enough to tell wreckage from digits. */
const scaleSteps = 12;
const scaleSeed = 0;
const scaleGuidance = 2;
/** Of x̂0: what is right for latents of deviation 1. */
const fixedReach = 4;
const classes = 10;

/** A row before its costs, which are arithmetic. */
export type DrawnRow = Obedience & { readonly name: string; readonly trainingSteps: number; readonly guidanceScale: number };

const asked = [
  { steps: latentSteps, scales: [2, 1, 1.5, 3] },
  { steps: 500, scales: [2] },
  { steps: 250, scales: [2] },
  { steps: 1000, scales: [2] },
] as const;

export interface LatentJobOptions {
  readonly networks: Networks;
  readonly meter: ObedienceMeter;
  /** Of the autoencoder's file, by which decoding is done. */
  readonly decoder: string;
}

type Walk = Omit<DrawRequest, 'prompts' | 'labels' | 'seed' | 'frames'>;
const walk = (guidanceScale: number, steps: number, clip = true): Walk => ({
  ...{ sampler: latentSettings.sampler, samplerParams: { eta: 0 }, steps, spacing: 'trailing', clip, guidanceScale },
});

/** Jobs whose networks are trained by now. */
export function qualityJobs({ networks, meter, decoder }: LatentJobOptions): readonly Job<DrawnRow>[] {
  return asked.flatMap(({ steps, scales }) =>
    scales.flatMap((guidanceScale): readonly Job<DrawnRow>[] => {
      const network = { name: `latent@${steps}`, seed: shippedSeed };
      if (!networks.areThere([network])) return [];
      const obedient: Obedient<Omit<DrawnRow, keyof Obedience>> = {
        key: JSON.stringify([networks.fingerprints([network]), decoder, latentSettings, guidanceScale]),
        label: `${network.name}, w = ${guidanceScale}`,
        row: { name: network.name, trainingSteps: steps, guidanceScale },
        draw: async ({ captions, labels, seed }) =>
          drawLast(
            networks.model(network),
            { ...walk(guidanceScale, latentSettings.steps), prompts: { captions }, labels, seed },
            drawContext,
          ),
      };
      return [meter.job(obedient)];
    }),
  );
}

/** Size of the latents and limit of the guesses, each varied by itself. */
export function scaleJobs({ networks, meter, decoder }: LatentJobOptions): readonly Job<Written<ScaleRow>>[] {
  const trained = [
    { name: `latent@${misscaledSteps}`, deviation: 1 },
    ...Object.entries(misscaledDeviations).map(([name, deviation]) => ({ name, deviation })),
  ];
  return trained.flatMap(({ name, deviation }) => {
    const network = { name, seed: shippedSeed };
    if (!networks.areThere([network])) return [];
    const reaches = [...new Set([fixedReach * deviation, fixedReach]), null];
    return reaches.map((clip): Job<Written<ScaleRow>> => ({
      key: JSON.stringify([
        'scale',
        networks.fingerprints([network]),
        decoder,
        deviation,
        clip,
        scaleSteps,
        scaleSeed,
        meter.prompts.length,
      ]),
      label: `latents of deviation ${deviation}, guesses limited to ${clip ?? 'nothing'}`,
      measure: async () => {
        const model = limitedTo(networks.model(network), clip);
        const draw = (captions: readonly string[], seed: number): Promise<Float32Array> =>
          drawLast(
            model,
            { ...walk(scaleGuidance, scaleSteps, clip !== null), prompts: { captions }, labels: captions.map(() => null), seed },
            drawContext,
          );
        const pixels = await allPrompts(meter, draw);
        const digits = Array.from({ length: classes }, (_, digit) =>
          plainCaption({ digit, slant: null, thickness: null, width: null }),
        );
        return {
          ...{ deviation, clip, trainingSteps: misscaledSteps, guidanceScale: scaleGuidance },
          ...spreadOver([await meter.measure(pixels)]),
          pictures: toBase64(toBytes(limited(await draw(digits, scaleSeed)))),
        };
      },
    }));
  });
}

function limitedTo(model: Model, clip: number | null): Model {
  return { ...model, latentSpace: model.latentSpace && { ...model.latentSpace, reach: clip ?? model.latentSpace.reach } };
}

const atOnce = 100;

async function allPrompts(
  { prompts }: ObedienceMeter,
  draw: (captions: readonly string[], seed: number) => Promise<Float32Array>,
): Promise<Float32Array> {
  const parts: Float32Array[] = [];
  for (let first = 0; first < prompts.length; first += atOnce) {
    const captions = prompts.slice(first, first + atOnce).map(({ caption }) => caption);
    parts.push(await draw(captions, scaleSeed * prompts.length + first));
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((place, part) => (all.set(part, place), place + part.length), 0);
  return all;
}
