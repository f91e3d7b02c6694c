/**
 * The table of grype, for `--compat grype`: its columns, its order and its scale, one line for each
 * package and vulnerability. The verdict block is not part of it.
 *
 * Source: documentation of grype, "Interpreting results" (columns, `(won't fix)`, identical rows
 * once); the descriptions of its pull requests 2587 (risk, order) and 2785 (EPSS as a percentage).
 * Assay has no percentiles of EPSS.
 */

import { createColors } from 'picocolors';

import { compareText } from '../../../core/base/compare.ts';
import { indexBy } from '../../../core/base/maps.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { severityRank } from '../../../core/model/severity/severity.ts';
import { severityPaints } from '../findings/finding-rows.ts';
import { grypeRisk, type GrypeRisk } from './grype-risk.ts';
import type { Renderer, ReportView } from '../reporter.ts';
import { displayWidth, terminalText } from '../text/terminal-text.ts';

/** Renders the table of grype for `--compat grype`. */
export const grypeTable: Renderer = {
  async *render(report, view = {}) {
    const isOneOfMany = report.results.length > 1;
    for (const [index, result] of report.results.entries()) {
      const head = isOneOfMany
        ? `${index > 0 ? '\n' : ''}${terminalText(result.artifact.reference)}\n`
        : '';
      yield await Promise.resolve(
        head + tableOf(rowsOf(result, report, view), view.color === true),
      );
    }
  },
};

const HEADS = [
  'NAME',
  'INSTALLED',
  'FIXED IN',
  'TYPE',
  'VULNERABILITY',
  'SEVERITY',
  'EPSS',
  'RISK',
] as const;
const NUMBER_COLUMNS: readonly number[] = [HEADS.indexOf('EPSS'), HEADS.indexOf('RISK')];
const SEVERITY_COLUMN = HEADS.indexOf('SEVERITY');
const GAP = '  ';

/**
 * Types of packages that Assay calls otherwise; those of a system have the type of their package
 * URL.
 */
const TYPES: Partial<Record<Ecosystem, string>> = {
  cargo: 'rust-crate',
  go: 'go-module',
  maven: 'java-archive',
  node: 'binary',
  nuget: 'dotnet',
  packagist: 'php-composer',
  program: 'binary',
  pub: 'dart-pub',
  pypi: 'python',
  rubygems: 'gem',
};

interface GrypeRow {
  readonly cells: readonly string[];
  readonly finding: VulnerabilityFinding;
  readonly risk: GrypeRisk;
}

function rowsOf(
  { findings, inventory, suppressed }: ArtifactResult,
  { advisories }: Report,
  { showSuppressed = false }: Partial<ReportView>,
): readonly GrypeRow[] {
  const packages = indexBy(inventory.packages, 'id');
  const asides = indexBy(suppressed, 'findingId');
  const rows = findings.flatMap((finding) => {
    if (finding.kind !== 'vulnerability') return [];
    const pkg = packages.get(finding.packageId);
    const aside = asides.get(finding.id);
    if (pkg === undefined || (aside !== undefined && !showSuppressed)) return [];
    return [rowOf(finding, { pkg, aside, advisory: advisories.get(finding.advisoryId) })];
  });
  return distinct(rows.sort(byRisk));
}

interface RowFacts {
  readonly pkg: Package;
  readonly aside: Suppressed | undefined;
  readonly advisory: Advisory | undefined;
}

function rowOf(finding: VulnerabilityFinding, { pkg, aside, advisory }: RowFacts): GrypeRow {
  const risk = grypeRisk(finding, advisory);
  const notes = [
    ...(risk.isExploited ? ['(kev)'] : []),
    ...(aside === undefined ? [] : [aside.by === 'vex' ? '(suppressed by VEX)' : '(suppressed)']),
  ];
  return {
    finding,
    risk,
    cells: [
      terminalText(pkg.name, 120),
      terminalText(finding.matchedVersion, 60),
      fixedIn(finding),
      typeOf(pkg),
      terminalText(finding.advisoryId, 120),
      severityOf(finding),
      risk.epss,
      risk.text,
      notes.join(' '),
    ],
  };
}

function fixedIn({ fixedVersions, status }: VulnerabilityFinding): string {
  if (fixedVersions.length > 0) return stripControl(fixedVersions.join(', '));
  return status === 'willNotFix' ? "(won't fix)" : '';
}

function typeOf({ ecosystem }: Package): string {
  const { kind, purlType } = ECOSYSTEMS[ecosystem];
  return kind === 'os' ? purlType : (TYPES[ecosystem] ?? ecosystem);
}

/** Returns grype's severity. Debian's unimportant is negligible. */
function severityOf({ severity, status }: VulnerabilityFinding): string {
  if (status === 'unimportant') return 'Negligible';
  return severity.charAt(0).toUpperCase() + severity.slice(1);
}

/** Orders rows with the highest risk first. What has none comes last, by severity. */
function byRisk(a: GrypeRow, b: GrypeRow): number {
  return (
    b.risk.value - a.risk.value ||
    severityRank(b.finding.severity) - severityRank(a.finding.severity) ||
    compareCells(a.cells, b.cells)
  );
}

function compareCells(a: readonly string[], b: readonly string[]): number {
  for (const [index, cell] of a.entries()) {
    const other = b[index] ?? '';
    if (cell !== other) return compareText(cell, other);
  }
  return 0;
}

/** Returns the distinct rows; equal rows, as those of one package at several places, are one. */
function distinct(rows: readonly GrypeRow[]): readonly GrypeRow[] {
  const keys = new Set<string>();
  return rows.filter(({ cells }) => {
    const key = JSON.stringify(cells);
    if (keys.has(key)) return false;
    keys.add(key);
    return true;
  });
}

function tableOf(rows: readonly GrypeRow[], color: boolean): string {
  if (rows.length === 0) return 'No vulnerabilities found\n';
  const widths = HEADS.map((head, column) => {
    let widest = head.length;
    for (const { cells } of rows) widest = Math.max(widest, displayWidth(cells[column] ?? ''));
    return widest;
  });
  const paints = severityPaints(color);
  const { bold } = createColors(color);
  let text = `${bold(HEADS.map((head, column) => head.padEnd(widths[column] ?? 0)).join(GAP)).trimEnd()}\n`;
  for (const { cells, finding } of rows) {
    const line = cells.map((cell, column) => {
      const blanks = ' '.repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)));
      if (NUMBER_COLUMNS.includes(column)) return blanks + cell;
      return (column === SEVERITY_COLUMN ? paints[finding.severity](cell) : cell) + blanks;
    });
    text += `${line.join(GAP).trimEnd()}\n`;
  }
  return text;
}
