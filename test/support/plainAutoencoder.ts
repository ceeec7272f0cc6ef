/** The autoencoder a second time, as loops over arrays in double precision. */
import type { AutoencoderConfig } from '../../src/model/autoencoderConfig';
import {
  plain,
  plainConv,
  plainLinear,
  plainShuffle,
  plainSilu,
  plainUnshuffle,
  type Plain,
  type PlainParams,
} from './plainLayers';

function of(p: PlainParams, name: string): Plain {
  const found = p[name];
  if (found === undefined) throw new Error(`no parameter ${name}`);
  return found;
}

const conv = (p: PlainParams, name: string, x: Plain, stride = 1): Plain =>
  plainConv(x, of(p, `${name}.weight`), { bias: of(p, `${name}.bias`), stride, pad: stride === 1 ? 'same' : 'valid' });

const lin = (p: PlainParams, name: string, x: Plain): Plain => plainLinear(x, of(p, `${name}.weight`), of(p, `${name}.bias`));

function residual(p: PlainParams, name: string, x: Plain): Plain {
  const change = conv(p, name, plainSilu(x));
  return plain(
    x.shape,
    x.data.map((value, i) => value + (change.data[i] ?? NaN)),
  );
}

/** [B, S, S, 1] → [B, side, side, 2·channels] */
export function plainEncode(p: PlainParams, { latent }: AutoencoderConfig, x: Plain): Plain {
  const quarter = conv(p, 'encoder.down', plainSilu(conv(p, 'encoder.stem', plainUnshuffle(x))), 2);
  const seen = plainSilu(residual(p, 'encoder.residual', quarter));
  if (latent.kind === 'grid') return conv(p, 'encoder.moments', seen);
  const [batch = 1] = x.shape;
  const row = lin(p, 'encoder.moments', plain([batch, seen.data.length / batch], seen.data));
  return plain([batch, 1, 1, 2 * latent.numbers], row.data);
}

/** [B, side, side, channels] → [B, S, S, 1] */
export function plainDecode(p: PlainParams, { latent, imageSize, widths }: AutoencoderConfig, z: Plain): Plain {
  const [batch = 1] = z.shape;
  const row = (): Plain => lin(p, 'decoder.start', plain([batch, z.data.length / batch], z.data));
  const start =
    latent.kind === 'grid' ? conv(p, 'decoder.start', z) : plain([batch, imageSize / 4, imageSize / 4, widths[1]], row().data);
  const quarter = residual(p, 'decoder.residual', start);
  return plainShuffle(conv(p, 'decoder.out', plainSilu(plainShuffle(conv(p, 'decoder.up', plainSilu(quarter))))));
}

/** z = mean + e^(logVariance/2)·ε, and the KL of each picture. */
export function plainGaussian(moments: Plain, eps: ArrayLike<number>): { readonly z: Plain; readonly kl: readonly number[] } {
  const [batch = 1, height = 1, width = 1, both = 2] = moments.shape;
  const channels = both / 2;
  const z = new Float64Array(batch * height * width * channels);
  const kl = Array.from({ length: batch }, () => 0);
  z.forEach((_, i) => {
    const [pixel, c] = [Math.floor(i / channels), i % channels];
    const mean = moments.data[pixel * both + c] ?? NaN;
    const logVariance = moments.data[pixel * both + channels + c] ?? NaN;
    const picture = Math.floor(pixel / (height * width));
    z[i] = mean + Math.exp(logVariance / 2) * (eps[i] ?? NaN);
    kl[picture] = (kl[picture] ?? 0) + (mean ** 2 + Math.exp(logVariance) - 1 - logVariance) / 2;
  });
  return { z: plain([batch, height, width, channels], z), kl };
}
