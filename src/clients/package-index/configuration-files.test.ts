import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { createPemReader } from './configuration-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-pem-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('a file in PEM that was changed is read again after a second', async () => {
  let now = 0;
  const read = createPemReader(() => now);
  const path = join(folder, 'ca.pem');
  writeFileSync(path, 'old');
  writeFileSync(join(folder, 'other.pem'), 'other');
  expect(await read(path)).toBe('old');
  writeFileSync(path, 'new');
  now = 999;
  expect([await read(path), await read(join(folder, 'other.pem'))]).toEqual(['old', 'other']);
  now = 1000;
  expect(await read(path)).toBe('new');
  rmSync(path);
  now = 2000;
  await expect(read(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
