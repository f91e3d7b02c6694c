/**
 * The table of trivy, for `--compat trivy`: a section for each result of its JSON, with its columns and its counting. It
 * equals what `trivy convert --format table` prints for the report in `trivy-json`, and so contains no verdict.
 */

import type { Advisory } from '../model/advisory.ts';
import type { VulnerabilityFinding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Renderer } from './reporter.ts';
import { bomContents } from './sbom-contents.ts';
import { titleOf } from './vulnerability-title.ts';
import { primaryUrl, trivyStatus } from './trivy-names.ts';
import { trivyDependencies, trivyId } from './trivy-packages.ts';
import {
  distinctRows,
  trivySection,
  type TrivySection,
  type TrivyTableRow,
} from './trivy-section.ts';
import { trivyTargets, type TrivyTargetPackage, type TrivyTarget } from './trivy-targets.ts';
import { trivyFindings, type TrivyFindings } from './trivy-vulnerabilities.ts';

/** Rows of the table are collected before a piece is written. */
const PIECE_LENGTH = 64 * 1024;

/** Renders the table of trivy for `--compat trivy`. */
export const trivyTable: Renderer = {
  async *render(report, view = {}) {
    const sectionView = {
      color: view.color === true,
      dependencyTree: view.dependencyTree === true,
      shownSeverities: report.shownSeverities,
    };
    let piece = '';
    for (const section of sectionsOf(report)) {
      for (const text of trivySection(section, sectionView)) {
        piece += text;
        if (piece.length < PIECE_LENGTH) continue;
        yield await Promise.resolve(piece);
        piece = '';
      }
    }
    yield piece;
  },
};

/** The number of rows in all sections of the table. */
export function trivyRowCount(report: Report): number {
  let count = 0;
  for (const { rows } of sectionsOf(report)) count += distinctRows(rows).length;
  return count;
}

function* sectionsOf(report: Report): Generator<TrivySection> {
  const contents = bomContents(report);
  for (const [index, result] of report.results.entries()) {
    const artifact = contents[index];
    if (artifact === undefined) continue;
    const findings = trivyFindings(result, report, artifact);
    for (const target of trivyTargets(artifact, contents.length > 1)) {
      yield {
        target: target.target,
        class: target.class,
        type: target.type,
        rows: rowsOf(target, findings),
        packages: trivyDependencies(target, artifact),
      };
    }
  }
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
