/** A chain of networks, each drawing twice as large as the one before, as lesson 7 walks it. */
import { stageSeed } from '../../../src/diffusion/cascade';
import { draw, type Model } from '../../../src/worker/drawing';
import type { SampleFrame } from '../../../src/worker/protocol';
import { drawContext } from '../draw';
import { limited, type Walk } from '../../quality/draw';

export interface Stage {
  readonly model: Model;
  /** 0 for the base; an upsampler that begins a chain keeps its number, and so its noise. */
  readonly place: number;
  readonly walk: Walk;
  readonly guidanceScale: number;
  /** Of the noise on the picture that an upsampler looks at. */
  readonly k: number;
}

export interface ChainRequest {
  readonly stages: readonly Stage[];
  readonly labels: readonly number[];
  /** Of the chain. */
  readonly seed: number;
  /** Small pictures in place of drawn ones, for a chain that begins with an upsampler. */
  readonly start?: Float32Array;
}

/** Every moment of every stage, or each stage's last alone. */
export async function* chainFrames(
  request: ChainRequest,
  frames: 'all' | 'last',
): AsyncGenerator<{ readonly stage: Stage; readonly frame: SampleFrame }> {
  const { stages, labels, seed } = request;
  let small = request.start;
  for (const stage of stages) {
    const { model, place, walk, guidanceScale, k } = stage;
    const condition = small && { pixels: small, augmentation: k };
    const asked = { ...walk, clip: true, guidanceScale, seed: stageSeed(seed, place), labels, frames };
    for await (const frame of draw(model, condition ? { ...asked, condition } : asked, drawContext)) {
      yield { stage, frame };
      if (frame.x0 === null) small = limited(frame.xt);
    }
  }
}

/** The final pictures alone. [labels.length, S, S] */
export async function drawChain(request: ChainRequest): Promise<Float32Array> {
  let last = new Float32Array();
  for await (const { frame } of chainFrames(request, 'last')) last = Float32Array.from(frame.xt);
  return last;
}
