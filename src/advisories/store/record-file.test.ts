import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AssayError } from '../../core/base/errors.ts';
import { osv } from '../feeds/osv.ts';
import type { StoredSet } from './store-manifest.ts';
import { openSetFile, type EcosystemSet } from './open-set.ts';
import { packageRecords } from './package-records.ts';
import { createStoreReader } from './reader.ts';
import { RecordFileWriter } from './record-file-writer.ts';
import type { RecordFile } from './record-file.ts';
import type { WrittenFile } from './set-file-writer.ts';

const NPM = { ecosystem: 'npm' } as const;
const DATA_AT = '2024-06-01T00:00:00Z';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-records-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Sample {
  readonly id: string;
  readonly alias?: string;
  readonly name: string;
  readonly summary?: string;
}

function textOf({ id, alias, name, summary = 'a summary' }: Sample): string {
  return JSON.stringify({
    id,
    modified: '2024-01-02T00:00:00Z',
    aliases: alias === undefined ? [] : [alias],
    summary,
    details: `about ${name}`,
    affected: [
      {
        package: { ecosystem: 'npm', name },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
      },
      { package: { ecosystem: 'PyPI', name: 'elsewhere' }, versions: ['1'] },
    ],
  });
}

async function write(
  samples: readonly Sample[],
  old?: RecordFile,
  isOutdated?: (id: string) => boolean,
): Promise<WrittenFile> {
  const writer = await RecordFileWriter.create(folder);
  for (const sample of samples) {
    const bytes = Buffer.from(textOf(sample));
    // Some archives have something behind the end of a member's stream.
    const odd = sample.id.endsWith('5') ? Buffer.from('more') : Buffer.alloc(0);
    const packed = Buffer.concat([deflateRawSync(bytes), odd]);
    const body = { packed, crc32: crc32(bytes), sizeBytes: bytes.length };
    const aliases = sample.alias === undefined ? [] : [sample.alias];
    writer.add({ id: sample.id, aliases, names: [sample.name], body });
  }
  if (old !== undefined) await writer.copyFrom(old, isOutdated);
  return writer.finish();
}

async function open({
  name,
  ...counts
}: WrittenFile): Promise<EcosystemSet & { file: RecordFile }> {
  const dates = { dataAt: DATA_AT, fetchedAt: DATA_AT };
  const set = { feed: 'osv', license: 'CC0-1.0', ...NPM, ...counts, ...dates, file: name };
  const file = await openSetFile(folder, set, () => Promise.resolve(osv));
  if (file.form !== 'records') throw new Error('of another form');
  return { set, file };
}

function samples(count: number): Sample[] {
  return Array.from({ length: count }, (_item, index) => ({
    id: `GHSA-${String(index)}`,
    alias: `CVE-2024-${String(1000 + index)}`,
    name: `name-${String(index % 70)}`,
  }));
}

function idsOf(set: EcosystemSet, name: string): readonly string[] {
  return packageRecords(set, name).map(({ id }) => id);
}

describe('a file of records', () => {
  it('reads a record as its feed does, of one package and of what the file is about', async () => {
    const [sample] = samples(1);
    if (sample === undefined) throw new Error('no sample');
    const set = await open(await write([sample]));
    const [read] = osv.read({ name: 'x', bytes: Buffer.from(textOf(sample)) }).advisories;
    const reader = createStoreReader([set]);
    const expected = { ...read, affected: read?.affected.slice(0, 1) };
    expect([...reader.byPackage(NPM, 'name-0')].map((item) => ({ ...item }))).toEqual([expected]);
    expect({ ...reader.byId('GHSA-0') }).toEqual(expected);
    expect([...reader.byPackage(NPM, 'elsewhere')]).toEqual([]);
    expect(set.file.recordsOf('cve-2024-1000')).toEqual([{ id: 'GHSA-0', names: ['name-0'] }]);
    expect(set.file.recordsOf('CVE-2024-1')).toEqual([]);
    reader.close();
  });

  it('finds each of many, over many pages, and no other', async () => {
    const list = samples(3000);
    const written = await write(list);
    expect(written).toMatchObject({ recordCount: 3000, packageCount: 70 });
    const set = await open(written);
    for (let index = 0; index < 70; index += 1) {
      const name = `name-${String(index)}`;
      const own = list.filter((sample) => sample.name === name).map(({ id }) => id);
      expect(idsOf(set, name)).toEqual([...own].sort());
    }
    for (const { id, alias = '', name } of list.slice(0, 300)) {
      expect(set.file.recordsOf(id)).toEqual([{ id, names: [name] }]);
      expect(set.file.recordsOf(alias)).toEqual([{ id, names: [name] }]);
    }
    expect([idsOf(set, 'name-'), idsOf(set, '')]).toEqual([[], []]);
    set.file.close();
  });

  it('answers many names as it answers each, in their order', async () => {
    const large = { id: 'GHSA-X', name: 'large', summary: 'x'.repeat(400_000) };
    const set = await open(await write([...samples(300), large]));
    const reader = createStoreReader([set]);
    const names = samples(150).flatMap(({ name }) => [name, `no-${name}`, 'large']);
    const each = names.map((name) => [...reader.byPackage(NPM, name)]);
    expect(each.flat()).toHaveLength(
      150 + samples(150).flatMap(({ name }) => idsOf(set, name)).length,
    );
    expect([...reader.byPackages(NPM, names)].map((answer) => [...answer])).toEqual(each);
    expect([...reader.byPackages(NPM, [])]).toEqual([]);
    expect([...reader.byPackages({ ecosystem: 'pypi' }, ['a', 'b'])]).toEqual([[], []]);
    reader.close();
  });

  it('finds records of any length, and takes them over', async () => {
    // What cannot be packed: more than a row of the index can say.
    const long = randomBytes(100_000).toString('base64');
    const list = [...samples(100), { id: 'GHSA-L', alias: 'CVE-L', name: 'long', summary: long }];
    const old = await open(await write(list));
    const set = await open(await write(samples(3), old.file));
    for (const { file } of [old, set]) {
      const [record] = file.recordsOfPackage('long');
      expect(record?.text().summary).toBe(long);
      const inTurn = [...file.recordsOfPackages(['none', 'long', 'name-1'])];
      expect(inTurn.map((records) => records.map(({ id }) => id))).toEqual([
        [],
        ['GHSA-L'],
        ['GHSA-1', 'GHSA-71'],
      ]);
      expect(file.namesOfRecord('GHSA-L')).toEqual(['long']);
      expect(file.recordsOf('cve-l')).toEqual([{ id: 'GHSA-L', names: ['long'] }]);
    }
    old.file.close();
    set.file.close();
  });

  it('gives the outlines of all, in the order in which they came', async () => {
    const list = samples(500);
    const set = await open(await write(list));
    const outlines = [...set.file.outlines()];
    expect(outlines.map(({ id }) => id)).toEqual(list.map(({ id }) => id));
    expect(outlines[7]).toMatchObject({
      aliases: ['CVE-2024-1007'],
      places: [{ ecosystem: 'npm', name: 'name-7' }],
      summary: 'a summary',
      details: 'about name-7',
    });
    set.file.close();
  });

  it('takes over the records of another file, but those that are new, changed or gone', async () => {
    const old = await open(await write(samples(300)));
    const renewed = [{ id: 'GHSA-7', name: 'name-7', summary: 'renewed' }];
    const written = await write(renewed, old.file, (id) => id === 'GHSA-8');
    expect(written).toMatchObject({ recordCount: 299, packageCount: 70 });
    const set = await open(written);
    expect(idsOf(set, 'name-8')).toEqual(['GHSA-148', 'GHSA-218', 'GHSA-288', 'GHSA-78']);
    const [again] = packageRecords(set, 'name-7').filter(({ id }) => id === 'GHSA-7');
    expect(again?.text().summary).toBe('renewed');
    expect(set.file.recordsOf('CVE-2024-1007')).toEqual([]);
    expect(set.file.recordsOf('CVE-2024-1009')).toEqual([{ id: 'GHSA-9', names: ['name-9'] }]);
    old.file.close();
    set.file.close();
  });

  it('has the same bytes for the same input', async () => {
    expect(await write(samples(400))).toEqual(await write(samples(400)));
  });

  it('is not opened for a feed that has no records by themselves', async () => {
    const { name, ...counts } = await write(samples(1));
    const dates = { dataAt: DATA_AT, fetchedAt: DATA_AT };
    const set: StoredSet = { feed: 'x', license: 'x', ...NPM, ...counts, ...dates, file: name };
    await expect(openSetFile(folder, set, () => Promise.resolve(undefined))).rejects.toThrow(
      'holds records of "x", which this Assay cannot read',
    );
  });
});

it('is refused, or answers as if it were whole, whichever byte is wrong', async () => {
  const list = samples(6);
  const written = await write(list);
  const path = join(folder, written.name);
  const whole = readFileSync(path);
  const answers = async (): Promise<unknown> => {
    const set = await open(written);
    try {
      const names = list.map(({ name }) => packageRecords(set, name).map((item) => item.facts('')));
      const inTurn = set.file.recordsOfPackages(list.map(({ name }) => name));
      const together = [...inTurn].map((records) => records.map((item) => item.facts('')));
      expect(together).toEqual(names);
      return [names, list.map(({ alias = '' }) => set.file.recordsOf(alias))];
    } finally {
      set.file.close();
    }
  };
  const expected = await answers();
  for (let at = 0; at < whole.length; at += 1) {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
    writeFileSync(path, bytes);
    const outcome = await answers().catch((error: unknown) => error);
    if (outcome instanceof AssayError) expect(outcome.code).toBe('ADVISORY_DATA_UNVERIFIED');
    else expect(outcome).toEqual(expected);
  }
});
