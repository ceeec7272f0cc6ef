/** What is measured of the cascade, as jobs for the networks of one training seed. */
import {
  augmentations,
  smallSides,
  type FlipRow,
  type LaneRow,
  type LevelRow,
  type RealRow,
} from '../../../src/data/recordedCascade';
import { shrink } from '../../../src/data/resize';
import { imageSide } from '../../../src/data/manifest';
import { augmentationLevels } from '../../../src/diffusion/augmentation';
import { baseCheckpoints, cascadeSteps } from '../../../src/training/cascadeRecipes';
import { drawDigits, inParts, limited, type Parts } from '../../quality/draw';
import type { AskedDigits, Measure } from '../../quality/measure';
import { realDigits } from '../../quality/realDigits';
import { shippedSeed } from '../modelFiles';
import { processorSeconds } from '../processorSeconds';
import { drawChain, type Stage } from './chain';
import { chainNetworks, chainStages, lanePlans, settings, trainingOf, type ChainSettings, type LanePlan } from './cascadeWalks';
import type { Job } from './jobs';
import type { Network, Networks } from './networks';

export interface CascadeJobs {
  readonly flip: readonly Job<FlipRow>[];
  readonly real: readonly Job<RealRow>[];
  readonly levels: readonly Job<LevelRow>[];
  readonly lanes: readonly Job<LaneRow>[];
  /** Those that take as long as everything else together. */
  readonly longLanes: readonly Job<LaneRow>[];
}

export interface CascadeJobOptions {
  readonly networks: Networks;
  readonly measure: Measure;
  readonly store: Parameters<typeof realDigits>[0]['store'];
  /** Pictures in the store. */
  readonly count: number;
  readonly n: number;
  readonly trainingSeed: number;
  readonly noiseSeed: number;
}

/** On both sides of what is best, so that it shows at which base augmentation begins to help. */
const flipGuidances = [1, 1.5] as const;
/** Evaluations of the longest walk that is measured with more than one noise. */
const longestRepeated = 100;
/** From a base that is hardly trained to one that is trained fully … */
const levelBases = [100, 200, 340, cascadeSteps.base] as const;
/** … and from none to far too much guidance. */
const levelGuidances = [1, 2] as const;

/** Jobs whose networks are trained by now. */
export function cascadeJobs(options: CascadeJobOptions): CascadeJobs {
  const { networks, measure, n, trainingSeed, noiseSeed } = options;
  const seeds = { trainingSeed, noiseSeed };

  function job<Row>(
    label: string,
    needed: readonly Network[],
    walked: unknown,
    row: (kept: Parts) => Promise<Row>,
  ): readonly Job<Row>[] {
    if (!networks.areThere(needed)) return [];
    const key = JSON.stringify([label, walked, settings, n, noiseSeed, networks.fingerprints(needed)]);
    return [{ key, label: `${label}, seed ${trainingSeed}, noise ${noiseSeed}`, measure: row }];
  }

  const chained = async (asked: ChainSettings, kept: Parts): Promise<AskedDigits> => {
    const stages = chainStages(networks, asked);
    return inParts({ n, seed: noiseSeed, kept }, ({ labels, seed }) => drawChain({ stages, labels, seed }));
  };

  /** The same digits; but many chains begin with one base's small pictures, which are drawn only once. */
  const bases = new Map<string, Promise<Float32Array>>();
  const chainedOnward = async (asked: ChainSettings, kept: Parts): Promise<AskedDigits> => {
    const [base, ...ups] = chainStages(networks, asked);
    if (!base) throw new Error('A chain begins with a base.');
    return inParts({ n, seed: noiseSeed, kept }, async ({ labels, seed }) => {
      const key = `${asked.chain.base.name} ${asked.guidanceScale} ${seed}`;
      const small = bases.get(key) ?? drawChain({ stages: [base], labels, seed });
      bases.set(key, small);
      return drawChain({ stages: ups, labels, seed, start: limited(await small) });
    });
  };

  const flip = baseCheckpoints.flatMap((baseSteps) =>
    augmentations.flatMap((augmentation) =>
      flipGuidances.flatMap((guidanceScale) => {
        const chain = chainNetworks(trainingSeed, augmentation, baseSteps);
        const label = `flip ${augmentation} base ${baseSteps} w ${guidanceScale}`;
        return job(label, Object.values(chain), null, async (kept): Promise<FlipRow> => {
          const quality = await measure(await chainedOnward({ chain, guidanceScale, k: 0 }, kept));
          return { baseSteps, augmentation, guidanceScale, ...seeds, ...quality };
        });
      }),
    ),
  );

  // A side question, asked of what ships alone.
  const isAside = trainingSeed !== shippedSeed || noiseSeed > 0;
  const levels = (isAside ? [] : levelBases).flatMap((baseSteps) =>
    levelGuidances.flatMap((guidanceScale) =>
      Array.from({ length: augmentationLevels }, (_, k) => k).flatMap((k) => {
        const chain = chainNetworks(trainingSeed, 'augmented', baseSteps);
        const label = `level ${k} base ${baseSteps} w ${guidanceScale}`;
        return job(label, Object.values(chain), null, async (kept): Promise<LevelRow> => {
          const quality = await measure(await chainedOnward({ chain, guidanceScale, k }, kept));
          return { baseSteps, guidanceScale, k, ...seeds, ...quality };
        });
      }),
    ),
  );

  const real = smallSides.flatMap((side) =>
    augmentations.flatMap((augmentation) => {
      const chain = chainNetworks(trainingSeed, augmentation);
      const needed = side === 7 ? [chain.up14, chain.up28] : [chain.up28];
      return job(`real ${side} ${augmentation}`, needed, null, async (kept): Promise<RealRow> => {
        const digits = realDigits({ ...options, seed: noiseSeed });
        const stages = chainStages(networks, { chain, guidanceScale: settings.guidanceScale, k: 0 }).slice(side === 7 ? 1 : 2);
        return { side, augmentation, ...seeds, ...(await measure(await upsampled(digits, side, stages, noiseSeed, kept))) };
      });
    }),
  );

  const laneJobs = (plan: LanePlan): readonly Job<LaneRow>[] => {
    const chain = chainNetworks(trainingSeed, 'plain');
    const needed: readonly Network[] = plan.walk ? [{ name: 'quick', seed: trainingSeed }] : Object.values(chain);
    const asked = { chain, guidanceScale: settings.guidanceScale, k: 0 };
    return job(`lane ${plan.label}`, needed, plan.walk, async (kept): Promise<LaneRow> => {
      let drawn = 0;
      const counted: Parts = { ...kept, keep: (first, part) => ((drawn += part.length), kept.keep(first, part)) };
      const startedAt = processorSeconds();
      const digits = plan.walk
        ? await drawDigits(
            networks.model(needed[0] ?? chain.base),
            { n, w: settings.guidanceScale, seed: noiseSeed },
            plan.walk,
            counted,
          )
        : await chained(asked, counted);
      const seconds = processorSeconds() - startedAt;
      const { nfe, flops: flopsPerImage } = plan.cost;
      const images = drawn / imageSide ** 2; // what an interruption had left was not drawn in this time
      return {
        ...{ lane: plan.lane, label: plan.label, ...seeds, nfe, flopsPerImage, ...trainingOf(plan) },
        secondsPerImage: seconds / Math.max(1, images),
        ...(await measure(digits)),
      };
    });
  };
  const isLong = ({ cost }: LanePlan): boolean => cost.nfe > longestRepeated;
  const plans = lanePlans();
  const lanes = plans.filter((plan) => !isLong(plan)).flatMap(laneJobs);
  const longLanes = noiseSeed > 0 ? [] : plans.filter(isLong).flatMap(laneJobs);

  return { flip, real, levels, lanes, longLanes };
}

/** Real digits made small and large again. */
async function upsampled(
  { pixels, asked }: AskedDigits,
  side: number,
  stages: readonly Stage[],
  noiseSeed: number,
  kept: Parts,
): Promise<AskedDigits> {
  const small = shrink(pixels, imageSide, side);
  // Labels are the real digits', in their order, and not 0 … 9 in turn.
  const { pixels: drawn } = await inParts({ n: asked.length, seed: noiseSeed, kept }, ({ first, labels, seed }) => {
    const last = first + labels.length;
    return drawChain({ stages, labels: asked.slice(first, last), seed, start: small.slice(first * side ** 2, last * side ** 2) });
  });
  return { pixels: drawn, asked };
}
