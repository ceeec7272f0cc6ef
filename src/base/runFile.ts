/** How large a file may be that claims to hold a run: a whole one takes a few megabytes. */
import { AppError } from './errors';

const maxBytes = 256 * 2 ** 20;

/** Before a file is read, so that one that is no run at all cannot fill the memory. @throws weights/format */
export function checkRunFileSize(bytes: number): void {
  if (bytes <= maxBytes) return;
  const megabytes = Math.round(bytes / 2 ** 20).toLocaleString('en');
  throw new AppError('weights/format', `The file is ${megabytes} MB large, and no run of this notebook is.`);
}
