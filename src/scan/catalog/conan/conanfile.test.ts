import { expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { conanfile } from './conanfile.ts';

it('reads what a project of Conan requires', async () => {
  const { manifest } = await readCatalog(
    conanfile,
    '/conanfile.txt',
    '[requires]\nzlib/1.2.11@u/c#0\n# a/1\nb/[>=1 <2]\n[tool_requires]\ncmake/3.22\n[options]\nzlib/*:shared=True\n',
  );
  expect(
    manifest?.requests.map(({ name, range, version, scope }) => [name, range, version, scope]),
  ).toEqual([
    ['zlib', '1.2.11', '1.2.11', undefined],
    ['b', '>=1 <2', undefined, undefined],
    ['cmake', '3.22', '3.22', 'development'],
  ]);
  const program = await readCatalog(
    conanfile,
    '/conanfile.py',
    'class X(ConanFile):\n    requires = "a/1.0", "b/[~2]"\n    def requirements(self):\n        if self.options.c:\n            self.requires("c/3.0", headers=True)\n        self.requires("d/%s" % v)\n',
  );
  expect(program.manifest?.requests.map(({ name, version }) => [name, version])).toEqual([
    ['a', '1.0'],
    ['b', undefined],
    ['c', '3.0'],
  ]);
  expect(program.manifest?.computed).toBe('computes what it requires');
});
