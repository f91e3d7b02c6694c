import { describe, expect, it } from 'vitest';

import { FileTable } from '../../core/model/layer/file-table.ts';
import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import { whitedOutReadings } from './whited-out-readings.ts';

const LOST = '/app/node_modules/a/package.json';

interface Facts {
  readonly whiteouts?: readonly string[];
  readonly opaques?: readonly string[];
  readonly links?: readonly string[];
  readonly files?: readonly string[];
  readonly reads?: readonly string[];
}

function recordOf({
  whiteouts = [],
  opaques = [],
  links = [],
  files = [],
  reads = [],
}: Facts): LayerRecord {
  const rows = files.map((path) => ({
    path,
    mode: 0o644,
    sizeBytes: 1,
    isExecutable: false,
    digests: [],
  }));
  return {
    unpackedBytes: 0,
    entryCount: 0,
    whiteouts,
    opaques,
    links: links.map((path) => ({ path, target: '/elsewhere', isHard: false })),
    directories: [],
    files: FileTable.from(rows),
    rules: [],
    diagnostics: [],
    cataloged: reads.map((path) => ({
      path,
      foundBy: 'npm/node-package',
      result: { packages: [] },
    })),
  };
}

function erasedBy(...above: readonly Facts[]): readonly number[] {
  const records = [recordOf({ files: [LOST], reads: [LOST] }), ...above.map(recordOf)];
  return whitedOutReadings(records, []).map(({ erasedIn }) => erasedIn);
}

describe('the layer that erased a reading', () => {
  it.each([
    ['a whiteout of the file', { whiteouts: [LOST] }],
    ['a whiteout of a folder above', { whiteouts: ['/app'] }],
    ['an opaque folder', { opaques: ['/app/node_modules/a'] }],
    ['an opaque folder far above', { opaques: ['/app'] }],
    ['an opaque root', { opaques: ['/'] }],
    ['a link in place of the file', { links: [LOST] }],
    ['a link in place of a folder', { links: ['/app/node_modules'] }],
    ['a file in its place', { files: [LOST] }],
    ['a file in place of a folder', { files: ['/app/node_modules/a'] }],
    ['a file in place of a folder of the root', { files: ['/app'] }],
  ])('is found by %s', (_, facts) => {
    expect(erasedBy({}, facts, { whiteouts: [LOST] }, {})).toEqual([2]);
  });

  it.each([
    ['an opaque file', { opaques: [LOST] }],
    ['names that begin alike', { whiteouts: ['/ap', '/app/node_modules/ab', `${LOST}.bak`] }],
    ['files beside it', { files: ['/app/node_modules/a/index.js', '/app/node_modules/b'] }],
    ['links beside it', { links: ['/app/node_modules/a/x', '/lib'] }],
  ])('is the highest where only %s are touched', (_, facts) => {
    expect(erasedBy(facts, {})).toEqual([2]);
  });

  it('is above the one that holds the file', () => {
    const whiteout = { whiteouts: [LOST] };
    const records = [
      recordOf(whiteout),
      recordOf({ reads: [LOST] }),
      recordOf({}),
      recordOf(whiteout),
    ];
    expect(whitedOutReadings(records, []).map(({ layer, erasedIn }) => [layer, erasedIn])).toEqual([
      [1, 3],
    ]);
  });

  it('is found for as many as an image may hold', () => {
    const paths = Array.from(
      { length: 100_000 },
      (_, index) => `/app/n${String(index)}/package.json`,
    );
    const records = [
      recordOf({ reads: paths }),
      recordOf({ whiteouts: paths.map((path) => path.slice(0, path.lastIndexOf('/'))) }),
    ];
    const erased = whitedOutReadings(records, []);
    expect(erased).toHaveLength(paths.length);
    expect(erased.every(({ erasedIn }) => erasedIn === 1)).toBe(true);
  });
});
