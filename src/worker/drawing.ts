/**
 * Draws pictures with a network: the engine's end of the one reverse loop. The weights are held for as long as drawing
 * takes, so that training may go on and replace them in the meantime.
 */
import * as tf from '@tensorflow/tfjs-core';
import { expertDenoiser, type Interval } from '../diffusion/experts';
import { ddimInversion, upward } from '../diffusion/inversion';
import { levelsFor } from '../diffusion/levels';
import { sample, type Frame } from '../diffusion/sample';
import { samplerById } from '../diffusion/samplers';
import type { Sampler } from '../diffusion/samplers/define';
import { makeSchedule } from '../diffusion/schedule';
import type { Denoiser, NoiseLevel, Schedule } from '../diffusion/types';
import { AppError } from '../base/errors';
import type { UNetConfig } from '../model/config';
import { decode } from '../model/autoencoder';
import { evaluationsPerCall, makeDenoiser } from '../model/denoiser';
import { pictureNoise } from '../model/pictureNoise';
import { tensorOps } from '../model/tensorOps';
import type { LatentSpace } from '../training/latentBatches';
import type { Device } from './device';
import { hold } from './hold';
import { expertsIn, type DrawSource, type Model } from './model';
import { toldText } from './prompts';
import type { AttentionMap, SampleFrame, SampleRequest } from './protocol';
import { throwIfCancelled } from './requests';
import { smallPictures } from './smallPictures';
import { yieldToMessages } from './yieldToMessages';

export type { DrawSource, Model } from './model';

export type DrawRequest = Omit<SampleRequest, 'source'>;

export interface DrawContext {
  readonly device: Pick<Device, 'guard'>;
  readonly signal: AbortSignal;
  /** Told each time that a network is asked, and which. */
  readonly onAsked?: ((model: Model) => void) | undefined;
}

const mostPictures = 256;

/**
 * Frames as they are drawn; the last alone, if no more was asked for. Lets messages in between two steps.
 * A network without classes draws as if told nothing, whatever labels it is given.
 * @throws range, shape, request/cancelled, backend/lost
 */
export async function* draw(
  source: DrawSource,
  request: DrawRequest,
  { device, signal, onAsked }: DrawContext,
): AsyncGenerator<SampleFrame> {
  for (const frame of framesOf(source, request, onAsked)) {
    const isLast = frame.prediction === null;
    if (request.frames === 'all' || isLast) yield await device.guard(read(frame));
    await device.guard(yieldToMessages()); // what is not read would go on, on tensors of a card that is gone
    if (!isLast) throwIfCancelled(signal);
  }
}

/** The same, dispatched at once; nobody looks at what comes of it. @throws range, shape */
export function dispatchDrawing(source: DrawSource, request: Omit<DrawRequest, 'frames'>): void {
  for (const frame of framesOf(source, request)) if (frame.prediction === null) return;
}

/** Where the blocks of a network that reads look, by their names: [count, heads, pixels, places]. */
type Looks = ReadonlyMap<string, tf.Tensor4D>;

interface DrawnFrame extends Frame<tf.Tensor4D> {
  readonly looks: Looks;
  /** A latent as the picture that it stands for; null for a network of pixels. The caller's. */
  readonly decoded: ((latent: tf.Tensor4D) => tf.Tensor4D) | null;
}

/** Each frame's tensors are good until the next is asked for. */
function* framesOf(
  source: DrawSource,
  request: Omit<DrawRequest, 'frames'>,
  onAsked: DrawContext['onAsked'] = undefined,
): Generator<DrawnFrame> {
  const experts = expertsIn(source);
  const { config, schedule: scheduleConfig, latentSpace } = experts[0].model;
  const labels = config.classes > 0 ? request.labels : request.labels.map(() => null);
  const { guidanceInterval, vectors } = request;
  const guidanceScale = canBeTold(config) ? request.guidanceScale : 1;
  checkCount(labels.length);
  checkInterval(guidanceInterval);
  const told = {
    ...{ labels, text: request.prompts && toldText(request.prompts, labels.length), vectors },
    ...{ guidanceScale, guidanceInterval },
  };
  const schedule = makeSchedule(scheduleConfig);
  const { sampler, levels } = wayOf(request, schedule);
  const shape = [labels.length, config.imageSize, config.imageSize, config.channels] as const;
  const noises = pictureNoise(request.seed, shape);
  const held: tf.Tensor[] = [];
  const own = <T extends tf.Tensor>(tensor: T): T => {
    held.push(tensor);
    return tensor;
  };

  const looks = new Map<string, tf.Tensor4D>();
  /** A solver of higher order asks again elsewhere; a frame shows the first call, at its own x. */
  const onMaps = (block: string, maps: tf.Tensor4D): void => {
    if (looks.has(block)) maps.dispose();
    else looks.set(block, maps);
  };
  const forgetLooks = (): void => {
    tf.dispose([...looks.values()]);
    looks.clear();
  };

  const denoiserOf = (model: Model): Denoiser<tf.Tensor4D> => {
    const small = smallPictures(model, request, schedule);
    if (small) own(small);
    const params = hold(model.params);
    Object.values(params).forEach(own);
    const { config: of, predictionType } = model;
    const denoise = makeDenoiser({
      ...{ params, config: of, schedule, predictionType, ...told, clip: request.clip, reach: latentSpace?.reach },
      ...{ small: small ?? undefined, augmentation: request.condition?.augmentation },
      onMaps: request.attention ? onMaps : undefined,
    });
    return (x, level) => {
      onAsked?.(model);
      return denoise(x, level);
    };
  };

  try {
    const x = own(request.start ? startingFrom(request.start.x, shape) : noises('start'));
    const parts = experts.map(({ model, interval }) => ({ interval: withClean(interval), denoise: denoiserOf(model) }));
    const walk = sample<tf.Tensor4D>({
      sampler,
      values: request.samplerParams,
      levels,
      x,
      denoise: expertDenoiser(parts),
      noise: () => noises('step'),
      ops: tensorOps,
      evaluationsPerCall: ({ t }) => evaluationsPerCall({ config, ...told }, t),
      memory: { scope: (step) => tf.tidy(step), release: (value) => value.dispose() },
    });
    const decoded = latentSpace ? decoder(latentSpace, own) : null;
    for (const frame of walk) {
      yield { ...frame, looks, decoded };
      forgetLooks();
    }
  } finally {
    forgetLooks();
    tf.dispose(held);
  }
}

/** @param own is told of the tensors that the decoder holds */
function decoder(space: LatentSpace, own: (tensor: tf.Tensor) => void): (latent: tf.Tensor4D) => tf.Tensor4D {
  const params = hold(space.params);
  const scale = tf.tensor1d(space.scale);
  [...Object.values(params), scale].forEach(own);
  return (latent) => tf.tidy(() => decode(params, space.config, tf.mul(latent, scale)));
}

/** Who owns the cleanest noise is asked at t = 0 too, by a walk that goes up. */
function withClean({ from, to }: Interval): Interval {
  return { from: from === 0 ? -1 : from, to };
}

/** The final pictures alone, decoded where latents were drawn. [count, S, S], about −1..1 */
export async function drawLast(
  source: DrawSource,
  request: Omit<DrawRequest, 'frames'>,
  context: DrawContext,
): Promise<Float32Array> {
  for await (const frame of draw(source, { ...request, frames: 'last' }, context)) return frame.decoded?.xt ?? frame.xt;
  throw new AppError('internal', 'Drawing ended without a picture.');
}

/** One network evaluation with the shapes that drawing will have: on WebGL, it compiles the shaders. */
export async function warmUp(source: DrawSource, request: Omit<DrawRequest, 'frames'>, context: DrawContext): Promise<void> {
  await drawLast(source, { ...request, steps: 1 }, context);
}

/** Who walks, and through which levels: down from noise, or with ddimInversion up from the pictures that are given. */
function wayOf(
  { sampler, steps, spacing, start }: Omit<DrawRequest, 'frames'>,
  schedule: Schedule,
): { readonly sampler: Sampler; readonly levels: readonly NoiseLevel[] } {
  if (sampler !== ddimInversion.id) {
    return { sampler: samplerById(sampler), levels: levelsFor({ schedule, steps, spacing, from: start?.t }) };
  }
  if (start?.t !== 0) throw new AppError('range', 'The way up starts from clean pictures, at t = 0; none were given.');
  return { sampler: ddimInversion, levels: upward(levelsFor({ schedule, steps, spacing })) };
}

function startingFrom(values: Float32Array, shape: readonly [number, number, number, number]): tf.Tensor4D {
  const expected = shape.reduce((product, length) => product * length, 1);
  if (values.length !== expected) {
    throw new AppError('shape', `${shape[0]} pictures to start from have ${expected} values; ${values.length} were given.`);
  }
  return tf.tensor4d(values, [...shape]);
}

async function read(frame: DrawnFrame): Promise<SampleFrame> {
  const { i, level, nfe, x, prediction, noise, looks } = frame;
  const values = async (tensor: tf.Tensor | null | undefined): Promise<Float32Array | null> =>
    tensor ? Float32Array.from(await tensor.data<'float32'>()) : null;
  const [xt, x0, eps, fresh, decoded] = await Promise.all([
    ...([values(x), values(prediction?.x0), values(prediction?.eps), values(noise)] as const),
    readDecoded(frame),
  ]);
  const attention = looks.size === 0 ? null : await Promise.all(Array.from(looks, readMaps));
  const pictures = { xt: xt ?? new Float32Array(), x0, eps, noise: fresh };
  return { i, t: level.t, alphaBar: level.alphaBar, nfe, ...pictures, attention, decoded };
}

async function readDecoded({ x, prediction, decoded }: DrawnFrame): Promise<SampleFrame['decoded']> {
  if (!decoded) return null;
  const picture = async (latent: tf.Tensor4D): Promise<Float32Array> => {
    const drawn = decoded(latent);
    try {
      return Float32Array.from(await drawn.data<'float32'>());
    } finally {
      drawn.dispose();
    }
  };
  const [xt, x0] = await Promise.all([picture(x), prediction ? picture(prediction.x0) : null]);
  return { xt, x0 };
}

async function readMaps([layer, maps]: readonly [string, tf.Tensor4D]): Promise<AttentionMap> {
  const [, heads, pixels, places] = maps.shape;
  return { layer, side: Math.sqrt(pixels), heads, places, values: Float32Array.from(await maps.data<'float32'>()) };
}

/** Without anything that it could be told, there is nothing for guidance to exaggerate. */
function canBeTold({ classes, text, vectorFeatures }: UNetConfig): boolean {
  return classes > 0 || text !== null || vectorFeatures > 0;
}

function checkInterval(interval: DrawRequest['guidanceInterval']): void {
  if (!interval || interval.from < interval.to) return;
  throw new AppError(
    'range',
    `Guidance was to begin at t = ${interval.to} and end at ${interval.from}: there is no t in between.`,
  );
}

function checkCount(count: number): void {
  if (count < 1 || count > mostPictures) {
    throw new AppError('range', `Between 1 and ${mostPictures} pictures can be drawn at once; ${count} were asked for.`);
  }
}
