import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { cabalFile } from './cabal-file.ts';

it('reads the dependencies of a package', async () => {
  const { manifest } = await readCatalog(
    cabalFile,
    '/x.cabal',
    'Name: x\nlibrary\n  Build-Depends: base >=4 && <5,\n    -- comment\n    aeson ==2.0.1, text^>=2.0\n  if os(windows)\n    build-depends:\n      , Win32\nlibrary sub\n  build-depends: x, other:{a, b} >=1\nexecutable e\n  build-depends: x:sub, bytestring (==0.11.*)\nbenchmark b\n  build-depends: criterion\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['aeson', '==2.0.1', '2.0.1', undefined],
    ['text', '^>=2.0', undefined, undefined],
    ['Win32', '', undefined, 'optional'],
    ['other', '>=1', undefined, undefined],
    ['bytestring', '(==0.11.*)', undefined, undefined],
    ['criterion', '', undefined, 'development'],
  ]);
  expect(manifest?.name).toBe('x');
});
