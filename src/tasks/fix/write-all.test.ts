import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeAll } from './write-all.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'assay-write-'));
  mkdirSync(path.join(root, 'm'));
  for (const name of ['a', 'm/b']) writeFileSync(path.join(root, name), `old ${name}`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const replacement = (name: string): { path: string; old: Uint8Array; fresh: Uint8Array } => ({
  path: name,
  old: Buffer.from(`old ${name}`),
  fresh: Buffer.from(`new ${name}`),
});
const contents = (): readonly string[] =>
  ['a', 'm/b'].map((name) => readFileSync(path.join(root, name), 'utf8'));

describe('several files', () => {
  it('are all written, and nothing is left beside them', () => {
    writeAll(root, [replacement('a'), replacement('m/b')]);
    expect(contents()).toEqual(['new a', 'new m/b']);
    expect([readdirSync(root).sort(), readdirSync(path.join(root, 'm'))]).toEqual([
      ['a', 'm'],
      ['b'],
    ]);
  });

  it.each<[string, () => void, string]>([
    ['the last one is read-only', () => chmodSync(path.join(root, 'm/b'), 0o444), 'read-only'],
    [
      'the last one was changed meanwhile',
      () => writeFileSync(path.join(root, 'm/b'), 'other'),
      'was changed while',
    ],
    [
      'the last one is a symlink now',
      () => {
        rmSync(path.join(root, 'm/b'));
        symlinkSync(path.join(root, 'a'), path.join(root, 'm/b'));
      },
      'not a regular file',
    ],
    ['the last one is gone', () => rmSync(path.join(root, 'm/b')), 'ENOENT'],
  ])('are all left if %s', (_, prepare, message) => {
    prepare();
    expect(() => writeAll(root, [replacement('a'), replacement('m/b')])).toThrow(message);
    expect(readFileSync(path.join(root, 'a'), 'utf8')).toBe('old a');
    expect(readdirSync(root).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
