/**
 * Bundles the command as split ES modules: what a command does not need is not loaded. Run by itself it takes the
 * folder to write to, which tests use.
 */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = createRequire(import.meta.url)('../package.json');

/** Writes `assay.js` and its chunks. */
export async function bundleCommand(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: { assay: 'src/cli/main.ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    keepNames: true,
    legalComments: 'external',
    define: {
      __ASSAY_VERSION__: JSON.stringify(version),
      __ASSAY_BUILD__: JSON.stringify(sourceMark()),
    },
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS libraries ask for Node's own modules through require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  chmodSync(path.join(outdir, 'assay.js'), 0o755);
}

/** The same for the same sources and dependencies; what the command keeps between runs is good for one mark. */
function sourceMark() {
  const hash = createHash('sha256');
  const names = readdirSync(path.join(root, 'src'), { recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => `src/${name}`);
  for (const name of ['package-lock.json', ...names.sort()]) {
    hash
      .update(`${name}\0`)
      .update(readFileSync(path.join(root, name)))
      .update('\0');
  }
  return hash.digest('hex').slice(0, 20);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = path.resolve(process.argv[2] ?? 'dist/bin');
  mkdirSync(outdir, { recursive: true });
  await bundleCommand(outdir);
  // Outside of the package nothing else says that these are modules.
  writeFileSync(path.join(outdir, 'package.json'), '{"type":"module"}\n');
}
