/**
 * Compiles the AssemblyScript kernels of src/model/kernels/simd/assembly to two binaries, with SIMD and with relaxed SIMD, into
 * the folder compiled/ beside them (generated, not committed). Does nothing when they are up to date.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../src/model/kernels/simd/', import.meta.url));
const sources = join(folder, 'assembly');
const compiled = join(folder, 'compiled');
const stampFile = join(compiled, 'sources.txt');

const builds = [
  { file: 'simd.wasm', features: ['simd'] },
  { file: 'relaxedSimd.wasm', features: ['simd', 'relaxed-simd'] },
] as const;

/** @throws Error with the compiler's messages */
export async function compileKernels(): Promise<void> {
  const stamp = stampOf();
  const isFresh = builds.every(({ file }) => existsSync(join(compiled, file))) && existsSync(stampFile);
  if (isFresh && readFileSync(stampFile, 'utf8') === stamp) return;
  const { default: asc } = await import('assemblyscript/asc'); // seconds to load: only when there is work
  mkdirSync(compiled, { recursive: true });
  for (const { file, features } of builds) {
    const { error, stderr } = await asc.main([
      join(sources, 'index.ts'),
      ...['--outFile', join(compiled, file)],
      ...['-O3', '--noAssert', '--runtime', 'stub', '--importMemory', '--noExportMemory'],
      ...[...features, 'bulk-memory'].flatMap((feature) => ['--enable', feature]),
    ]);
    if (error) throw new Error(`The SIMD kernels do not compile: ${error.message}\n${stderr.toString()}`);
  }
  writeFileSync(stampFile, stamp);
}

/** Changes with every source, with the compiler's version and with how it is called. */
function stampOf(): string {
  const hash = createHash('sha256').update(compilerVersion()).update(JSON.stringify(builds));
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex');
}

function compilerVersion(): string {
  return readFileSync(createRequire(import.meta.url).resolve('assemblyscript/package.json'), 'utf8');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await compileKernels();
