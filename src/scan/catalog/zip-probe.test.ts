/** Zip archives that name packages in their directory and cannot be read. */

import { describe, expect, it } from 'vitest';

import { catalogFile } from '../../../test/support/catalog-file.ts';
import { zip, type Member } from '../../../test/support/zip.ts';
import { scannedImage, packagesIn } from '../../../test/support/scanned-files.ts';
import { DEFAULT_LIMITS, quietContext, type Limits } from '../../core/base/context.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { Cataloger } from './cataloger.ts';
import { javaZip } from './maven/zip.ts';
import { nodeZip } from './npm/zip.ts';
import { wheel } from './pypi/wheel.ts';

const NODE: Member = {
  name: 'node_modules/minimist/package.json',
  body: '{"name":"minimist","version":"1.2.5"}',
};
const PYTHON: Member = {
  name: 'python/requests-2.20.0.dist-info/METADATA',
  body: 'Name: requests\nVersion: 2.20.0\n\n',
};
const JAVA: Member = {
  name: 'META-INF/maven/g/a/pom.properties',
  body: 'groupId=g\nartifactId=a\nversion=1.0\n',
};
const INNER: Member = { name: 'app/lib/a-1.0.jar', body: zip([JAVA]) };
const MANIFEST: Member = { name: 'META-INF/MANIFEST.MF', body: 'Bundle-Version: 1.0\n' };
const KINDS: readonly (readonly [string, Cataloger, Member])[] = [
  ['Node', nodeZip, NODE],
  ['Python', wheel, PYTHON],
  ['Java', javaZip, JAVA],
  ['a Java archive inside', javaZip, INNER],
  ['the manifest of a Java archive', javaZip, MANIFEST],
];
const NAMES = ['/srv/app.zip', '/srv/app.zip.bak', '/srv/app'];
const OTHERS: readonly Member[] = [{ name: 'index.html' }, { name: 'style.css' }];
const ENCRYPTED = 1;

function read(
  cataloger: Cataloger,
  file: readonly [path: string, body: Uint8Array],
  limits: Partial<Limits> = {},
): Promise<CatalogResult> {
  const context = quietContext({ limits: { ...DEFAULT_LIMITS, ...limits } });
  return cataloger.read(catalogFile(...file), { get: () => undefined }, context);
}

const gaps = ({ diagnostics = [] }: CatalogResult): readonly unknown[] =>
  diagnostics.flatMap(({ gap }) => gap ?? []);

const FAULTS: readonly (readonly [string, Partial<Member>, string])[] = [
  ['encrypted', { flags: ENCRYPTED }, 'unreadable'],
  ['with another checksum', { statedCrc: 1 }, 'unreadable'],
  ['packed by an unknown method', { method: 99 }, 'unreadable'],
  ['shorter than stated', { statedBytes: 5 }, 'unreadable'],
  ['larger than the bound', { statedBytes: 2 ** 31 }, 'limit'],
];

describe('packages that an archive names are a gap', () => {
  it.each(
    KINDS.flatMap(([kind, cataloger, member]) =>
      FAULTS.flatMap(([fault, change, gap]) =>
        NAMES.map((path) => ({ kind, cataloger, member, fault, change, gap, path })),
      ),
    ),
  )('$kind, $fault, in $path: $gap', async ({ cataloger, member, change, gap, path }) => {
    const body = zip([...OTHERS, { ...member, ...change }]);
    const result = await read(cataloger, [path, body]);
    expect(result.packages).toEqual([]);
    expect(gaps(result)).toEqual([gap]);
  });

  it.each(KINDS.flatMap(([kind, ...row]) => NAMES.map((path) => ({ kind, row, path }))))(
    '$kind in $path with more entries than the bound',
    async ({ row: [cataloger, member], path }) => {
      const body = zip([...OTHERS, ...OTHERS, member]);
      expect(gaps(await read(cataloger, [path, body], { maxEntries: 3 }))).toEqual(['limit']);
    },
  );

  it.each(KINDS)('%s before a damaged row of the directory', async (_kind, cataloger, member) => {
    const body = Buffer.from(zip([member, { name: 'last' }]));
    body.writeUInt32LE(0, body.lastIndexOf('PK\u0001\u0002'));
    expect(gaps(await read(cataloger, ['/srv/app.zip', body]))).toEqual(['unreadable']);
  });

  it('and those beside them are listed', async () => {
    const other = { name: 'node_modules/b/package.json', body: '{"name":"b","version":"1.0.0"}' };
    const node = await read(nodeZip, ['/a.zip', zip([{ ...NODE, flags: ENCRYPTED }, other])]);
    expect(node.packages).toEqual([{ name: 'b', version: '1.0.0' }]);
    const empty = { name: 'x-1.dist-info/METADATA', body: 'Metadata-Version: 2.1\n' };
    const python = await read(wheel, ['/a.whl', zip([empty, PYTHON])]);
    expect(python.packages).toMatchObject([{ name: 'requests' }]);
    expect(gaps(python)).toEqual(['unreadable']);
  });
});

describe('archives that name no packages are left alone', () => {
  it.each(
    [nodeZip, wheel, javaZip].flatMap((cataloger) =>
      FAULTS.flatMap(([fault, change]) =>
        NAMES.map((path) => ({ cataloger, fault, change, path })),
      ),
    ),
  )('with a member $fault, in $path', async ({ cataloger, change, path }) => {
    const body = zip([...OTHERS, { name: 'a.txt', body: 'longer text', ...change }]);
    expect(await read(cataloger, [path, body])).toEqual({ packages: [] });
    expect(await read(cataloger, [path, body], { maxEntries: 2 })).toEqual({ packages: [] });
  });

  it.each(KINDS)('as a damaged one of %s is', async (_kind, cataloger, member) => {
    const whole = zip([member]);
    for (const body of [whole.subarray(0, -30), whole.subarray(0, 60), Buffer.from('text')]) {
      expect(gaps(await read(cataloger, ['/srv/app.zip', body]))).toEqual([]);
    }
  });
});

describe('packages are found', () => {
  it.each(KINDS.slice(0, 2))(
    'behind the separators of Windows: %s',
    async (_, cataloger, member) => {
      const name = String(member.name).replaceAll('/', '\\');
      const result = await read(cataloger, ['/a.zip', zip([{ ...member, name }])]);
      expect(result.packages).toHaveLength(1);
    },
  );

  it.each(KINDS.slice(0, 4))(
    'of %s where the end record counts too few',
    async (_, cataloger, member) => {
      const body = Buffer.from(zip([...OTHERS, member]));
      body.writeUInt16LE(1, body.length - 12);
      const result = await read(cataloger, ['/a.zip', body]);
      expect(result.packages).toHaveLength(1);
    },
  );

  it.each([
    ['app.zip.bak', 0o644],
    ['app.old', 0o644],
    ['app', 0o755],
    ['app.bin', 0o755],
  ])('of Node in an image: %s', async (name, mode) => {
    const result = await scannedImage([[{ path: `srv/${name}`, body: zip([NODE]), mode }]]);
    expect(packagesIn(result)).toEqual(['minimist@1.2.5']);
  });

  it('of Node in no Java archive', async () => {
    expect(await read(nodeZip, ['/a.jar', zip([NODE])])).toEqual({ packages: [] });
  });
});
