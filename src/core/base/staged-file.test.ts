import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

import { stageContent, stagingPath } from './staged-file.ts';

it('writes beside a file, with its mode, and leaves the file', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-staged-'));
  try {
    const file = path.join(folder, 'a');
    writeFileSync(file, 'old');
    chmodSync(file, 0o640);
    const staging = stagingPath(file);
    stageContent(file, staging, Buffer.from('new'));
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readFileSync(staging, 'utf8')).toBe('new');
    expect(statSync(staging).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder)).toHaveLength(2);
    // A path that exists is not written over.
    expect(() => stageContent(file, staging, Buffer.from('other'))).toThrow('EEXIST');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
