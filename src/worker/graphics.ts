/** The ways to this device's graphics card: who draws WebGL, and who computes for WebGPU. */
import type { EngineHost } from './host';
import { softwareRenderer, webglRenderer } from './renderer';

/** A name each; null where that way is closed. */
export interface Graphics {
  readonly renderer: string | null;
  readonly adapter: string | null;
}

/** For those who do not ask for the graphics card. */
export const noGraphics: Graphics = { renderer: null, adapter: null };

export async function findGraphics(where: EngineHost['where']): Promise<Graphics> {
  return { renderer: findRenderer(where), adapter: await findAdapter() };
}

/** Without those that the processor stands in for. */
export function realOnes({ renderer, adapter }: Graphics): Graphics {
  return { renderer: unlessSoftware(renderer), adapter: unlessSoftware(adapter) };
}

function unlessSoftware(name: string | null): string | null {
  return name !== null && softwareRenderer(name) ? null : name;
}

function findRenderer(where: EngineHost['where']): string | null {
  if (where === 'page') return webglRenderer(document.createElement('canvas'));
  return typeof OffscreenCanvas === 'undefined' ? null : webglRenderer(new OffscreenCanvas(1, 1));
}

/** Absent in most browsers for Linux, in older ones and outside of secure contexts; and `requestAdapter` may find nothing. */
async function findAdapter(): Promise<string | null> {
  try {
    // A browser's types promise what only some browsers have.
    const adapter = 'gpu' in navigator ? await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' }) : null;
    return adapter === null ? null : nameOf(adapter.info);
  } catch {
    return null; // blocked by the browser's settings
  }
}

/** Browsers tell little, and some tell nothing; a fallback adapter is marked, for `softwareRenderer` to see. */
function nameOf({ vendor, architecture, device, description, isFallbackAdapter }: GPUAdapterInfo): string {
  const name = [vendor, architecture, device, description].filter((part) => part !== '').join(' ');
  return `${name === '' ? 'a graphics card without a name' : name}${isFallbackAdapter ? ' (software)' : ''}`;
}
