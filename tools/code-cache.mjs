/**
 * Keeps what V8 makes of the built command beside its files, as `src/app/cli/entry.ts` loads it. The
 * command is run for that, so that the functions that a scan needs are among it: of a folder and of
 * an image, each first with everything to read, then with all of it known. So are those that verify
 * an image. Run by itself it takes the folder of the command.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const KEEPER = fileURLToPath(new URL('keep-scripts.mjs', import.meta.url));

/** One package that the advisories of the demonstration name, and one that asks for it. */
const LOCKFILE = {
  name: 'code',
  lockfileVersion: 3,
  packages: {
    '': { name: 'code', dependencies: { left: '1.0.0' } },
    'node_modules/left': { version: '1.0.0', dependencies: { lodash: '4.17.15' } },
    'node_modules/lodash': { version: '4.17.15' },
  },
};

/** The layout of the demonstration, whose image is not signed in the end. */
const SIGNED = ['oci:demo/signed:demo/base:1', '--repository', 'registry.example/demo/base'];
const PASSWORD = ['--key-password-file', 'demo/keys/password'];

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
    mkdirSync(path.join(folder, 'code'));
    writeFileSync(path.join(folder, 'code/package-lock.json'), JSON.stringify(LOCKFILE));
    run([], 'sign', ...SIGNED, '--sign-key', 'demo/keys/team.key', ...PASSWORD);
    // What these need not have, others would have to load. Each keeps what those before it have
    // kept. Nothing is kept in front of the very first, which therefore runs without the command's
    // own flags of V8: what it leaves is refused later. So what only a first scan loads is loaded
    // once more, as if nothing were known. Commands that change V8's flags, such as `fix`, are not
    // run here: what they keep is refused, also for scans.
    for (let pass = 0; pass < 2; pass += 1) {
      run([], 'clean');
      for (const target of [
        ['fs', 'code'],
        ['image', './demo/python.tar', '--verify', 'none', '-f', 'json'],
        ['image', './demo/alpine.tar'],
        ['image', './demo/alpine.tar', '--fail-on', 'malicious', '--allow-incomplete'],
        ['image', './demo/full.tar'],
        ['verify', ...SIGNED, '--verify-key', 'demo/keys/team.pub'],
        // The list of Node's modules is that of the last run, which must load none that a scan does
        // not need.
        ['pin', 'demo/project', '--check'],
      ]) {
        for (let i = 0; i < 2; i += 1) run(['--import', KEEPER], ...target, '--offline');
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeCodeCache(path.resolve(process.argv[2] ?? 'dist/bin'));
}
