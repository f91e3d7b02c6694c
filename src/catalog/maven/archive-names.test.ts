/** Endings of Java archives. */

import { describe, expect, it } from 'vitest';
import { scannedImage, packagesIn } from '../../../test/support/scanned-files.ts';
import { zip } from '../../../test/support/zip.ts';

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
