/** Catalogers of Flatpak. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Flatpak, in the order in which they are tried. */
export const FLATPAK_ROWS: readonly CatalogerRow[] = [
  {
    id: 'flatpak/metainfo',
    ecosystem: 'flatpak',
    presence: 'installed',
    files: { suffixes: ['.metainfo.xml', '.appdata.xml'], below: '/flatpak/app/' },
    version: 1,
    load: async () => (await import('../flatpak/metainfo.ts')).metainfo,
  },
];
