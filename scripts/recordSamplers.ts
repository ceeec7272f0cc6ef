/**
 * `npm run samplers [-- --n 1000 --seeds 0,1,2 --nfe 4,8,1000 --samplers ddim,heun --shard 0/2 --spacing logSnr]`: draws digits
 * with every sampler from public/weights/quick.safetensors, as many of each class, measures them with the judge, and writes
 * public/recorded/samplers.json. In full it takes some three hours of one processor core.
 *
 * No guidance: w = 1 costs one evaluation a step instead of two, and what is compared is the walk. Each measurement is kept in
 * recording/ as soon as it is made, and so are the pictures of one under way; what is there already is not made again, so that
 * the command goes on where it was stopped. Two processes with --shard 0/2 and 1/2 share the work; whichever ends last leaves
 * the whole file. --spacing tries another one for all samplers and prints, without writing the file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { crc32 } from '../src/base/checksum';
import { imageBytes } from '../src/data/manifest';
import type { Floor, RecordedSamplerRow, RecordedSamplers } from '../src/data/recordedSamplers';
import { samplerById, samplers as registered } from '../src/diffusion/samplers';
import type { TimestepSpacing } from '../src/diffusion/types';
import { allDigits, startEngine } from './pretrain/engine';
import { drawDigits, trainedModel, type Parts } from './quality/draw';
import { createMeasure } from './quality/measure';
import { realDigits } from './quality/realDigits';
import { evaluationChoices, planWalks, referenceSteps } from './samplers/plan';
import { fourDigits, openRows } from './samplers/rows';

const weightsFile = 'public/weights/quick.safetensors';
const guidanceScale = 1;
/** Enough for a floor that is low beside what is compared. */
const fullCount = 1000;
/** Draws of real digits: one alone moves the floor. */
const realDraws = 4;
/** How many a reader may draw in the page. */
const smallCounts = [50, 100, 200];
const spacings: readonly TimestepSpacing[] = ['leading', 'linspace', 'trailing', 'logSnr', 'karras'];

const { values } = parseArgs({
  options: {
    n: { type: 'string', default: String(fullCount) },
    seeds: { type: 'string', default: '0,1,2' },
    nfe: { type: 'string', default: [...evaluationChoices, referenceSteps].join(',') },
    samplers: { type: 'string' },
    shard: { type: 'string', default: '0/1' },
    spacing: { type: 'string' },
  },
});
const numbers = (text: string): readonly number[] => text.split(',').map(Number);
const n = Number(values.n);
const [shard = 0, shards = 1] = values.shard.split('/').map(Number);
const samplers = values.samplers?.split(',');
samplers?.forEach(samplerById); // refuses a wrong name
const spacing = spacings.find((each) => each === values.spacing);
if (spacing !== values.spacing)
  throw new Error(`There is no spacing named ${values.spacing ?? ''}; there are ${spacings.join(', ')}.`);

// The engine's ports do not keep Node awake; this does, until the work is done.
const awake = setInterval(() => undefined, 60_000);
await startEngine();
const measure = createMeasure();
const { model, steps } = trainedModel(weightsFile);
const fingerprint = crc32(readFileSync(weightsFile)).toString(16).padStart(8, '0');
const rows = openRows(`${fingerprint}-w${guidanceScale}-n${n}`);
const plan = planWalks({ seeds: numbers(values.seeds), evaluations: numbers(values.nfe), samplers, spacing });
const mine = plan.filter((walk, i) => i % shards === shard && rows.find(walk) === undefined);
console.log(`${mine.length} of ${plan.length} walks to take, ${n} digits each; weights ${fingerprint} after ${steps} steps\n`);
console.log('sampler            spacing  steps   nfe  seed     FD    c90    acc  balance  mid/ink  variety  seconds  left');

let [spent, done] = [0, 0];
const total = mine.reduce((sum, { nfe }) => sum + nfe, 0);
for (const walk of mine) {
  const startMs = performance.now();
  let fresh = 0;
  const { find, keep } = rows.parts(walk);
  const parts: Parts = { find, keep: (first, part) => ((fresh += part.length / imageBytes), keep(first, part)) };
  const digits = await drawDigits(model, { n, w: guidanceScale, seed: walk.seed }, walk, parts);
  // what an interruption had left was not drawn in this time
  const seconds = ((performance.now() - startMs) / 1000) * (n / Math.max(1, fresh));
  const { sampler, samplerParams: params, spacing: taken, steps: walked, nfe, seed } = walk;
  const row = { sampler, params, spacing: taken, steps: walked, nfe, seed, ...(await measure(digits)), seconds };
  rows.add(row);
  spent += seconds;
  done += nfe;
  print(row, ((total - done) * spent) / done);
}
if (spacing === undefined) await write();
measure.dispose();
clearInterval(awake);

async function write(): Promise<void> {
  const { store, count } = await allDigits();
  const floorOf = async (size: number): Promise<Floor> => {
    const draws = [];
    for (let draw = 0; draw < realDraws; draw += 1) draws.push(await measure(realDigits({ store, count, n: size, seed: draw })));
    return { n: size, draws };
  };
  const smallFloors: Floor[] = [];
  for (const size of smallCounts) smallFloors.push(await floorOf(size));
  const everything = registered.flatMap(({ id }) =>
    planWalks({ seeds: seedsOf(rows.all()), evaluations: [...evaluationChoices, referenceSteps], samplers: [id] }),
  );
  const recorded: RecordedSamplers = {
    command: n === fullCount ? 'npm run samplers' : `npm run samplers -- --n ${n}`,
    date: new Date().toISOString().slice(0, 10),
    device: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, WASM in Node`,
    weights: { steps, fingerprint },
    n,
    guidanceScale,
    floor: await floorOf(n),
    smallFloors,
    rows: everything.flatMap((walk) => rows.find(walk) ?? []),
  };
  writeFileSync('public/recorded/samplers.json', JSON.stringify(recorded, fourDigits));
  console.log(`\nwrote public/recorded/samplers.json: ${recorded.rows.length} of ${everything.length} walks`);
}

function seedsOf(measured: readonly RecordedSamplerRow[]): readonly number[] {
  return [...new Set(measured.map(({ seed }) => seed))].sort((a, b) => a - b);
}

function print(row: RecordedSamplerRow, secondsLeft: number): void {
  const columns = [
    row.sampler.padEnd(18),
    row.spacing.padEnd(8),
    String(row.steps).padStart(6),
    String(row.nfe).padStart(6),
    String(row.seed).padStart(6),
    row.fd.toFixed(1).padStart(7),
    row.c90.toFixed(3).padStart(7),
    row.accuracy.toFixed(3).padStart(7),
    row.balance.toFixed(3).padStart(9),
    row.midInk.toFixed(3).padStart(9),
    row.variety.toFixed(1).padStart(9),
    row.seconds.toFixed(1).padStart(9),
    `${secondsLeft.toFixed(0)} s`.padStart(7),
  ];
  console.log(columns.join(''));
}
