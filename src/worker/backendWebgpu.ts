/**
 * tfjs's WebGPU backend, with one kernel put right: AddN binds all its inputs to one shader, of which a card need take only seven beside
 * the output. Beyond that the pipeline is refused, nothing is thrown, and the sum is 0 (tfjs 4.22; it was the norm of all gradients).
 */
import * as tf from '@tensorflow/tfjs-core';

/** WebGPU promises eight storage buffers to a shader. One of them is the sum. */
const mostTerms = 7;

const ours = new WeakSet<tf.KernelFunc>();

export async function loadWebgpu(): Promise<void> {
  await import('@tensorflow/tfjs-backend-webgpu');
  const stock = tf.getKernel('AddN', 'webgpu');
  if (ours.has(stock.kernelFunc)) return;
  const kernelFunc = addInParts(stock.kernelFunc);
  ours.add(kernelFunc);
  tf.unregisterKernel('AddN', 'webgpu');
  tf.registerKernel({ ...stock, kernelFunc });
}

/** From the first to the last, as other backends do. */
function addInParts(stock: tf.KernelFunc): tf.KernelFunc {
  return ({ inputs, ...rest }) => {
    const terms = Object.values(inputs);
    let sum = stock({ inputs: listed(terms.slice(0, mostTerms)), ...rest });
    for (let next = mostTerms; next < terms.length; next += mostTerms - 1) {
      const before = sum;
      sum = stock({ inputs: listed([single(before), ...terms.slice(next, next + mostTerms - 1)]), ...rest });
      tf.backend().disposeData(single(before).dataId);
    }
    return sum;
  };
}

/** A kernel of many inputs gets a list of them, whatever the type says. */
function listed(terms: readonly (tf.TensorInfo | undefined)[]): tf.NamedTensorInfoMap {
  return Object.assign<unknown[], tf.NamedTensorInfoMap>([], Object.fromEntries(terms.entries()));
}

function single(result: tf.TensorInfo | tf.TensorInfo[]): tf.TensorInfo {
  if (Array.isArray(result)) throw new Error('AddN gives one sum');
  return result;
}
