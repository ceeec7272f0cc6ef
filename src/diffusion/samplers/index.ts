/** The samplers. Adding one is a file beside this one and a line in this list. */
import { AppError } from '../../base/errors';
import { ddim } from './ddim';
import { ddpm } from './ddpm';
import type { Sampler } from './define';

export const samplers: readonly Sampler[] = [ddpm, ddim];

/** @throws range, naming those there are */
export function samplerById(id: string): Sampler {
  const found = samplers.find((sampler) => sampler.id === id);
  if (!found)
    throw new AppError('range', `There is no sampler named ${id}; there are ${samplers.map((each) => each.id).join(', ')}.`);
  return found;
}
