/** The pure parts of the fork: which moments are copied, the copies, and what the judgement of them amounts to. */
import { judgedClasses } from '$lib/evaluation/metrics';

const digits = 10;

/** As many copies of one picture, one after the other. */
export function repeated(picture: Float32Array, times: number): Float32Array {
  const all = new Float32Array(picture.length * times);
  for (let i = 0; i < times; i += 1) all.set(picture, i * picture.length);
  return all;
}

/** What the judge takes one picture for, and the probability that it gives it. */
export interface JudgedPicture {
  readonly digit: number;
  readonly chance: number;
}

/** @param probabilities [n, 10] */
export function judgedPictures(probabilities: Float32Array): readonly JudgedPicture[] {
  return Array.from(judgedClasses(probabilities, digits), (digit, i) => ({
    digit,
    chance: probabilities[i * digits + digit] ?? NaN,
  }));
}

/** How far the continuations of one moment agree. */
export interface Agreement {
  readonly t: number;
  /** The digit that most of them are taken for; the smallest, if there are several. */
  readonly digit: number;
  /** Share of the continuations that are taken for it. */
  readonly share: number;
}

/** From the lowest t to the highest; rows that are not judged yet are left out. */
export function agreementByT(
  rows: readonly { readonly t: number; readonly judged: readonly { readonly digit: number }[] | null }[],
): readonly Agreement[] {
  return rows
    .flatMap(({ t, judged }) => {
      if (judged === null || judged.length === 0) return [];
      const counts = new Array<number>(digits).fill(0);
      for (const { digit } of judged) counts[digit] = (counts[digit] ?? 0) + 1;
      const most = Math.max(...counts);
      return [{ t, digit: counts.indexOf(most), share: most / judged.length }];
    })
    .sort((a, b) => a.t - b.t);
}

/**
 * From which moment on the digit was decided: the largest t from which downwards all continuations agree. Null if those of
 * the lowest do not.
 * @param agreements from the lowest t to the highest
 */
export function decidedFrom(agreements: readonly Agreement[]): number | null {
  const firstDoubt = agreements.findIndex(({ share }) => share < 1);
  const agreed = firstDoubt === -1 ? agreements.length : firstDoubt;
  return agreements[agreed - 1]?.t ?? null;
}

/** For each wanted t the frame that is nearest to it, each frame once, in the order of the wishes. */
export function nearestTo<F extends { readonly t: number }>(wanted: readonly number[], frames: readonly F[]): readonly F[] {
  const chosen = wanted.map((t) => [...frames].sort((a, b) => Math.abs(a.t - t) - Math.abs(b.t - t))[0]);
  return chosen.filter((frame, i): frame is F => frame !== undefined && chosen.indexOf(frame) === i);
}
