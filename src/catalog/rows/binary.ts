/** Programs and libraries, by what they say of themselves. */

import { BINARY_CLASSIFIERS } from '../binary/texts/list.ts';
import type { CatalogerRow } from '../cataloger.ts';

/**
 * The rows of the catalogers below `catalog/binary/`. A file that several rows want is read by
 * each, in this order.
 */
export const BINARY_ROWS: readonly CatalogerRow[] = [
  {
    id: 'binary/program-text',
    presence: 'installed',
    readsPrograms: true,
    files: {
      names: [...new Set(BINARY_CLASSIFIERS.flatMap(({ names = [] }) => names))],
      prefixes: [...new Set(BINARY_CLASSIFIERS.flatMap(({ prefixes = [] }) => prefixes))],
      excerpts: BINARY_CLASSIFIERS.map(({ names, prefixes, texts }) => ({
        ...(names !== undefined && { names }),
        ...(prefixes !== undefined && { prefixes }),
        anchors: texts.map(({ anchor }) => anchor),
      })),
    },
    version: 2,
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
  {
    id: 'binary/mozilla-application',
    presence: 'installed',
    files: { names: ['application.ini'] },
    version: 1,
    load: async () => (await import('../binary/mozilla-application.ts')).mozillaApplication,
  },
];
