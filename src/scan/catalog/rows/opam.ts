/** Catalogers of OCaml. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of OCaml, in the order in which they are tried. */
export const OPAM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'opam/switch-package',
    ecosystem: 'opam',
    presence: 'installed',
    files: { suffixes: ['/opam'], below: '/.opam-switch/packages/' },
    version: 1,
    load: async () => (await import('../opam/switch-package.ts')).switchPackage,
  },
];
