/** The two autoencoders that the page trains: 7×7×2, and a point in a plane. */
import { decodeLatents, encodePictures } from '../../model/latents';
import { autoencoderBatch, autoencoderObjective, autoencoderSettings, distortionAndRate } from '../../training/autoencoder';
import { partAutoencoders, type AutoencoderPart } from '../../training/shippedAutoencoders';
import { definePart, type Part } from './part';

export function autoencoderPart(name: AutoencoderPart): Part {
  const recipe = partAutoencoders[name];
  return definePart({
    name,
    objective: autoencoderObjective(recipe),
    settings: autoencoderSettings,
    batchSize: recipe.batchSize,
    prepare: ({ x0 }, seed, step) => autoencoderBatch(x0, recipe, seed, step),
    measures: ({ errors }) => distortionAndRate(errors),
    examples: 'one of each',
    show: async (params, { x0 }) => {
      const { mean } = await encodePictures(params, recipe.config, x0);
      const pixels = await decodeLatents(params, recipe.config, mean);
      return { kind: 'reconstructions', originals: x0, pixels, latents: mean };
    },
  });
}
