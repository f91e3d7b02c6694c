import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { forgetLastVerified, readLastVerified, writeLastVerified } from './last-verified.ts';
import { refuseForeignOrOlder, refuseUnverified } from './refuse-import.ts';

const LAST = { version: 7, content: 'aa', keyIds: ['k1', 'k2'] };
const SAME = { path: 'b.tar', version: 7, content: 'aa', signedBy: ['k1'] };

describe('refuseUnverified', () => {
  it('lets anything into a base that was loaded without keys', () => {
    expect(() => {
      refuseUnverified(undefined);
    }).not.toThrow();
  });

  it('refuses what is not verified where keys were used', () => {
    expect(() => {
      refuseUnverified(LAST);
    }).toThrow(
      expect.objectContaining({
        code: 'ADVISORY_DATA_UNVERIFIED',
        hint: 'Give the keys with --verify-key. If the change is meant, import once with --forget-keys.',
      }),
    );
  });
});

describe('refuseForeignOrOlder', () => {
  it.each<[string, object]>([
    ['the same bundle', {}],
    ['a newer one', { version: 8, content: 'bb' }],
    ['a newer one that one of the old keys has signed', { version: 8, signedBy: ['k2', 'k3'] }],
  ])('accepts %s', (_title, change) => {
    expect(() => {
      refuseForeignOrOlder(LAST, { ...SAME, ...change });
    }).not.toThrow();
  });

  it('accepts any bundle at first', () => {
    expect(() => {
      refuseForeignOrOlder(undefined, { ...SAME, signedBy: [] });
    }).not.toThrow();
  });

  it.each<[string, object, string, string]>([
    ['of other keys', { version: 8, signedBy: ['k3'] }, 'UNVERIFIED', 'is not signed by the keys'],
    ['without signature', { version: 8, signedBy: [] }, 'UNVERIFIED', 'is not signed by the keys'],
    ['that is older', { version: 6 }, 'STALE', 'is version 6, older than version 7'],
    ['with other content', { content: 'bb' }, 'UNVERIFIED', 'has the version 7 of the last import'],
  ])('refuses a bundle %s', (_title, change, code, message) => {
    expect(() => {
      refuseForeignOrOlder(LAST, { ...SAME, ...change });
    }).toThrow(
      expect.objectContaining({
        code: `ADVISORY_DATA_${code}`,
        message: expect.stringContaining(`the bundle "b.tar" ${message}`) as string,
      }),
    );
  });
});

describe('the last verified import', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'assay-verified-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is stored, read and forgotten', async () => {
    expect(await readLastVerified(folder)).toBeUndefined();
    await writeLastVerified(folder, LAST);
    expect(await readLastVerified(folder)).toEqual(LAST);
    await forgetLastVerified(folder);
    await forgetLastVerified(folder);
    expect(await readLastVerified(folder)).toBeUndefined();
  });

  it('is none where the folder does not exist', async () => {
    expect(await readLastVerified(join(folder, 'none'))).toBeUndefined();
  });

  const FIELDS = { format: 'assay-last-verified', formatVersion: 1, ...LAST };

  it.each<[string, string]>([
    ['nothing', ''],
    ['half of it', JSON.stringify(FIELDS).slice(0, 40)],
    ['null', 'null'],
    ['another format', JSON.stringify({ ...FIELDS, format: 'x' })],
    ['a later version of the format', JSON.stringify({ ...FIELDS, formatVersion: 2 })],
    ['no keys', JSON.stringify({ ...FIELDS, keyIds: [] })],
    ['keys that are not texts', JSON.stringify({ ...FIELDS, keyIds: [1] })],
    ['a version that is not a number', JSON.stringify({ ...FIELDS, version: '7' })],
    ['no content', JSON.stringify({ ...FIELDS, content: undefined })],
  ])('is refused, and never taken for none, with %s in its file', async (_title, text) => {
    await writeLastVerified(folder, LAST);
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), text);
    await expect(readLastVerified(folder)).rejects.toMatchObject({
      code: 'ADVISORY_DATA_UNVERIFIED',
      hint: expect.stringContaining('--forget-keys') as string,
    });
  });
});
