/** Catalogers of snap packages. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of snap packages, in the order in which they are tried. */
export const SNAP_ROWS: readonly CatalogerRow[] = [
  {
    id: 'snap/snap-yaml',
    ecosystem: 'snap',
    presence: 'installed',
    files: { suffixes: ['/meta/snap.yaml'] },
    version: 1,
    load: async () => (await import('../snap/snap-yaml.ts')).snapYaml,
  },
];
