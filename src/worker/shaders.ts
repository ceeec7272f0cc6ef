/**
 * Shaders ahead of their first use. By itself tfjs compiles a WebGL program when a step first needs it, and waits for it, one program
 * after the other. In its compile-only mode nothing is waited for and nothing drawn, so a browser may compile many at a time
 * (KHR_parallel_shader_compile). What such a pass computes is nothing: it must run on tensors of its own (rehearsal.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { throwIfCancelled } from './requests';

const pollMs = 20;

type Programs = Record<string, { readonly webGLProgram: WebGLProgram }>;

/** As much of tfjs's MathBackendWebGL as this takes; its class is loaded on demand. */
interface ShaderBackend {
  /** By a text that names the program and its shapes. */
  binaryCache: Programs;
  readonly gpgpu: {
    readonly gl: WebGL2RenderingContext;
    readonly parallelCompilationExtension: { readonly COMPLETION_STATUS_KHR: number } | null;
  };
  /** Both work on all of `binaryCache`; the first throws where a program could not be linked. */
  checkCompileCompletion(): void;
  getUniformLocations(): void;
}

/** True on WebGL, where the browser compiles without being waited for. */
export function canCompileAhead(): boolean {
  const backend: unknown = tf.backend();
  return isShaderBackend(backend) && backend.gpgpu.parallelCompilationExtension !== null;
}

/**
 * Compiles whatever `rehearse` needs, and lets others work meanwhile. Programs are kept out of tfjs's sight until they are ready: half
 * a program would break whoever finds it.
 * @param rehearse dispatches the work, reads nothing, and leaves no tensor behind
 * @param tell how many programs of how many are ready
 * @throws request/cancelled
 */
export async function compileAhead(
  rehearse: () => void,
  tell: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const backend: unknown = tf.backend();
  if (!isShaderBackend(backend)) return;
  const { gl, parallelCompilationExtension: extension } = backend.gpgpu;
  const programs = collect(backend, rehearse);
  const isReady = (program: WebGLProgram): boolean =>
    extension === null || gl.isContextLost() || gl.getProgramParameter(program, extension.COMPLETION_STATUS_KHR) === true;
  let waiting = Object.values(programs).map(({ webGLProgram }) => webGLProgram);
  const total = waiting.length;
  try {
    while (waiting.length > 0) {
      tell(total - waiting.length, total);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
      throwIfCancelled(signal);
      waiting = waiting.filter((program) => !isReady(program));
    }
    if (!gl.isContextLost()) adopt(backend, programs);
  } catch (thrown) {
    for (const { webGLProgram } of Object.values(programs)) gl.deleteProgram(webGLProgram);
    throw thrown;
  }
}

/** The programs that `rehearse` needs and that were not there. */
function collect(backend: ShaderBackend, rehearse: () => void): Programs {
  const known = backend.binaryCache;
  const fresh = Object.create(known) as Programs; // known ones are found through the prototype, new ones stay apart
  backend.binaryCache = fresh;
  tf.env().set('ENGINE_COMPILE_ONLY', true);
  try {
    rehearse();
  } finally {
    tf.env().set('ENGINE_COMPILE_ONLY', false);
    backend.binaryCache = known;
  }
  return { ...fresh };
}

/** Hands over what is linked, but for what somebody else has compiled in the meantime. */
function adopt(backend: ShaderBackend, programs: Programs): void {
  const known = backend.binaryCache;
  backend.binaryCache = programs;
  try {
    backend.checkCompileCompletion();
    backend.getUniformLocations();
  } finally {
    backend.binaryCache = known;
  }
  for (const [key, program] of Object.entries(programs)) {
    if (key in known) backend.gpgpu.gl.deleteProgram(program.webGLProgram);
    else known[key] = program;
  }
}

function isShaderBackend(backend: unknown): backend is ShaderBackend {
  const parts = backend as Partial<Record<keyof ShaderBackend, unknown>>;
  const { gl } = (parts.gpgpu ?? {}) as { readonly gl?: unknown };
  return (
    typeof parts.binaryCache === 'object' && // first, because Node and some browsers lack the class that comes next
    gl instanceof WebGL2RenderingContext &&
    typeof parts.checkCompileCompletion === 'function' &&
    typeof parts.getUniformLocations === 'function'
  );
}
