/** Every page of the site, as paths from its root: the end-to-end tests visit them all, and so does the photographer. */
import { writtenLessons } from '../lessons/index';

export interface SitePage {
  /** A name for tests and files. */
  readonly name: string;
  readonly path: string;
}

export const pages: readonly SitePage[] = [
  ...writtenLessons.map(({ id }) => ({ name: id || 'start', path: id ? `/${id}/` : '/' })),
  { name: 'about', path: '/about/' },
];
