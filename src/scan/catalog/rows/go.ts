/** Catalogers of Go. */

import { EXECUTABLE_MAGICS } from '../../../formats/binary/executable-image.ts';
import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Go, in the order in which they are tried. */
export const GO_ROWS: readonly CatalogerRow[] = [
  {
    id: 'go/binary',
    ecosystem: 'go',
    presence: 'embedded',
    files: {
      magics: EXECUTABLE_MAGICS,
      // The section of newer programs, or what it begins with.
      markers: ['.go.buildinfo', 'Go buildinf:'],
      markersIn: 'data',
    },
    version: 1,
    load: async () => (await import('../go/binary.ts')).goBinary,
  },
  {
    id: 'go/go-mod',
    ecosystem: 'go',
    presence: 'declared',
    // In an image the programs themselves say what they were built from.
    artifacts: PROJECT_ARTIFACTS,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['go.mod', 'go.work'] },
    companions: { names: ['go.sum', 'go.work.sum'], suffixes: ['/vendor/modules.txt'] },
    version: 5,
    load: async () => (await import('../go/go-mod.ts')).goMod,
  },
  {
    id: 'go/vendor-modules',
    ecosystem: 'go',
    presence: 'installed',
    artifacts: PROJECT_ARTIFACTS,
    files: { suffixes: ['/vendor/modules.txt'] },
    version: 2,
    load: async () => (await import('../go/vendor-modules.ts')).vendorModules,
  },
];
