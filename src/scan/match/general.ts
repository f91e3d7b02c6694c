/**
 * Matches packages of programming languages by the table of ecosystems: one name, one version, no
 * release. The name is the one that the cataloger normalised, the version order is the ecosystem's.
 */

import { advisoryNameOf } from '../../core/model/advisory/advisory-name.ts';
import { lookupVersions } from './lookup-versions.ts';
import type { Matcher } from './matcher.ts';

export const general: Matcher = {
  id: 'general',
  needsEcosystemOnly: true,
  lookups: (pkg) => [
    {
      need: { ecosystem: pkg.ecosystem },
      name: advisoryNameOf(pkg.ecosystem, pkg.name),
      versions: lookupVersions(pkg, pkg.version),
      matchedBy: 'general/name',
    },
  ],
};
