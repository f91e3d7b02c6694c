/**
 * Reports of images of which some layers are known and some are not. What an earlier run found out
 * about a layer must never show in what is said of an image: evidence that is out of date would be
 * the worst of all faults. So every image is scanned without a cache, and then with any part of its
 * layers known, and the reports are compared to the last byte.
 */

import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../src/core/base/context.ts';
import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';
import { encodeReport } from '../../src/core/codec/codec.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { storeIn } from '../support/kept-records.ts';
import { rendered } from '../support/rendered.ts';
import { makeImage, ociFiles, writeFiles } from '../support/stored-images.ts';

type Layer = readonly TarMember[];
type Files = Readonly<Record<string, string>>;

const STATUS = 'var/lib/dpkg/status';
const INFO = 'var/lib/dpkg/info';
const SITE = 'usr/lib/python3/dist-packages';

const file = (path: string, body: string, mode = 0o644): TarMember => ({ path, body, mode });
const program = (path: string, body: string): TarMember => file(path, body, 0o755);
const link = (path: string, target: string): TarMember => ({ path, type: 'symlink', target });
const gone = (path: string): TarMember => {
  const end = path.lastIndexOf('/') + 1;
  return { path: `${path.slice(0, end)}.wh.${path.slice(end)}` };
};
const hash = (algorithm: string, text: string, encoding: 'hex' | 'base64url'): string =>
  createHash(algorithm).update(text).digest(encoding);

/** The record of some packages, each as `name version`. */
function status(...packages: readonly string[]): TarMember {
  const stanzas = packages.map((text) => {
    const [name = '', version = ''] = text.split(' ');
    return `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nSource: src-${name}\nVersion: ${version}\n\n`;
  });
  return file(STATUS, stanzas.join(''));
}

/** The list of a package's files. */
function list(name: string, files: Files): TarMember {
  const lines = Object.entries(files).map(
    ([path, body]) => `${hash('md5', body, 'hex')}  ${path}\n`,
  );
  return file(`${INFO}/${name}.md5sums`, lines.join(''));
}

const TAR: Files = {
  'usr/bin/tar': 'tar 1.35',
  'usr/lib/x/libtar.so.1': 'library of tar',
  'usr/share/doc/tar/copyright': 'of tar',
};
const SED: Files = { 'usr/bin/sed': 'sed 4.9', 'etc/sed.conf': 'as shipped' };
const NEW_TAR: Files = {
  ...TAR,
  'usr/bin/tar': 'tar 1.36',
  'usr/lib/x/libtar.so.1': 'new library',
};
const placed = (files: Files): TarMember[] =>
  Object.entries(files).map(([path, body]) =>
    path.includes('/bin/') ? program(path, body) : file(path, body),
  );

const SIX: Files = {
  [`${SITE}/six.py`]: 'six',
  [`${SITE}/six-1.17.0.dist-info/METADATA`]: meta('six'),
};
function meta(name: string): string {
  return `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.17.0\n\n`;
}
const PYTHON: Layer = [
  ...placed(SIX),
  file(
    `${SITE}/six-1.17.0.dist-info/RECORD`,
    Object.entries(SIX)
      .map(
        ([path, body]) =>
          `${path.slice(SITE.length + 1)},sha256=${hash('sha256', body, 'base64url')},3\n`,
      )
      .join(''),
  ),
];

const BASE: Layer = [
  file('etc/os-release', 'ID=debian\nVERSION_ID="12"\n'),
  file('etc/debian_version', '12.1\n'),
  link('bin', 'usr/bin'),
  status('tar 1.35-1', 'sed 4.9-1'),
  ...[list('tar', TAR), ...placed(TAR)],
  ...[list('sed', SED), ...placed(SED)],
];

/** Whatever a layer may do to packages of the layers below, by what it does. */
const EDITS: Readonly<Record<string, Layer>> = {
  'an application': [
    file(
      'srv/app/package-lock.json',
      '{"lockfileVersion":3,"packages":{"":{},"node_modules/left":{"version":"1.0.0"}}}',
    ),
    file('srv/app/node_modules/left/package.json', '{"name":"left","version":"1.0.0"}'),
    program('usr/local/bin/server', 'server'),
  ],
  'another program': [program('usr/bin/tar', 'not tar')],
  'another program behind a link': [program('bin/tar', 'not tar')],
  'the same program again': [program('usr/bin/tar', 'tar 1.35')],
  'a program that is no longer executable': [file('usr/bin/tar', 'tar 1.35')],
  'edited configuration': [file('etc/sed.conf', 'edited')],
  'a deleted program': [gone('usr/bin/tar')],
  'a deleted folder of libraries': [gone('usr/lib/x')],
  'an opaque folder of libraries': [
    { path: 'usr/lib/x/.wh..wh..opq' },
    file('usr/lib/x/libtar.so.1', 'library of tar'),
  ],
  'an opaque folder of programs': [
    { path: 'usr/bin/.wh..wh..opq' },
    program('usr/bin/sed', 'sed 4.9'),
  ],
  'another program and its line': [
    program('usr/bin/tar', 'not tar'),
    list('tar', { ...TAR, 'usr/bin/tar': 'not tar' }),
  ],
  'a deleted list': [gone(`${INFO}/tar.md5sums`)],
  'a deleted record': [gone(STATUS)],
  'a record without a package': [status('sed 4.9-1')],
  'a record of another version': [status('tar 1.36-1', 'sed 4.9-1')],
  'an upgrade': [status('tar 1.36-1', 'sed 4.9-1'), list('tar', NEW_TAR), ...placed(NEW_TAR)],
  'a downgrade': [status('tar 1.35-1', 'sed 4.9-1'), list('tar', TAR), ...placed(TAR)],
  'a link in place of a program': [link('usr/bin/tar', '/srv/app/tar')],
  'a link in place of a folder': [gone('usr/lib/x'), link('usr/lib/x', '/opt/x')],
  'what such a link leads to': [file('opt/x/libtar.so.1', 'another library')],
  'a hard link to a program': [
    program('usr/bin/sed', 'sed 4.9'),
    { path: 'usr/bin/tar', type: 'hardlink', target: 'usr/bin/sed' },
  ],
  'a folder in place of a program': [{ path: 'usr/bin/tar', type: 'directory' }],
  'a diversion': [
    file('var/lib/dpkg/diversions', '/usr/bin/tar\n/usr/bin/tar.real\nsed\n'),
    program('usr/bin/tar.real', 'tar 1.35'),
    program('usr/bin/tar', 'of sed'),
  ],
  'a package of Python': PYTHON,
  'an edited package of Python': [file(`${SITE}/six.py`, 'not six')],
  'another system': [file('etc/os-release', 'ID=debian\nVERSION_ID="11"\n')],
  'the base once more': BASE,
};

let folder = '';
const records = new Map<string, Uint8Array>();
const store = storeIn(records);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-known-layers-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  records.clear();
});

let layoutCount = 0;
/** An OCI layout of the layers. */
function layout(layers: readonly Layer[]): string {
  layoutCount += 1;
  const target = join(folder, String(layoutCount));
  writeFiles(target, ociFiles([{ image: makeImage(layers, { forms: ['plain'] }) }]));
  return target;
}

async function look(reference: string, request: Partial<ScanRequest> = {}): Promise<Report> {
  return scan(
    { targets: [{ reference, kind: 'image' }], allowEmpty: true, ...request },
    { ...quietContext(), now: () => Date.parse('2026-01-01') },
  );
}

/** The JSON report and the table, without how long it took and who compared the digests. */
async function texts(report: Report): Promise<string> {
  const same: Report = {
    ...report,
    durationMs: 0,
    results: report.results.map((result) => ({ ...result, layerDigests: 'checked' })),
  };
  return JSON.stringify(encodeReport(same), undefined, 1) + (await rendered(same, 'table'));
}

const forgetAnalyses = (): void => {
  for (const key of [...records.keys()]) if (!isOfLayer(key)) records.delete(key);
};
/** Of one layer by itself, or of a question to it. */
const isOfLayer = (key: string): boolean => /^\["(?:layer|answer)"/.test(key);

/**
 * What is said of the image, where nothing, its lower layers, all layers, or any of them are known.
 */
async function sayings(
  layers: readonly Layer[],
  request: Partial<ScanRequest> = {},
  isKept: (index: number) => boolean = (index) => index % 2 === 0,
): Promise<{ readonly expected: string; readonly said: readonly string[] }> {
  const image = layout(layers);
  const expected = await texts(await look(image, request));
  const cached = { ...request, cache: store };
  const said: string[] = [];
  const say = async (): Promise<void> => {
    said.push(await texts(await look(image, cached)));
  };
  for (let count = 1; count < layers.length; count += 1) {
    await look(layout(layers.slice(0, count)), cached);
  }
  await say();
  await say();
  forgetAnalyses();
  await say();
  forgetAnalyses();
  for (const [index, key] of [...records.keys()].entries()) if (!isKept(index)) records.delete(key);
  await say();
  return { expected, said };
}

describe('an image of which some layers are known', () => {
  it.each(Object.entries(EDITS))('is told as without a cache: %s', async (_title, edit) => {
    const { expected, said } = await sayings([BASE, PYTHON, edit]);
    for (const text of said) expect(text).toBe(expected);
  });

  it.each<[string, string, string]>([
    ['another program', 'tar', 'contradicted'],
    ['another program behind a link', 'tar', 'contradicted'],
    ['the same program again', 'tar', 'verified'],
    ['a deleted program', 'tar', 'contradicted'],
    ['a deleted folder of libraries', 'tar', 'contradicted'],
    ['an opaque folder of libraries', 'tar', 'verified'],
    ['another program and its line', 'tar', 'contradicted'],
    ['a deleted list', 'tar', 'verified'],
    ['an upgrade', 'tar', 'verified'],
    ['a record of another version', 'tar', 'contradicted'],
    ['an edited package of Python', 'six', 'contradicted'],
    ['an application', 'tar', 'verified'],
  ])('has its evidence anew after %s', async (title, name, level) => {
    await look(layout([BASE, PYTHON]), { cache: store });
    const below = await look(layout([BASE, PYTHON]), { cache: store });
    expect(levelOf(below, name)).toBe('verified');
    const above = await look(layout([BASE, PYTHON, EDITS[title] ?? []]), { cache: store });
    expect(levelOf(above, name)).toBe(level);
  });

  it(
    'is told as without a cache, whatever layers come together',
    { timeout: 240_000 },
    async () => {
      const pool = Object.values(EDITS);
      const sequences = fc.array(fc.nat(pool.length - 1), { minLength: 1, maxLength: 4 });
      const depths = fc.constantFrom('full', 'full', 'manifests', 'none');
      await fc.assert(
        fc.asyncProperty(sequences, depths, fc.nat(), async (sequence, verify, mask) => {
          records.clear();
          const layers = [BASE, ...sequence.map((index) => pool[index] ?? [])];
          const isKept = (index: number): boolean => ((mask >> (index % 24)) & 1) === 1;
          const { expected, said } = await sayings(layers, { verify }, isKept);
          for (const text of said) expect(text).toBe(expected);
        }),
        { numRuns: 25 },
      );
    },
  );
});

function levelOf(report: Report, name: string): string | undefined {
  const packages = report.results.flatMap(({ inventory }) => inventory.packages);
  return packages.find((pkg) => pkg.name === name)?.evidence.level;
}
