import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  analyses,
  inventories,
  cachedMatches,
  layerAnswers,
  layerRecords,
  reports,
} from '../../../test/support/arbitraries.ts';
import {
  encodeAnalysis,
  encodeCachedAnalysis,
  encodeCachedMatches,
  reviveAnalysis,
  reviveCachedAnalysis,
  reviveCachedMatches,
} from './cache-codec.ts';
import {
  CodecError,
  decodeInventory,
  decodeReport,
  encodeInventory,
  encodeReport,
} from './codec.ts';
import {
  decodeLayerRecord,
  decodeSecondWalkRecord,
  encodeLayerRecord,
  encodeSecondWalkRecord,
  reviveLayerRecord,
  reviveSecondWalkRecord,
} from './record-codec.ts';
import type { Digest } from '../model/artifact/artifact.ts';
import type { Report } from '../model/report/report.ts';

const EMPTY_REPORT: Report = {
  schemaVersion: 1,
  tool: { name: 'assay', version: '0.1.0' },
  results: [],
  advisories: new Map(),
  coverage: [],
  shownSeverities: [],
  verdict: { status: 'pass', exitCode: 0, causes: [] },
  startedAt: '2026-01-01T00:00:00Z',
  durationMs: 1,
};
const EMPTY_INVENTORY = { inventoryVersion: 1, packages: [] };

/** The same value with all tables of files as lists. */
function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listed);
  if (typeof value !== 'object' || value === null || value instanceof Map) return value;
  if (isIterable(value)) return [...value];
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, listed(field)]));
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

const DECODERS = [decodeReport, decodeInventory, decodeLayerRecord, decodeSecondWalkRecord];

describe('the codec', () => {
  it('gives back every report', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const written = JSON.stringify(encodeReport(report));
        const read = decodeReport(JSON.parse(written));
        expect(read).toEqual(report);
        expect(JSON.stringify(encodeReport(read))).toBe(written);
      }),
    );
  });

  it('gives back every inventory', () => {
    fc.assert(
      fc.property(inventories, (inventory) => {
        const written = JSON.stringify(encodeInventory(inventory));
        expect(decodeInventory(JSON.parse(written))).toEqual(inventory);
      }),
    );
  });

  it('gives back every layer record', () => {
    fc.assert(
      fc.property(layerRecords, (record) => {
        const written = JSON.stringify(encodeLayerRecord(record));
        expect(listed(decodeLayerRecord(JSON.parse(written)))).toEqual(record);
        const revived = reviveLayerRecord(JSON.parse(written));
        expect(listed(revived)).toEqual(record);
        expect(JSON.stringify(encodeLayerRecord(revived))).toBe(written);
      }),
    );
  });

  it('gives back every answer of a second walk, and every analysis', () => {
    fc.assert(
      fc.property(layerAnswers, analyses, (answer, analysis) => {
        const writtenAnswer = JSON.stringify(encodeSecondWalkRecord(answer));
        expect(listed(decodeSecondWalkRecord(JSON.parse(writtenAnswer)))).toEqual(answer);
        expect(listed(reviveSecondWalkRecord(JSON.parse(writtenAnswer)))).toEqual(answer);
        const writtenAnalysis = JSON.stringify(encodeAnalysis(analysis));
        expect(reviveAnalysis(JSON.parse(writtenAnalysis))).toEqual(analysis);
      }),
    );
  });

  it('gives back everything that was matched, and what it was matched of', () => {
    fc.assert(
      fc.property(analyses, cachedMatches, (analysis, matches) => {
        const writtenAnalysis = JSON.stringify(encodeCachedAnalysis({ tree: 'a', analysis }));
        expect(reviveCachedAnalysis(JSON.parse(writtenAnalysis))).toEqual({ tree: 'a', analysis });
        const written = JSON.stringify(encodeCachedMatches(matches));
        const revived = reviveCachedMatches(JSON.parse(written));
        expect(revived).toEqual(matches);
        expect([...revived.matches.advisories.keys()]).toEqual([
          ...matches.matches.advisories.keys(),
        ]);
      }),
    );
  });

  it('writes the files of layers, of second walks and of packages as columns', () => {
    const digests: Digest[] = ['md5:00ff', 'sha1:ab'];
    const fact = { path: '/a', mode: 0o644, sizeBytes: 1, digests: [], isExecutable: false };
    const answer = {
      files: [fact, { ...fact, path: '/u/b', mode: 0o755, isExecutable: true, digests }],
      diagnostics: [],
      readings: [],
    };
    const { files } = encodeSecondWalkRecord(answer) as { readonly files: unknown };
    expect(files).toEqual({
      folders: ['', '/u'],
      runs: [0, 1, 1, 1],
      names: 'a/b/',
      sizes: [1, 1],
      modes: [0o644 * 2, 0o755 * 2 + 1],
      digests: '\nmd5:00ff sha1:ab',
    });
  });

  it.each([
    ['a name too few', { names: 'a/' }],
    ['a name too many', { names: 'a/b/c/' }],
    ['a folder that is not there', { runs: [1, 2] }],
    ['half a run', { runs: [0] }],
    ['a digest too few', { digests: 'md5:0cc175b9c0f1b6a831c399e269772661' }],
    ['a digest that is none', { digests: 'x\n' }],
    ['a kind too many', { kinds: 'fff' }],
    ['a kind that is none', { kinds: 'fx' }],
    ['a target of no file', { targets: ['a'], targetRows: [2] }],
    ['a target too many', { targets: ['a', 'b'], targetRows: [1] }],
    ['an absent file that is none', { absent: [2] }],
  ])('refuses files of a package with %s', (_, wrong) => {
    const decode = (columns: object): unknown => {
      const whole = { folders: ['/x'], runs: [0, 2], names: 'a/b/' };
      const ownedFiles = { kind: 'table', columns: { ...whole, ...columns } };
      const result = { packages: [{ name: 'a', version: '1', ownedFiles }] };
      const cataloged = [{ path: '/a', foundBy: 'a/b', result }];
      const links = { paths: [], targets: [], hardLinks: [] };
      const empty = { whiteouts: [], opaques: [], links, directories: [] };
      const counts = { unpackedBytes: 0, entryCount: 0, rules: [], diagnostics: [] };
      const files = { folders: [], runs: [], names: '', sizes: [], modes: [] };
      return decodeLayerRecord({ ...empty, ...counts, files, cataloged });
    };
    expect(() => decode({})).not.toThrow();
    expect(() => decode(wrong)).toThrow(CodecError);
  });

  it('writes the same text whatever the order of keys', () => {
    const { verdict, ...others } = EMPTY_REPORT;
    const turned: Report = { verdict, ...others };
    expect(JSON.stringify(encodeReport(turned))).toBe(JSON.stringify(encodeReport(EMPTY_REPORT)));
    const qualifiers = (...keys: string[]): string =>
      JSON.stringify(
        encodeLayerRecord({
          ...{ unpackedBytes: 0, entryCount: 0, whiteouts: [], opaques: [], links: [] },
          ...{ directories: [], files: [], rules: [], diagnostics: [] },
          cataloged: [
            {
              path: '/a',
              foundBy: 'a/b',
              result: {
                packages: [
                  { name: 'a', version: '1', qualifiers: new Map(keys.map((key) => [key, key])) },
                ],
              },
            },
          ],
        }),
      );
    expect(qualifiers('b', 'a', '__proto__')).toBe(qualifiers('__proto__', 'a', 'b'));
  });

  it('passes over fields that a later version added', () => {
    expect(decodeInventory({ ...EMPTY_INVENTORY, colour: 'red' })).toEqual(EMPTY_INVENTORY);
  });

  it('does not take inherited properties for fields', () => {
    const polluted = Object.create({ inventoryVersion: 1, packages: [] }) as unknown;
    expect(() => decodeInventory(polluted)).toThrow('inventoryVersion: is missing');
  });

  it.each([
    ['a list', [], 'the document: expected an object, found a list'],
    ['null', null, 'the document: expected an object, found null'],
    ['nothing', undefined, 'the document: expected an object, found undefined'],
    ['a missing field', { packages: [] }, 'inventoryVersion: is missing'],
    [
      'a fraction for a number of things',
      { inventoryVersion: 1.5, packages: [] },
      'inventoryVersion: expected a whole number from 0, found 1.5',
    ],
    [
      'null for an optional field',
      { ...EMPTY_INVENTORY, distro: null },
      'distro: expected an object, found null',
    ],
    [
      'a wrong item',
      { inventoryVersion: 1, packages: [{ id: 'a', ecosystem: 'cobol' }] },
      'packages[0].ecosystem: expected one of "debian", ',
    ],
  ])('refuses %s and says where', (_, value, message) => {
    expect(() => decodeInventory(value)).toThrow(CodecError);
    expect(() => decodeInventory(value)).toThrow(message);
  });

  it('names keys of maps and kinds of findings', () => {
    const encoded = JSON.parse(JSON.stringify(encodeReport(EMPTY_REPORT))) as object;
    expect(() => decodeReport({ ...encoded, advisories: { 'CVE-1': {} } })).toThrow(
      'advisories["CVE-1"].id: is missing',
    );
    expect(() => decodeReport({ ...encoded, schemaVersion: 2 })).toThrow(
      'schemaVersion: expected one of 1, found 2',
    );
    const result = { artifact: { kind: 'rootfs', reference: '/', layers: [] } };
    const results = [{ ...result, inventory: EMPTY_INVENTORY, findings: [{ kind: 'omen' }] }];
    expect(() => decodeReport({ ...encoded, results })).toThrow(
      'results[0].findings[0].kind: expected one of vulnerability, integrity, rule, found "omen"',
    );
  });

  it('only ever refuses other documents with a CodecError', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        for (const decode of DECODERS) {
          expect(() => decode(value)).toThrow(CodecError);
        }
      }),
    );
  });
});
