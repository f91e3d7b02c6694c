/** Names of archives that hold packages, and archives of other names. */

import { describe, expect, it } from 'vitest';
import { scannedImage, packagesIn } from '../../../../test/support/scanned-files.ts';
import { zip } from '../../../../test/support/zip.ts';

const PROPERTIES = 'groupId=org.example\nartifactId=parser\nversion=1.4.2\n';
const ARCHIVE = zip([
  { name: 'META-INF/maven/org.example/parser/pom.properties', body: PROPERTIES },
]);

describe('Java archives', () => {
  it.each(['x.jar', 'x.JAR', 'x.Jar', 'x.jAr', 'x.War', 'x.nar', 'x.NAR', 'x.lpkg', 'x.Lpkg'])(
    'are read by their ending: %s',
    async (name) => {
      const result = await scannedImage([[{ path: `opt/${name}`, body: ARCHIVE }]]);
      expect(packagesIn(result)).toEqual(['org.example:parser@1.4.2']);
    },
  );

  it.each(['inner.nar', 'inner.Jar', 'lib/inner.lpkg'])('are read in others: %s', async (name) => {
    const outer = zip([{ name, body: ARCHIVE }]);
    const result = await scannedImage([[{ path: 'opt/outer.lpkg', body: outer }]]);
    expect(packagesIn(result)).toEqual(['org.example:parser@1.4.2']);
  });

  it.each<[string, string | undefined]>([
    ['x.Jar', 'unreadable'],
    ['x.nar', undefined],
    ['x.lpkg', undefined],
  ])('are a gap where %s is no archive: %s', async (name, gap) => {
    const result = await scannedImage([[{ path: `opt/${name}`, body: 'no archive' }]]);
    expect(result.diagnostics.map((row) => row.gap)).toEqual([gap]);
  });
});

const METADATA = 'Metadata-Version: 2.1\nName: Requests\nVersion: 2.20.0\n\ntext\n';
const WHEEL = zip([{ name: 'requests-2.20.0.dist-info/METADATA', body: METADATA }]);
const MANIFEST =
  'Manifest-Version: 1.0\nBundle-SymbolicName: org.example.bundle\nBundle-Version: 2.0.1\n';

describe('archives by their content', () => {
  it.each<[string, string, Uint8Array, string]>([
    [
      'a distribution',
      'x.zip',
      zip([{ name: 'app/lib/p.jar', body: ARCHIVE }]),
      'org.example:parser@1.4.2',
    ],
    ['a copy of an archive', 'x.war.bak', ARCHIVE, 'org.example:parser@1.4.2'],
    ['an old one', 'x.jar.old', ARCHIVE, 'org.example:parser@1.4.2'],
    ['a zip in capital letters', 'X.ZIP', ARCHIVE, 'org.example:parser@1.4.2'],
    ['a wheel', 'requests-2.20.0-py3-none-any.whl', WHEEL, 'requests@2.20.0'],
    ['a wheel of any name', 'x.Whl', WHEEL, 'requests@2.20.0'],
    ['a zipped application', 'x.pyz', WHEEL, 'requests@2.20.0'],
    [
      'a layer of a function',
      'layer.zip',
      zip([{ name: 'python/lib/requests-2.20.0.dist-info/METADATA', body: METADATA }]),
      'requests@2.20.0',
    ],
  ])('are read: %s', async (_, ...[name, body, expected]) => {
    const result = await scannedImage([[{ path: `opt/${name}`, body }]]);
    expect(packagesIn(result)).toEqual([expected]);
    const reader = expected.startsWith('requests') ? 'pypi/wheel' : 'maven/zip';
    expect(result.inventory.packages[0]?.foundBy).toBe(reader);
  });

  it.each(['launcher', 'app.run', 'app.jar'])(
    'are read where they are executable: %s',
    async (name) => {
      const result = await scannedImage([[{ path: `opt/${name}`, body: ARCHIVE, mode: 0o755 }]]);
      expect(packagesIn(result)).toEqual(['org.example:parser@1.4.2']);
    },
  );

  it('are read by the headers of a bundle', async () => {
    const body = zip([{ name: 'META-INF/MANIFEST.MF', body: MANIFEST }]);
    const { inventory } = await scannedImage([[{ path: 'opt/bundle.zip', body }]]);
    expect(inventory.packages.map(({ version }) => version)).toEqual(['2.0.1']);
  });

  it.each<[string, string, Uint8Array | string]>([
    ['a zip of documents', 'docs.zip', zip([{ name: 'index.html', body: 'x' }])],
    ['a damaged zip', 'x.zip', ARCHIVE.subarray(0, 40)],
    ['no zip', 'x.zip', 'text'],
    ['an empty file', 'x.bak', ''],
    ['a damaged copy', 'x.war.bak', ARCHIVE.subarray(0, 60)],
    ['signatures of a JDK', 'ct.sym', zip([{ name: '9/java.base/A.sig', body: 'x' }])],
    ['a list that is a zip', 'public_suffix_list.dat', zip([{ name: 'list', body: 'x' }])],
  ])('are left alone, and no gap: %s', async (_, name, body) => {
    const result = await scannedImage([[{ path: `opt/${name}`, body }]]);
    expect(packagesIn(result)).toEqual([]);
    expect(result.diagnostics.filter(({ gap }) => gap !== undefined)).toEqual([]);
  });

  it.each(['x.whl', 'x.jar', 'x.JAR'])('are a gap under a package suffix: %s', async (name) => {
    const result = await scannedImage([[{ path: `opt/${name}`, body: WHEEL.subarray(0, 50) }]]);
    expect(result.diagnostics.map(({ gap }) => gap)).toEqual(['unreadable']);
  });
});
