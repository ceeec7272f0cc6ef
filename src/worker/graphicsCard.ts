/**
 * The graphics card behind a running tfjs backend, as far as losing it goes. A lost WebGL context throws nothing: reads never come
 * back. A lost WebGPU device refuses reads, a moment before it tells that it is lost.
 */

export interface GraphicsCard {
  readonly lost: Promise<void>;
  isLost(): boolean;
  /** Takes it away, as a driver's crash would. False where the browser cannot. */
  lose(): boolean;
}

/** @param backend the running tfjs backend; null for one that computes on the processor */
export function cardOf(backend: unknown): GraphicsCard | null {
  // Classes of packages that are loaded on demand: MathBackendWebGL, WebGPUBackend.
  const { gpgpu, device } = backend as { readonly gpgpu?: { readonly gl?: unknown }; readonly device?: unknown };
  // Neither class exists everywhere, so they are asked for only where there is something to compare.
  if (gpgpu?.gl !== undefined && gpgpu.gl instanceof WebGL2RenderingContext) return webglCard(gpgpu.gl);
  return device !== undefined && device instanceof GPUDevice ? webgpuCard(device) : null;
}

function webglCard(gl: WebGL2RenderingContext): GraphicsCard {
  return {
    lost: new Promise((resolve) => gl.canvas.addEventListener('webglcontextlost', () => resolve())),
    isLost: () => gl.isContextLost(),
    lose: () => {
      const extension = gl.getExtension('WEBGL_lose_context');
      extension?.loseContext();
      return extension !== null;
    },
  };
}

function webgpuCard(device: GPUDevice): GraphicsCard {
  let isLost = false;
  return {
    lost: device.lost.then(() => void (isLost = true)),
    isLost: () => isLost,
    lose: () => {
      device.destroy();
      return true;
    },
  };
}
