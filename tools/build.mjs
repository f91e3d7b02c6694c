/**
 * Builds the package: the library by `tsc` into dist/lib, the command as a split bundle into
 * dist/bin, with what V8 makes of it.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, renameSync, rmSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bundleCommand } from './bundle.mjs';
import { writeCodeCache } from './code-cache.mjs';
import { copyGrammars } from './grammars.mjs';
import { writePopularNames } from './popular-names.mjs';
import { writePublicRoot } from './public-root.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

writePublicRoot();
// Built aside and swapped in, so that a command or a test that runs meanwhile finds the old build
// or the new one.
const aside = mkdtempSync(`${root}.dist-`);
await bundleCommand(`${aside}/bin`);
// The demonstration, which runs for the code cache, audits a program.
copyGrammars(`${aside}/grammars`);
writePopularNames(`${aside}/names`);
writeCodeCache(`${aside}/bin`);
execFileSync(
  process.execPath,
  [
    require.resolve('typescript/lib/tsc.js'),
    '-p',
    'tsconfig.build.json',
    '--outDir',
    `${aside}/lib`,
  ],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
chmodSync(aside, 0o755);
const old = `${aside}-old`;
if (existsSync(`${root}dist`)) renameSync(`${root}dist`, old);
renameSync(aside, `${root}dist`);
rmSync(old, { recursive: true, force: true });
