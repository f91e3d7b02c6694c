/**
 * A malicious package for the demonstration. Package and record are made up, and no registry has
 * such a package.
 */

import type { DemoAdvisory } from './advisories.ts';

const NAME = 'assay-demo-thief';
const VERSION = '1.0.0';

/** Returns the record that reports every version, in the form of ossf/malicious-packages. */
export function maliciousAdvisory(): DemoAdvisory {
  return {
    schema_version: '1.7.0',
    id: 'MAL-0000-assay-demo',
    published: '2025-01-10T00:00:00Z',
    modified: '2025-01-10T00:00:00Z',
    summary:
      'Its install script sends the environment to a stranger (made up for this demonstration)',
    affected: [
      {
        package: { ecosystem: 'npm', name: NAME },
        ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
      },
    ],
    database_specific: { assay_demo: true },
  };
}

/** Returns a lockfile (version 2 or 3) with the malicious package as a further dependency. */
export function withMaliciousPackage(text: string): string {
  const lock = JSON.parse(text) as { readonly packages?: Readonly<Record<string, object>> };
  const packages = { ...lock.packages, [`node_modules/${NAME}`]: { version: VERSION } };
  return `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`;
}
