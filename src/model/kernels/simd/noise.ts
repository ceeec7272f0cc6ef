/** The forward process with its noise as a WASM kernel. */
import { forwardProcessKernel } from '../forwardProcess';
import type { SimdModule } from './module';
import { given, registerKernel } from './register';

/** Doubles are two floats long. */
const floatsPerDouble = 2;

export function registerNoise({ functions, backend, memory, scratch }: SimdModule): void {
  registerKernel(forwardProcessKernel, ({ inputs, lists }) => {
    const x0 = given(inputs, 'x0');
    const [batch = 0, pixels = 0] = x0.shape;
    const { words = [], mixes = [] } = lists;
    const made = [0, 1, 2].map(() => backend.makeOutput(x0.shape, 'float32'));
    const room = scratch(mixes.length * floatsPerDouble);
    new Float64Array(memory.buffer, room, mixes.length).set(mixes);
    const addresses = made.map(({ dataId }) => backend.getMemoryOffset(dataId));
    functions.forwardProcess(backend.getMemoryOffset(x0.dataId), room, ...addresses, batch, pixels, ...words);
    return made;
  });
}
