/** Who draws WebGL here: a GPU, or the processor pretending to be one. */

const software = /swiftshader|llvmpipe|softpipe|software|basic render/i;

/** True for a renderer that computes on the processor: several seconds a training step, where WASM takes a fraction of one. */
export function softwareRenderer(renderer: string): boolean {
  return software.test(renderer);
}

/**
 * The renderer's own name, as far as the browser tells it.
 * @returns null where WebGL 2 with float textures that can be drawn to, of 16 bits at least, is missing: without those the network can't run
 */
export function webglRenderer(canvas: HTMLCanvasElement | OffscreenCanvas): string | null {
  const gl = canvas.getContext('webgl2', { failIfMajorPerformanceCaveat: false });
  if (!(gl instanceof WebGL2RenderingContext)) return null;
  const drawable = ['EXT_color_buffer_float', 'EXT_color_buffer_half_float'].some((name) => gl.getExtension(name) !== null);
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext(); // browsers allow few contexts at once; this one has told all it can
  return drawable ? String(name) : null;
}
