/**
 * A Vite plugin: `import html from './ddim.ts?highlighted'` gives the file's own text as coloured HTML, made while
 * building, so that a lesson shows exactly the code that runs and carries no highlighter. `?declaration=name&highlighted`
 * gives only the exported declaration of that name, with the comment above it.
 */
import { readFile } from 'node:fs/promises';
import { createHighlighter } from 'shiki';
import type { Plugin } from 'vite';

const query = /^(.*)\?(?:declaration=(\w+)&)?highlighted$/;

export function highlightedSource(): Plugin {
  const highlighter = createHighlighter({
    themes: ['github-light-high-contrast', 'github-dark-high-contrast'],
    langs: ['typescript'],
  });
  return {
    name: 'highlighted-source',
    enforce: 'pre',
    async resolveId(id, importer) {
      const match = query.exec(id);
      if (!match?.[1]) return null;
      const resolved = await this.resolve(match[1], importer, { skipSelf: true });
      return resolved ? `\0${resolved.id}?${match[2] ? `declaration=${match[2]}&` : ''}highlighted` : null;
    },
    async load(id) {
      const match = id.startsWith('\0') ? query.exec(id.slice(1)) : null;
      if (!match?.[1]) return null;
      this.addWatchFile(match[1]);
      const text = await readFile(match[1], 'utf8');
      const code = match[2] ? declaration(text, match[2], match[1]) : text;
      const html = (await highlighter).codeToHtml(code.trim(), {
        lang: 'typescript',
        themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
        defaultColor: false,
      });
      return `export default ${JSON.stringify(html)};`;
    },
  };
}

/** From the comment above `export … name` to the line that closes it at column 0. */
function declaration(text: string, name: string, file: string): string {
  const lines = text.split('\n');
  const at = lines.findIndex((line) => new RegExp(`^export (async )?(function\\*?|const|interface|type) ${name}\\b`).test(line));
  if (at < 0) throw new Error(`${file} exports nothing called ${name}`);
  let start = at;
  if (lines[at - 1]?.trim().endsWith('*/')) {
    start = at - 1;
    while (start > 0 && !lines[start]?.startsWith('/**')) start -= 1;
  }
  let end = at;
  while (end < lines.length && !closes(lines[end] ?? '') && !(end === at && /;\s*$/.test(lines[end] ?? ''))) end += 1;
  return lines.slice(start, end + 1).join('\n');
}

/** Whether a line at column 0 ends a declaration; one such as "}: {" between arguments and their types does not. */
function closes(line: string): boolean {
  return /^[}\])]/.test(line) && !/[{([]\s*$/.test(line);
}
