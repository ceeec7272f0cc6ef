/** unCLIP's parts behind the questions that the page asks, answered in Node by the engine's own code. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { runChain } from '../../../lessons/unclip/chainParts';
import { judgeConfig } from '../../../src/evaluation/judgeConfig';
import { judgePath, readJudge } from '../../../src/evaluation/judgeFiles';
import { judgePictures } from '../../../src/evaluation/judgePictures';
import { decodeSafetensors } from '../../../src/model/safetensors';
import { disposeAll, toTensors } from '../../../src/model/tensors';
import { shippedModel } from '../../../src/training/shippedModels';
import type { CallOptions, SampleStream } from '../../../src/worker/client';
import type { Device } from '../../../src/worker/device';
import { draw } from '../../../src/worker/drawing';
import { EmbedCommands } from '../../../src/worker/embedding';
import { modelOf, type Model } from '../../../src/worker/model';
import type { Answer, Ask, SampleRequest } from '../../../src/worker/protocol';
import { fileFetch, publicUrl } from '../../fileFetch';
import { drawContext } from '../draw';

type UnclipCall = 'embed.captions' | 'embed.pictures' | 'prior.sample';
type Asking = Parameters<typeof runChain>[0];

export interface UnclipInNode extends Asking {
  /** What the judge makes of pictures [n, 28, 28]: [n, 10]. */
  probabilities(pixels: Float32Array): Promise<Float32Array>;
  dispose(): void;
}

const device: Device = {
  report: {
    ...{ backend: 'wasm', renderer: null, why: '', where: 'worker', choice: 'wasm' },
    ...{ reproducible: true, precision: 'float32', probe: null },
  },
  isLost: () => false,
  guard: (promise) => promise,
  onLost: () => undefined,
  lose: () => undefined,
};

/** The networks that ship. The engine must have been started. */
export function openUnclip(): UnclipInNode {
  const commands = new EmbedCommands({
    baseUrl: `${publicUrl}/`,
    fetch: fileFetch,
    device: () => Promise.resolve(device),
    ownEmbedding: () => Promise.reject(new Error('No reader trains here.')),
  });
  const judge = toTensors(readJudge(publicFile(judgePath)));
  const models = new Map<string, Model>();
  const modelNamed = (name: string): Model => {
    const { path, recipe } = shippedModel(name);
    const model = models.get(name) ?? modelOf(recipe, toTensors(decodeSafetensors(publicFile(path)).arrays));
    models.set(name, model);
    return model;
  };
  const { signal } = drawContext;
  const answers: { readonly [C in UnclipCall]: (ask: Ask<C>, options: CallOptions<C>) => Promise<Answer<C>> } = {
    'embed.captions': (ask) => commands.captions(ask, signal),
    'embed.pictures': (ask) => commands.pictures(ask, signal),
    'prior.sample': (ask, { onPart }) => commands.prior(ask, { signal, part: (part) => onPart?.(part), check: () => undefined }),
  };
  return {
    ask: (name, ask, options = {}) => answers[name](ask, options),
    sample: (request) => streamOf(modelNamed(request.source.kind === 'recorded' ? (request.source.name ?? '') : ''), request),
    probabilities: async (pixels) => (await judgePictures(judge, judgeConfig, pixels)).probabilities,
    dispose: () => {
      for (const { params } of models.values()) disposeAll(params);
      disposeAll(judge);
    },
  };
}

/** As the engine's, but for the summary, which nobody here asks for. */
function streamOf(model: Model, request: SampleRequest): SampleStream {
  return {
    summary: new Promise(() => undefined),
    [Symbol.asyncIterator]: () => draw(model, request, drawContext),
  };
}

function publicFile(path: string): Uint8Array {
  return readFileSync(fileURLToPath(new URL(`../../../public/${path}`, import.meta.url)));
}
