/** Decides whether two versions of an ecosystem are equal. */

import { ECOSYSTEMS, type Ecosystem } from '../../core/model/package/ecosystem.ts';
import { compareVersions } from '../../core/version/index.ts';

/** Qualifiers that builders of jars append and that do not change the order of versions. */
const JAR_MARK = /[.-](?:final|release|ga|jre|android|qualifier|spec)$/iu;

/** Returns `false` as well if the ecosystem cannot order one of them. */
export function isSameVersion(ecosystem: Ecosystem, a: string, b: string): boolean {
  if (a === b) return true;
  const { scheme } = ECOSYSTEMS[ecosystem];
  if (scheme === 'maven') {
    return compareVersions(scheme, a.replace(JAR_MARK, ''), b.replace(JAR_MARK, '')) === 0;
  }
  return compareVersions(scheme, a, b) === 0;
}
