/**
 * Settings as part of an address: `?toy-steps=20&toy-eta=0.5`, each with the name of what they are settings of. Only what differs from
 * its default is written, and what cannot be read or is not on offer is passed over.
 */
import { defaults, type Param, type Params, type ParamValues } from './params';

/** What the address says, and defaults for the rest. */
export function readParams<P extends Params>(name: string, params: P, from: URLSearchParams): ParamValues<P> {
  const read = Object.entries(params).flatMap(([setting, param]) => {
    const value = valueOf(param, from.get(keyOf(name, setting)));
    return value === null ? [] : [[setting, value] as const];
  });
  return { ...defaults(params), ...Object.fromEntries(read) };
}

/** Writes into what else stands in the address. */
export function writeParams<P extends Params>(name: string, params: P, values: ParamValues<P>, into: URLSearchParams): void {
  for (const [setting, param] of Object.entries(params)) {
    const value: number | string | undefined = values[setting];
    if (value === undefined || value === param.value) into.delete(keyOf(name, setting));
    else into.set(keyOf(name, setting), String(value));
  }
}

function keyOf(name: string, setting: string): string {
  return `${name}-${setting}`;
}

/** Steps of a decimal fraction are not exact: 7 · 0.05 is 0.35000000000000003. */
const rounding = 1e-9;

function valueOf(param: Param, text: string | null): number | string | null {
  if (text === null) return null;
  if (param.kind === 'choice') return param.options.some(({ value }) => value === text) ? text : null;
  const value = text.trim() === '' ? NaN : Number(text);
  const steps = (value - param.min) / param.step;
  const isOffered = value >= param.min && value <= param.max && Math.abs(steps - Math.round(steps)) < rounding;
  return isOffered ? value : null;
}
