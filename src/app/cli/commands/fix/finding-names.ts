/** The names of findings for people: findings of the first scan and of the second match. */

import { indexBy } from '../../../../core/base/maps.ts';
import type { FixOutcome } from '../../../../tasks/fix/outcome.ts';

/** The fields by which people know a finding. */
export interface FindingName {
  readonly advisoryId: string;
  readonly severity: string;
  readonly package: string;
  readonly version: string;
}

/** Names by the id of the finding. */
export type FindingNames = ReadonlyMap<string, FindingName>;

/** Returns the names of all findings of an outcome. */
export function namesOf({ before, after }: Pick<FixOutcome, 'before' | 'after'>): FindingNames {
  const names = new Map<string, FindingName>();
  for (const { inventory, findings } of [...after.results, ...before.results]) {
    const byId = indexBy(inventory.packages, 'id');
    for (const finding of findings) {
      if (finding.kind !== 'vulnerability') continue;
      const { name = '', version = '' } = byId.get(finding.packageId) ?? {};
      const { advisoryId, severity } = finding;
      names.set(finding.id, { advisoryId, severity, package: name, version });
    }
  }
  return names;
}
