import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBlockFile } from '../../../test/support/set-files.ts';
import { AssayError } from '../../core/base/errors.ts';
import type {
  Advisory,
  Affected,
  Rating,
  VersionRange,
} from '../../core/model/advisory/advisory.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import type { BlockFile } from './block-file-reader.ts';
import { BlockFileWriter } from './block-file-writer.ts';
import type { StoredSet } from './store-manifest.ts';
import { createStoreReader } from './reader.ts';
import type { WrittenFile } from './set-file-writer.ts';

const NEED = { ecosystem: 'npm' } as const;
const DATA_AT = '2024-06-01T00:00:00Z';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-store-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function write(advisories: readonly Advisory[], old?: BlockFile): Promise<WrittenFile> {
  const writer = await BlockFileWriter.create(folder);
  for (const advisory of advisories) writer.add(advisory, advisory.affected);
  if (old !== undefined) await writer.copyFrom(old);
  return writer.finish();
}

function openFile(written: WrittenFile): BlockFile {
  return openBlockFile(join(folder, written.name), written.sizeBytes);
}

function setOf(written: WrittenFile): StoredSet {
  const { name, ...counts } = written;
  return {
    feed: 'osv',
    license: 'CC0-1.0',
    ...NEED,
    ...counts,
    dataAt: DATA_AT,
    fetchedAt: DATA_AT,
    file: name,
  };
}

/** All that a reader says of the names and ids of `advisories`. */
function everything(
  file: BlockFile,
  written: WrittenFile,
  advisories: readonly Advisory[],
): unknown {
  const reader = createStoreReader([{ set: setOf(written), file }]);
  const names = new Set(advisories.flatMap((item) => item.affected.map(({ name }) => name)));
  const plain = (value: unknown): unknown => structuredClone(value);
  return {
    packages: [...names].sort().map((name) => [name, plain([...reader.byPackage(NEED, name)])]),
    ids: advisories.map(({ id }) => plain(reader.byId(id))),
    absent: [[...reader.byPackage(NEED, 'no such name')], reader.byId('no such id')],
  };
}

const optional = <T>(arb: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arb, { nil: undefined });

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

const version = fc.string({ minLength: 1, maxLength: 8 });
const range = fc
  .record({
    introduced: version,
    fixed: optional(version),
    lastAffected: optional(version),
    limit: optional(version),
  })
  .map((value) => withoutUndefined(value) as VersionRange);
const rating = fc
  .record({
    by: fc.constantFrom('osv', 'nvd'),
    severity: fc.constantFrom(...SEVERITIES),
    vector: optional(fc.string()),
    score: optional(fc.integer({ min: 0, max: 100 }).map((tenths) => tenths / 10)),
  })
  .map((value) => withoutUndefined(value) as Rating);
const affected: fc.Arbitrary<Affected> = fc
  .record({
    ecosystem: fc.constant('npm' as const),
    name: fc.constantFrom('left', 'right', '__proto__', '@scope/näme', 'x'.repeat(300)),
    ranges: fc.array(range, { maxLength: 3 }),
    versions: fc.array(version, { maxLength: 3 }),
    status: fc.constantFrom(
      'affected',
      'fixed',
      'notAffected',
      'unimportant',
      'underInvestigation',
    ),
    ratings: fc.array(rating, { maxLength: 2 }),
    qualifiers: optional(fc.constant(new Map([['arch', 'amd64']]))),
  })
  .map((value) => withoutUndefined(value) as Affected);
const body = fc.record({
  aliases: fc.uniqueArray(fc.constantFrom('CVE-2024-0001', 'CVE-2024-0002', 'ghsa-x'), {
    maxLength: 2,
  }),
  related: optional(fc.constant(['XSA-1'])),
  summary: fc.string(),
  details: optional(fc.string({ maxLength: 2000 })),
  ratings: fc.array(rating, { maxLength: 2 }),
  affected: fc.array(affected, { minLength: 1, maxLength: 4 }),
  references: fc.array(fc.string(), { maxLength: 3 }),
  cwes: fc.array(fc.string(), { maxLength: 2 }),
  exploited: optional(fc.record({ since: fc.string(), ransomware: fc.boolean() })),
  epss: optional(fc.double({ min: 0, max: 1, noNaN: true })),
  publishedAt: optional(fc.constant('2024-01-01')),
  withdrawnAt: optional(fc.constant('2024-02-01')),
});
const advisories = fc.array(body, { maxLength: 12 }).map((list) =>
  list.map((item, index): Advisory => {
    const id = `ID-${index}`;
    return { ...withoutUndefined(item), id, modifiedAt: '2024-01-02', feed: 'osv' } as Advisory;
  }),
);

/** As the advisories themselves answer. */
function expected(list: readonly Advisory[]): unknown {
  const names = [...new Set(list.flatMap((item) => item.affected.map(({ name }) => name)))].sort();
  const only = (item: Advisory, name: string): Advisory => ({
    ...item,
    affected: item.affected.filter((entry) => entry.name === name),
  });
  const byId = [...list].sort((a, b) => (JSON.stringify(a.id) < JSON.stringify(b.id) ? -1 : 1));
  return {
    packages: names.map((name) => [
      name,
      byId
        .filter((item) => item.affected.some((entry) => entry.name === name))
        .map((item) => only(item, name)),
    ]),
    ids: list.map((item) => ({
      ...item,
      affected: names.flatMap((name) => only(item, name).affected),
    })),
    absent: [[], undefined],
  };
}

describe('a block file', () => {
  it('gives back what was put in', async () => {
    await fc.assert(
      fc.asyncProperty(advisories, async (list) => {
        const written = await write(list);
        const file = openFile(written);
        try {
          expect(everything(file, written, list)).toEqual(expected(list));
          expect(file.directory.recordCount).toBe(list.length);
        } finally {
          file.close();
        }
      }),
      { numRuns: 60 },
    );
  });

  it('has the same bytes for the same input, and its digest for a name', async () => {
    const list = sample(400);
    const first = await write(list);
    const bytes = readFileSync(join(folder, first.name));
    const second = await write(list);
    expect(second).toEqual(first);
    expect(readFileSync(join(folder, first.name)).equals(bytes)).toBe(true);
  });

  it('finds each of many packages, over many blocks', async () => {
    const list = sample(3000);
    const written = await write(list);
    const file = openFile(written);
    const reader = createStoreReader([{ set: setOf(written), file }]);
    for (const {
      id,
      affected: [entry],
    } of list) {
      expect([...reader.byPackage(NEED, entry?.name ?? '')].map((item) => item.id)).toContain(id);
    }
    expect([...reader.byPackage(NEED, 'name-')]).toEqual([]);
    reader.close();
    reader.close();
  });

  it('takes over the records of another file, except those that are new', async () => {
    const list = sample(300);
    const old = openFile(await write(list));
    const changed = list.slice(100, 110).map((item) => ({ ...item, summary: 'changed' }));
    const written = await write(changed, old);
    const file = openFile(written);
    const merged = [...list.slice(0, 100), ...changed, ...list.slice(110)];
    expect(everything(file, written, merged)).toEqual(expected(merged));
    old.close();
    file.close();
  });

  it('reads no text before it is asked for', async () => {
    const list = sample(50);
    const written = await write(list);
    const path = join(folder, written.name);
    const bytes = readFileSync(path);
    // The first bytes behind the head are a block of texts.
    bytes[20] = (bytes[20] ?? 0) ^ 0xff;
    writeFileSync(path, bytes);
    const file = openFile(written);
    const reader = createStoreReader([{ set: setOf(written), file }]);
    const [advisory] = reader.byPackage(NEED, list[0]?.affected[0]?.name ?? '');
    expect(advisory?.ratings).toHaveLength(1);
    expect(() => advisory?.summary).toThrow(AssayError);
    reader.close();
    rmSync(path);
  });
});

describe('a damaged block file', () => {
  it('is refused, or answers as if it were whole, whichever byte is wrong', async () => {
    const list = sample(6);
    const written = await write(list);
    const whole = readFileSync(join(folder, written.name));
    const path = join(folder, 'damaged.adv');
    for (let at = 0; at < whole.length; at += 1) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(path, bytes);
      expectRefused(path, { ...written, name: 'damaged.adv' }, list);
    }
    for (const length of [0, 1, 27, 28, whole.length - 1]) {
      writeFileSync(path, whole.subarray(0, length));
      expect(() => openBlockFile(path, whole.length)).toThrow('should be');
      expectRefused(path, { ...written, name: 'damaged.adv', sizeBytes: length }, list);
    }
    writeFileSync(path, whole);
  });

  it('is refused when it is random bytes', () => {
    const path = join(folder, 'random.adv');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        writeFileSync(
          path,
          Buffer.concat([Buffer.from('ASSAYADV\u0003\0\0\0'), bytes, Buffer.from('ASSAYADV')]),
        );
        const sizeBytes = bytes.length + 20;
        expectRefused(path, { name: 'random.adv', sizeBytes, recordCount: 0, packageCount: 0 }, []);
      }),
    );
  });
});

function expectRefused(path: string, written: WrittenFile, list: readonly Advisory[]): void {
  let file: BlockFile | undefined;
  try {
    file = openBlockFile(path, written.sizeBytes);
    expect(everything(file, written, list)).toEqual(expected(list));
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    expect(error.code).toBe('ADVISORY_DATA_UNVERIFIED');
    expect(error.hint).toContain('assay db update');
  } finally {
    file?.close();
  }
}

function sample(count: number): Advisory[] {
  return Array.from({ length: count }, (_item, index) => ({
    id: `ID-${index}`,
    aliases: [`CVE-2024-${index + 1000}`],
    summary: `summary of ${index}`,
    details: `words and words of ${index} `.repeat(20),
    ratings: [{ by: 'osv', severity: 'high', vector: 'AV:N', score: 7.5 }],
    affected: [
      {
        ecosystem: 'npm',
        name: `name-${index % 700}`,
        ranges: [{ introduced: '0', fixed: `1.${index}.0` }],
        versions: [],
        status: 'affected',
        ratings: [],
      },
    ],
    references: [`https://example.org/${index}`],
    cwes: [],
    modifiedAt: '2024-01-01',
    feed: 'osv',
  }));
}

it('leaves no temporary file', () => {
  expect(readdirSync(folder).filter((name) => name.startsWith('.tmp'))).toEqual([]);
});
