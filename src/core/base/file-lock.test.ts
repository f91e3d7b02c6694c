import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processMark } from './cache-directory.ts';
import { withFileLock } from './file-lock.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-lock-'));
  path = join(folder, 'deep/x.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('withFileLock', () => {
  it('lets one run at a time', async () => {
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
    };
    await Promise.all(Array.from({ length: 8 }, () => withFileLock(path, work)));
    expect(most).toBe(1);
    expect(existsSync(path)).toBe(false);
  });

  it('is free again after a failure', async () => {
    const failing = withFileLock(path, () => Promise.reject(new TypeError('oops')));
    await expect(failing).rejects.toThrow('oops');
    expect(await withFileLock(path, () => Promise.resolve(7))).toBe(7);
  });

  it('takes the lock of a process that has ended, and of one unknown that is old', async () => {
    await withFileLock(path, () => Promise.resolve());
    const dead = String(spawnSync(process.execPath, ['-e', '']).pid);
    writeFileSync(path, processMark().replace(/\d+$/u, dead));
    expect(await withFileLock(path, () => Promise.resolve(1))).toBe(1);
    writeFileSync(path, 'elsewhere-1');
    utimesSync(path, 1, 1);
    expect(await withFileLock(path, () => Promise.resolve(2))).toBe(2);
  });

  it.each<[string, () => void]>([
    ['a folder', () => mkdirSync(path)],
    ['a symlink to nowhere', () => symlinkSync('nowhere', path)],
    ['a symlink to itself', () => symlinkSync('x.lock', path)],
    ['a symlink to a folder', () => symlinkSync('.', path)],
    ['too long', () => writeFileSync(path, 'x'.repeat(5000))],
  ])('waits for a lock that is %s, and says so', async (_, make) => {
    await withFileLock(path, () => Promise.resolve());
    make();
    let waits = 0;
    const waiting = withFileLock(path, () => Promise.resolve(), {
      signal: AbortSignal.timeout(200),
      onBusy: () => {
        waits += 1;
      },
    });
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(waits).toBe(1);
  });

  it('stops waiting when interrupted, and says once that it waits', async () => {
    await withFileLock(path, () => Promise.resolve());
    writeFileSync(path, 'elsewhere-1');
    const controller = new AbortController();
    let waits = 0;
    const waiting = withFileLock(path, () => Promise.resolve(), {
      signal: controller.signal,
      onBusy: () => {
        waits += 1;
        controller.abort();
      },
    });
    await expect(waiting).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(waits).toBe(1);
  });
});
