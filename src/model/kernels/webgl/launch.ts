/**
 * Running a fragment shader of our own on tfjs's WebGL context and textures. tfjs's runWebGLProgram gives one output a launch and
 * repacks inputs to suit itself; a fused kernel needs several outputs (render targets), and texels that hold four channels.
 */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';

/** A tensor to be drawn. WebGL 2 promises four of them a launch. */
export interface Target {
  readonly shape: readonly number[];
  /** tfjs's plain layout (one value a texel), its packed one (2×2 values of the last two axes), or four values a texel in ours. */
  readonly layout: 'plain' | 'packed' | TexelSize;
}

export interface TexelSize {
  readonly width: number;
  readonly height: number;
}

export interface Launch {
  /** By the name of the sampler; GPUs promise sixteen. */
  readonly inputs: Readonly<Record<string, tf.TensorInfo>>;
  /** Of one size; out0, out1 … in the code. */
  readonly targets: readonly Target[];
  /** Functions in front of main(). */
  readonly functions?: string;
  /** Body of main(). `at` is the texel's place, `texel` its number, counted row by row. */
  readonly code: string;
  /** By the name of the uniform float. */
  readonly numbers?: Readonly<Record<string, number>>;
}

/** @returns one tensor a target, the caller's */
export type Launcher = (launch: Launch) => tf.TensorInfo[];

interface Compiled {
  readonly program: NonNullable<MathBackendWebGL['gpgpu']['program']>;
  /** Where its inputs go, once somebody has waited for it to be linked. */
  locations: Locations | null;
}

interface Locations {
  readonly samplers: readonly (WebGLUniformLocation | null)[];
  readonly numbers: readonly (WebGLUniformLocation | null)[];
}

/** @throws when the context is lost; the launcher it makes, when a program does not compile */
export function createLauncher(backend: MathBackendWebGL): Launcher {
  const { gpgpu } = backend;
  const { gl } = gpgpu;
  if (!(gl instanceof WebGL2RenderingContext)) throw new Error('several outputs a launch need WebGL 2');
  const framebuffer = gl.createFramebuffer();
  const compiled = new Map<string, Compiled>();

  /** Begins to compile it, which a browser may do beside other things. */
  const compile = (source: string): Compiled => {
    const known = compiled.get(source);
    if (known) return known;
    const made = { program: gpgpu.createProgram(fragmentShader(gl, source)), locations: null };
    compiled.set(source, made);
    return made;
  };

  /** Waits for it. @throws when it could not be linked */
  const locate = ({ program }: Compiled, inputs: readonly string[], numbers: readonly string[]): Locations => {
    if (gl.getProgramParameter(program, gl.LINK_STATUS) === false && !gl.isContextLost()) {
      throw new Error(gl.getProgramInfoLog(program) ?? 'a program was not linked');
    }
    gpgpu.buildVao(program);
    const location = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
    return { samplers: inputs.map(location), numbers: numbers.map(location) };
  };

  const makeTensor = ({ shape, layout }: Target): tf.TensorInfo => {
    const info = backend.makeTensorInfo([...shape], 'float32');
    const data = backend.texData.get(info.dataId);
    data.isPacked = layout !== 'plain';
    if (typeof layout === 'object') data.texShape = [2 * layout.height, 2 * layout.width]; // tfjs counts values, 2×2 a texel
    return info;
  };

  const textureOf = ({ dataId }: tf.TensorInfo): WebGLTexture => {
    const { texture } = backend.texData.get(dataId);
    if (!texture) throw new Error('a tensor has no texture');
    return texture.texture;
  };

  const sizeOf = ({ dataId }: tf.TensorInfo): TexelSize => {
    const { texShape: [rows, columns] = [0, 0], isPacked } = backend.texData.get(dataId);
    return isPacked ? { width: Math.ceil(columns / 2), height: Math.ceil(rows / 2) } : { width: columns, height: rows };
  };

  return (launch) => {
    for (const { dataId } of Object.values(launch.inputs)) backend.uploadToGPU(dataId);
    const outputs = launch.targets.map(makeTensor);
    for (const { dataId } of outputs) backend.uploadToGPU(dataId);
    const [first] = outputs;
    if (!first) throw new Error('a launch draws something');
    const { width, height } = sizeOf(first);
    const numbers = launch.numbers ?? {};
    const entry = compile(sourceOf(launch, width));
    // In tfjs's compile-only mode nothing is drawn, and what comes from the processor has no texture.
    if (tf.env().getBool('ENGINE_COMPILE_ONLY')) return outputs;
    const { program } = entry;
    const locations = (entry.locations ??= locate(entry, Object.keys(launch.inputs), Object.keys(numbers)));
    const textures = Object.values(launch.inputs).map(textureOf);
    const drawn = outputs.map(textureOf);

    gl.bindFramebuffer(gl.FRAMEBUFFER, framebuffer);
    const attach = (texture: WebGLTexture | null, i: number): void =>
      gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0 + i, gl.TEXTURE_2D, texture, 0);
    drawn.forEach(attach);
    gl.drawBuffers(drawn.map((_, i) => gl.COLOR_ATTACHMENT0 + i));
    gl.viewport(0, 0, width, height);
    gl.scissor(0, 0, width, height);
    gpgpu.setProgram(program);
    gpgpu.bindVertexArray(program.vao);
    textures.forEach((texture, i) => {
      const location = locations.samplers[i];
      if (location) gpgpu.setInputMatrixTexture(texture, location, i);
    });
    Object.values(numbers).forEach((value, i) => gl.uniform1f(locations.numbers[i] ?? null, value));
    gpgpu.executeProgram();
    drawn.forEach((_, i) => attach(null, i)); // a texture that stays attached could not be read
    gl.bindFramebuffer(gl.FRAMEBUFFER, gpgpu.framebuffer);
    return outputs;
  };
}

/** Whether it compiled shows when the program is linked, which throws. */
function fragmentShader(gl: WebGL2RenderingContext, source: string): WebGLShader {
  const shader = gl.createShader(gl.FRAGMENT_SHADER);
  if (!shader) throw new Error('the WebGL context is lost');
  gl.shaderSource(shader, source);
  gl.compileShader(shader);
  return shader;
}

function sourceOf({ inputs, targets, functions = '', code, numbers = {} }: Launch, width: number): string {
  const lines = [
    '#version 300 es',
    'precision highp float; precision highp int; precision highp sampler2D;',
    ...Object.keys(inputs).map((name) => `uniform sampler2D ${name};`),
    ...Object.keys(numbers).map((name) => `uniform float ${name};`),
    ...targets.map(({ layout }, i) => `layout(location = ${i}) out ${layout === 'plain' ? 'float' : 'vec4'} out${i};`),
    functions,
    'void main() {',
    `  ivec2 at = ivec2(gl_FragCoord.xy); int texel = at.y * ${width} + at.x;`,
    code,
    '}',
  ];
  return lines.join('\n');
}
