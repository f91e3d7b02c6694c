import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory } from './make-directory.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-make-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes those above it too, and is harmless where all are there', async () => {
    const deep = join(folder, 'a/b/c');
    await makeDirectory(deep);
    await makeDirectory(deep);
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('serves many at once', async () => {
    const deep = join(folder, 'a/b/c');
    await Promise.all(Array.from({ length: 20 }, () => makeDirectory(deep)));
    expect(statSync(deep).isDirectory()).toBe(true);
  });

  it('refuses a file in its way', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(makeDirectory(join(folder, 'file'))).rejects.toThrow('EEXIST');
    await expect(makeDirectory(join(folder, 'file/below'))).rejects.toThrow('ENOTDIR');
  });

  it('refuses a link that leads nowhere', async () => {
    symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
    await expect(makeDirectory(join(folder, 'link'))).rejects.toThrow('EEXIST');
  });

  it.runIf(existsSync('/proc/self'))('ends where the system makes no folders', async () => {
    await expect(makeDirectory('/proc/assay')).rejects.toMatchObject({ code: 'ACCESS_DENIED' });
    await expect(makeDirectory('/proc/assay/layers/below')).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });
});
