import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { cabalProject } from './cabal-project.ts';

it('reads the members of a project', async () => {
  const { manifest } = await readCatalog(
    cabalProject,
    '/cabal.project',
    'packages: .\n  ./a/, b/b.cabal\n  c/*/*.cabal\n-- packages: d\noptional-packages: e\npackage f\n  ghc-options: -Wall\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([]);
  expect(manifest?.members).toEqual(['a', 'b', 'c/*', 'e']);
});
