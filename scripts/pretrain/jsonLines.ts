/** Records kept one a line as they come in, by several processes: an interruption costs no more than the one being written. */
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface JsonLines<Row> {
  /** Other processes' too. */
  readonly all: () => readonly Row[];
  readonly add: (row: Row) => void;
}

/** @param file written by this code alone, with rows of this type */
export function openJsonLines<Row>(file: string): JsonLines<Row> {
  return {
    all: () =>
      existsSync(file)
        ? readFileSync(file, 'utf8')
            .split('\n')
            .filter((line) => line.endsWith('}')) // the last may be half-written
            .map((line) => JSON.parse(line) as Row)
        : [],
    add: (row) => {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, `${JSON.stringify(row)}\n`);
    },
  };
}
