/** The settings of a figure, kept in the address too, so that a link shows the figure as it was left. */
import { replaceState } from '$app/navigation';
import { defaults, type Params, type ParamValues } from '$lib/base/params';
import { readParams, writeParams } from '$lib/base/paramsAddress';
import { addressWith, askedInAddress } from './ownAddress';

/** A slider that is dragged changes dozens of times a second; browsers take an address changed so often for an attack. */
const settledMs = 300;

export class FigureSettings<P extends Params> {
  values: ParamValues<P>;
  readonly #name: string;
  readonly #params: P;
  #timer = 0;

  /** @param name of the figure in the address */
  constructor(name: string, params: P) {
    this.#name = name;
    this.#params = params;
    this.values = $state.raw(defaults(params));
  }

  /** Takes what the address says: for onMount, since a page that is prerendered has no address. @returns for when the page is left */
  read(): () => void {
    this.values = readParams(this.#name, this.#params, askedInAddress());
    return () => window.clearTimeout(this.#timer);
  }

  set(change: Partial<ParamValues<P>>): void {
    this.values = { ...this.values, ...change };
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      replaceState(
        addressWith((settings) => writeParams(this.#name, this.#params, this.values, settings)),
        {},
      );
    }, settledMs);
  }
}
