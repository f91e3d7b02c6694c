/** The table of ecosystems: one row each, and everything else follows from it. */

/** Order of versions; each has a file in `version/`. */
export type SchemeId = 'deb' | 'apk' | 'rpm' | 'semver' | 'npm' | 'pypi' | 'go';

/** One row per ecosystem: its package-URL type, its OSV name, its version scheme. */
export interface EcosystemRow {
  /** Type of a package URL (ECMA-427). */
  readonly purlType: string;
  /** Name in the OSV schema, "Defined ecosystems", without the release suffix. */
  readonly osv: string;
  readonly scheme: SchemeId;
  /** `os` packages are matched by release, and by their source package. */
  readonly kind: 'os' | 'language' | 'binary';
  /** For people, as in `Node.js`. */
  readonly label: string;
}

export const ECOSYSTEMS = {
  debian: { purlType: 'deb', osv: 'Debian', scheme: 'deb', kind: 'os', label: 'Debian' },
  alpine: { purlType: 'apk', osv: 'Alpine', scheme: 'apk', kind: 'os', label: 'Alpine' },
  npm: { purlType: 'npm', osv: 'npm', scheme: 'npm', kind: 'language', label: 'Node.js' },
  pypi: { purlType: 'pypi', osv: 'PyPI', scheme: 'pypi', kind: 'language', label: 'Python' },
} as const satisfies Record<string, EcosystemRow>;

export type Ecosystem = keyof typeof ECOSYSTEMS;

/** All ecosystems, in the order of the table. */
export const ECOSYSTEM_IDS = Object.keys(ECOSYSTEMS) as readonly Ecosystem[];
