/**
 * The films that lesson 7 opens with: ten digits by DDPM, by DDIM and by the chain, from the weights that ship
 * (`npm run pretrain -- chain`). Of a long walk only so many moments are kept, spread evenly over its work.
 */
import { toBytes } from '../../../src/data/pixels';
import type { LaneId } from '../../../src/data/recordedCascade';
import { packLevels } from '../../../src/data/recordedChain';
import { stageSeed } from '../../../src/diffusion/cascade';
import { singleSteps } from '../../../src/training/expertRecipes';
import { draw } from '../../../src/worker/drawing';
import type { SampleFrame } from '../../../src/worker/protocol';
import type { Walk } from '../../quality/draw';
import { drawContext } from '../draw';
import { shippedSeed } from '../modelFiles';
import { chainFrames } from './chain';
import { chainNetworks, chainStages, lanePlans, settings, trainingOf, type LanePlan } from './cascadeWalks';
import { openNetworks, type Networks } from './networks';

const labels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
/** The first from 0 on with which the judge is more than 90% sure of all ten digits, by DDIM and by the chain: not what every seed gives. */
const seed = 4;
/** Pictures of a film at 28×28 take 5 kB, what the network makes of them as much again, and the page fetches them all. */
const mostMoments = 13;
/** Of each kind, the one that the lanes are compared by. */
const shown: Readonly<Record<LaneId, string>> = { ddpm: 'DDPM, 1,000 steps', ddim: 'DDIM, 25 steps', cascade: 'The chain' };
const order = ['ddpm', 'ddim', 'cascade'] as const;

/** As they stand in the file, the pictures packed. */
interface FrameFile {
  readonly t: number;
  readonly nfe: number;
  readonly xt: string;
  readonly x0: string | null;
}
interface StageFile {
  readonly name: string;
  readonly side: number;
  readonly sampler: string;
  readonly steps: number;
  readonly guidanceScale: number;
  readonly frames: readonly FrameFile[];
}

/** As JSON text; the engine must have been started. */
export async function recordChain(command: string): Promise<string> {
  const networks = openNetworks();
  const lanes = [];
  for (const lane of order) {
    const plan = lanePlans().find(({ label }) => label === shown[lane]);
    if (!plan) throw new Error(`No lane is called “${shown[lane]}”.`);
    const { nfe, flops: flopsPerImage } = plan.cost;
    const { parameters } = trainingOf(plan);
    lanes.push({ lane, nfe, flopsPerImage, parameters, stages: await stagesOf(networks, plan) });
  }
  networks.dispose();
  return JSON.stringify({ command, trainedSteps: singleSteps, labels, seed, lanes });
}

async function stagesOf(networks: Networks, { walk }: LanePlan): Promise<readonly StageFile[]> {
  const { guidanceScale } = settings;
  if (walk) {
    const quick = { name: 'quick', seed: shippedSeed };
    const request = { ...walk, clip: true, guidanceScale, seed: stageSeed(seed, 0), labels, frames: 'all' } as const;
    const frames: FrameFile[] = [];
    for await (const frame of draw(networks.model(quick), request, drawContext)) {
      if (isKept(frame, walk)) frames.push(frameFile(frame));
    }
    return [stageFile(quick.name, 28, walk, guidanceScale, frames)];
  }
  const chain = chainNetworks(shippedSeed, 'plain');
  const stages = chainStages(networks, { chain, guidanceScale, k: 0 });
  const frames = stages.map((): FrameFile[] => []);
  for await (const { stage, frame } of chainFrames({ stages, labels, seed }, 'all')) {
    frames[stage.place]?.push(frameFile(frame));
  }
  return stages.map(({ model, walk: own, place }) => {
    const name = [chain.base, chain.up14, chain.up28][place]?.name ?? '';
    return stageFile(name, model.config.imageSize, own, model.config.classes > 0 ? guidanceScale : 1, frames[place] ?? []);
  });
}

function stageFile(
  name: string,
  side: number,
  { sampler, steps }: Walk,
  guidanceScale: number,
  frames: readonly FrameFile[],
): StageFile {
  return { name, side, sampler, steps, guidanceScale, frames };
}

/** The first, the last, and some in between. */
function isKept({ i, x0 }: SampleFrame, { steps }: Walk): boolean {
  if (x0 === null) return true;
  const stride = steps / (mostMoments - 1);
  return Math.ceil(i / stride) * stride < i + 1;
}

function frameFile({ t, nfe, xt, x0 }: SampleFrame): FrameFile {
  return { t, nfe, xt: packLevels(toBytes(xt)), x0: x0 && packLevels(toBytes(x0)) };
}
