/** What can be asked of the parts that the page trains and that are no denoisers: to train, and to say how far they are. */
import { AppError } from '../base/errors';
import type { Answer, Ask } from './protocol';
import type { Request } from './requests';

export class PartCommands {
  async train({ part }: Ask<'part.train'>, _request: Request<'part.train'>): Promise<Answer<'part.train'>> {
    throw new AppError('internal', `Nobody trains ${part} yet.`);
  }

  async look({ part }: Ask<'part.look'>): Promise<Answer<'part.look'>> {
    throw new AppError('internal', `Nobody trains ${part} yet.`);
  }
}
