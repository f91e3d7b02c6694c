/** Catalogers of Lua. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Lua, in the order in which they are tried. */
export const LUAROCKS_ROWS: readonly CatalogerRow[] = [
  {
    id: 'luarocks/rockspec',
    ecosystem: 'luarocks',
    presence: 'installed',
    files: { suffixes: ['.rockspec'] },
    version: 1,
    load: async () => (await import('../luarocks/rockspec.ts')).rockspec,
  },
];
