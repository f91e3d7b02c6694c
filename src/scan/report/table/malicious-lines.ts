/** The lines of a verdict about known malicious packages. */

import { indexBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { isMalicious, type MaliciousFinding } from '../../../core/model/advisory/malicious.ts';
import type { Report } from '../../../core/model/report/report.ts';
import { terminalText } from '../text/terminal-text.ts';

/** Packages named in a line; the rest is counted. */
const MAX_NAMED = 5;

/**
 * Returns the notes beside the causes: malicious packages of a run without a gate, and those that
 * an exception accepts. A failing gate has a cause for them.
 */
export function maliciousLines({ results, verdict }: Report): readonly string[] {
  const left: string[] = [];
  const accepted: string[] = [];
  for (const { findings, inventory, suppressed } of results) {
    const found = findings.filter(isMalicious);
    if (found.length === 0) continue;
    const names = new Map(inventory.packages.map(({ id, name }) => [id, name]));
    const aside = indexBy(suppressed, 'findingId');
    for (const finding of found) {
      const name = nameOf(finding, names.get(finding.packageId));
      const exception = aside.get(finding.id);
      if (exception === undefined) left.push(name);
      else accepted.push(exception.from === undefined ? name : `${name} by ${exception.from}`);
    }
  }
  return [
    ...(left.length > 0 && verdict.status === 'notAsked'
      ? [
          `${pluralize(left.length, 'finding')} of known malicious packages: ${listed(left)}; every gate fails`,
        ]
      : []),
    ...(accepted.length > 0 ? [`accepted by exceptions: ${listed(accepted)}`] : []),
  ];
}

function nameOf(
  { packageId, matchedVersion, malicious }: MaliciousFinding,
  name = packageId,
): string {
  return `${`${name} ${matchedVersion}`.trim()} (${malicious.by.join(', ')})`;
}

function listed(names: readonly string[]): string {
  const unique = [...new Set(names)].map((name) => terminalText(name, 200));
  const shown = unique.slice(0, MAX_NAMED).join(', ');
  const more = unique.length - MAX_NAMED;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
