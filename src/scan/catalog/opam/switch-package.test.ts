import { describe, expect, it } from 'vitest';

import { readCatalog } from '../../../../test/support/catalog-file.ts';
import { switchPackage } from './switch-package.ts';

const SWITCH = '/home/opam/.opam/5.1/.opam-switch/packages';

describe('a package of opam', () => {
  it.each([
    [`${SWITCH}/ocaml-base-compiler.5.1.0/opam`, ['ocaml-base-compiler@5.1.0']],
    [`${SWITCH}/dune/dune.3.15.0~alpha1/opam`, ['dune@3.15.0~alpha1']],
    [`${SWITCH}/nothing/opam`, []],
    ['/src/app.1/opam', []],
  ])('%s', async (path, expected) => {
    const { packages } = await readCatalog(switchPackage, path, 'opam-version: "2.0"\n');
    expect(packages.map(({ name, version }) => `${name}@${version}`)).toEqual(expected);
  });
});
