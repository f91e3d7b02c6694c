/** The answer of `assay fix` in JSON: `schema/assay-fix-1.schema.json`. */

import type { FixOutcome } from '../../../../tasks/fix/outcome.ts';
import type { Staying } from '../../../../tasks/fix/plan.ts';
import { namesOf, type FindingNames } from './finding-names.ts';

/** Returns the document. The diff is part of it if it was asked for. */
export function fixDocument(
  outcome: FixOutcome,
  { exitCode, wantsDiff }: { readonly exitCode: number; readonly wantsDiff: boolean },
): object {
  const { target, mode, targets, projects, elsewhere, after, diff } = outcome;
  const names = namesOf(outcome);
  return {
    schemaVersion: 1,
    target,
    mode,
    findings: targets.map(({ finding }) => ({ id: finding.id, ...names.get(finding.id) })),
    projects: projects.map(({ staying, ...project }) => ({
      ...project,
      staying: stayingRows(staying, names),
    })),
    elsewhere: stayingRows(elsewhere, names),
    left: after.results.flatMap(({ findings }) => findings.map(({ id }) => id)),
    verdict: after.verdict,
    exitCode,
    ...(wantsDiff && { diff }),
  };
}

function stayingRows(rows: readonly Staying[], names: FindingNames): readonly object[] {
  return rows.map((row) => ({ ...row, ...names.get(row.findingId) }));
}
