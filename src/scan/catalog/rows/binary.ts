/** Programs and libraries, by what they say of themselves. */

import { BINARY_CLASSIFIERS } from '../binary/texts/list.ts';
import type { AnchoredFiles } from '../../../core/model/catalog/catalog.ts';
import type { CatalogerRow } from '../cataloger.ts';

const names = new Set<string>();
const prefixes = new Set<string>();
const excerpts: AnchoredFiles[] = [];
for (const { names: ownNames, prefixes: ownPrefixes, texts } of BINARY_CLASSIFIERS) {
  for (const name of ownNames ?? []) names.add(name);
  for (const prefix of ownPrefixes ?? []) prefixes.add(prefix);
  const anchors: string[] = [];
  for (const { anchor } of texts) anchors.push(anchor);
  excerpts.push({
    ...(ownNames !== undefined && { names: ownNames }),
    ...(ownPrefixes !== undefined && { prefixes: ownPrefixes }),
    anchors,
  });
}

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
      names: [...names],
      prefixes: [...prefixes],
      excerpts,
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
