import type { Params } from '../model/tensors';

/** References of our own to somebody else's tensors. They share the values, but for stock WASM kernels, which copy them. */
export function hold(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, tensor]) => [name, tensor.clone()]));
}
