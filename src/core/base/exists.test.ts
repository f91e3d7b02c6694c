import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { exists, isMissing } from './exists.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-exists-'));
  writeFileSync(path.join(folder, 'file'), '');
  symlinkSync('file', path.join(folder, 'link'));
  symlinkSync('gone', path.join(folder, 'broken'));
  symlinkSync('loop', path.join(folder, 'loop'));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('exists', () => {
  it.each([
    ['a directory', '.', true],
    ['a file', 'file', true],
    ['a link to a file', 'link', true],
    ['nothing', 'gone', false],
    ['a link to nothing', 'broken', false],
    ['a path below a file', 'file/a', false],
    ['a loop of links, which reading reports', 'loop', true],
  ])('%s', async (_, name, expected) => {
    expect(await exists(path.join(folder, name))).toBe(expected);
  });
});

describe('isMissing', () => {
  it.each([
    ['no entry', { code: 'ENOENT' }, true],
    ['no directory', { code: 'ENOTDIR' }, true],
    ['no permission', { code: 'EACCES' }, false],
    ['an error without a code', {}, false],
  ])('%s', (_, more, expected) => {
    expect(isMissing(Object.assign(new Error('x'), more))).toBe(expected);
  });
});
