import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { podfile } from './podfile.ts';

it('reads the pods of a project', async () => {
  const { manifest } = await readCatalog(
    podfile,
    '/Podfile',
    "target 'A' do\n  pod 'B'\n  pod 'C', '1.0'\n  pod \"D\", '~> 1.2', '>= 1.2.3'\n  pod 'E/Core', '= 2.0'\n  pod 'E/Other'\n  pod 'F',\n    :git => 'https://h.example/f'\n  pod 'G', :path => '../g'\nend\n",
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['B', '', undefined, undefined],
    ['C', '1.0', '1.0', undefined],
    ['D', '~> 1.2, >= 1.2.3', undefined, undefined],
    ['E', '= 2.0', '2.0', undefined],
    ['F', '', undefined, undefined],
  ]);
  expect(manifest?.computed).toBeUndefined();
  const computed = await readCatalog(
    podfile,
    '/Podfile',
    'pods.each { |name| pod name }\n  pod NAME\n',
  );
  expect(computed.manifest?.computed).toBe('computes the names of pods');
});
