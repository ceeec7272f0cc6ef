/** The lessons' recorded files, of which those that are not there yet are left out. */
import { existsSync, readFileSync } from 'node:fs';
import { fieldReader } from '../../../src/data/recordedFields';
import { parseRecordedCaptions, type RecordedCaptions } from '../../../src/data/recordedCaptions';
import { parseRecordedCascade, type RecordedCascade } from '../../../src/data/recordedCascade';
import { parseRecordedExperts, type ExpertRow, type RecordedExperts } from '../../../src/data/recordedExperts';
import { parseRecordedLatent, type RecordedLatent } from '../../../src/data/recordedLatent';
import { modelRecordFields, type ModelRecord } from '../../../src/data/recordedModels';
import { parseRecordedUnclip, type RecordedUnclip } from '../../../src/data/recordedUnclip';

/** What scripts/pretrain/judge.ts writes. */
export interface JudgeRecord {
  readonly device: string;
  readonly steps: number;
  readonly batchSize: number;
  readonly seconds: number;
  readonly testPictures: number;
  readonly accuracyF16: number;
}

/** A file, and the networks whose training it tells of. */
type With<File> = File & { readonly models: readonly ModelRecord[] };

export interface FamilySources {
  /** Of the network that lesson 2's own run left. */
  readonly quickDevice: string;
  readonly judge: JudgeRecord;
  readonly experts: Omit<RecordedExperts, 'rows'> & { readonly rows: readonly Omit<ExpertRow, 'heldOut'>[] };
  readonly cascade: RecordedCascade;
  readonly captions: With<RecordedCaptions> | null;
  readonly latent: With<RecordedLatent> | null;
  readonly unclip: RecordedUnclip | null;
}

/** @throws data/format, for a file that is damaged; a plain Error, where one of the first three is not there */
export function readSources(folder: URL = new URL('../../../public/recorded/', import.meta.url)): FamilySources {
  const json = (name: string): unknown => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
  const ifThere = <File>(name: string, parse: (value: unknown) => File): With<File> | null => {
    if (!existsSync(new URL(`${name}.json`, folder))) return null;
    const value = json(name);
    return { ...parse(value), models: modelsIn(name, value) };
  };
  const read = fieldReader('training');
  const judge = json('judge');
  return {
    quickDevice: read.texts(json('quick'), ['device']).device,
    judge: {
      ...read.texts(judge, ['device']),
      ...read.numbers(judge, ['steps', 'batchSize', 'seconds', 'testPictures', 'accuracyF16']),
    },
    experts: parseRecordedExperts(json('experts')),
    cascade: parseRecordedCascade(json('cascade')),
    captions: ifThere('captions', parseRecordedCaptions),
    latent: ifThere('latent', parseRecordedLatent),
    unclip: ifThere('unclip', parseRecordedUnclip),
  };
}

function modelsIn(name: string, value: unknown): readonly ModelRecord[] {
  const read = fieldReader(`file ${name}`);
  return read.part(value, 'models') === undefined ? [] : read.list(value, 'models', (model) => modelRecordFields(read, model));
}
