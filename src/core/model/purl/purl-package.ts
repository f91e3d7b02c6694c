/** Conversion of foreign package URLs into Assay's own terms: the inverse of `purlOf`. */

import { ecosystemOfSystem } from '../distro/distro.ts';
import { programOf } from '../program/program.ts';
import { normalizePythonName } from '../package/python-name.ts';
import {
  ECOSYSTEM_IDS,
  ECOSYSTEMS,
  type Ecosystem,
  type EcosystemRow,
} from '../package/ecosystem.ts';
import { goModulePath, splitGemPlatform, swiftRepository } from './foreign-purl.ts';
import type { PackageUrl } from './purl.ts';

/** Types whose namespace is the distribution or the vendor, and no part of the name. */
const SYSTEM_TYPES: ReadonlySet<string> = new Set([
  'alpm',
  'apk',
  'conan',
  'cos',
  'deb',
  'ebuild',
  'opkg',
  'rpm',
]);
/**
 * Types whose definitions asked for lower case until 2026, so that many package URLs fold names
 * that have capital letters (`JSONStream`, `github.com/BurntSushi`).
 */
const FOLDED_TYPES: ReadonlySet<string> = new Set(['golang', 'npm']);
/** Separators between namespace and name that are not a slash. */
const SEPARATORS: ReadonlyMap<string, string> = new Map([
  ['maven', ':'],
  ['vscode-extension', '.'],
]);
/** Types that tools write for a registered one. */
const OTHER_TYPES: ReadonlyMap<string, string> = new Map([['wordpress-plugin', 'wordpress']]);
/**
 * Returns the ecosystem of a package URL, or `undefined` if its type is unknown. If several
 * ecosystems share a type, the namespace decides, and for `generic` the name. A distribution with
 * no row of its own falls to the first of its type, as its package database does: its packages are
 * listed, and matched only where the system has advisories of that ecosystem.
 */
export function ecosystemOfPurl(
  purl: Pick<PackageUrl, 'type' | 'namespace' | 'name'>,
): Ecosystem | undefined {
  const type = OTHER_TYPES.get(purl.type) ?? purl.type;
  const sharing = ECOSYSTEM_IDS.filter((id) => {
    const { purlType, kind }: EcosystemRow = ECOSYSTEMS[id];
    return purlType === type && (kind !== 'binary' || isProgram(id, purl.name));
  });
  const system = purl.namespace === undefined ? undefined : ecosystemOfNamespace(purl.namespace);
  return sharing.find((id) => id === purl.namespace || id === system) ?? sharing[0];
}

/** Returns whether the name is a known program. Without a registry, other names have no meaning. */
function isProgram(ecosystem: Ecosystem, name: string): boolean {
  const program = programOf(name);
  return program !== undefined && (program.ecosystem ?? 'program') === ecosystem;
}

/**
 * Namespaces are ids of systems (`rhel`, `opensuse-leap`), or other names that OSV and syft have
 * for them.
 */
function ecosystemOfNamespace(namespace: string): Ecosystem | undefined {
  return NAMESPACES.get(namespace) ?? ecosystemOfSystem(namespace);
}

const NAMESPACES: ReadonlyMap<string, Ecosystem> = new Map([
  ['alma', 'almalinux'],
  ['azure-linux', 'azurelinux'],
  ['cbl-mariner', 'azurelinux'],
  ['rocky-linux', 'rocky'],
]);

/**
 * Returns the name in the ecosystem's normal form, as catalogers write it.
 *
 * @param spellings How others write the name beside the package URL. One that differs only in case
 * is taken where the package URL may be folded.
 */
export function packageNameOf(purl: PackageUrl, spellings: readonly string[] = []): string {
  const { type, namespace, name } = purl;
  if (type === 'golang') return spelled(goModulePath(purl, spellings), type, spellings);
  if (type === 'swift') return swiftRepository(purl);
  if (namespace === undefined || SYSTEM_TYPES.has(type)) {
    return type === 'pypi' ? normalizePythonName(name) : spelled(name, type, spellings);
  }
  return spelled(`${namespace}${SEPARATORS.get(type) ?? '/'}${name}`, type, spellings);
}

/**
 * Returns the version in the ecosystem's form: without the platform that some tools write behind
 * the version of a gem.
 */
export function packageVersionOf(type: string, version: string): string {
  return type === 'gem' ? (splitGemPlatform(version)?.version ?? version) : version;
}

function spelled(name: string, type: string, spellings: readonly string[]): string {
  if (!FOLDED_TYPES.has(type)) return name;
  return spellings.find((spelling) => spelling.toLowerCase() === name) ?? name;
}
