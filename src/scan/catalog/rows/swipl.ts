/** Catalogers of SWI-Prolog packs. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of SWI-Prolog packs, in the order in which they are tried. */
export const SWIPL_ROWS: readonly CatalogerRow[] = [
  {
    id: 'swipl/pack',
    ecosystem: 'swipl',
    presence: 'installed',
    files: { names: ['pack.pl'] },
    version: 2,
    load: async () => (await import('../swipl/pack.ts')).swiplPack,
  },
];
