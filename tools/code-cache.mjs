/**
 * Keeps what V8 makes of the built command beside its files, as `src/cli/entry.ts` loads it. The command is run for that,
 * so that the functions that a scan needs are among it: first with the layers to read, then with all of them known. Run
 * by itself it takes the folder of the command.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('keep-scripts.mjs', import.meta.url));

/** `bin` holds the built command; its code is run. */
export function writeCodeCache(bin) {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-code-'));
  const run = (flags, ...args) =>
    execFileSync(process.execPath, [...flags, path.join(bin, 'assay.js'), ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, ASSAY_CACHE_DIR: path.join(folder, 'cache') },
      stdio: 'ignore',
    });
  try {
    run([], 'demo', '--dir', 'demo');
    run([], 'db', 'import', 'demo/advisories');
    // What these need not have, others would have to load.
    for (let i = 0; i < 2; i += 1) run(['--import', KEEPER], 'image', '--offline', 'demo/full.tar');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeCodeCache(path.resolve(process.argv[2] ?? 'dist/bin'));
}
