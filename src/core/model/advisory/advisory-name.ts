/** The name by which a package and what advisories say of it find each other. */

import { type Ecosystem, ecosystemRow } from '../package/ecosystem.ts';
import { normalizePythonName } from '../package/python-name.ts';
import type { Package } from '../package/package.ts';

const SCHEME = /^[a-z+]{1,20}:\/\//;
const ENDING = /(?:\.git)?\/*$/;

/**
 * Forms of names in which case, or more, means nothing. Sources: PEP 503 (Python); NuGet, "Package
 * ID" (compared without case); Composer, "name" (lower case); GitHub and Visual Studio Code's
 * marketplace (owners and names without case); OSV, "Defined ecosystems" (a Swift package is the
 * address of its repository, of which `github.com/owner/name` is enough). Paths of Go modules have
 * case, but package URLs have them in lower case (purl, "golang"), so that a bill of materials may
 * have lost it. The only names in the Go database that differ by it alone are of one module.
 */
const FORMS: ReadonlyMap<Ecosystem, (name: string) => string> = new Map<
  Ecosystem,
  (name: string) => string
>([
  ['pypi', normalizePythonName],
  ['go', lower],
  ['nuget', lower],
  ['packagist', lower],
  ['githubactions', lower],
  ['vscode', lower],
  ['swift', (name) => lower(name).replace(SCHEME, '').replace(ENDING, '')],
]);

/**
 * Returns the name for look-ups: packages keep the spelling that they were recorded with,
 * advisories do not.
 */
export function advisoryNameOf(ecosystem: Ecosystem, name: string): string {
  return FORMS.get(ecosystem)?.(name) ?? name;
}

function lower(name: string): string {
  return name.toLowerCase();
}

/**
 * Returns the source package of a system's package, where the advisories of the system name source
 * packages: `libssl3` was built from `openssl`, and its version can differ from that of the source,
 * as after a rebuild (`1.2-3+b1` of `1.2-3`). Otherwise returns the package itself.
 */
export function advisoryPackageOf(
  pkg: Pick<Package, 'ecosystem' | 'name' | 'version' | 'source'>,
): NonNullable<Package['source']> {
  const { kind, isAdvisedByPackage } = ecosystemRow(pkg.ecosystem);
  if (kind === 'os' && isAdvisedByPackage !== true && pkg.source !== undefined) return pkg.source;
  return { name: pkg.name, version: pkg.version };
}
