/** Programs and libraries, by what they say of themselves. */

import { PROGRAM_TEXTS } from '../binary/texts/list.ts';
import type { CatalogerRow } from '../cataloger.ts';

export const BINARY_ROWS: readonly CatalogerRow[] = [
  {
    id: 'binary/program-text',
    presence: 'installed',
    readsPrograms: true,
<<<<<<< HEAD
=======
    isEvidence: true,
    // Those of `binary/typed-versions.ts`, which is loaded when one of them is there.
>>>>>>> 75f1777 (perf: layers are read by seeking or inflated into buffers that are used again, and less is made of each entry)
    files: {
      names: [...new Set(PROGRAM_TEXTS.flatMap(({ names = [] }) => names))],
      prefixes: [...new Set(PROGRAM_TEXTS.flatMap(({ prefixes = [] }) => prefixes))],
      excerpts: PROGRAM_TEXTS.map(({ names, prefixes, texts }) => ({
        ...(names !== undefined && { names }),
        ...(prefixes !== undefined && { prefixes }),
        anchors: texts.map(({ anchor }) => anchor),
      })),
    },
    version: 1,
    load: async () => (await import('../binary/program-text.ts')).programText,
  },
  {
    id: 'binary/jdk-release',
    presence: 'installed',
    files: { names: ['release'] },
    version: 1,
    load: async () => (await import('../binary/jdk-release.ts')).jdkRelease,
  },
  {
    id: 'binary/otp-version',
    presence: 'installed',
    files: { names: ['OTP_VERSION'] },
    version: 1,
    load: async () => (await import('../binary/otp-version.ts')).otpVersion,
  },
];
