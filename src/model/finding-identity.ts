/**
 * What makes a finding the same one before and after a change: the vulnerability and the package, and not the version, the
 * place or the architecture. `docs/decisions/0012-what-is-new.md` says why. The id of a finding is stricter: it names one
 * version of one package.
 */

import type { Advisory } from './advisory.ts';
import { ECOSYSTEMS } from './ecosystem.ts';
import type { Finding } from './finding.ts';
import type { Package } from './package.ts';

/**
 * Keys of a finding, one for each name of its vulnerability: two findings are the same where they share one. Packages of a
 * system go by their source package, because that has the flaw, and binary packages are renamed with every new version of
 * a library.
 */
export function identityKeys(
  finding: Finding,
  pkg: Package | undefined,
  advisory: Advisory | undefined,
): readonly string[] {
  switch (finding.kind) {
    case 'vulnerability': {
      const names = [finding.advisoryId, ...(advisory?.aliases ?? [])];
      const place = pkg === undefined ? finding.packageId : packageKey(pkg);
      return names.map((name) => JSON.stringify(['vulnerability', name.toLowerCase(), place]));
    }
    case 'integrity': {
      const { kind, location } = finding.contradiction;
      const place = pkg === undefined ? '' : packageKey(pkg);
      return [JSON.stringify(['integrity', kind, location.path, place])];
    }
    case 'rule':
      return [JSON.stringify(['rule', finding.rule, finding.location.path])];
  }
}

/** What makes a package the same one in another version. */
export function packageKey({ ecosystem, name, source }: Package): string {
  const own = ECOSYSTEMS[ecosystem].kind === 'os' ? (source?.name ?? name) : name;
  return `${ecosystem} ${own}`;
}
