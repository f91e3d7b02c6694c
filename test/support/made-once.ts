/**
 * Directories that several test files need and that take long to make, such as the bundled command
 * and a base of all real feeds. The first test file that needs one makes it, and all others of the
 * same run use it. No test changes it.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { errnoOf } from '../../src/core/base/errors.ts';

/** Set by `global-setup.ts`: a directory that lasts as long as the run. */
export const RUN_DIRECTORY_VARIABLE = 'ASSAY_TEST_RUN_DIRECTORY';

const WAIT_MS = 50;

/** A directory that was made once. */
export interface MadeOnce extends Disposable {
  readonly folder: string;
}

/**
 * Returns the directory `name` of this run. `make` fills it, unless another test file has done so;
 * test files that ask while it is filled wait. Without a run, as in watch mode, the directory
 * belongs to the caller, and disposing removes it.
 */
export async function madeOnce(
  name: string,
  make: (folder: string) => Promise<void> | void,
): Promise<MadeOnce> {
  const run = process.env[RUN_DIRECTORY_VARIABLE];
  if (run === undefined) {
    const own = mkdtempSync(path.join(tmpdir(), `assay-${name}-`));
    await make(own);
    return { folder: own, [Symbol.dispose]: () => rmSync(own, { recursive: true, force: true }) };
  }
  const folder = path.join(run, name);
  const done = `${folder}.done`;
  const lock = `${folder}.lock`;
  while (!existsSync(done)) {
    if (!take(lock)) {
      await sleep(WAIT_MS);
      continue;
    }
    try {
      if (existsSync(done)) break;
      // A test file that failed can leave a part of it.
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      await make(folder);
      writeFileSync(done, '');
    } finally {
      rmSync(lock);
    }
  }
  return { folder, [Symbol.dispose]: () => undefined };
}

/** Takes a lock, and returns whether it did. The lock of a process that has ended is removed. */
function take(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    if (isHeld(lock)) return false;
    rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock: string): boolean {
  try {
    const holder = Number(readFileSync(lock, 'utf8'));
    // A lock without a number is being written.
    if (holder !== 0) process.kill(holder, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}
