/**
 * Imports run one way, so that a part can be read, tested and replaced without those that use it:
 * base ← diffusion, data, draw ← model ← training, evaluation ← engine; base, draw ← ui; wire ← state; all of the page's ← lessons.
 */
import { describe, expect, it } from 'vitest';
import { importsOf, loadedWith, readSources, type Import, type Sources } from './support/imports';

/** What each area may import beside itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  diffusion: ['base'],
  data: ['base'],
  draw: ['base'],
  model: ['base', 'diffusion', 'data', 'draw'],
  training: ['base', 'diffusion', 'data', 'draw', 'model'],
  evaluation: ['base', 'diffusion', 'data', 'draw', 'model'],
  engine: ['base', 'diffusion', 'data', 'draw', 'model', 'training', 'evaluation', 'wire'],
  wire: ['base', 'plain'],
  ui: ['base', 'draw', 'plain'],
  state: ['base', 'wire', 'plain'],
  app: ['base', 'draw', 'ui', 'state', 'lessons'],
  lessons: ['base', 'diffusion', 'data', 'draw', 'plain', 'ui', 'state', 'app'],
};
/** And for its types alone. */
const allowedAsTypes: Readonly<Record<string, readonly string[]>> = { lessons: ['wire'], app: ['wire'] };

/** The half of src/worker that runs on the page; the rest is the engine. */
const wire = ['protocol', 'client', 'remote', 'port', 'renderer', 'deviceSettings', 'lifeLine'].map(
  (name) => `src/worker/${name}`,
);
/** Modules of the inner folders that carry no tensor library: what a page may know of networks and recipes. */
const plain = [
  'src/diffusion/types',
  'src/evaluation/captionAccuracy',
  'src/evaluation/judgeFiles',
  'src/evaluation/metrics',
  'src/evaluation/quality',
  'src/model/autoencoderConfig',
  'src/model/config',
  'src/model/layers',
  'src/model/cost',
  'src/model/parameters',
  'src/model/safetensors',
  'src/model/timeFrequencies',
  'src/training/captionRecipes',
  'src/training/cascadeRecipes',
  'src/training/contrastiveSettings',
  'src/training/cost',
  'src/training/decoderRecipes',
  'src/training/expertRecipes',
  'src/training/guidanceSchedule',
  'src/training/latentRecipes',
  'src/training/muonParameters',
  'src/training/priorSettings',
  'src/training/recipe',
  'src/training/recipes',
  'src/training/report',
  'src/training/shippedAutoencoders',
  'src/training/shippedModels',
  'src/training/slotRecipes',
  'src/training/stuck',
  'src/training/timesteps',
];

const areasWithTensors = ['model', 'training', 'evaluation', 'engine'];
const areasOfThePage = ['wire', 'ui', 'state', 'app', 'lessons', 'draw', 'data', 'diffusion', 'base'];
/** Areas that use no package at all. */
const pureAreas = ['base', 'diffusion'];

function areaOf(path: string): string {
  const name = path.replace(/\.(ts|js|svelte|svx)$/, '');
  if (name.startsWith('lessons')) return 'lessons';
  const folder = name.split('/')[1] ?? '';
  if (folder === 'worker') return wire.includes(name) || name.startsWith('src/worker/protocol/') ? 'wire' : 'engine';
  return folder;
}

function isAllowed({ file, target, kind }: Import): boolean {
  const from = areaOf(file);
  const to = areaOf(target);
  if (from === to) return true;
  if (allowed[from]?.includes(to)) return true;
  if (allowed[from]?.includes('plain') && plain.includes(target)) return true;
  if (kind === 'type' && allowedAsTypes[from]?.includes(to)) return true;
  // The client starts the engine: in a worker, or on the page where a browser cannot.
  return from === 'wire' && to === 'engine' && kind === 'dynamic' && file === 'src/worker/client.ts';
}

function wrongWays(sources: Sources): readonly string[] {
  return Array.from(sources, ([file, text]) => importsOf(file, text))
    .flat()
    .filter((each) => (each.isPackage ? !isPackageAllowed(each) : !isAllowed(each)))
    .map(({ file, target, isPackage }) => `${file} -> ${isPackage ? target : areaOf(target)}`);
}

function isPackageAllowed({ file, target }: Import): boolean {
  const area = areaOf(file);
  if (target.startsWith('@tensorflow/')) return areasWithTensors.includes(area);
  return !pureAreas.includes(area);
}

/** Files of the page that would bring the tensor library with them, by whatever way. */
function heavyPages(sources: Sources): readonly string[] {
  return [...sources.keys()]
    .filter((file) => areasOfThePage.includes(areaOf(file)))
    .flatMap((file) =>
      [...loadedWith(file, sources)].filter((name) => name.startsWith('@tensorflow/')).map((name) => `${file} -> ${name}`),
    );
}

const sources = readSources(['src', 'lessons']);

describe('the code', () => {
  it('imports one way', () => expect(wrongWays(sources)).toEqual([]));

  it('lets no page load the tensor library, not even by way of plain modules', () => expect(heavyPages(sources)).toEqual([]));

  it('has no file in a folder without a rule', () => {
    const files = [...sources.keys()].filter((file) => file.split('/').length > 2);
    expect(files.length).toBeGreaterThan(50); // it did look
    expect(files.filter((file) => !(areaOf(file) in allowed))).toEqual([]);
  });
});

/** Functions of which JavaScript promises no last digit, and powers, unless of 2, which are exact. */
const approximate = /Math\.(?!(abs|ceil|floor|fround|imul|max|min|round|sqrt|trunc|PI|LN2)\b)\w+|(?<!\b2) \*\* /;

/** Lines, comments aside, of whatever a training run loads. */
function approximateLines(sources: Sources): readonly string[] {
  return [...loadedWith('src/training/run.ts', sources), 'src/data/batches.ts', 'src/worker/digits.ts']
    .filter((file) => sources.has(file))
    .flatMap((file) => (sources.get(file) ?? '').split('\n').map((line) => ({ file, line: line.trim() })))
    .filter(({ line }) => !/^(\/\*|\*|\/\/)/.test(line) && approximate.test(line.replace(/\/\/.*|\/\*.*\*\//, '')))
    .map(({ file, line }) => `${file}: ${line}`);
}

describe('a training run', () => {
  it('asks JavaScript for no function whose last digits differ between browsers', () => {
    expect(loadedWith('src/training/run.ts', sources).size).toBeGreaterThan(30); // it did look
    expect(approximateLines(sources)).toEqual([]);
  });

  it.each(['Math.log(x)', 'Math.tanh(x)', 'u ** 0.6'])('and %s would be seen', (code) => {
    const planted = new Map(sources).set('src/base/rng.ts', `export const y = ${code};`);
    expect(approximateLines(planted)).toEqual([`src/base/rng.ts: export const y = ${code};`]);
  });
});

describe('a planted import is found', () => {
  const planted = (file: string, line: string): readonly string[] => wrongWays(new Map([[file, line]]));

  it.each([
    ['src/diffusion/sample.ts', "import { unet } from '../model/unet';", 'model'],
    ['src/diffusion/samplers/ddim.ts', "import type { UNetConfig } from '../../model/config';", 'model'],
    ['src/base/rng.ts', "export { levelsFor } from '../diffusion/levels';", 'diffusion'],
    ['src/model/unet.ts', "import {\n  createRun,\n  type TrainingRun,\n} from '../training/run';", 'training'],
    ['src/training/run.ts', "import { createEngine } from '../worker/engine';", 'engine'],
    ['src/worker/protocol/runs.ts', "import type { Engine } from '../workshop';", 'engine'],
    ['src/worker/protocol.ts', "import type { TrainingRun } from '../training/run';", 'training'],
    ['src/worker/remote.ts', "const engine = await import('./engine');", 'engine'],
    ['src/ui/Slider.svelte', "<script>\n  import { session } from '$lib/state/session.svelte';\n</script>", 'state'],
    ['src/ui/Slider.svelte', "<script>\n  import { unet } from '../model/unet';\n</script>", 'model'],
    ['src/state/player.svelte.ts', "import Slider from '../ui/Slider.svelte';", 'ui'],
    ['src/draw/scales.ts', "import { levelsFor } from '../diffusion/levels';", 'diffusion'],
    ['lessons/train/+page.svx', "# Title\n<script>\n  import { createClient } from '$lib/worker/client';\n</script>", 'wire'],
    ['lessons/train/plots.ts', "import { initialise } from '$lib/model/initialise';", 'model'],
    ['lessons/train/plots.ts', "import * as tf from '@tensorflow/tfjs-core';", '@tensorflow/tfjs-core'],
    ['src/data/mnist.ts', "import '@tensorflow/tfjs-core';", '@tensorflow/tfjs-core'],
    ['src/diffusion/ops.ts', "import { sum } from 'd3';", 'd3'],
  ])('%s: %s', (file, line, to) => expect(planted(file, line)).toEqual([`${file} -> ${to}`]));

  it('and by way of a module that is itself allowed', () => {
    const chain = new Map([
      ['lessons/train/+page.svx', "<script>\n  import { layersOf } from '$lib/model/layers';\n</script>"],
      ['src/model/layers.ts', "import { conv } from './conv';"],
      ['src/model/conv.ts', "import * as tf from '@tensorflow/tfjs-core';"],
    ]);
    expect(wrongWays(chain)).toEqual([]);
    expect(heavyPages(chain)).toEqual(['lessons/train/+page.svx -> @tensorflow/tfjs-core']);
  });

  it('but types weigh nothing, and neither does a file that is only shown', () => {
    expect(planted('lessons/train/plots.ts', "import type { StepReport } from '$lib/worker/protocol';")).toEqual([]);
    expect(planted('lessons/train/Code.svelte', "<script>\n  import source from '$lib/model/unet.ts?raw';\n</script>")).toEqual(
      [],
    );
  });
});
