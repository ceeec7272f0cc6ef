/** Our WebGL kernels lay the rows of all pictures one below another, two to a row of texels; a texture is only so tall. */
import * as tf from '@tensorflow/tfjs-core';

/** Whether pictures [B, H, W, C] fit there; true on other backends. */
export function fitsTextures([batch, height]: tf.Tensor4D['shape']): boolean {
  if (tf.getBackend() !== 'webgl') return true;
  return batch * Math.ceil(height / 2) < tf.env().getNumber('WEBGL_MAX_TEXTURE_SIZE');
}
