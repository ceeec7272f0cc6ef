/** What the probe measured, in a sentence for "This device". */
import type { Measured, ProbeResult } from '../worker/protocol';

/** Ways that this device does not have are passed over. */
export function measuredSentence({ renderer, adapter, wasm, webgl, webgpu }: ProbeResult): string {
  const cards = [
    ...(renderer === null ? [] : [`${time(webgl)} through WebGL, `]),
    ...(adapter === null ? [] : [`${time(webgpu)} through WebGPU, `]),
  ];
  return `Measured here: a training step takes ${cards.join('').replace(/, $/, '')} and ${time(wasm)} through WebAssembly.`;
}

function time(measured: Measured | null): string {
  if (measured === null) return 'no time that could be measured';
  const { msPerStep } = measured;
  if (msPerStep >= 1000) return `${(msPerStep / 1000).toFixed(1)} s`;
  return `${msPerStep.toFixed(msPerStep < 10 ? 1 : 0)} ms`;
}
