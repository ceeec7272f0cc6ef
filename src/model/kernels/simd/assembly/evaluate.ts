/** The residual block where no gradient will be asked for: nothing is kept, so that the cheaper F(4×4, 3×3) serves. */
import { copyPadded, filmSiluPadded, normSiluPadded } from './block';
import { gemm } from './matrix';
import { filterTransform4, inputTransform4, outputTransform4, points4 } from './winograd4';
import { planeFloats } from './winograd';

/** Vectors that the transforms of a tile need beside registers. */
const temporaryFloats: i32 = 144;

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

// @ts-ignore: decorator
@inline
function products(v: usize, panels: usize, m: usize, plane: usize, rows: i32, C: i32): void {
  const filter = floats(C * C);
  for (let xi: usize = 0; xi < <usize>points4; xi += 1) gemm(v + xi * plane, panels + xi * filter, m + xi * plane, rows, C, C);
}

/** As blockForward, without h, v1 and v2. scratch: 144 + 72·C² + 72 planes + one image + one padded image. */
export function blockEvaluate(
  x: usize, gain: usize, activated: usize, w1: usize, b1: usize, scale: usize, shift: usize, w2: usize, b2: usize,
  y: usize, scratch: usize, B: i32, H: i32, W: i32, C: i32, group: i32,
): void {
  const TH = (H + 3) >> 2;
  const TW = (W + 3) >> 2;
  const PH = 4 * TH + 2;
  const PW = 4 * TW + 2;
  const tiles = TH * TW;
  const filters = <usize>points4 * floats(C * C);
  const plane = floats(planeFloats(group * tiles, C));
  const image = floats(H * W * C);
  const temporary = scratch;
  const panels1 = temporary + floats(temporaryFloats);
  const panels2 = panels1 + filters;
  const v = panels2 + filters;
  const m = v + <usize>points4 * plane;
  const h = m + <usize>points4 * plane;
  const padded = h + image;
  filterTransform4(w1, panels1, temporary, C);
  filterTransform4(w2, panels2, temporary, C);
  for (let first = 0; first < B; first += group) {
    const images = min(group, B - first);
    for (let k = 0; k < images; k += 1) {
      const place = <usize>(first + k) * image;
      if (activated) copyPadded(activated + place, padded, H, W, C, PH, PW);
      else normSiluPadded(x + place, gain, padded, H, W, C, PH, PW);
      inputTransform4(padded, v + floats(k * tiles * C), plane, temporary, TH, TW, PW, C);
    }
    products(v, panels1, m, plane, images * tiles, C);
    for (let k = 0; k < images; k += 1) {
      const told = floats((first + k) * C);
      outputTransform4(m + floats(k * tiles * C), plane, h, b1, 0, temporary, H, W, C);
      filmSiluPadded(h, scale + told, shift + told, padded, H, W, C, PH, PW);
      inputTransform4(padded, v + floats(k * tiles * C), plane, temporary, TH, TW, PW, C);
    }
    products(v, panels2, m, plane, images * tiles, C);
    for (let k = 0; k < images; k += 1) {
      const place = <usize>(first + k) * image;
      outputTransform4(m + floats(k * tiles * C), plane, y + place, b2, x + place, temporary, H, W, C);
    }
  }
}
