/** The judge from public/weights at work: pictures and what was asked for in, measurements out. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { judgeConfig } from '../../src/evaluation/judgeConfig';
import { judgePath, readJudge, readReference, referencePath } from '../../src/evaluation/judgeFiles';
import { judgePictures } from '../../src/evaluation/judgePictures';
import { qualityOf, type Quality } from '../../src/evaluation/quality';
import { disposeAll, toTensors } from '../../src/model/tensors';

export interface AskedDigits {
  /** [n, 28, 28] in −1 … 1 */
  readonly pixels: Float32Array;
  readonly asked: readonly number[];
}

export interface Measure {
  (digits: AskedDigits): Promise<Quality>;
  dispose(): void;
}

/** The same, with the judge's answers, [n, 10]. */
export interface Judging {
  (digits: AskedDigits): Promise<{ readonly quality: Quality; readonly probabilities: Float32Array }>;
  dispose(): void;
}

/** @throws when `npm run pretrain -- judge` has not been run */
export function createMeasure(): Measure {
  const judging = createJudging();
  const measure = async (digits: AskedDigits): Promise<Quality> => (await judging(digits)).quality;
  return Object.assign(measure, { dispose: () => judging.dispose() });
}

/** @throws when `npm run pretrain -- judge` has not been run */
export function createJudging(): Judging {
  const params = toTensors(readJudge(publicFile(judgePath)));
  const reference = readReference(publicFile(referencePath));
  const judging: (digits: AskedDigits) => ReturnType<Judging> = async ({ pixels, asked }) => {
    const judged = await judgePictures(params, judgeConfig, pixels);
    return { quality: qualityOf({ pixels, asked, judged }, reference), probabilities: judged.probabilities };
  };
  return Object.assign(judging, { dispose: () => disposeAll(params) });
}

function publicFile(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../public/${path}`, import.meta.url)));
}
