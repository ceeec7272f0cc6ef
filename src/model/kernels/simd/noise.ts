/** Normal numbers, and the forward process with its noise, as WASM kernels. */
import { forwardProcessKernel } from '../forwardProcess';
import { normalsKernel, wordsPerStream } from '../normals';
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
    const room = scratch(mixes.length * floatsPerDouble + wordsPerStream);
    const mixed = new Float64Array(memory.buffer, room, mixes.length);
    mixed.set(mixes);
    const state = new Int32Array(memory.buffer, room + mixed.byteLength, wordsPerStream);
    state.fill(0);
    state.set(words);
    const addresses = made.map(({ dataId }) => backend.getMemoryOffset(dataId));
    functions.forwardProcess(backend.getMemoryOffset(x0.dataId), room, ...addresses, state.byteOffset, batch, pixels);
    return made;
  });

  registerKernel(normalsKernel, ({ inputs, attrs }) => {
    const before = given(inputs, 'before');
    const { count = 0 } = attrs;
    const [streams = 0] = before.shape;
    const drawn = backend.makeOutput([streams, count], 'float32');
    const after = backend.makeOutput(before.shape, 'int32');
    const addresses = [before, after, drawn].map(({ dataId }) => backend.getMemoryOffset(dataId));
    functions.normals(...addresses, streams, count);
    return [drawn, after];
  });
}
