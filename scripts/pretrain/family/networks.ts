/** Every network that ships, with what its training cost. */
import type { FamilyNetwork } from '../../../src/data/recordedFamily';
import type { AutoencoderRow } from '../../../src/data/recordedLatent';
import type { ModelRecord } from '../../../src/data/recordedModels';
import { judgeConfig, judgeParameters } from '../../../src/evaluation/judgeConfig';
import { elements } from '../../../src/model/parameters';
import { shippedSeed } from '../modelFiles';
import { rehearsedMark } from './rehearsal';
import { roleOf } from './roles';
import type { FamilySources, JudgeRecord } from './sources';

/** Lesson by lesson, each once. @param sources of what ships alone: `shippedOnly` */
export function familyNetworks(sources: FamilySources): readonly FamilyNetwork[] {
  const { judge, experts, cascade, captions, latent, unclip } = sources;
  const files = [experts, cascade, captions, latent, unclip];
  const trained = files.flatMap((file) =>
    file ? file.models.map((model) => networkOf(model, model.device ?? file.device)) : [],
  );
  const autoencoders = (latent?.autoencoders ?? []).map((row) => {
    const record = latent?.models.find(({ name }) => name === row.name);
    return autoencoderOf(row, record?.device ?? latent?.device ?? '');
  });
  const embedding = unclip?.embedding.byStep.at(-1);
  const known = [...trained, ...autoencoders].map((network): FamilyNetwork => {
    if (network.name === 'quick') return { ...network, device: sources.quickDevice }; // other files tell of it, too
    if (!embedding || network.name !== 'contrastive') return network;
    return {
      ...network,
      marks: [`right class without training for it: ${percent(embedding.zeroShot)}`, ...rehearsedMark(network.name)],
    };
  });
  const once = new Map([judgeOf(judge), ...known].map((network) => [network.name, network]));
  return [...once.values()].sort((a, b) => a.lesson - b.lesson || compareNames(a.name, b.name));
}

/** The sources with those networks alone that ship. */
export function shippedOnly(sources: FamilySources): FamilySources {
  const only = <File extends { readonly models: readonly ModelRecord[] }>(file: File): File => ({
    ...file,
    models: file.models.filter(({ seed }) => seed === shippedSeed),
  });
  const { experts, cascade, captions, latent, unclip } = sources;
  return {
    ...sources,
    ...{ experts: only(experts), cascade: only(cascade) },
    ...{ captions: captions && only(captions), latent: latent && only(latent), unclip: unclip && only(unclip) },
  };
}

function networkOf({ name, steps, trainingFlops, seconds, parameters }: ModelRecord, device: string): FamilyNetwork {
  return { name, ...roleOf(name), parameters, steps, trainingFlops, seconds, device, marks: [] };
}

function autoencoderOf(row: AutoencoderRow, device: string): FamilyNetwork {
  const { name, parameters, steps, trainingFlops, seconds, agreement, mse } = row;
  const marks = [
    `the judge agrees: ${percent(agreement)}`,
    `mean squared error: ${Number(mse.toPrecision(2))}`,
    ...rehearsedMark(name),
  ];
  return { name, ...roleOf(name), parameters, steps, trainingFlops, seconds, device, marks };
}

function judgeOf({ steps, batchSize, seconds, device, accuracyF16 }: JudgeRecord): FamilyNetwork {
  const parameters = judgeParameters(judgeConfig).reduce((sum, { shape }) => sum + elements(shape), 0);
  const trainingFlops = passesPerStep * steps * batchSize * judgeFlops();
  const marks = [`right on ${percent(accuracyF16)} of the test digits`];
  return { name: 'judge', ...roleOf('judge'), parameters, steps, trainingFlops, seconds, device, marks };
}

/** Forward, the gradient of the weights and the gradient of the activations each cost about one forward pass. */
const passesPerStep = 3;

/** Of one picture: each filter is applied at every pixel of its side, which is halved after each convolution; a matrix once. */
function judgeFlops(): number {
  let side = judgeConfig.imageSize;
  return judgeParameters(judgeConfig).reduce((sum, { shape }) => {
    if (shape.length < 2) return sum;
    const isFilter = shape.length > 2;
    const places = isFilter ? side ** 2 : 1;
    if (isFilter) side = Math.floor(side / 2);
    return sum + 2 * places * elements(shape);
  }, 0);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}

/** base-7@100 before base-7@1000. */
function compareNames(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
