import adapter from '@sveltejs/adapter-static';
import { mdsvex, escapeSvelte } from 'mdsvex';
import math from 'remark-math';
import { createHighlighter } from 'shiki';
import { typesetMath } from './scripts/typesetMath.js';

const highlighter = await createHighlighter({
  themes: ['github-light-high-contrast', 'github-dark-high-contrast'],
  langs: ['typescript', 'python', 'json', 'bash'],
});

/** Fenced code is coloured while building; the page carries no highlighter. */
function highlight(code, lang) {
  const html = highlighter.codeToHtml(code, {
    lang: lang ?? 'text',
    themes: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    defaultColor: false,
  });
  return `{@html \`${escapeSvelte(html)}\`}`;
}

/** @type {import('@sveltejs/kit').Config} */
export default {
  extensions: ['.svelte', '.svx'],
  preprocess: [
    mdsvex({
      extensions: ['.svx'],
      remarkPlugins: [math, typesetMath],
      highlight: { highlighter: highlight },
      smartypants: { dashes: 'oldschool' },
    }),
  ],
  kit: {
    adapter: adapter({ pages: 'dist', assets: 'dist', fallback: '404.html' }),
    files: { assets: 'public', routes: 'lessons', lib: 'src', appTemplate: 'src/app/app.html' },
    paths: { relative: true },
    alias: { $lessons: 'lessons' },
  },
};
