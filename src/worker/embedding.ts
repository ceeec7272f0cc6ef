/** What can be asked of the parts of unCLIP that draw no pictures: where pictures and captions lie, and what the prior makes of a caption. */
import { AppError } from '../base/errors';
import type { Answer, Ask } from './protocol';
import type { Request } from './requests';

export class EmbedCommands {
  async pictures({ name }: Ask<'embed.pictures'>, _signal: AbortSignal): Promise<Answer<'embed.pictures'>> {
    throw new AppError('internal', `There is no embedding ${name ?? ''} yet.`);
  }

  async captions({ name }: Ask<'embed.captions'>, _signal: AbortSignal): Promise<Answer<'embed.captions'>> {
    throw new AppError('internal', `There is no embedding ${name ?? ''} yet.`);
  }

  async prior(_ask: Ask<'prior.sample'>, _request: Request<'prior.sample'>): Promise<Answer<'prior.sample'>> {
    throw new AppError('internal', 'There is no prior yet.');
  }
}
