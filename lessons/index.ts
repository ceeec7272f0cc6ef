/** The lessons, in order. A lesson is one folder here and one line below. */
export interface Lesson {
  /** The folder's name and the URL; '' is the front page. */
  readonly id: string;
  readonly title: string;
  readonly minutes: number;
}

export const lessons: readonly Lesson[] = [
  { id: '', title: 'Start here', minutes: 5 },
  { id: 'forward-process', title: 'Forward process', minutes: 12 },
  { id: 'train', title: 'Train a DDPM', minutes: 15 },
  { id: 'reverse-process', title: 'Reverse process', minutes: 12 },
  { id: 'samplers', title: 'Samplers, side by side', minutes: 25 },
];

/** Announced on the map, not written yet. */
export const comingLessons: readonly string[] = [
  'Conditioning',
  'Cascades of experts',
  'Upsampling',
  'Latent diffusion',
  'DALL·E 2',
  'Workbench',
];
