/** The trained networks that come with the page: each one's name, its file and its recipe. `npm run pretrain` makes them. */
import { AppError } from '../base/errors';
import { augmentations, baseCheckpoints, baseRecipe, upRecipe, type Augmentation } from './cascadeRecipes';
import { captionCheckpoints, captionRecipe } from './captionRecipes';
import { decoderCheckpoints, decoderRecipe } from './decoderRecipes';
import { expertSetups, expertsOf, type ExpertSetup } from './expertRecipes';
import { latentCheckpoints, latentRecipe, misscaledDeviations, misscaledRecipe, type MisscaledName } from './latentRecipes';
import type { Recipe } from './recipe';
import { recipes } from './recipes';
import { timeNetworks, timeRecipe, type TimeNetwork } from './timeRecipes';

export type BaseName = `base-7@${(typeof baseCheckpoints)[number]}`;
export type UpName = `up-${14 | 28}-${Augmentation}`;
/** Counted from 1, the cleanest first. */
export type ExpertName = `${ExpertSetup}-${1 | 2 | 3 | 4}`;
export type CaptionName = `caption@${(typeof captionCheckpoints)[number]}`;
export type LatentName = `latent@${(typeof latentCheckpoints)[number]}`;
export type DecoderName = `decoder@${(typeof decoderCheckpoints)[number]}`;
export type ShippedName =
  'quick' | BaseName | UpName | ExpertName | CaptionName | TimeNetwork | LatentName | MisscaledName | DecoderName;

export interface ShippedModel {
  readonly name: ShippedName;
  /** Under the site's root. */
  readonly path: string;
  readonly recipe: Recipe;
}

const quickPath = 'weights/quick.safetensors';

const bases = baseCheckpoints.map((steps): ShippedModel => ({
  name: `base-7@${steps}`,
  path: `weights/cascade/base-7-${steps}.safetensors`,
  recipe: baseRecipe,
}));

const upsamplers = augmentations.flatMap((augmentation) =>
  ([14, 28] as const).map((side): ShippedModel => {
    const name: UpName = `up-${side}-${augmentation}`;
    return { name, path: `weights/cascade/${name}.safetensors`, recipe: upRecipe(side, augmentation) };
  }),
);

const experts = expertSetups.flatMap((setup) =>
  expertsOf(setup).map(({ recipe }, i): ShippedModel => {
    const name = `${setup}-${i + 1}` as ExpertName; // no setup has more than four
    return { name, path: `weights/experts/${name}.safetensors`, recipe };
  }),
);

const captions = captionCheckpoints.map((steps): ShippedModel => ({
  name: `caption@${steps}`,
  path: `weights/captions/caption-${steps}.safetensors`,
  recipe: captionRecipe,
}));

const toldTimeOrNot = timeNetworks.map((name): ShippedModel => ({
  name,
  // Told t and asked for x0 is what the quick network is: no need to train or fetch it twice.
  path: name === 'time-x0' ? quickPath : `weights/captions/${name}.safetensors`,
  recipe: timeRecipe(name),
}));

const latents = latentCheckpoints.map((steps): ShippedModel => ({
  name: `latent@${steps}`,
  path: `weights/latent/latent-${steps}.safetensors`,
  recipe: latentRecipe,
}));

const misscaled = (Object.keys(misscaledDeviations) as readonly MisscaledName[]).map((name): ShippedModel => ({
  name,
  path: `weights/latent/${name}.safetensors`,
  recipe: misscaledRecipe(name),
}));

const decoders = decoderCheckpoints.map((steps): ShippedModel => ({
  name: `decoder@${steps}`,
  path: `weights/unclip/decoder-${steps}.safetensors`,
  recipe: decoderRecipe,
}));

export const shippedModels: readonly ShippedModel[] = [
  { name: 'quick', path: quickPath, recipe: recipes.quick },
  ...bases,
  ...upsamplers,
  ...experts,
  ...captions,
  ...toldTimeOrNot,
  ...latents,
  ...misscaled,
  ...decoders,
];

/** @throws range, for a name that does not ship */
export function shippedModel(name: string): ShippedModel {
  const found = shippedModels.find((model) => model.name === name);
  if (!found) throw new AppError('range', `No trained network named “${name}” comes with this page.`);
  return found;
}
