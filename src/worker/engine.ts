/**
 * The engine: owns every tensor, trains one run at a time, draws while it trains, keeps runs in storage, and comes back
 * from a lost GPU. Commands go in, events come out; what it needs of the world comes with its host.
 */
import { AppError } from '../base/errors';
import type { EngineHost } from './host';
import type { Command } from './protocol';
import { createRequests } from './requests';
import { Workshop } from './workshop';

export interface Engine {
  handle(command: Command): void;
  close(): void;
}

export function createEngine(host: EngineHost): Engine {
  const requests = createRequests(host.post);
  let opening: Promise<Workshop> | null = null;

  /** @throws internal, before init */
  const workshop = (): Promise<Workshop> => {
    if (!opening) throw new AppError('internal', 'The engine was asked for something before it was started.');
    return opening;
  };

  return {
    handle: (command) => {
      switch (command.type) {
        case 'init':
          return requests.run(command.type, command.id, async () => {
            opening ??= Workshop.open(command.ask, host);
            return (await opening).report();
          });
        case 'data.load':
          return requests.run(command.type, command.id, async ({ signal }) => (await workshop()).loadData(signal));
        case 'run.create':
          return requests.run(command.type, command.id, async () => (await workshop()).run.create(command.ask));
        case 'run.start':
          return requests.run(command.type, command.id, async () => (await workshop()).run.start(command.ask));
        case 'run.trainTo':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).run.trainTo(command.ask, signal),
          );
        case 'run.pause':
          return requests.run(command.type, command.id, async () => (await workshop()).run.pause(command.ask));
        case 'run.step':
          return requests.run(command.type, command.id, async ({ signal }) => (await workshop()).run.step(command.ask, signal));
        case 'run.reset':
          return requests.run(command.type, command.id, async () => (await workshop()).run.reset(command.ask));
        case 'run.setLearningRate':
          return requests.run(command.type, command.id, async () => (await workshop()).run.setLearningRate(command.ask));
        case 'run.setPreviewInterval':
          return requests.run(command.type, command.id, async () => (await workshop()).run.setPreviewInterval(command.ask));
        case 'run.setJudging':
          return requests.run(command.type, command.id, async () => (await workshop()).run.setJudging(command.ask));
        case 'sample':
          return requests.run(command.type, command.id, async (request) =>
            (await workshop()).drawing.sample(command.ask, request),
          );
        case 'inspect':
          return requests.run(command.type, command.id, async () => (await workshop()).drawing.inspect(command.ask));
        case 'judge':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).drawing.judge(command.ask, signal),
          );
        case 'embed.pictures':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).embedding.pictures(command.ask, signal),
          );
        case 'embed.captions':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).embedding.captions(command.ask, signal),
          );
        case 'prior.sample':
          return requests.run(command.type, command.id, async (request) =>
            (await workshop()).embedding.prior(command.ask, request),
          );
        case 'autoencoder.encode':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).autoencoders.encode(command.ask, signal),
          );
        case 'autoencoder.decode':
          return requests.run(command.type, command.id, async ({ signal }) =>
            (await workshop()).autoencoders.decode(command.ask, signal),
          );
        case 'part.train':
          return requests.run(command.type, command.id, async (request) => (await workshop()).parts.train(command.ask, request));
        case 'part.look':
          return requests.run(command.type, command.id, async () => (await workshop()).parts.look(command.ask));
        case 'weights.export':
          return requests.run(command.type, command.id, async () => (await workshop()).run.exportWeights(command.ask));
        case 'weights.import':
          return requests.run(command.type, command.id, async () => (await workshop()).run.importWeights(command.ask));
        case 'save':
          return requests.run(command.type, command.id, async () => (await workshop()).save());
        case 'memory':
          return requests.run(command.type, command.id, async () => (await workshop()).memory());
        case 'profile':
          return requests.run(command.type, command.id, async (request) => (await workshop()).profile(command.ask, request));
        case 'sabotage':
          return requests.run(command.type, command.id, async () => (await workshop()).sabotage(command.ask));
        case 'cancel':
          return requests.cancel(command.id);
        default:
          return command satisfies never;
      }
    },
    close: () => void opening?.then((open) => open.close()),
  };
}
