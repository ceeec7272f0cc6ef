/**
 * The IDX format of the original MNIST files (LeCun, Cortes and Burges): two zero bytes, a type byte (0x08 = unsigned
 * byte), the number of dimensions, each dimension as a big-endian 32-bit number, and then the values.
 */
import { AppError } from '../base/errors';

export interface IdxArray {
  readonly dimensions: readonly number[];
  /** A view of the file, the last dimension fastest. */
  readonly values: Uint8Array;
}

const unsignedByte = 0x08;
const magicBytes = 4;
const dimensionBytes = 4;

/**
 * @param name how messages call the file
 * @throws data/format, when the header is not IDX of unsigned bytes or the length does not match it
 */
export function parseIdx(bytes: Uint8Array, name: string): IdxArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < magicBytes) throw damaged(name, `it ends after ${bytes.length} bytes`);
  const type = view.getUint8(2);
  const rank = view.getUint8(3);
  if (view.getUint16(0) !== 0 || type !== unsignedByte || rank === 0) {
    throw damaged(name, `it begins with ${view.getUint32(0).toString(16).padStart(8, '0')}, not with 0000080n`);
  }
  const headerBytes = magicBytes + rank * dimensionBytes;
  if (bytes.length < headerBytes) throw damaged(name, 'it ends within its header');
  const dimensions = Array.from({ length: rank }, (_, i) => view.getUint32(magicBytes + i * dimensionBytes));
  const expected = dimensions.reduce((product, length) => product * length, 1);
  const values = bytes.subarray(headerBytes);
  if (values.length !== expected) {
    throw damaged(name, `its header promises ${dimensions.join(' × ')} = ${expected} values, and it has ${values.length}`);
  }
  return { dimensions, values };
}

function damaged(name: string, reason: string): AppError {
  return new AppError('data/format', `The MNIST file ${name} is damaged: ${reason}. Install the packages again with "npm ci".`);
}
