/**
 * `npm run pretrain -- captions-bins`: measures the training digits and writes the edges that part each attribute into thirds
 * (src/data/captions/edges.ts). Captions, and every network that was trained on them, depend on these numbers.
 */
import type { MnistStore } from '../src/data/mnist';
import { toSigned } from '../src/data/pixels';
import { attributes, measureAttributes, type Attribute } from '../src/data/captions/attributes';
import type { AttributeEdges, Edges } from '../src/data/captions/bins';

const classes = 10;
/** Digits after the point: far finer than what a pixel's noise moves. */
const places = 4;

/** @returns the file's text */
export function captionBins({ store, count }: { readonly store: MnistStore; readonly count: number }, command: string): string {
  const labels = Array.from({ length: count }, (_, i) => store.label(i));
  const measured = labels.map((_, i) => measureAttributes(toSigned(store.image(i))));
  const edgesOf = (attribute: Attribute, digit: number | null): Edges =>
    tertiles(measured.flatMap((values, i) => (digit === null || labels[i] === digit ? [values[attribute]] : [])));
  const byClass = (attribute: Attribute): readonly Edges[] =>
    Array.from({ length: classes }, (_, digit) => edgesOf(attribute, digit));
  return fileOf({ thickness: edgesOf('thickness', null), slant: byClass('slant'), width: byClass('width') }, command, count);
}

/** The values below which a third and two thirds lie. */
export function tertiles(values: readonly number[]): Edges {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => Number((sorted[Math.floor(sorted.length * share)] ?? NaN).toFixed(places));
  return [at(1 / 3), at(2 / 3)];
}

function fileOf(edges: AttributeEdges, command: string, count: number): string {
  const pair = ([low, high]: Edges): string => `[${low}, ${high}]`;
  const entries = attributes.map((attribute) => {
    if (attribute === 'thickness') return `  thickness: ${pair(edges.thickness)},`;
    return [`  ${attribute}: [`, ...edges[attribute].map((each) => `    ${pair(each)},`), '  ],'].join('\n');
  });
  return [
    `// Thirds of ${count} training digits, written by \`${command}\`. Networks that read captions were trained with these.`,
    "import type { AttributeEdges } from './bins';",
    '',
    'export const edges: AttributeEdges = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
