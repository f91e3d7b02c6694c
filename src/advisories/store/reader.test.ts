import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBlockFile } from '../../../test/support/set-files.ts';
import type { Advisory, Affected } from '../../core/model/advisory/advisory.ts';
import { BlockFileWriter } from './block-file-writer.ts';
import type { FactSet } from './open-set.ts';
import { createStoreReader, type StoreReader } from './reader.ts';

const DEBIAN_12 = { ecosystem: 'debian', release: '12' } as const;
const DEBIAN_11 = { ecosystem: 'debian', release: '11' } as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-reader-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function entry(release: string, fixed: string): Affected {
  const ranges = [{ introduced: '0', fixed }];
  return {
    ecosystem: 'debian',
    release,
    name: 'curl',
    ranges,
    versions: [],
    status: 'fixed',
    ratings: [],
  };
}

function advisory(id: string, feed: string, overrides: Partial<Advisory> = {}): Advisory {
  return {
    id,
    aliases: [],
    summary: '',
    ratings: [],
    affected: [entry('12', '1')],
    references: [`https://example.org/${id}`],
    cwes: [],
    modifiedAt: '',
    feed,
    ...overrides,
  };
}

async function openSet(
  feed: string,
  need: { readonly ecosystem: 'debian'; readonly release: string },
  advisories: readonly Advisory[],
): Promise<FactSet> {
  const writer = await BlockFileWriter.create(folder);
  for (const item of advisories) writer.add(item, item.affected);
  const { name, ...counts } = await writer.finish();
  const dates = { dataAt: '2024-06-01T00:00:00Z', fetchedAt: '2024-06-02T00:00:00Z' };
  return {
    set: { feed, license: 'CC0-1.0', ...need, ...counts, ...dates, file: name },
    file: openBlockFile(join(folder, name), counts.sizeBytes),
  };
}

const TWIN = advisory('DEBIAN-CVE-2024-1', 'osv', {
  aliases: ['CVE-2024-1'],
  summary: 'lent summary',
  details: 'lent details',
  ratings: [{ by: 'osv', severity: 'high' }],
  affected: [{ ...entry('12', '9'), ratings: [{ by: 'osv', severity: 'low' }] }],
});
const OTHER_TWIN = advisory('DEBIAN-CVE-2024-2', 'osv', { aliases: ['CVE-2024-2'] });
const COLLECTION = advisory('DSA-1-1', 'osv', { related: ['CVE-2024-1', 'CVE-2024-2'] });

function of(name: string, release = '12'): Affected {
  return { ...entry(release, '2'), name };
}

function ids(reader: StoreReader): string[] {
  return [...reader.byPackage(DEBIAN_12, 'curl')].map((item) => item.id);
}

describe('createStoreReader', () => {
  it('lets the deciding feed speak and others lend ratings and missing texts', async () => {
    const tracker = await openSet('debian-tracker', DEBIAN_12, [
      advisory('CVE-2024-1', 'debian-tracker'),
      advisory('CVE-2024-3', 'debian-tracker', { details: 'own' }),
    ]);
    const osv = await openSet('osv', DEBIAN_12, [TWIN, OTHER_TWIN, COLLECTION]);
    const reader = createStoreReader([osv, tracker]);
    expect(ids(reader)).toEqual(['CVE-2024-1', 'CVE-2024-3']);
    const [first, second] = reader.byPackage(DEBIAN_12, 'curl');
    expect({ ...first }).toEqual({
      ...advisory('CVE-2024-1', 'debian-tracker'),
      summary: 'lent summary',
      details: 'lent details',
      ratings: [
        { by: 'osv', severity: 'high' },
        { by: 'osv', severity: 'low' },
      ],
      modifiedAt: '2024-06-01T00:00:00Z',
    });
    expect({ ...second }).toMatchObject({ details: 'own', ratings: [] });
    const inTurn = [...reader.byPackages(DEBIAN_12, ['absent', 'curl'])].map((answer) => [
      ...answer,
    ]);
    expect(inTurn).toEqual([[], [...reader.byPackage(DEBIAN_12, 'curl')]]);
    expect(reader.coverage(DEBIAN_12)).toMatchObject([
      { feed: 'debian-tracker', ...DEBIAN_12 },
      { feed: 'osv', ...DEBIAN_12 },
    ]);
    reader.close();
  });

  it('reads the twins where the deciding feed is missing for the release', async () => {
    const tracker = await openSet('debian-tracker', DEBIAN_11, [
      advisory('CVE-2024-1', 'debian-tracker', { affected: [entry('11', '1')] }),
    ]);
    const osv = await openSet('osv', DEBIAN_12, [TWIN]);
    const reader = createStoreReader([tracker, osv]);
    expect(ids(reader)).toEqual(['DEBIAN-CVE-2024-1']);
    reader.close();
  });

  it('leaves out a collection whose parts all speak for themselves', async () => {
    const whole = createStoreReader([
      await openSet('osv', DEBIAN_12, [TWIN, OTHER_TWIN, COLLECTION]),
    ]);
    expect(ids(whole)).toEqual(['DEBIAN-CVE-2024-1', 'DEBIAN-CVE-2024-2']);
    const part = createStoreReader([await openSet('osv', DEBIAN_12, [TWIN, COLLECTION])]);
    expect(ids(part)).toEqual(['DEBIAN-CVE-2024-1', 'DSA-1-1']);
  });

  it.each<[string, string, Partial<Advisory>, readonly string[]]>([
    ['a DLA', 'DLA-2424-1', {}, ['DLA-2424-1']],
    ['a DSA', 'DSA-5810-1', {}, ['DSA-5810-1']],
    ['a DTSA', 'DTSA-1-1', {}, ['DTSA-1-1']],
    ['an alias of another kind', 'DLA-3-1', { aliases: ['GHSA-aaaa-bbbb-cccc'] }, ['DLA-3-1']],
    ['several releases', 'DSA-7-1', { affected: [of('tz', '11'), of('tz')] }, ['DSA-7-1']],
    ['an alias that is a CVE', 'DSA-2-1', { aliases: ['CVE-2024-1009'] }, []],
    ['a CVE that it fixes', 'DSA-4-1', { related: ['CVE-2024-1009'] }, []],
    ['a record of a CVE', 'DEBIAN-CVE-2024-1009', { aliases: ['CVE-2024-1009'] }, []],
    ['another publisher', 'GHSA-aaaa-bbbb-cccc', {}, []],
  ])('lets bulletins without a CVE speak for what is not named: %s', async (_, id, more, found) => {
    const tracker = await openSet('debian-tracker', DEBIAN_12, [
      advisory('CVE-2024-1', 'debian-tracker'),
    ]);
    const bulletin = advisory(id, 'osv', { affected: [of('tz')], ...more });
    const named = advisory('DSA-8-1', 'osv');
    const reader = createStoreReader([await openSet('osv', DEBIAN_12, [bulletin, named]), tracker]);
    const idsOf = (name: string): string[] =>
      [...reader.byPackage(DEBIAN_12, name)].map((item) => item.id);
    expect(idsOf('tz')).toEqual(found);
    expect([...reader.byPackages(DEBIAN_12, ['tz'])].flatMap((rows) => [...rows])).toHaveLength(
      found.length,
    );
    expect(reader.byId(id)?.id).toBe(found[0]);
    // The tracker names this package, so its entries decide.
    expect(idsOf('curl')).toEqual(['CVE-2024-1']);
    expect(reader.byId('DSA-8-1')).toBeUndefined();
    reader.close();
  });

  it('joins what the releases of one feed say under an id', async () => {
    const twelve = await openSet('debian-tracker', DEBIAN_12, [
      advisory('CVE-2024-1', 'debian-tracker'),
    ]);
    const eleven = await openSet('debian-tracker', DEBIAN_11, [
      advisory('CVE-2024-1', 'debian-tracker', { affected: [entry('11', '2')] }),
    ]);
    const reader = createStoreReader([twelve, eleven]);
    expect(reader.byId('CVE-2024-1')?.affected.map((item) => item.release)).toEqual(['12', '11']);
    expect(reader.byId('CVE-2024-9')).toBeUndefined();
    expect(reader.coverage({ ecosystem: 'npm' })).toEqual([]);
    expect([...reader.byPackage({ ecosystem: 'npm' }, 'curl')]).toEqual([]);
    reader.close();
  });

  it('decodes a package once, however many ids are looked up in it', async () => {
    const own = Array.from({ length: 40 }, (_, index) =>
      advisory(`CVE-2024-${String(1000 + index)}`, 'debian-tracker'),
    );
    const tracker = await openSet('debian-tracker', DEBIAN_12, own);
    const osv = await openSet('osv', DEBIAN_12, [TWIN]);
    const reader = createStoreReader([tracker, osv]);
    const decoded = [tracker, osv].map(({ file }) => vi.spyOn(file, 'entriesOf'));
    for (const { id } of [...own, ...own]) {
      const { affected } = reader.byId(id) ?? {};
      expect(affected).toHaveLength(1);
    }
    expect(decoded.map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
    reader.close();
  });
});
