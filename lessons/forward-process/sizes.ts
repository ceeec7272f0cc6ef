/**
 * Averaging k × k pixels leaves the picture and divides the noise's deviation by k: the signal-to-noise ratio grows by k²
 * (Hoogeboom et al. 2023, arXiv:2301.11093, section 3.1, where schedules are shifted by just that).
 */
import { snr } from '$lib/diffusion/schedule';
import type { Schedule } from '$lib/diffusion/types';

/** The first t at which a small picture is as noisy as one `factor` times as large is, after averaging, at t. */
export function sameReadingT(schedule: Schedule, t: number, factor: number): number {
  const target = snr(schedule.alphasCumprod[t] ?? 0) * factor * factor;
  return Math.max(
    0,
    schedule.alphasCumprod.findIndex((alphaBar) => snr(alphaBar) <= target),
  );
}
