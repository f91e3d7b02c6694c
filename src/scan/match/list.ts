/** All matchers, by the packages that they look up. Small and always needed, so loaded at once. */

import {
  ECOSYSTEMS,
  type Ecosystem,
  type EcosystemRow,
} from '../../core/model/package/ecosystem.ts';
import type { Package } from '../../core/model/package/package.ts';
import { distribution } from './distribution.ts';
import { general } from './general.ts';
import type { Matcher } from './matcher.ts';
import { program } from './program.ts';

/** The matcher of each kind of ecosystem. */
const BY_KIND: Readonly<Record<EcosystemRow['kind'], Matcher>> = {
  os: distribution,
  language: general,
  binary: general,
};

/** Ecosystems with a matcher of their own. */
const BY_ECOSYSTEM: Readonly<Partial<Record<Ecosystem, Matcher>>> = { program };

/** Returns the matcher that looks a package up; every package has one. */
export function matcherOf({ ecosystem }: Pick<Package, 'ecosystem'>): Matcher {
  return BY_ECOSYSTEM[ecosystem] ?? BY_KIND[ECOSYSTEMS[ecosystem].kind];
}
