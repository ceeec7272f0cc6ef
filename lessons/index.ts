/** The lessons, in order. A lesson is one folder here and one line below. */
export interface Lesson {
  /** The folder's name and the URL; '' is the front page. */
  readonly id: string;
  readonly title: string;
  /** About how long it takes to read; null for one that is announced, and has no page yet. */
  readonly minutes: number | null;
}

/** All of them, written or announced: a lesson's number is its place here. */
export const lessons: readonly Lesson[] = [
  { id: '', title: 'Start here', minutes: 5 },
  { id: 'forward-process', title: 'Forward process', minutes: 12 },
  { id: 'train', title: 'Train a DDPM', minutes: 15 },
  { id: 'reverse-process', title: 'Reverse process', minutes: 12 },
  { id: 'samplers', title: 'Samplers, side by side', minutes: 25 },
  { id: 'conditioning', title: 'Conditioning', minutes: 30 },
  { id: 'experts', title: 'Cascades of experts', minutes: 20 },
  { id: 'upsampling', title: 'Upsampling', minutes: 25 },
  { id: 'latent-diffusion', title: 'Latent diffusion', minutes: 25 },
  { id: 'unclip', title: 'DALL·E 2', minutes: 25 },
  { id: 'workbench', title: 'Workbench', minutes: null },
];

/** Those that have a page. */
export const writtenLessons: readonly Lesson[] = lessons.filter(({ minutes }) => minutes !== null);
