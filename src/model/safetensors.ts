/**
 * The safetensors format (https://github.com/huggingface/safetensors): eight bytes of header length (little-endian), a JSON
 * header {name: {dtype, shape, data_offsets}}, then the values. Python's safetensors reads what we write. Of its number types only
 * F32 and F16 are known here.
 */
import { AppError } from '../base/errors';
import type { NamedArray, NamedArrays, UNetConfig } from './config';
import { fromHalf, toHalf } from './float16';
import { elements, parametersOf, type ParameterSpec } from './parameters';

export type SafetensorsType = 'F32' | 'F16';

const lengthBytes = 8;
/** The format's own limit on the header. */
const maxHeaderBytes = 100_000_000;
/** The header is padded with spaces, so that values begin where typed arrays may begin. */
const alignment = 8;
const metadataKey = '__metadata__';
const bytesPerValue: Readonly<Record<SafetensorsType, number>> = { F32: 4, F16: 2 };

interface Entry {
  readonly name: string;
  readonly dtype: SafetensorsType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** @param dtype F16 halves the file and keeps three digits */
export function encodeSafetensors(
  arrays: NamedArrays,
  metadata: Readonly<Record<string, string>>,
  dtype: SafetensorsType = 'F32',
): Uint8Array<ArrayBuffer> {
  const entries: Entry[] = [];
  let place = 0;
  for (const [name, { shape, data }] of Object.entries(arrays)) {
    if (name === metadataKey || data.length !== elements(shape)) {
      throw new AppError(
        'weights/format',
        `The tensor “${name}” of shape [${shape.join(', ')}] with ${data.length} values cannot be written.`,
      );
    }
    const start = place;
    place += data.length * bytesPerValue[dtype];
    entries.push({ name, dtype, shape, start, end: place });
  }
  const header = encodeHeader(entries, metadata);
  const bytes = new Uint8Array(lengthBytes + header.length + place);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, lengthBytes);
  for (const { name, start } of entries) {
    writeValues(view, lengthBytes + header.length + start, arrays[name]?.data ?? new Float32Array(), dtype);
  }
  return bytes;
}

function encodeHeader(entries: readonly Entry[], metadata: Readonly<Record<string, string>>): Uint8Array {
  const fields = entries.map(
    ({ name, dtype, shape, start, end }) => [name, { dtype, shape, data_offsets: [start, end] }] as const,
  );
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries([[metadataKey, metadata], ...fields])));
  const padded = new Uint8Array(Math.ceil(text.length / alignment) * alignment).fill(' '.charCodeAt(0));
  padded.set(text);
  return padded;
}

function writeValues(view: DataView, at: number, data: Float32Array, dtype: SafetensorsType): void {
  data.forEach((value, i) => {
    if (dtype === 'F32') view.setFloat32(at + i * bytesPerValue.F32, value, true);
    else view.setUint16(at + i * bytesPerValue.F16, toHalf(value), true);
  });
}

/** @throws weights/format, naming the tensor or the part of the file that is damaged */
export function decodeSafetensors(bytes: Uint8Array): {
  readonly arrays: NamedArrays;
  readonly metadata: Readonly<Record<string, string>>;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerBytes = headerLength(view);
  const dataStart = lengthBytes + headerBytes;
  const header = parseHeader(bytes.subarray(lengthBytes, dataStart));
  const entries = Object.entries(header)
    .filter(([name]) => name !== metadataKey)
    .map(([name, value]) => parseEntry(name, value));
  checkCoverage(entries, bytes.length - dataStart);
  const arrays = entries.map(({ name, dtype, shape, start }): [string, NamedArray] => {
    return [name, { shape, data: readValues(view, dataStart + start, elements(shape), dtype) }];
  });
  return { arrays: Object.fromEntries(arrays), metadata: parseMetadata(header[metadataKey]) };
}

function headerLength(view: DataView): number {
  if (view.byteLength < lengthBytes) throw damaged(`it ends after ${view.byteLength} bytes`);
  const length = Number(view.getBigUint64(0, true));
  if (length > maxHeaderBytes || lengthBytes + length > view.byteLength) {
    throw damaged(`its header should be ${length} bytes long, in a file of ${view.byteLength}`);
  }
  return length;
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (thrown) {
    throw damaged(`its header is not JSON (${thrown instanceof Error ? thrown.message : String(thrown)})`);
  }
  if (!isRecord(header)) throw damaged('its header is not a list of tensors');
  return header;
}

function parseEntry(name: string, value: unknown): Entry {
  if (!isRecord(value)) throw damaged(`the tensor “${name}” has no description`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (dtype !== 'F32' && dtype !== 'F16')
    throw damaged(`the tensor “${name}” has the number type ${String(dtype)}; F32 and F16 can be read`);
  if (!isSizes(shape)) throw damaged(`the tensor “${name}” has no valid shape`);
  const [start, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (start === undefined || end === undefined) throw damaged(`the tensor “${name}” has no valid place in the file`);
  if (end - start !== elements(shape) * bytesPerValue[dtype]) {
    throw damaged(
      `the tensor “${name}” of shape [${shape.join(', ')}] has ${end - start} bytes instead of ${elements(shape) * bytesPerValue[dtype]}`,
    );
  }
  return { name, dtype, shape, start, end };
}

/** The tensors must fill the rest of the file, without gaps, overlaps or a tail. */
function checkCoverage(entries: readonly Entry[], available: number): void {
  let place = 0;
  for (const { name, start, end } of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (start !== place) throw damaged(`the tensor “${name}” begins at byte ${start} of the values, where ${place} was expected`);
    if (end > available) throw damaged(`it ends within the tensor “${name}”`);
    place = end;
  }
  if (place !== available) throw damaged(`${available - place} bytes follow after the last tensor`);
}

function readValues(view: DataView, at: number, count: number, dtype: SafetensorsType): Float32Array {
  return dtype === 'F32'
    ? Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + i * bytesPerValue.F32, true))
    : Float32Array.from({ length: count }, (_, i) => fromHalf(view.getUint16(at + i * bytesPerValue.F16, true)));
}

function parseMetadata(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw damaged('its metadata is not a list of texts');
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw damaged(`its metadata “${key}” is not a text`);
      return [key, text];
    }),
  );
}

/**
 * Whether these weights are this network's.
 * @throws weights/format, naming the tensor that is missing, too much, misshapen or not finite
 */
export function checkWeights(arrays: NamedArrays, config: UNetConfig): void {
  checkTensors(arrays, parametersOf(config));
}

/** The same for any list of tensors. @throws weights/format, as above */
export function checkTensors(arrays: NamedArrays, specs: readonly Pick<ParameterSpec, 'name' | 'shape'>[]): void {
  const expected = new Map(specs.map(({ name, shape }) => [name, shape]));
  for (const [name, shape] of expected) {
    const found = arrays[name];
    if (found === undefined) throw misfit(`there is no tensor named “${name}”`);
    if (found.shape.join() !== shape.join() || found.data.length !== elements(shape)) {
      throw misfit(`“${name}” has the shape [${found.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    }
    if (!found.data.every(Number.isFinite)) throw misfit(`“${name}” holds values that are not finite numbers`);
  }
  const extra = Object.keys(arrays).find((name) => !expected.has(name));
  if (extra !== undefined) throw misfit(`it has no place for “${extra}”`);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && Number(size) >= 0);
}

function damaged(reason: string): AppError {
  return new AppError('weights/format', `The weight file cannot be read: ${reason}. Fetch it again, or train anew.`);
}

function misfit(reason: string): AppError {
  return new AppError('weights/format', `These weights do not fit the network: ${reason}.`);
}
