/**
 * The residual block as one operation: x + conv(SiLU(FiLM(conv(SiLU(norm(x)))))). A few pictures at a time go through all of it,
 * so that what one stage writes is still in the cache when the next one reads it.
 */
import { gemm, gemmTransposed, packPanels } from './matrix';
import { silu4, siluSlope4 } from './activations';
import { normSiluBackward, rmsScale } from './normSilu';
import { addRows } from './patches';
import { filterGradient, filterTransform, inputGradient, inputTransform, outputGradient, outputTransform, packTransposed, planeFloats } from './winograd';

const points: usize = 16;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

/** silu(rms norm(x)·gain) of one image, into the middle of a zeroed padded image; gain = 0 pointer: no norm. */
function normSiluPadded(x: usize, gain: usize, padded: usize, H: i32, W: i32, C: i32): void {
  const PW = 2 * ((W + 1) >> 1) + 2;
  const PH = 2 * ((H + 1) >> 1) + 2;
  memory.fill(padded, 0, floats(PH * PW * C));
  for (let row = 0; row < H; row += 1) {
    let out = padded + floats(((row + 1) * PW + 1) * C);
    for (let column = 0; column < W; column += 1) {
      const r = gain ? f32x4.splat(rmsScale(x, C)) : f32x4.splat(1);
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        let u = f32x4.mul(v128.load(x + o), r);
        if (gain) u = f32x4.mul(u, v128.load(gain + o));
        v128.store(out + o, silu4(u));
      }
      x += floats(C);
      out += floats(C);
    }
  }
}

/** One image that has been normalised and activated elsewhere, padded. */
function copyPadded(n: usize, padded: usize, H: i32, W: i32, C: i32): void {
  const PW = 2 * ((W + 1) >> 1) + 2;
  const PH = 2 * ((H + 1) >> 1) + 2;
  memory.fill(padded, 0, floats(PH * PW * C));
  for (let row = 0; row < H; row += 1) {
    memory.copy(padded + floats(((row + 1) * PW + 1) * C), n + floats(row * W * C), floats(W * C));
  }
}

/** silu(h·(1 + scale) + shift) of one image, padded. */
function filmSiluPadded(h: usize, scale: usize, shift: usize, padded: usize, H: i32, W: i32, C: i32): void {
  const PW = 2 * ((W + 1) >> 1) + 2;
  const PH = 2 * ((H + 1) >> 1) + 2;
  memory.fill(padded, 0, floats(PH * PW * C));
  const one = f32x4.splat(1);
  for (let row = 0; row < H; row += 1) {
    let out = padded + floats(((row + 1) * PW + 1) * C);
    for (let column = 0; column < W; column += 1) {
      for (let c = 0; c < C; c += 4) {
        const o = floats(c);
        const u = f32x4.add(f32x4.mul(v128.load(h + o), f32x4.add(one, v128.load(scale + o))), v128.load(shift + o));
        v128.store(out + o, silu4(u));
      }
      h += floats(C);
      out += floats(C);
    }
  }
}

function addInto(y: usize, x: usize, count: i32): void {
  for (let i = 0; i < count; i += 4) {
    v128.store(y + floats(i), f32x4.add(v128.load(y + floats(i)), v128.load(x + floats(i))));
  }
}

function prepareFilter(g: usize, u: usize, panels: usize, C: i32): void {
  filterTransform(g, u, C, C);
  const filter = floats(C * C);
  for (let xi: usize = 0; xi < points; xi += 1) packPanels(u + xi * filter, panels + xi * filter, C, C);
}

/**
 * y = x + conv2(silu(film(conv1(silu(norm(x)))))), all [B, H, W, C]; scale, shift [B, C]. Keeps h (what conv1 gave), V1 and V2.
 * Where `activated` is not 0 it takes the place of silu(norm(x)), for norms that this module does not know.
 * With keep = 0 nothing is kept: v1 and v2 are then the same scratch of one group, and h of one group.
 */
export function blockForward(
  x: usize, gain: usize, activated: usize, w1: usize, b1: usize, scale: usize, shift: usize, w2: usize, b2: usize,
  y: usize, h: usize, v1: usize, v2: usize, scratch: usize, B: i32, H: i32, W: i32, C: i32, group: i32, keep: i32,
): void {
  const tiles = ((H + 1) >> 1) * ((W + 1) >> 1);
  const filter = floats(C * C);
  const u = scratch;
  const panels1 = u + points * filter;
  const panels2 = panels1 + points * filter;
  const m = panels2 + points * filter;
  const plane = floats(planeFloats(group * tiles, C));
  const padded = m + points * plane;
  const image = floats(H * W * C);
  prepareFilter(w1, u, panels1, C);
  prepareFilter(w2, u, panels2, C);
  for (let first = 0; first < B; first += group) {
    const images = min(group, B - first);
    const at = keep ? <usize>(first / group) * points * plane : 0;
    const hGroup = keep ? h + <usize>first * image : h;
    for (let k = 0; k < images; k += 1) {
      const place = <usize>(first + k) * image;
      if (activated) copyPadded(activated + place, padded, H, W, C);
      else normSiluPadded(x + place, gain, padded, H, W, C);
      inputTransform(padded, v1 + at + floats(k * tiles * C), plane, H, W, C);
    }
    for (let xi: usize = 0; xi < points; xi += 1) gemm(v1 + at + xi * plane, panels1 + xi * filter, m + xi * plane, images * tiles, C, C);
    for (let k = 0; k < images; k += 1) {
      const hImage = hGroup + <usize>k * image;
      const told = floats((first + k) * C);
      outputTransform(m + floats(k * tiles * C), plane, hImage, b1, H, W, C);
      filmSiluPadded(hImage, scale + told, shift + told, padded, H, W, C);
      inputTransform(padded, v2 + at + floats(k * tiles * C), plane, H, W, C);
    }
    for (let xi: usize = 0; xi < points; xi += 1) gemm(v2 + at + xi * plane, panels2 + xi * filter, m + xi * plane, images * tiles, C, C);
    for (let k = 0; k < images; k += 1) {
      const out = y + <usize>(first + k) * image;
      outputTransform(m + floats(k * tiles * C), plane, out, b2, H, W, C);
      addInto(out, x + <usize>(first + k) * image, H * W * C);
    }
  }
}

/** dm [H, W, C] → in place dh = dm·silu′(u)·(1 + scale), u = h·(1 + scale) + shift; dscale, dshift [C] are set. */
function filmSiluBackward(dm: usize, h: usize, scale: usize, shift: usize, dscale: usize, dshift: usize, pixels: i32, C: i32): void {
  const one = f32x4.splat(1);
  for (let c = 0; c < C; c += 4) {
    const o = floats(c);
    const gain = f32x4.add(one, v128.load(scale + o));
    const offset = v128.load(shift + o);
    let sumScale = f32x4.splat(0);
    let sumShift = f32x4.splat(0);
    let d = dm + o;
    let from = h + o;
    for (let pixel = 0; pixel < pixels; pixel += 1) {
      const hidden = v128.load(from);
      const du = f32x4.mul(v128.load(d), siluSlope4(f32x4.add(f32x4.mul(hidden, gain), offset)));
      sumScale = f32x4.add(sumScale, f32x4.mul(du, hidden));
      sumShift = f32x4.add(sumShift, du);
      v128.store(d, f32x4.mul(du, gain));
      d += floats(C);
      from += floats(C);
    }
    v128.store(dscale + o, sumScale);
    v128.store(dshift + o, sumShift);
  }
}

/**
 * The block backwards. dw1, db1, dw2, db2, dgain are overwritten; dscale, dshift [B, C]. With isActivated, dx is the gradient of
 * what took the place of silu(norm(x)), and x and gain are not read.
 */
export function blockBackward(
  dy: usize, x: usize, gain: usize, isActivated: i32, w1: usize, scale: usize, shift: usize, w2: usize, h: usize, v1: usize, v2: usize,
  dx: usize, dgain: usize, dw1: usize, db1: usize, dscale: usize, dshift: usize, dw2: usize, db2: usize,
  scratch: usize, B: i32, H: i32, W: i32, C: i32, group: i32,
): void {
  const tiles = ((H + 1) >> 1) * ((W + 1) >> 1);
  const filter = floats(C * C);
  const plane = floats(planeFloats(group * tiles, C));
  const u = scratch;
  const panels1 = u + points * filter;
  const panels2 = panels1 + points * filter;
  const du1 = panels2 + points * filter;
  const du2 = du1 + points * filter;
  const s = du2 + points * filter;
  const dv = s + points * plane;
  const between = dv + points * plane; // [group images] of dm / dh / dn
  const image = floats(H * W * C);
  const padded = between + <usize>group * image;
  filterTransform(w1, u, C, C);
  for (let xi: usize = 0; xi < points; xi += 1) packTransposed(u + xi * filter, panels1 + xi * filter, C, C);
  filterTransform(w2, u, C, C);
  for (let xi: usize = 0; xi < points; xi += 1) packTransposed(u + xi * filter, panels2 + xi * filter, C, C);
  memory.fill(du1, 0, 2 * points * filter);
  memory.fill(db1, 0, floats(C));
  memory.fill(db2, 0, floats(C));
  if (gain) memory.fill(dgain, 0, floats(C));
  for (let first = 0; first < B; first += group) {
    const images = min(group, B - first);
    const at = <usize>(first / group) * points * plane;
    for (let k = 0; k < images; k += 1) {
      const dyImage = dy + <usize>(first + k) * image;
      addRows(dyImage, db2, H * W, C);
      outputGradient(dyImage, s + floats(k * tiles * C), plane, H, W, C);
    }
    for (let xi: usize = 0; xi < points; xi += 1) {
      gemmTransposed(v2 + at + xi * plane, s + xi * plane, du2 + xi * filter, images * tiles, C, C);
      gemm(s + xi * plane, panels2 + xi * filter, dv + xi * plane, images * tiles, C, C);
    }
    for (let k = 0; k < images; k += 1) {
      const dh = between + <usize>k * image;
      const told = floats((first + k) * C);
      inputGradient(dv + floats(k * tiles * C), plane, dh, padded, H, W, C);
      filmSiluBackward(dh, h + <usize>(first + k) * image, scale + told, shift + told, dscale + told, dshift + told, H * W, C);
      addRows(dh, db1, H * W, C);
      outputGradient(dh, s + floats(k * tiles * C), plane, H, W, C);
    }
    for (let xi: usize = 0; xi < points; xi += 1) {
      gemmTransposed(v1 + at + xi * plane, s + xi * plane, du1 + xi * filter, images * tiles, C, C);
      gemm(s + xi * plane, panels1 + xi * filter, dv + xi * plane, images * tiles, C, C);
    }
    for (let k = 0; k < images; k += 1) {
      const dn = between + <usize>k * image;
      const place = <usize>(first + k) * image;
      if (isActivated) {
        inputGradient(dv + floats(k * tiles * C), plane, dx + place, padded, H, W, C);
        continue;
      }
      inputGradient(dv + floats(k * tiles * C), plane, dn, padded, H, W, C);
      normSiluBackward(dn, x + place, gain, dy + place, dx + place, dgain, H * W, C);
    }
  }
  filterGradient(du1, dw1, C, C);
  filterGradient(du2, dw2, C, C);
}
