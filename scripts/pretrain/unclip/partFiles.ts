/** The trained parts of unCLIP that are no denoisers: their files, and what is recorded of their training. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { ModelRecord } from '../../../src/data/recordedModels';
import { elements } from '../../../src/model/parameters';
import { checkTensors, decodeSafetensors } from '../../../src/model/safetensors';
import { toArrays, toTensors, type Params } from '../../../src/model/tensors';
import { shippedParts, type ShippedPart } from '../../../src/training/shippedParts';
import { openJsonLines } from '../jsonLines';
import { recordingFolder, writeWeights } from '../modelFiles';
import { hashOf } from '../savePlace';
import { thisDevice } from '../trainRun';

/** With what the part was trained by, and what was seen on the way: other settings give another part. */
export interface PartRecord<Seen> extends ModelRecord {
  readonly name: ShippedPart;
  readonly key: string;
  readonly seen: readonly Seen[];
}

const records = openJsonLines<PartRecord<unknown>>(`${recordingFolder}unclip-parts.jsonl`);

function partFile(part: ShippedPart): string {
  return fileURLToPath(new URL(`../../../public/${shippedParts[part].path}`, import.meta.url));
}

/** What was recorded last, if it is of these settings and its file is there. */
export function trainedRecord<Seen>(part: ShippedPart, key: string): PartRecord<Seen> | null {
  const latest = records.all().findLast(({ name }) => name === part);
  return latest?.key === key && existsSync(partFile(part)) ? (latest as PartRecord<Seen>) : null; // written below for the same part
}

export async function keepPart<Seen>(
  part: ShippedPart,
  weights: Params,
  record: Omit<PartRecord<Seen>, 'name' | 'bytes' | 'parameters'>,
  command: string,
): Promise<PartRecord<Seen>> {
  const metadata = { part, seed: String(record.seed), step: String(record.steps), weights: 'ema', command };
  const bytes = writeWeights(partFile(part), await toArrays(weights), metadata);
  const parameters = shippedParts[part].parameters().reduce((sum, { shape }) => sum + elements(shape), 0);
  const kept = { ...record, name: part, bytes, parameters, device: thisDevice() };
  records.add(kept);
  console.log(`kept ${part}: ${(bytes / 1000).toFixed(0)} kB after ${record.seconds.toFixed(0)} s`);
  return kept;
}

/** In half precision, as it ships. @throws weights/format */
export function readPart(part: ShippedPart): Params {
  const { arrays } = decodeSafetensors(readFileSync(partFile(part)));
  checkTensors(arrays, shippedParts[part].parameters());
  return toTensors(arrays);
}

export function partFingerprint(part: ShippedPart): string {
  return hashOf(readFileSync(partFile(part)).toString('base64'));
}
