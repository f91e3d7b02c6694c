/**
 * Bundles the command as split ES modules: what a command does not need is not loaded. Run by itself it takes the
 * folder to write to, which tests use.
 */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
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
    define: { __ASSAY_VERSION__: JSON.stringify(version) },
    chunkNames: 'chunks/[name]-[hash]',
    // Bundled CommonJS libraries ask for Node's own modules through require.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
  chmodSync(path.join(outdir, 'assay.js'), 0o755);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = path.resolve(process.argv[2] ?? 'dist/bin');
  mkdirSync(outdir, { recursive: true });
  await bundleCommand(outdir);
  // Outside of the package nothing else says that these are modules.
  writeFileSync(path.join(outdir, 'package.json'), '{"type":"module"}\n');
}
