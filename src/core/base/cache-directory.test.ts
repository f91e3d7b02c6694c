import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createTemporary,
  defaultCacheDirectory,
  removeStrayFiles,
  writeFileAtomically,
} from './cache-directory.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-cache-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('defaultCacheFolder', () => {
  it.each([
    ['its own variable first', { ASSAY_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' }, /^\/a$/],
    ['then the one of XDG', { ASSAY_CACHE_DIR: '', XDG_CACHE_HOME: '/b' }, /^\/b\/assay$/],
    ['a relative XDG folder is none', { XDG_CACHE_HOME: 'b' }, /\.cache\/assay$/],
    ['else below the home folder', {}, /\.cache\/assay$/],
  ])('%s', (_title, env, expected) => {
    expect(defaultCacheDirectory(env)).toMatch(expected);
  });
});

describe('writeFileAtomically', () => {
  it('replaces a file and leaves nothing else', async () => {
    const path = join(folder, 'deep', 'x');
    await writeFileAtomically(path, Buffer.from('one'));
    await writeFileAtomically(path, Buffer.from('two'));
    expect(readFileSync(path, 'utf8')).toBe('two');
    expect(readdirSync(join(folder, 'deep'))).toEqual(['x']);
  });

  it('says which folder cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const promise = writeFileAtomically(join(folder, 'file', 'x'), Buffer.from('one'));
    await expect(promise).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
  });
});

describe('createTemporary', () => {
  it('shows nothing under the final name before it is kept', async () => {
    const file = await createTemporary(folder);
    await file.write(Buffer.from('a'));
    await file.write(Buffer.from('b'));
    expect(existsSync(join(folder, 'x'))).toBe(false);
    await file.keepAs(join(folder, 'x'));
    await file.discard();
    expect(readFileSync(join(folder, 'x'), 'utf8')).toBe('ab');
  });

  it('leaves nothing when discarded', async () => {
    const file = await createTemporary(folder);
    await file.write(Buffer.from('a'));
    await file.discard();
    await file.discard();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('removeStrayFiles', () => {
  it('removes what dead runs left, and nothing of living ones or of others', async () => {
    const host =
      hostname()
        .toLowerCase()
        .replaceAll(/[^0-9a-z]/g, '')
        .slice(0, 24) || 'host';
    const dead = spawnSync(process.execPath, ['-e', '']).pid;
    const name = (owner: string, pid: number): string => `.tmp-${owner}-${pid}-00ff`;
    const stay = [name(host, process.ppid), name('elsewhere', dead), 'other'];
    const go = [name(host, dead), name(host, process.pid), name('elsewhere', 1)];
    for (const file of [...stay, ...go]) writeFileSync(join(folder, file), '');
    utimesSync(join(folder, name('elsewhere', 1)), 0, 0);
    const mine = await createTemporary(folder);
    await removeStrayFiles(folder);
    const left = readdirSync(folder).map((file) => join(folder, file));
    expect(left.sort()).toEqual([...stay.map((file) => join(folder, file)), mine.path].sort());
    await mine.discard();
  });

  it('takes an absent folder as empty', async () => {
    await removeStrayFiles(join(folder, 'absent'));
  });
});

it('a file gets its name in a folder that is not there yet, and keeps it when it is discarded', async () => {
  const file = await createTemporary(join(folder, 'new'));
  await file.write(Buffer.from('text'));
  const path = join(folder, 'aa', 'bb', 'name');
  await file.keepAs(path, 'unsynced');
  await file.discard();
  expect(readFileSync(path, 'utf8')).toBe('text');
  expect(readdirSync(join(folder, 'new'))).toEqual([]);
});

it('a folder that was removed meanwhile is made again', async () => {
  for (const text of ['first', 'second']) {
    rmSync(folder, { recursive: true, force: true });
    const file = await createTemporary(folder);
    await file.write(Buffer.from(text));
    await file.keepAs(join(folder, 'name'));
    expect(readFileSync(join(folder, 'name'), 'utf8')).toBe(text);
  }
});
