/**
 * Cross-attention (Rombach et al. 2022, arXiv:2112.10752, section 3.3): each pixel asks, the words of the caption answer.
 * h + out(attend(query(norm(h)), key(words), value(words))); starts as the identity, because out starts at zero.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { TextConfig } from '../config';
import { attendWords, wordWeights, type Attending } from '../kernels/attendWords';
import { reshape } from '../kernels/reshape';
import { add } from '../kernels/sum';
import { linear } from '../linear';
import { parameter, type Params } from '../tensors';
import { rmsRows, type EncodedText } from './textEncoder';

/**
 * @param name of its parameters, which begin with it
 * @param h [B, H, W, C]
 * @param onMaps is shown where each pixel looks, [B, heads, H·W, places]; borrowed
 */
export function crossAttention(
  params: Params,
  name: string,
  { crossHeads: heads }: TextConfig,
  h: tf.Tensor4D,
  { states, mask }: Pick<EncodedText, 'states' | 'mask'>,
  onMaps?: (maps: tf.Tensor4D) => void,
): tf.Tensor4D {
  const [batch, height, width, channels] = h.shape;
  const pixels: tf.Tensor2D = reshape(h, [batch * height * width, channels]);
  const words: tf.Tensor2D = reshape(states, [states.shape[0] * states.shape[1], states.shape[2]]);
  const asking: Attending = {
    query: linear(params, `${name}.query`, rmsRows(pixels, parameter(params, `${name}.norm.weight`))),
    key: linear(params, `${name}.key`, words),
    value: linear(params, `${name}.value`, words),
    ...{ visible: mask, heads },
  };
  if (onMaps) {
    const maps = wordWeights(asking);
    onMaps(maps);
    maps.dispose();
  }
  return add(h, reshape(linear(params, `${name}.out`, attendWords(asking)), [batch, height, width, channels]));
}
