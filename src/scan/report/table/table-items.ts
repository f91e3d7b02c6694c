/** The elements of the table of findings: items, groups of them, and the way they are shown. */

import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import type { ReportView } from '../reporter.ts';

/** A row of the table: a finding and its package. */
export interface FindingItem {
  readonly pkg: Package;
  readonly finding: VulnerabilityFinding;
  /** All findings of the package that are listed, those that are not shown included. */
  readonly ofPackage: readonly VulnerabilityFinding[];
}

/** Items that belong together. */
export interface ItemGroup {
  readonly heading?: readonly string[];
  readonly items: readonly FindingItem[];
}

/** A column of the table of findings. */
export type ColumnId =
  | 'library'
  | 'vulnerability'
  | 'severity'
  | 'evidence'
  | 'installed'
  | 'fixed'
  | 'origin'
  | 'title';

/** The presentation of items. */
export interface Arrangement {
  readonly columns: readonly ColumnId[];
  readonly groups: readonly ItemGroup[];
}

/** The data for the cells of a table. */
export interface TableScope {
  readonly result: ArtifactResult;
  readonly report: Report;
  readonly view: ReportView;
}

/** The items that are shown, and those that are not. */
export interface ListedItems {
  readonly groups: readonly ItemGroup[];
  readonly itemCount: number;
  readonly hidden: readonly VulnerabilityFinding[];
}
