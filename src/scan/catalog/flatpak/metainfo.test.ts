import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { metainfo } from './metainfo.ts';

const FOLDER = '/var/lib/flatpak/app/org.gimp.GIMP/x86_64/stable/0a1b/files/share';
const PATH = `${FOLDER}/metainfo/org.gimp.GIMP.metainfo.xml`;
const GIMP = `<?xml version="1.0"?>
<component type="desktop-application">
  <id>org.gimp.GIMP</id>
  <releases>
    <release version="2.10.38" date="2024-05-05"/>
    <release version="2.10.36" date="2023-11-05"/>
  </releases>
</component>
`;

describe('an application of Flatpak', () => {
  it.each([
    [PATH, GIMP, ['org.gimp.GIMP 2.10.38 5']],
    [`${FOLDER}/appdata/org.gimp.GIMP.appdata.xml`, '<component/>', ['org.gimp.GIMP  ']],
    [`${FOLDER}/metainfo/org.other.Part.metainfo.xml`, GIMP, []],
    ['/usr/share/metainfo/org.gimp.GIMP.metainfo.xml', GIMP, []],
  ])('%s', async (path, body, expected) => {
    const { packages } = await readCatalog(metainfo, path, body);
    const shown = packages.map(
      ({ name, version, line }) => `${name} ${version} ${String(line ?? '')}`,
    );
    expect(shown).toEqual(expected);
  });

  it('survives hostile files', () => survivesHostileInput(metainfo, PATH, GIMP));
});
