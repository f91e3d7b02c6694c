/**
 * The table of trivy, for `--compat trivy`: a section for each result of its JSON, with its columns
 * and its counting. It equals what `trivy convert --format table` prints for the report in
 * `trivy-json`, and so contains no verdict.
 */

import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { DEFAULT_WIDTH, type Renderer } from '../reporter.ts';
import { bomContents, type BomArtifact } from '../sbom/sbom-contents.ts';
import { titleOf } from '../findings/vulnerability-title.ts';
import { primaryUrl, trivyStatus } from './trivy-names.ts';
import { trivyDependencies, trivyId } from './trivy-packages.ts';
import { trivyRuleSection, type TrivyRuleSection } from './trivy-rule-section.ts';
import { trivyRuleTargets } from './trivy-rule-targets.ts';
import {
  distinctRows,
  trivySection,
  type TrivySection,
  type TrivySectionView,
  type TrivyTableRow,
} from './trivy-section.ts';
import { trivyTargets, type TrivyTargetPackage, type TrivyTarget } from './trivy-targets.ts';
import { trivyFindings, type TrivyFindings } from './trivy-vulnerabilities.ts';

/** Rows of the table are collected before a piece is written. */
const PIECE_LENGTH = 64 * 1024;

/** Renders the table of trivy for `--compat trivy`. */
export const trivyTable: Renderer = {
  async *render(report, view = {}) {
    const width = view.width ?? (view.isTerminal === true ? DEFAULT_WIDTH : undefined);
    const sectionView = {
      color: view.color === true,
      dependencyTree: view.dependencyTree === true,
      shownSeverities: report.shownSeverities,
      ...(width !== undefined && { blockWidth: width }),
    };
    let piece = '';
    for (const text of textsOf(report, sectionView)) {
      piece += text;
      if (piece.length < PIECE_LENGTH) continue;
      yield await Promise.resolve(piece);
      piece = '';
    }
    yield piece;
  },
};

/** Returns the number of rows of vulnerabilities in all sections of the table. */
export function trivyRowCount(report: Report): number {
  let count = 0;
  for (const [result, contents] of artifactsOf(report)) {
    for (const { rows } of packageSections(result, contents, report)) {
      count += distinctRows(rows).length;
    }
  }
  return count;
}

function* textsOf(report: Report, view: TrivySectionView): Generator<string> {
  for (const [result, contents] of artifactsOf(report)) {
    for (const section of packageSections(result, contents, report)) {
      yield* trivySection(section, view);
    }
    for (const section of ruleSections(result, report)) yield* trivyRuleSection(section, view);
  }
}

function* artifactsOf(report: Report): Generator<readonly [ArtifactResult, BomArtifact]> {
  const contents = bomContents(report);
  for (const [index, result] of report.results.entries()) {
    const artifact = contents[index];
    if (artifact !== undefined) yield [result, artifact];
  }
}

function* packageSections(
  result: ArtifactResult,
  contents: BomArtifact,
  report: Report,
): Generator<TrivySection> {
  const findings = trivyFindings(result, report, contents);
  for (const target of trivyTargets(contents, report.results.length > 1)) {
    yield {
      target: target.target,
      class: target.class,
      type: target.type,
      rows: rowsOf(target, findings),
      packages: trivyDependencies(target, contents),
    };
  }
}

function ruleSections(result: ArtifactResult, { results }: Report): readonly TrivyRuleSection[] {
  const { artifact, suppressed } = result;
  const asides = new Set(suppressed.map(({ findingId }) => findingId));
  const prefix = results.length > 1 ? `${artifact.reference}: ` : '';
  return trivyRuleTargets(result, prefix).map((target) => ({
    ...target,
    artifact,
    findings: target.findings.filter(({ id }) => !asides.has(id)),
  }));
}

function rowsOf({ rows }: TrivyTarget, findings: TrivyFindings): readonly TrivyTableRow[] {
  return rows.flatMap((row) => {
    return findings
      .ofPackage(row.pkg.id)
      .filter(({ id }) => !findings.suppressed.has(id))
      .map((finding) => tableRow(row, finding, findings.advisories.get(finding.advisoryId)));
  });
}

function tableRow(
  { pkg, filePath = '' }: TrivyTargetPackage,
  finding: VulnerabilityFinding,
  advisory: Advisory | undefined,
): TrivyTableRow {
  return {
    id: finding.advisoryId,
    packageId: trivyId(pkg),
    name: pkg.name,
    path: filePath,
    installed: finding.matchedVersion,
    fixed: finding.fixedVersions.join(', '),
    status: trivyStatus(finding.status),
    severity: finding.severity,
    title: advisory === undefined ? '' : titleOrDescription(advisory),
    url: advisory === undefined ? '' : (primaryUrl(advisory.id, advisory.references) ?? ''),
  };
}

function titleOrDescription(advisory: Advisory): string {
  const title = titleOf(advisory);
  return title === '' ? (advisory.details ?? advisory.summary) : title;
}
