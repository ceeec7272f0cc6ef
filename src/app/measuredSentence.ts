/** What the probe measured, in a sentence for "This device". */
import type { Measured, ProbeResult } from '../worker/protocol';

export function measuredSentence({ wasm, webgl }: ProbeResult): string {
  return `Measured here: a training step takes ${time(webgl)} through WebGL and ${time(wasm)} through WebAssembly.`;
}

function time(measured: Measured | null): string {
  if (measured === null) return 'no time that could be measured';
  const { msPerStep } = measured;
  if (msPerStep >= 1000) return `${(msPerStep / 1000).toFixed(1)} s`;
  return `${msPerStep.toFixed(msPerStep < 10 ? 1 : 0)} ms`;
}
