/**
 * The identity of a finding before and after a change: the vulnerability and the package, and not
 * the version, the place or the architecture. The reasons are in
 * `docs/decisions/0012-what-is-new.md`. The id of a vulnerability finding is stricter: it names one
 * version of one package. The id of a finding of a rule is the same before and after a change.
 */

import type { Advisory } from '../advisory/advisory.ts';
import { ECOSYSTEMS } from '../package/ecosystem.ts';
import type { Finding, VulnerabilityFinding } from './finding.ts';
import type { Package } from '../package/package.ts';

/**
 * Returns the keys of a finding, one for each name of its vulnerability: two findings are the same
 * where they share one. Packages of a system go by their source package, because that has the flaw,
 * and binary packages are renamed with every new version of a library.
 */
export function identityKeys(
  finding: Finding,
  pkg: Package | undefined,
  advisory: Advisory | undefined,
): readonly string[] {
  switch (finding.kind) {
    case 'vulnerability': {
      const names = [finding.advisoryId, ...(advisory?.aliases ?? [])];
      const place = placeOf(finding, pkg);
      return names.map((name) => vulnerabilityKey(name, place));
    }
    case 'integrity': {
      const { kind, location } = finding.contradiction;
      const place = pkg === undefined ? '' : packageKey(pkg);
      return [JSON.stringify(['integrity', kind, location.path, place])];
    }
    case 'rule':
      return [JSON.stringify(['rule', finding.id])];
  }
}

/**
 * Returns the one of {@link identityKeys} that is most likely to last: under the CVE id where the
 * vulnerability has one, because publishers add it sooner or later, else under the id of the
 * finding.
 */
export function stableKey(
  finding: Finding,
  pkg: Package | undefined,
  advisory: Advisory | undefined,
): string {
  if (finding.kind !== 'vulnerability') return identityKeys(finding, pkg, advisory)[0] ?? '';
  return vulnerabilityKey(lastingName(finding.advisoryId, advisory), placeOf(finding, pkg));
}

function vulnerabilityKey(name: string, place: string): string {
  return JSON.stringify(['vulnerability', name.toLowerCase(), place]);
}

function placeOf({ packageId }: VulnerabilityFinding, pkg: Package | undefined): string {
  return pkg === undefined ? packageId : packageKey(pkg);
}

const CVE = /^cve-/i;

function lastingName(id: string, advisory: Advisory | undefined): string {
  if (advisory === undefined || CVE.test(id)) return id;
  let name: string | undefined;
  for (const alias of advisory.aliases) {
    if (CVE.test(alias) && (name === undefined || alias < name)) name = alias;
  }
  return name ?? id;
}

/** Returns a key that stays the same in another version of the package. */
export function packageKey({ ecosystem, name, source }: Package): string {
  const own = ECOSYSTEMS[ecosystem].kind === 'os' ? (source?.name ?? name) : name;
  return `${ecosystem} ${own}`;
}
