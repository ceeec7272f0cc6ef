/** A sum of weighted tensors as a WASM kernel. */
import { lincombKernel } from '../lincomb';
import type { SimdModule } from './module';
import { given, registerKernel } from './register';

/** An address and a weight. */
const wordsPerTerm = 2;

export function registerLincomb({ functions, backend, memory, scratch }: SimdModule): void {
  registerKernel(lincombKernel, ({ inputs, lists }) => {
    const { weights = [] } = lists;
    const { shape } = given(inputs, '0');
    const made = backend.makeOutput(shape, 'float32');
    const room = scratch(weights.length * wordsPerTerm);
    const list = new DataView(memory.buffer, room);
    weights.forEach((weight, i) => {
      const place = i * wordsPerTerm * Float32Array.BYTES_PER_ELEMENT;
      list.setUint32(place, backend.getMemoryOffset(given(inputs, String(i)).dataId), true);
      list.setFloat32(place + Float32Array.BYTES_PER_ELEMENT, weight, true);
    });
    const count = shape.reduce((product, length) => product * length, 1);
    functions.lincomb(room, weights.length, backend.getMemoryOffset(made.dataId), count);
    return made;
  });
}
