import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isNamedPipe } from './named-pipe.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-pipe-'));
  execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd: folder });
  symlinkSync('pipe', join(folder, 'link'));
  writeFileSync(join(folder, 'file'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('isNamedPipe', () => {
  it.each([
    ['pipe', true],
    ['link', true],
    ['file', false],
    ['.', false],
  ])('says of %s: %j', async (name, expected) => {
    expect(await isNamedPipe(join(folder, name))).toBe(expected);
  });

  it.each(['/dev/null', '/dev/stdin', '/dev/fd/0'])('lets %s pass', async (path) => {
    expect(await isNamedPipe(path)).toBe(false);
  });

  it('leaves what is missing to its reader', async () => {
    await expect(isNamedPipe(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
