/** The name of a package for people. */

import type { Package } from '../../core/model/package/package.ts';

/** Returns the name and version, as in `tar 1.35-1`; the name alone where there is no version. */
export function packageLabel({ name, version }: Pick<Package, 'name' | 'version'>): string {
  return version === '' ? name : `${name} ${version}`;
}
