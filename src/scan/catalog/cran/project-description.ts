/**
 * The requests of an R project in its `DESCRIPTION`, except packages that come with R. Source:
 * "Writing R Extensions", section 1.1.3, "Package Dependencies", and the list of recommended
 * packages of R.
 */

import { readStanzas } from '../../../formats/text/deb822.ts';

const FIELDS = ['Imports', 'Depends', 'LinkingTo'];
const NEEDED = /(?:^|,)\s*(?<name>[A-Za-z][A-Za-z0-9.]{1,100})/g;
/** Packages that come with R. */
export const BASE_R_PACKAGES: ReadonlySet<string> = new Set(
  [
    'base compiler datasets graphics grDevices grid methods parallel splines stats stats4 tcltk tools translations utils',
    'boot class cluster codetools foreign KernSmooth lattice MASS Matrix mgcv nlme nnet rpart spatial survival',
  ].flatMap((row) => row.split(' ')),
);

/** Yields the names of the packages. */
export function* requiredRPackages(bytes: Uint8Array): Generator<string> {
  const [stanza] = readStanzas(bytes, FIELDS);
  for (const field of FIELDS) {
    for (const { groups } of (stanza?.get(field) ?? '').matchAll(NEEDED)) {
      const name = groups?.['name'] ?? '';
      if (!BASE_R_PACKAGES.has(name)) yield name;
    }
  }
}
