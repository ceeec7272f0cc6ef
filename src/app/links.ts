/** Addresses inside the site, whatever folder it is served from. */
import { resolve } from '$app/paths';

/** @param id a lesson's id in lessons/index.ts, or 'about' */
export function pageHref(id: string): string {
  // resolve() wants a route's literal; the registry's ids are routes, which prerendering proves by following every link.
  return resolve((id === '' ? '/' : `/${id}/`) as '/');
}
