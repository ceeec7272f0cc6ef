/** The judge in the engine: fetched when it is first asked, and holding no tensor between two questions. */
import { AppError } from '../base/errors';
import { judgeConfig } from '../evaluation/judgeConfig';
import { judgePath, readJudge } from '../evaluation/judgeFiles';
import { judgePictures, type Judged } from '../evaluation/judgePictures';
import type { NamedArrays } from '../model/config';
import { disposeAll, toTensors } from '../model/tensors';
import type { Device } from './device';
import { fetchWeights } from './fetchWeights';

export interface Judging {
  /** @throws range, shape; data/fetch; weights/format, when the file is not the judge's; backend/lost */
  judge(pixels: Float32Array, device: Pick<Device, 'guard'>): Promise<Judged>;
}

const mostPictures = 1000;
const missing = 'The judge of digits could not be fetched. Check the connection and try again; everything else works without it.';

export function createJudging(baseUrl: string, fetchFile: typeof fetch): Judging {
  let weights: Promise<NamedArrays> | null = null;

  const load = (): Promise<NamedArrays> => {
    weights ??= fetchWeights(baseUrl + judgePath, fetchFile, missing)
      .then(readJudge)
      .catch((thrown: unknown) => {
        weights = null; // so that the next call tries again
        throw thrown;
      });
    return weights;
  };

  return {
    judge: async (pixels, device) => {
      const count = pixels.length / judgeConfig.imageSize ** 2;
      if (count === 0 || count > mostPictures) {
        throw new AppError('range', `Between 1 and ${mostPictures} pictures can be judged at once; ${count} were given.`);
      }
      const params = toTensors(await load());
      try {
        return await device.guard(judgePictures(params, judgeConfig, pixels));
      } finally {
        disposeAll(params);
      }
    },
  };
}
