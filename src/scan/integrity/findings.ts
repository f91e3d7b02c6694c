/**
 * Contradictions as findings of the report. They follow from the inventory alone, so that a stored
 * one can be judged.
 */

import { createHash } from 'node:crypto';
import type { IntegrityFinding } from '../../core/model/finding/finding.ts';
import type { Contradiction, Inventory } from '../../core/model/package/package.ts';

/** 64 bits: short enough to type. */
const SHORT_LENGTH = 16;

/**
 * Returns one finding for each contradiction; edited configuration is reported in the evidence and
 * is no finding.
 */
export function integrityFindings(inventory: Inventory): readonly IntegrityFinding[] {
  const findings: IntegrityFinding[] = [];
  const taken = new Set<string>();
  const add = (contradiction: Contradiction, packageId?: string): void => {
    const digest = digestOf(contradiction, packageId);
    const short = digest.slice(0, SHORT_LENGTH);
    const id = taken.has(short) ? digest : short;
    if (taken.has(id)) return;
    taken.add(id);
    findings.push({
      id,
      kind: 'integrity',
      severity: contradiction.isSevere ? 'high' : 'low',
      ...(packageId !== undefined && { packageId }),
      contradiction,
    });
  };
  for (const contradiction of inventory.contradictions ?? []) add(contradiction);
  for (const { id, evidence } of inventory.packages) {
    if (evidence.level !== 'contradicted') continue;
    for (const contradiction of evidence.contradictions) {
      if (!isAdministration(contradiction)) add(contradiction, id);
    }
  }
  return findings;
}

/** Configuration is there to be edited. */
function isAdministration({ kind, isSevere, location }: Contradiction): boolean {
  return kind === 'content' && !isSevere && location.path.startsWith('/etc/');
}

/** The same content has the same id on every machine; the layer's number is not part of it. */
function digestOf({ kind, claimed, found, location }: Contradiction, packageId = ''): string {
  const parts = [kind, packageId, location.path, claimed, found];
  return createHash('sha256')
    .update(`integrity ${JSON.stringify(parts)}`)
    .digest('hex');
}
