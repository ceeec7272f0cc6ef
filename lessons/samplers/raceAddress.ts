/**
 * A race as part of an address, so that a link draws the same pictures again:
 * `?lanes=ddpm*50*trailing*variance:small~ddim*10*trailing*eta:0&digit=5&noise=1&w=1.25`. What cannot be read is passed over.
 */
import { checkParams } from '$lib/base/params';
import { samplerById } from '$lib/diffusion/samplers';
import { defaultParams, mostLanes, spacings, type LaneSettings } from './lanes';

export interface RaceSetup {
  readonly lanes: readonly LaneSettings[];
  /** null: told none. */
  readonly digit: number | null;
  readonly seed: number;
  readonly guidanceScale: number;
}

const names = { lanes: 'lanes', digit: 'digit', seed: 'noise', guidanceScale: 'w' } as const;
const mostSteps = 1000;
const mostGuidance = 50;

/** Writes into what else stands in the address. */
export function writeSetup({ lanes, digit, seed, guidanceScale }: RaceSetup, into: URLSearchParams): void {
  into.set(names.lanes, lanes.map(laneText).join('~'));
  into.set(names.digit, digit === null ? 'none' : String(digit));
  into.set(names.seed, String(seed));
  into.set(names.guidanceScale, String(guidanceScale));
}

/** The parts that are there and make sense. */
export function readSetup(from: URLSearchParams): Partial<RaceSetup> {
  const lanes = (from.get(names.lanes) ?? '').split('~').flatMap(laneFrom).slice(0, mostLanes);
  const digit = from.get(names.digit);
  const seed = wholeNumber(from.get(names.seed), 0, Number.MAX_SAFE_INTEGER);
  const w = Number(from.get(names.guidanceScale) ?? NaN);
  const told = wholeNumber(digit, 0, 9);
  return {
    ...(lanes.length > 0 ? { lanes } : {}),
    ...(digit === 'none' ? { digit: null } : told !== null ? { digit: told } : {}),
    ...(seed !== null ? { seed } : {}),
    ...(w >= 1 && w <= mostGuidance ? { guidanceScale: w } : {}),
  };
}

function laneText({ sampler, steps, spacing, params }: LaneSettings): string {
  return [sampler, steps, spacing, ...Object.entries(params).map(([name, value]) => `${name}:${value}`)].join('*');
}

function laneFrom(text: string): readonly LaneSettings[] {
  const [sampler = '', stepsText = '', spacingText, ...rest] = text.split('*');
  const steps = wholeNumber(stepsText, 1, mostSteps);
  const spacing = spacings.find(({ value }) => value === spacingText)?.value;
  if (steps === null || spacing === undefined) return [];
  try {
    const { params: declared } = samplerById(sampler);
    const values: Record<string, number | string> = { ...defaultParams(sampler) };
    for (const pair of rest) {
      const [name = '', value = ''] = pair.split(':');
      const param = declared[name];
      if (param) values[name] = param.kind === 'number' ? Number(value) : value;
    }
    checkParams(declared, values);
    return [{ sampler, steps, spacing, params: values }];
  } catch {
    return []; // a sampler or a value that does not exist
  }
}

function wholeNumber(text: string | null, least: number, most: number): number | null {
  if (text === null || !/^\d+$/.test(text)) return null;
  const value = Number(text);
  return value >= least && value <= most ? value : null;
}
