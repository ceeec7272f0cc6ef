/**
 * The judge: trained here, measured on the whole test set, and written with what it makes of real digits: its weights and the
 * reference of Fréchet distances to public/weights, the record of all this to public/recorded/judge.json.
 */
import type { MnistStore } from '../../src/data/mnist';
import { gaussianOf } from '../../src/evaluation/frechet';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge, referenceArrays, referenceCount, referencePath } from '../../src/evaluation/judgeFiles';
import { judgePictures } from '../../src/evaluation/judgePictures';
import { accuracy, judgedClasses } from '../../src/evaluation/metrics';
import type { NamedArrays } from '../../src/model/config';
import { encodeSafetensors } from '../../src/model/safetensors';
import { disposeAll, toTensors } from '../../src/model/tensors';
import { firstOf, testDigits, type LabelledDigits } from './realDigits';
import type { SavePlace } from './savePlace';
import { judgeBatch, trainJudge } from './trainJudge';
import { thisDevice } from './trainRun';

const reportEvery = 50;

export async function pretrainJudge(options: {
  readonly seed: number;
  readonly steps: number;
  readonly store: MnistStore;
  /** Where it goes on if it was cut off. */
  readonly place: SavePlace;
  readonly command: string;
  readonly write: (path: string, content: string | Uint8Array) => void;
}): Promise<void> {
  const { seed, steps, store, place, command, write } = options;
  const { weights, losses, seconds } = await trainJudge({
    config: judgeConfig,
    seed,
    steps,
    store,
    place,
    reportEvery,
    onStep: ({ step, loss, seconds }) => {
      const secondsLeft = (seconds / step) * (steps - step);
      console.log(`judge: step ${step} of ${steps}, loss ${loss.toFixed(3)}, ${secondsLeft.toFixed(0)} s left`);
    },
  });

  const test = await testDigits(store);
  const metadata = { network: 'judge', seed: String(seed), step: String(steps), weights: 'ema', command };
  const half = encodeSafetensors(weights, metadata, 'F16');
  const accuracyF32 = await accuracyOf(weights, test);
  const accuracyF16 = await accuracyOf(readJudge(half), test);
  console.log(`judge: right on ${accuracyF32} of the test digits, on ${accuracyF16} in half precision`);
  // Half the bytes, if they cost no digit.
  const bytes = accuracyF16 >= accuracyF32 ? half : encodeSafetensors(weights, metadata, 'F32');
  write(judgePath, bytes);

  const params = toTensors(readJudge(bytes));
  const { features } = await judgePictures(params, judgeConfig, firstOf(test, referenceCount).pixels);
  disposeAll(params);
  const reference = { network: 'judge', pictures: `the first ${referenceCount} of MNIST’s test set`, command };
  write(referencePath, encodeSafetensors(referenceArrays(gaussianOf(features, judgeConfig.features)), reference));
  const record = {
    command,
    device: thisDevice(),
    seed,
    steps,
    batchSize: judgeBatch,
    seconds: Math.round(seconds),
    testPictures: test.labels.length,
    accuracyF32,
    accuracyF16,
    losses,
  };
  write('recorded/judge.json', `${JSON.stringify(record, null, 2)}\n`);
  place.remove();
}

/** Share of the pictures that these weights take for what they are. */
async function accuracyOf(weights: NamedArrays, { pixels, labels }: LabelledDigits): Promise<number> {
  const params = toTensors(weights);
  const { probabilities } = await judgePictures(params, judgeConfig, pixels);
  disposeAll(params);
  return accuracy(judgedClasses(probabilities, judgeConfig.classes), labels);
}
