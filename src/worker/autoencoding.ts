/** What can be asked of autoencoders: pictures to latents, and back. */
import { AppError } from '../base/errors';
import type { Answer, Ask } from './protocol';

export class AutoencoderCommands {
  async encode({ name }: Ask<'autoencoder.encode'>, _signal: AbortSignal): Promise<Answer<'autoencoder.encode'>> {
    throw new AppError('internal', `There is no autoencoder ${name} yet.`);
  }

  async decode({ name }: Ask<'autoencoder.decode'>, _signal: AbortSignal): Promise<Answer<'autoencoder.decode'>> {
    throw new AppError('internal', `There is no autoencoder ${name} yet.`);
  }
}
