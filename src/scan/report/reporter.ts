/** The contract of a reporter. */

import type { Report } from '../../core/model/report/report.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';

/** A tool whose tables Assay draws too. */
export type CompatibleTool = 'trivy' | 'grype';

/** The possible groupings of a table's findings. */
export type FindingGrouping = 'package' | 'cve' | 'origin' | 'fix';

/** Columns of a line where no terminal says otherwise: fits the logs of CI systems. */
export const DEFAULT_WIDTH = 140;

/** Options of showing a report to a person; reporters for machines ignore them. */
export interface ReportView {
  /** Colours and bold type by terminal sequences. Default: none. */
  readonly color: boolean;
  /** Columns that a line may have. Default: {@link DEFAULT_WIDTH}. */
  readonly width?: number;
  /** Findings of an artifact that are listed, beside those that decide. Default: all. */
  readonly rows?: number;
  /** The grouping of findings. Default: their package. */
  readonly group?: FindingGrouping;
  /** The lines are for a screen: a cure of many upgrades is cut. Default: not. */
  readonly isTerminal?: boolean;
  /** Ids are links by terminal sequences (OSC 8). Default: not. */
  readonly hasLinks?: boolean;
  /** List what was set aside, and why. Default: only count it. */
  readonly showSuppressed: boolean;
  /** List all packages. Default: only those with findings. */
  readonly listPackages: boolean;
  /** A row for each artifact with its totals. Default: no. */
  readonly hasSummary?: boolean;
  /** Leave out all about single findings and packages. Default: no. */
  readonly isSummaryOnly?: boolean;
  /** Only totals and the verdict. Default: everything. */
  readonly isVerdictOnly?: boolean;
  /** Draw the table of another tool. Default: Assay's own. */
  readonly compat?: CompatibleTool;
  /** Say of each package with findings what pulls it in. Default: not. */
  readonly dependencyTree: boolean;
  /** Markdown is cut at a row below this size. Default: the length of a comment. */
  readonly maxBytes?: number;
}

/** Renders a decided report. Pure: no clock, no files, no colour decisions of its own. */
export interface Renderer {
  /**
   * The report is rendered as it is given; callers pass it through `applyDisplayFilter` first,
   * once.
   */
  render(report: Report, view?: Partial<ReportView>): AsyncIterable<string>;
}

/** A format of reports. `docs/reports.md` is generated from its texts. */
export interface Reporter extends Renderer {
  /** The id, as `--format` takes it, which is also the name of the file. */
  readonly id: string;
  readonly mediaType: string;
  /** The purpose of the format: a sentence without its subject, in Markdown. */
  readonly purpose: string;
  readonly findings: FormatFindings;
}

/** The findings that a format contains, in words. */
export interface FormatFindings {
  /**
   * Vulnerabilities that are listed: all, those that are not set aside (`open`), those that decide,
   * or none. Tests read formats that list all or open ones back, and compare them with the report.
   */
  readonly listed: 'all' | 'open' | 'deciding' | 'none';
  readonly vulnerabilities: string;
  /** Contradictions and broken rules. */
  readonly others: string;
  /** Findings that an exception or another filter sets aside. */
  readonly setAside: string;
  /** Fields of rule findings that the format has no place for; absent where it has all of them. */
  readonly ruleFieldsWithout?: MissingRuleFields;
}

/** A field of a rule finding. */
export type RuleField = Exclude<keyof RuleFinding, 'kind'>;

/** A field of a rule finding, or a part of one, as in `location.line`. */
export type RuleFieldPath = RuleField | `${RuleField}.${string}`;

/**
 * Fields that a format has no place for. A contract test compares them with the format's output.
 */
export interface MissingRuleFields {
  readonly fields: readonly RuleFieldPath[] | 'all';
  /** A clause without its subject, in Markdown. */
  readonly reason: string;
}
