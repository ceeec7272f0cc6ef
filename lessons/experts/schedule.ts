/** The schedule that the experts were trained with: that of the single network. */
import { makeSchedule } from '$lib/diffusion/schedule';
import { recipes } from '$lib/training/recipes';

export const expertSchedule = makeSchedule(recipes.quick.schedule);
