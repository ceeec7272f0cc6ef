/** A recipe that came from outside, as JSON in the metadata of a weight file: nothing in it is believed before it is checked. */
import { AppError } from '../base/errors';
import { augmentationLevels, timestepsPerLevel } from '../diffusion/augmentation';
import type { TextConfig, UNetConfig } from '../model/config';
import type { ScheduleConfig } from '../diffusion/types';
import { recipeIds, type Recipe } from './recipe';

type Check = (value: unknown) => boolean;

/** Far above anything that a page can train, and low enough that no setting can exhaust the memory. */
const most = { timesteps: 10_000, batch: 1024, channels: 1024, levels: 6, steps: 1e9 } as const;

const finite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Check = (value) => typeof value === 'boolean';
const between =
  (min: number, max: number): Check =>
  (value) =>
    typeof value === 'number' && value >= min && value <= max;
const whole =
  (min: number, max: number): Check =>
  (value) =>
    Number.isInteger(value) && between(min, max)(value);
const oneOf =
  (...options: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && options.includes(value);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const text: Readonly<Record<keyof TextConfig, Check>> = {
  words: whole(2, most.channels),
  places: whole(1, most.channels),
  width: whole(1, most.channels),
  layers: whole(1, most.levels),
  heads: whole(1, most.channels),
  hidden: whole(1, most.channels),
  crossHeads: whole(1, most.channels),
};

const model: Readonly<Record<keyof UNetConfig, Check>> = {
  // The digits are what they are: 28 pixels, or a half or a quarter of them, one channel, ten classes or none told. Latents have more channels.
  imageSize: (value) => value === 28 || value === 14 || value === 7,
  channels: whole(1, most.channels),
  stem: oneOf('unshuffle', 'full'),
  widths: (value) =>
    Array.isArray(value) && value.length > 0 && value.length <= most.levels && value.every(whole(1, most.channels)),
  norm: oneOf('none', 'rms', 'group'),
  attention: flag,
  innerBlocks: whole(1, most.levels),
  classes: (value) => value === 0 || value === 10,
  conditionChannels: (value) => value === 0 || value === 1,
  augmentationLevels: whole(0, augmentationLevels),
  text: (value) => value === null || hasFields(value, text),
  vectorFeatures: whole(0, most.channels),
  time: flag,
  timeFeatures: whole(2, most.channels),
  embedding: whole(1, most.channels),
};

const schedule: Readonly<Record<keyof ScheduleConfig, Check>> = {
  kind: oneOf('linear', 'scaledLinear', 'cosine', 'sigmoid'),
  T: whole(1, most.timesteps),
  betaStart: between(0, 1),
  betaEnd: between(0, 1),
  zeroTerminalSnr: flag,
};

const recipe: Readonly<Record<keyof Recipe, Check>> = {
  id: oneOf(...recipeIds),
  model: (value) => hasFields(value, model),
  schedule: (value) => hasFields(value, schedule),
  predictionType: oneOf('epsilon', 'x0', 'v'),
  batchSize: whole(1, most.batch),
  timestepExponent: between(0.01, 100),
  snrShift: between(1e-3, 1e3),
  timestepRange: (value) =>
    Array.isArray(value) && value.length === 2 && value.every(whole(0, most.timesteps)) && Number(value[0]) < Number(value[1]),
  stratifiedTimesteps: flag,
  snrWeightCap: orNull(between(0, 1e6)),
  optimizer: oneOf('adam', 'muon'),
  learningRate: between(0, 1e3),
  adamBeta2: between(0, 1),
  muonLearningRate: between(0, 1e3),
  warmupSteps: whole(0, most.steps),
  clipNorm: orNull(between(0, 1e9)),
  ema: (value) =>
    hasFields(value, { kind: oneOf('power'), exponent: finite }) ||
    hasFields(value, { kind: oneOf('constant'), decay: between(0, 1), warmup: flag }),
  labelDropout: between(0, 1),
  lowResolution: (value) => value === null || hasFields(value, { side: (side) => side === 14 || side === 7 }),
  captions: (value) =>
    value === null || hasFields(value, { whole: between(0, 1), mention: between(0, 1), dropout: between(0, 1) }),
  latents: (value) =>
    value === null || hasFields(value, { autoencoder: (name) => typeof name === 'string', deviation: between(1e-3, 1e3) }),
  vectors: (value) => value === null || hasFields(value, { dropout: between(0, 1) }),
};

/** What files that are older than a setting mean by leaving it out. */
const unsaid = { snrShift: 1, lowResolution: null, captions: null, latents: null, vectors: null };
const unsaidOfModel = {
  ...{ innerBlocks: 2, conditionChannels: 0, augmentationLevels: 0 },
  ...{ text: null, vectorFeatures: 0, time: true },
};

/** @throws weights/format, naming the setting that is missing or out of its range */
export function parseRecipe(json: string): Recipe {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw damaged('it is not JSON');
  }
  value = withUnsaid(value);
  if (isRecipe(value)) {
    checkWhole(value);
    return value;
  }
  const wrong = wrongField(value, recipe);
  throw damaged(wrong === null ? 'it is no list of settings' : `its “${wrong}” is missing or out of range`);
}

function withUnsaid(value: unknown): unknown {
  if (!isRecord(value)) return value;
  const model = isRecord(value['model']) ? { ...unsaidOfModel, ...value['model'] } : value['model'];
  const T = isRecord(value['schedule']) ? value['schedule']['T'] : undefined;
  return { ...unsaid, timestepRange: [0, T], ...value, model };
}

/** What no setting by itself can be blamed for. @throws weights/format */
function checkWhole({ model, schedule, timestepRange, lowResolution, captions, latents, vectors }: Recipe): void {
  if (timestepRange[1] > schedule.T) throw damaged('its timesteps go beyond its schedule');
  if (lowResolution !== null && lowResolution.side >= model.imageSize) throw damaged('its smaller picture is not smaller');
  const isUpsampler = lowResolution !== null;
  if (isUpsampler !== model.conditionChannels > 0) throw damaged('its network and its smaller picture do not fit together');
  if (!isUpsampler && model.augmentationLevels > 0) throw damaged('there is no smaller picture to put noise on');
  if ((captions !== null) !== (model.text !== null)) throw damaged('its network and its captions do not fit together');
  if ((vectors !== null) !== model.vectorFeatures > 0) throw damaged('its network and its embeddings do not fit together');
  if (latents === null && model.channels !== 1) throw damaged('digits have one channel');
  if ((model.augmentationLevels - 1) * timestepsPerLevel > schedule.T)
    throw damaged('its levels of noise go beyond its schedule');
}

function isRecipe(value: unknown): value is Recipe {
  return hasFields(value, recipe);
}

/** Exactly these fields, each in order. */
function hasFields(value: unknown, checks: Readonly<Record<string, Check>>): boolean {
  return isRecord(value) && wrongField(value, checks) === null;
}

function wrongField(value: unknown, checks: Readonly<Record<string, Check>>): string | null {
  if (!isRecord(value)) return null;
  const wrong = Object.entries(checks).find(([name, check]) => !check(Object.hasOwn(value, name) ? value[name] : undefined));
  return wrong?.[0] ?? Object.keys(value).find((name) => !Object.hasOwn(checks, name)) ?? null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function damaged(reason: string): AppError {
  return new AppError('weights/format', `The recipe in the file cannot be used: ${reason}.`);
}
