/**
 * Results of trivy's JSON as sections of its table, for comparisons with what trivy itself printed.
 */

import { readFileSync } from 'node:fs';

import type { Severity } from '../../src/core/model/advisory/advisory.ts';
import { trivySection, type TrivySection } from '../../src/scan/report/trivy/trivy-section.ts';

type Upper = Uppercase<Severity>;

interface TrivyResult {
  readonly Target: string;
  readonly Class: TrivySection['class'];
  readonly Type: string;
  readonly Packages?: readonly {
    readonly ID: string;
    readonly DependsOn: readonly string[];
    readonly Indirect: boolean;
  }[];
  readonly Vulnerabilities: readonly {
    readonly VulnerabilityID: string;
    readonly PkgID: string;
    readonly PkgName: string;
    readonly InstalledVersion: string;
    readonly FixedVersion: string;
    readonly Status: string;
    readonly Severity: Upper;
    readonly Title: string;
    readonly Description: string;
    readonly PrimaryURL: string;
    readonly PkgPath: string;
  }[];
}

/** A document with the flags that trivy was started with. */
export interface TrivyCase {
  readonly name?: string;
  readonly severities: readonly Upper[];
  readonly tree: boolean;
  readonly results: readonly TrivyResult[];
  /** Digest of the table. */
  readonly sha256?: string;
}

const FOLDER = new URL('../../src/scan/report/testdata/trivy-table/', import.meta.url);

/** The cases of a file, one a line. */
export function trivyCases(file: string): readonly TrivyCase[] {
  const lines = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as TrivyCase);
}

/** Tables that trivy printed, by the name of the case. */
export function trivyTables(file: string): ReadonlyMap<string, string> {
  const parts = readFileSync(new URL(file, FOLDER), 'utf8').split(/^=== /mu);
  return new Map(
    parts.slice(1).map((part) => {
      const end = part.indexOf('\n');
      return [part.slice(0, end), part.slice(end + 1)] as const;
    }),
  );
}

/** Assay's table of a case. */
export function tableOf({ results, severities, tree }: TrivyCase): string {
  const view = {
    color: false,
    dependencyTree: tree,
    shownSeverities: severities.map(lower),
  };
  return results
    .flatMap((result) => [...trivySection(sectionOf(result, severities), view)])
    .join('');
}

function sectionOf(result: TrivyResult, severities: readonly Upper[]): TrivySection {
  const shown = result.Vulnerabilities.filter(({ Severity: one }) => severities.includes(one));
  return {
    target: result.Target,
    class: result.Class,
    type: result.Type,
    rows: shown.map((row) => ({
      id: row.VulnerabilityID,
      packageId: row.PkgID,
      name: row.PkgName,
      path: row.PkgPath,
      installed: row.InstalledVersion,
      fixed: row.FixedVersion,
      status: row.Status,
      severity: lower(row.Severity),
      title: row.Title === '' ? row.Description : row.Title,
      url: row.PrimaryURL,
    })),
    packages: (result.Packages ?? []).map((pkg) => ({
      id: pkg.ID,
      isIndirect: pkg.Indirect,
      dependsOn: pkg.DependsOn,
    })),
  };
}

function lower(severity: Upper): Severity {
  return severity.toLowerCase() as Severity;
}
