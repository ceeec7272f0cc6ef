/**
 * What the page remembers about this device: which backend the reader wants, whether runs are to repeat to the last bit, and how fast
 * the backends were. The address goes before what was remembered: ?backend=wasm, ?reproducible=1, ?probe=1.
 */
import type { BackendAsk, BackendChoice, ProbeResult } from './protocol';

const choices: readonly BackendChoice[] = ['auto', 'webgl', 'webgpu', 'wasm', 'cpu'];
const keys = { backend: 'diffusion.backend', reproducible: 'diffusion.reproducible', probe: 'diffusion.probe' } as const;

/** Automatic, unless the reader asked for something. */
export function backendChoice(search: string): BackendChoice {
  const asked = new URLSearchParams(search).get('backend') ?? read(keys.backend);
  return choices.find((choice) => choice === asked) ?? 'auto';
}

export function rememberBackendChoice(choice: BackendChoice): void {
  write(keys.backend, choice);
}

export function isReproducibleWanted(search: string): boolean {
  return (new URLSearchParams(search).get('reproducible') ?? read(keys.reproducible)) === '1';
}

export function rememberReproducible(isWanted: boolean): void {
  write(keys.reproducible, isWanted ? '1' : '0');
}

/** Measured earlier by the same version of the notebook; ?probe=1 measures again, whoever draws WebGL. */
export function probeAsk(search: string, version: string): NonNullable<BackendAsk['probe']> {
  return { remembered: rememberedProbe(version), isForced: new URLSearchParams(search).get('probe') === '1' };
}

export function rememberProbe(result: ProbeResult, version: string): void {
  write(keys.probe, JSON.stringify({ version, result }));
}

function rememberedProbe(version: string): ProbeResult | null {
  try {
    const stored: unknown = JSON.parse(read(keys.probe) ?? 'null');
    if (!isRecord(stored) || stored['version'] !== version) return null;
    const { result } = stored;
    return isProbeResult(result) ? result : null;
  } catch {
    return null; // not JSON: nobody of ours wrote it
  }
}

/** What was kept before WebGPU was measured names no adapter, and counts no more. */
function isProbeResult(value: unknown): value is ProbeResult {
  if (!isRecord(value)) return false;
  const { renderer, adapter, wasm, webgl, webgpu } = value;
  return [renderer, adapter].every(isNameOrNull) && [wasm, webgl, webgpu].every(isMeasured);
}

function isNameOrNull(value: unknown): boolean {
  return value === null || typeof value === 'string';
}

function isMeasured(value: unknown): boolean {
  return value === null || (isRecord(value) && typeof value['msPerStep'] === 'number' && typeof value['precision'] === 'string');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is blocked: the choice holds until the page is left.
  }
}
