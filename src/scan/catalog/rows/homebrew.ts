/** Catalogers of Homebrew. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Homebrew, in the order in which they are tried. */
export const HOMEBREW_ROWS: readonly CatalogerRow[] = [
  {
    id: 'homebrew/keg',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: { names: ['INSTALL_RECEIPT.json'] },
    version: 1,
    load: async () => (await import('../homebrew/keg.ts')).keg,
  },
  {
    id: 'homebrew/keg-folder',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: {
      firstIn: '/Cellar/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 1,
    load: async () => (await import('../homebrew/keg-folder.ts')).kegFolder,
  },
  {
    id: 'homebrew/cask',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: {
      firstIn: '/Caskroom/',
      suffixes: ['/Casks/'],
      below: '/Caskroom/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 1,
    load: async () => (await import('../homebrew/cask.ts')).cask,
  },
];
