import {
  appendFileSync,
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { readBoundedFile, readBoundedFileSync } from './bounded-file.ts';
import { missingTool, needs, run } from '../../../test/support/tools.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-bounded-'));
const inside = join(folder, 'inside');
const at = (name: string): string => join(inside, name);
const socket = createServer();
const noPipes = missingTool('mkfifo');

beforeAll(async () => {
  mkdirSync(at('directory'), { recursive: true });
  writeFileSync(at('plain'), 'content');
  writeFileSync(at('empty'), '');
  writeFileSync(at('long'), 'x'.repeat(65));
  writeFileSync(at('exact'), 'x'.repeat(64));
  writeFileSync(join(folder, 'secret'), 'token');
  if (noPipes === undefined) run('mkfifo', [at('pipe')]);
  symlinkSync('pipe', at('to-pipe'));
  symlinkSync('/dev/zero', at('zero'));
  symlinkSync('/dev/urandom', at('random'));
  symlinkSync('/dev/tty', at('terminal'));
  symlinkSync(devNull, at('null'));
  symlinkSync('loop', at('loop'));
  symlinkSync('plain', at('to-plain'));
  symlinkSync('../secret', at('to-secret'));
  symlinkSync(join(folder, 'secret'), at('to-secret-absolute'));
  symlinkSync('to-secret', at('to-secret-by-link'));
  symlinkSync('..', at('up'));
  const sparse = openSync(at('sparse'), 'w');
  ftruncateSync(sparse, 2 ** 40);
  closeSync(sparse);
  await new Promise<void>((resolve) => socket.listen(at('socket'), resolve));
});

afterAll(() => {
  socket.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Both readers have one rule. */
const READERS = [
  [
    'at once',
    (path: string, within?: string) =>
      Promise.resolve().then(() => readBoundedFileSync(path, boundsOf(within))),
  ],
  ['piece by piece', (path: string, within?: string) => readBoundedFile(path, boundsOf(within))],
] as const;

function boundsOf(within: string | undefined): { maxBytes: number; within?: string } {
  return { maxBytes: 64, ...(within !== undefined && { within }) };
}

describe.each(READERS)('a bounded file, %s', (_how, read) => {
  it.each([
    ['a plain file', 'plain', 'content'],
    ['an empty file', 'empty', ''],
    ['a file of the greatest length', 'exact', 'x'.repeat(64)],
    ['a symlink to a file', 'to-plain', 'content'],
    ['a symlink out of the directory, where it was named', 'to-secret', 'token'],
    ['the null device', 'null', ''],
  ])('reads %s', async (_what, name, expected) => {
    expect((await read(at(name))).toString()).toBe(expected);
  });

  it.each([
    ['a directory', 'directory', 'it is a directory'],
    ['the device of endless zeros', 'zero', 'it is a device'],
    ['the device of endless random bytes', 'random', 'it is a device'],
    ['a file that is too long', 'long', 'it is longer than 64 bytes'],
    ['a sparse file of a tebibyte', 'sparse', 'it is longer than 64 bytes'],
  ])('refuses %s', async (_what, name, message) => {
    await expect(read(at(name))).rejects.toThrow(message);
  });

  it.skipIf(noPipes !== undefined).each([
    ['a named pipe', 'pipe', 'it is a named pipe, and reading it may never end'],
    ['a symlink to a named pipe', 'to-pipe', 'it is a named pipe'],
  ])(`refuses %s${needs(noPipes)}`, async (_what, name, message) => {
    await expect(read(at(name))).rejects.toThrow(message);
  });

  it.each([
    ['a file that is not there', 'none', 'ENOENT'],
    ['a loop of symlinks', 'loop', 'ELOOP'],
    ['a path through a file', 'plain/none', 'ENOTDIR'],
    ['a socket', 'socket', 'ENXIO'],
  ])('passes on the system error of %s', async (_what, name, code) => {
    await expect(read(at(name))).rejects.toMatchObject({ code });
  });

  it.each([
    ['a relative link', 'to-secret'],
    ['an absolute link', 'to-secret-absolute'],
    ['a link to such a link', 'to-secret-by-link'],
    ['a link to a device', 'zero'],
  ])('refuses %s that leads out of the directory of an implicit file', async (_what, name) => {
    await expect(read(at(name), inside)).rejects.toThrow(
      'a symlink that leads out of its directory',
    );
  });

  it.each([
    ['a plain file', 'plain'],
    ['a link that stays inside', 'to-plain'],
  ])('reads an implicit file that is %s', async (_what, name) => {
    expect((await read(at(name), inside)).toString()).toBe('content');
  });

  it('reads what a file of the system holds, whose size is 0', async () => {
    const bytes = await readBoundedFile('/proc/self/comm', { maxBytes: 4096 });
    expect(bytes.length).toBeGreaterThan(0);
    await expect(read('/proc/self/environ')).rejects.toThrow('it is longer than 64 bytes');
  });

  it.skipIf(process.getuid?.() === 0)(
    'passes on that a file may not be read (needs another user than root)',
    async () => {
      writeFileSync(at('private'), 'x');
      chmodSync(at('private'), 0);
      await expect(read(at('private'))).rejects.toMatchObject({ code: 'EACCES' });
    },
  );
});

describe('a file that grows while it is read', () => {
  it('is refused when it has grown above the bound', async () => {
    const path = at('growing');
    writeFileSync(path, 'x'.repeat(1024));
    const timer = setInterval(() => appendFileSync(path, 'x'.repeat(1024 * 1024)), 0);
    const results: unknown[] = [];
    try {
      for (let round = 0; round < 50; round += 1) {
        results.push(
          await readBoundedFile(path, { maxBytes: 4 * 1024 * 1024 }).then(
            (bytes) => bytes.length,
            (error: unknown) => error,
          ),
        );
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    } finally {
      clearInterval(timer);
    }
    expect(results.at(-1)).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(results.every((one) => typeof one !== 'number' || one <= 4 * 1024 * 1024)).toBe(true);
  });
});
