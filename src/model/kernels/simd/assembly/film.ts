/** FiLM's two linear layers, scale = cond·Ws + bs and shift = cond·Wt + bt, in one pass; cond [B, E], Ws and Wt [E, C]. */
import { gemm, gemmTransposed, packPanels } from './matrix';
import { addRows } from './patches';
import { packTransposed } from './winograd';

// @ts-ignore: decorator
@inline
function floats(n: i32): usize { return <usize>n << 2; }

/** y [B, C] += one row [C] for all. */
function addRow(y: usize, row: usize, B: i32, C: i32): void {
  for (let b = 0; b < B; b += 1) {
    for (let c = 0; c < C; c += 4) {
      v128.store(y + floats(c), f32x4.add(v128.load(y + floats(c)), v128.load(row + floats(c))));
    }
    y += floats(C);
  }
}

/** scratch: E·C. E and C multiples of 8. */
export function filmForward(
  cond: usize, ws: usize, bs: usize, wt: usize, bt: usize, scale: usize, shift: usize, scratch: usize, B: i32, E: i32, C: i32,
): void {
  packPanels(ws, scratch, E, C);
  gemm(cond, scratch, scale, B, E, C);
  addRow(scale, bs, B, C);
  packPanels(wt, scratch, E, C);
  gemm(cond, scratch, shift, B, E, C);
  addRow(shift, bt, B, C);
}

/** All gradients are overwritten. scratch: E·C + B·E. */
export function filmBackward(
  dscale: usize, dshift: usize, cond: usize, ws: usize, wt: usize,
  dcond: usize, dws: usize, dbs: usize, dwt: usize, dbt: usize, scratch: usize, B: i32, E: i32, C: i32,
): void {
  const second = scratch + floats(E * C);
  memory.fill(dws, 0, floats(E * C));
  memory.fill(dwt, 0, floats(E * C));
  memory.fill(dbs, 0, floats(C));
  memory.fill(dbt, 0, floats(C));
  gemmTransposed(cond, dscale, dws, B, E, C);
  gemmTransposed(cond, dshift, dwt, B, E, C);
  addRows(dscale, dbs, B, C);
  addRows(dshift, dbt, B, C);
  packTransposed(ws, scratch, E, C);
  gemm(dscale, scratch, dcond, B, C, E);
  packTransposed(wt, scratch, E, C);
  gemm(dshift, scratch, second, B, C, E);
  for (let i = 0; i < B * E; i += 4) {
    v128.store(dcond + floats(i), f32x4.add(v128.load(dcond + floats(i)), v128.load(second + floats(i))));
  }
}
