/** Notices on standard error about what a table in the form of another tool does not contain. */

import { pluralize } from '../../../core/base/pluralize.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { RuleCategory } from '../../../core/model/rule/rule-finding.ts';
import type { CompatibleTool } from '../../../scan/report/reporter.ts';
import type { Session } from '../commands/command.ts';
import { compatibleTool } from '../shell/options/compatible-tool.ts';

/** Flags about tables that the tool's own does not have. */
const WITHOUT_EFFECT: Readonly<Record<CompatibleTool, readonly string[]>> = {
  trivy: ['table-mode', 'show-suppressed', 'group', 'rows', 'width'],
  grype: ['table-mode', 'dependency-tree', 'group', 'rows', 'width'],
};

/**
 * Logs once what the table leaves out, and why it has another number of rows than Assay counts
 * findings.
 */
export async function logOmissions({ flags, context }: Session, shown: Report): Promise<void> {
  const tool = compatibleTool(flags);
  if (tool === undefined) return;
  const given = WITHOUT_EFFECT[tool].filter((one) => flags.isOn(one));
  for (const name of given.filter((one) => one !== 'width' || !hasBlocks(shown, tool))) {
    context.log.warn(`--${name} has no effect on the table of ${tool}; leave out --compat for it`);
  }
  const parts = leftOut(shown, tool);
  if (parts.length > 0) {
    context.log.warn(
      `the table of ${tool} has no place for ${parts.join(' and ')}; they are in the table without --compat, and in -o ${tool === 'trivy' ? 'json=FILE' : 'csv=FILE'}`,
    );
  }
  if (tool === 'grype') {
    sayWithoutScores(context.log, shown);
    return;
  }
  const { trivyRowCount } = await import('../../../scan/report/trivy/trivy-table.ts');
  const rowCount = trivyRowCount(shown);
  const findingCount = vulnerabilityCount(shown);
  if (rowCount === findingCount) return;
  context.log.info(
    `the table of trivy has ${pluralize(rowCount, 'row')} for ${pluralize(findingCount, 'finding')}: it counts a package once for each of its places (see docs/compat.md)`,
  );
}

/** Nothing is ordered by risk where no score of EPSS is loaded. */
function sayWithoutScores(log: Session['context']['log'], { advisories }: Report): void {
  const all = [...advisories.values()];
  if (all.length === 0 || all.some(({ epss }) => epss !== undefined)) return;
  log.info(
    'EPSS and RISK are N/A, and rows are ordered by severity: no scores of these vulnerabilities are loaded; assay db update loads EPSS',
  );
}

/** The categories of rule findings that the table of a tool has. */
const RULES_OF: Readonly<Record<CompatibleTool, readonly RuleCategory[]>> = {
  trivy: ['misconfiguration', 'secret'],
  grype: [],
};

/** Returns whether the table has blocks of rule findings, which are as wide as `--width` says. */
function hasBlocks({ results }: Report, tool: CompatibleTool): boolean {
  return results
    .flatMap(unsuppressed)
    .some((finding) => finding.kind === 'rule' && RULES_OF[tool].includes(finding.category));
}

function leftOut({ results }: Report, tool: CompatibleTool): readonly string[] {
  let gapCount = 0;
  let contradictionCount = 0;
  let ruleCount = 0;
  for (const result of results) {
    gapCount += result.diagnostics.filter(({ gap }) => gap !== undefined).length;
    for (const finding of unsuppressed(result)) {
      if (finding.kind === 'integrity') contradictionCount += 1;
      if (finding.kind === 'rule' && !RULES_OF[tool].includes(finding.category)) ruleCount += 1;
    }
  }
  return [
    ...(gapCount > 0 ? [pluralize(gapCount, 'gap')] : []),
    ...(contradictionCount > 0 ? [pluralize(contradictionCount, 'contradiction')] : []),
    ...(ruleCount > 0 ? [pluralize(ruleCount, 'rule finding')] : []),
  ];
}

function vulnerabilityCount({ results }: Report): number {
  return results
    .flatMap(unsuppressed)
    .reduce((count, { kind }) => count + (kind === 'vulnerability' ? 1 : 0), 0);
}

function unsuppressed({ findings, suppressed }: Report['results'][number]): readonly Finding[] {
  const aside = new Set(suppressed.map(({ findingId }) => findingId));
  return findings.filter(({ id }) => !aside.has(id));
}
