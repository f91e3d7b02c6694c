/**
 * Secrets below directories of tests are mostly made for them. In images and root filesystems
 * anything may lie there.
 */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import { isFixtureDirectory } from '../../../core/model/finding/fixture-path.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';

const LOWER: Readonly<Partial<Record<Severity, Severity>>> = {
  critical: 'high',
  high: 'medium',
  medium: 'low',
};
const SOURCE_TREES: ReadonlySet<Artifact['kind']> = new Set(['directory', 'file', 'repository']);

/**
 * Returns a finding with its severity lowered by one step if it is a secret below a directory of
 * tests in a source tree.
 */
export function fixtureSeverity(draft: RuleDraft, kind: Artifact['kind']): RuleDraft {
  const { category, severity, location } = draft;
  if (category !== 'secret' || !SOURCE_TREES.has(kind)) return draft;
  const isFixture = location.path.split('/').slice(0, -1).some(isFixtureDirectory);
  return isFixture ? { ...draft, severity: LOWER[severity] ?? severity } : draft;
}
