import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { packageYaml } from './package-yaml.ts';

it('reads the dependencies of a package of hpack', async () => {
  const { manifest } = await readCatalog(
    packageYaml,
    '/package.yaml',
    'name: x\ndependencies:\n- base >= 4\n- aeson == 2.0.1\nlibrary:\n  dependencies: text\nexecutables:\n  e:\n    dependencies:\n      bytestring: ">=0.11"\n      x: ""\ntests:\n  t:\n    dependencies: hspec\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['aeson', '== 2.0.1', '2.0.1', undefined],
    ['text', '', undefined, undefined],
    ['bytestring', '>=0.11', undefined, undefined],
  ]);
});
