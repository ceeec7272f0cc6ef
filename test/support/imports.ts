/** Which file imports what: read from the import lines, without a compiler. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** Path from the repository's root → contents. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  readonly file: string;
  /** A path from the root without its extension ('src/base/rng'), or a package's name. */
  readonly target: string;
  readonly isPackage: boolean;
  /** type imports are gone when the page runs; dynamic ones are fetched when asked for. */
  readonly kind: 'value' | 'type' | 'dynamic';
}

const codeFile = /\.(ts|js|svelte|svx)$/;
const staticImport = /(?:^|[\n;])\s*(?:import|export)\s+(type\s+)?(?:[\w$*{}\s,]+?\sfrom\s+)?['"]([^'"\n]+)['"]/g;
const dynamicImport = /\bimport\(\s*['"]([^'"\n]+)['"]/g;
const workerUrl = /\bnew URL\(\s*['"]([^'"\n]+)['"],\s*import\.meta\.url/g;
const scriptBlock = /<script[^>]*>([\s\S]*?)<\/script>/g;

export function readSources(folders: readonly string[]): Sources {
  return new Map(
    folders
      .flatMap((folder) =>
        readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => posix.join(folder, name.replaceAll('\\', '/'))),
      )
      .filter((path) => codeFile.test(path))
      .map((path) => [path, readFileSync(path, 'utf8')]),
  );
}

export function importsOf(file: string, text: string): readonly Import[] {
  const code = /\.(svelte|svx)$/.test(file)
    ? Array.from(text.matchAll(scriptBlock), ([, script]) => script ?? '').join('\n')
    : text;
  const found = [
    ...Array.from(code.matchAll(staticImport), ([, type, specifier]) => ({ specifier, kind: type ? 'type' : 'value' }) as const),
    ...[dynamicImport, workerUrl].flatMap((pattern) =>
      Array.from(code.matchAll(pattern), ([, specifier]) => ({ specifier, kind: 'dynamic' }) as const),
    ),
  ];
  return found.flatMap(({ specifier = '', kind }) => {
    const [path = '', query] = specifier.split('?');
    if (query !== undefined && query !== 'worker') return []; // ?url and the like give an address or a text, and run nothing
    const target = resolve(file, path);
    return [{ file, target: target ?? path, isPackage: target === null, kind }];
  });
}

/** null for a package. */
function resolve(file: string, specifier: string): string | null {
  const withoutExtension = (path: string): string => path.replace(codeFile, '').replace(/\/index$/, '');
  if (specifier.startsWith('.')) return withoutExtension(posix.join(posix.dirname(file), specifier));
  const alias = /^\$(lib|lessons)(\/|$)/.exec(specifier);
  if (!alias) return null;
  const root = alias[1] === 'lib' ? 'src' : 'lessons';
  return withoutExtension(posix.join(root, specifier.slice(alias[0].length)));
}

/** Everything that is loaded as soon as `start` is: itself and its value imports, and theirs. Packages by name. */
export function loadedWith(start: string, sources: Sources): ReadonlySet<string> {
  const byTarget = new Map(Array.from(sources.keys(), (path) => [path.replace(codeFile, '').replace(/\/index$/, ''), path]));
  const loaded = new Set<string>();
  const waiting = [start];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (loaded.has(file)) continue;
    loaded.add(file);
    for (const { target, kind } of importsOf(file, sources.get(file) ?? '')) {
      if (kind === 'value') waiting.push(byTarget.get(target) ?? target);
    }
  }
  return loaded;
}
