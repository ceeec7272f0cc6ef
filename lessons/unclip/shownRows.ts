/** A row of pictures as a figure shows it, whether it was drawn here or recorded. */
import { toSigned } from '$lib/data/pixels';
import type { RecordedRow } from '$lib/data/recordedUnclipFilm';
import type { DrawnVariant } from '../conditioning/variants.svelte';
import { pictureVerdicts, type PictureVerdict } from '../conditioning/verdicts';
import { embeddingLength } from './requests';

export interface ShownRow {
  readonly id: string;
  readonly title: string;
  readonly note: string;
  /** [n, 28, 28] */
  readonly pixels: Float32Array;
  /** [n] against what was asked for; null where nobody asked. */
  readonly verdicts: readonly PictureVerdict[] | null;
  /** [n, 10] of the judge; null likewise. */
  readonly probabilities: Float32Array | null;
  /** [32]: what the first picture was drawn from. */
  readonly vector: Float32Array;
}

export function drawnRow({ variant, pixels, verdicts, probabilities }: DrawnVariant): ShownRow {
  const { id, title, note = '', request } = variant;
  const vector = request.vectors?.subarray(0, embeddingLength) ?? new Float32Array();
  return { id, title, note, pixels, verdicts, probabilities, vector };
}

export function recordedRow({ id, title, note, asked, pixels, probabilities, vector }: RecordedRow): ShownRow {
  const signed = toSigned(pixels);
  const verdicts = asked.length === 0 ? null : pictureVerdicts(signed, probabilities, asked);
  return { id, title, note, pixels: signed, verdicts, probabilities: asked.length === 0 ? null : probabilities, vector };
}
