/**
 * Findings of a report in trivy's form beside those of trivy itself, with the rule of
 * `docs/reports.md` that explains each difference.
 */

import { severityRule } from '../../bench/finding-severities.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import type { TrivyDocument } from './trivy-document.ts';

/** A finding in a result, as far as the two are compared. */
interface TrivyRow {
  readonly target: string;
  readonly class: string;
  readonly type: string;
  readonly id: string;
  readonly name: string;
  readonly installed: string;
  /** Versions in their order. */
  readonly fixed: readonly string[];
  readonly status: string;
  readonly severity: string;
}

/** How many rows both have, and what differs. */
export interface TrivyDifferences {
  readonly sameCount: number;
  readonly ownCount: number;
  readonly theirCount: number;
  /** Number of differences by the rule that explains them. */
  readonly explained: Readonly<Record<string, number>>;
  /** Differences that no rule explains. */
  readonly unexplained: readonly string[];
}

/** Types of results whose names have a normal form. */
const PYTHON: ReadonlySet<string> = new Set(['pip', 'pipenv', 'poetry', 'pdm', 'uv', 'python-pkg']);

function rowsOf({ Results: results }: TrivyDocument): readonly TrivyRow[] {
  return results.flatMap(({ Target: target, Class: kind, Type: type, Vulnerabilities: list }) =>
    (list ?? []).map((one): TrivyRow => {
      const text = (key: string): string => {
        const value = one[key];
        return typeof value === 'string' ? value : '';
      };
      const fixed = text('FixedVersion');
      return {
        ...{ target, class: kind, type, id: text('VulnerabilityID'), name: text('PkgName') },
        ...{ installed: text('InstalledVersion'), status: text('Status') },
        fixed: fixed === '' ? [] : fixed.split(', '),
        severity: text('Severity'),
      };
    }),
  );
}

/** The same finding in both, whatever else is said about it. */
function keyOf({ target, type, id, name, installed }: TrivyRow): string {
  const normal = PYTHON.has(type) ? name.toLowerCase().replaceAll(/[-_.]+/g, '-') : name;
  return [target, id, normal, installed.replace(/^v/u, '')].join(' ');
}

/** Compares a report with the one that trivy wrote about the same thing. */
export function trivyDifferences(
  own: TrivyDocument,
  report: Report,
  theirs: TrivyDocument,
): TrivyDifferences {
  const left = new Map<string, TrivyRow[]>();
  const rows = rowsOf(theirs);
  for (const row of rows) left.set(keyOf(row), [...(left.get(keyOf(row)) ?? []), row]);
  const explained: Record<string, number> = {};
  const unexplained: string[] = [];
  let sameCount = 0;
  for (const row of rowsOf(own)) {
    const other = left.get(keyOf(row))?.pop();
    const rules = other === undefined ? [ownRule(row)] : fieldRules(row, other, report);
    if (rules.length === 0) sameCount += 1;
    for (const rule of rules) {
      if (rule === undefined) unexplained.push(shown(row, other));
      else explained[rule] = (explained[rule] ?? 0) + 1;
    }
  }
  const onlyTheirs = [...left.values()].flat().map((row) => shown(undefined, row));
  return {
    ...{ sameCount, ownCount: rowsOf(own).length, theirCount: rows.length, explained },
    unexplained: [...unexplained, ...onlyTheirs],
  };
}

/** Why only Assay has a finding. */
function ownRule({ fixed, installed }: TrivyRow): string | undefined {
  if (fixed.length === 0) return 'a record without fix is kept';
  return installed.startsWith('v') ? 'versions with a v are compared' : undefined;
}

/** Why fields of one finding differ; `undefined` for a difference without a rule. */
function fieldRules(
  own: TrivyRow,
  other: TrivyRow,
  report: Report,
): readonly (string | undefined)[] {
  const rules: (string | undefined)[] = [];
  if (own.class !== other.class || own.type !== other.type) rules.push(undefined);
  if (own.name !== other.name) rules.push('names of Python in their normal form');
  if (own.installed !== other.installed) rules.push('versions with their v');
  const [fixes, theirFixes] = [own.fixed, other.fixed].map((list) => list.join(', '));
  if (fixes !== theirFixes) rules.push(fixRule(own, other));
  else if (own.status !== other.status) rules.push(undefined);
  if (own.severity !== other.severity) rules.push(severityRuleOf(own, other, report));
  return rules;
}

function fixRule({ fixed, status }: TrivyRow, other: TrivyRow): string | undefined {
  const isSameSet = fixed.toSorted().join() === other.fixed.toSorted().join();
  if (isSameSet && status === other.status) return 'the fix of the installed line first';
  const isLineWithoutFix = fixed.length === 0 && status === 'affected';
  return isLineWithoutFix ? 'fixes of other lines are none' : undefined;
}

function severityRuleOf(own: TrivyRow, other: TrivyRow, report: Report): string | undefined {
  const rules = report.results.flatMap(({ findings, inventory }) =>
    findings.flatMap((finding) => {
      if (finding.kind !== 'vulnerability' || finding.advisoryId !== own.id) return [];
      const pkg = inventory.packages.find(({ id }) => id === finding.packageId);
      if (pkg?.name !== own.name || finding.matchedVersion !== own.installed) return [];
      const { ratings = [], affected = [] } = report.advisories.get(own.id) ?? {};
      const rule = severityRule({
        own: {
          severity: finding.severity,
          severityBy: finding.severityBy,
          isMalicious: finding.malicious !== undefined,
          ratings: [...ratings, ...affected.flatMap((entry) => entry.ratings)],
        },
        theirs: other.severity,
      });
      return [rule === undefined ? undefined : 'another source of the severity'];
    }),
  );
  return rules[0];
}

function shown(own: TrivyRow | undefined, other: TrivyRow | undefined): string {
  const text = (row: TrivyRow | undefined): string =>
    row === undefined ? 'absent' : [...Object.values(row).map(String)].join(' | ');
  return `${text(own)} // trivy: ${text(other)}`;
}
