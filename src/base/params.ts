/**
 * Settings that a reader can turn: declared once, and from the declaration come default, range, label, URL form and control.
 */
import { AppError } from './errors';

export interface NumberParam {
  readonly kind: 'number';
  readonly label: string;
  /** A sentence; empty where the label says enough. */
  readonly help: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly value: number;
}

export interface ChoiceParam<C extends string = string> {
  readonly kind: 'choice';
  readonly label: string;
  readonly help: string;
  readonly options: readonly { readonly value: C; readonly label: string }[];
  readonly value: C;
}

export type Param = NumberParam | ChoiceParam;
export type Params = Readonly<Record<string, Param>>;

/** The plain values that a record of declarations describes. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends ChoiceParam<infer C> ? C : number;
};

/** A declaration without what goes without saying. */
type Declared<P extends Param> = Omit<P, 'kind' | 'help'> & { readonly help?: string };

export function num(spec: Declared<NumberParam>): NumberParam {
  return { kind: 'number', help: '', ...spec };
}

export function choice<const C extends string>(spec: Declared<ChoiceParam<C>>): ChoiceParam<C> {
  return { kind: 'choice', help: '', ...spec };
}

export function defaults<P extends Params>(params: P): ParamValues<P> {
  return Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.value])) as ParamValues<P>;
}

/**
 * Checks values against their declaration.
 * @throws range, naming the setting, what was got and what is allowed
 */
export function checkParams(params: Params, values: Readonly<Record<string, number | string>>): void {
  for (const [name, param] of Object.entries(params)) {
    const value = values[name];
    if (param.kind === 'number') {
      if (typeof value !== 'number' || !Number.isFinite(value) || value < param.min || value > param.max) {
        throw new AppError('range', `${param.label} must lie between ${param.min} and ${param.max}; it was ${String(value)}.`);
      }
    } else if (!param.options.some((option) => option.value === value)) {
      const allowed = param.options.map((option) => option.value).join(', ');
      throw new AppError('range', `${param.label} must be one of ${allowed}; it was ${String(value)}.`);
    }
  }
}
