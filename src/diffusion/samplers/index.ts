/** The samplers. Adding one is a file beside this one and a line in this list. */
import { AppError } from '../../base/errors';
import { ddim } from './ddim';
import { ddpm } from './ddpm';
import type { Sampler } from './define';
import { dpmSolver2M } from './dpmSolver2M';
import { dpmSolverSde2M } from './dpmSolverSde2M';
import { euler } from './euler';
import { eulerAncestral } from './eulerAncestral';
import { heun } from './heun';
import { langevin } from './langevin';
import { plms } from './plms';
import { uniPC } from './uniPC';

export const samplers: readonly Sampler[] = [
  ddpm,
  ddim,
  euler,
  eulerAncestral,
  heun,
  dpmSolver2M,
  dpmSolverSde2M,
  plms,
  uniPC,
  langevin,
];

/** @throws range, naming those there are */
export function samplerById(id: string): Sampler {
  const found = samplers.find((sampler) => sampler.id === id);
  if (!found)
    throw new AppError('range', `There is no sampler named ${id}; there are ${samplers.map((each) => each.id).join(', ')}.`);
  return found;
}
