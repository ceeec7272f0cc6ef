/** What can be asked of autoencoders: pictures to latents, and back. */
import { AppError } from '../base/errors';
import { latentNumbers, latentShape } from '../model/autoencoderConfig';
import { decodeLatents, encodePictures } from '../model/latents';
import { disposeAll } from '../model/tensors';
import type { Autoencoder, Autoencoders } from './autoencoders';
import type { Device } from './device';
import { hold } from './hold';
import type { Answer, Ask } from './protocol';
import { orCancelled, throwIfCancelled } from './requests';

const mostPictures = 1000;

export class AutoencoderCommands {
  readonly #autoencoders: Autoencoders;
  readonly #device: () => Promise<Device>;

  constructor(autoencoders: Autoencoders, device: () => Promise<Device>) {
    this.#autoencoders = autoencoders;
    this.#device = device;
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  encode({ name, pixels }: Ask<'autoencoder.encode'>, signal: AbortSignal): Promise<Answer<'autoencoder.encode'>> {
    return this.#with(name, signal, async ({ recipe: { config }, params, deviation }) => {
      checkCount(pixels.length / config.imageSize ** 2);
      const moments = await encodePictures(params, config, pixels);
      return { ...moments, ...latentShape(config), deviation };
    });
  }

  /** @throws range, shape, data/fetch, weights/format, backend/lost, request/cancelled */
  decode({ name, latents }: Ask<'autoencoder.decode'>, signal: AbortSignal): Promise<Answer<'autoencoder.decode'>> {
    return this.#with(name, signal, async ({ recipe: { config }, params }) => {
      checkCount(latents.length / latentNumbers(config));
      return { pixels: await decodeLatents(params, config, latents) };
    });
  }

  /** Holds the weights for as long as the work takes: training may replace them in the meantime. */
  async #with<T>(
    name: Ask<'autoencoder.encode'>['name'],
    signal: AbortSignal,
    work: (held: Autoencoder) => Promise<T>,
  ): Promise<T> {
    const device = await this.#device();
    throwIfCancelled(signal);
    const found = await orCancelled(this.#autoencoders.load(name), signal);
    const params = hold(found.params);
    const working = device.guard(work({ ...found, params }).finally(() => disposeAll(params)));
    return orCancelled(working, signal);
  }
}

function checkCount(count: number): void {
  if (count >= 1 && count <= mostPictures) return;
  throw new AppError(
    'range',
    `Between 1 and ${mostPictures} pictures can go through an autoencoder at once; ${Math.ceil(count)} were given.`,
  );
}
