/** The central types and pure helpers of the room. */

export type * from './advisory.ts';
export type * from './artifact.ts';
export type * from './catalog.ts';
export type { Contents, Tool, ToolKind } from './contents.ts';
export { CvssError, cvssScores, severityOfVector, type CvssScores } from './cvss.ts';
export {
  ECOSYSTEMS,
  ECOSYSTEM_IDS,
  type Ecosystem,
  type EcosystemRow,
  type SchemeId,
} from './ecosystem.ts';
export { EXIT_CODES } from './exit-codes.ts';
export type * from './finding.ts';
export type * from './layer-record.ts';
export type * from './package.ts';
export {
  PackageUrlError,
  formatPackageUrl,
  parsePackageUrl,
  purlOf,
  type PackageUrl,
  type PackageUrlParts,
  type PurlSubject,
} from './purl.ts';
export type * from './report.ts';
export type * from './rule-finding.ts';
export { SEVERITIES, severityOfScore, severityRank } from './severity.ts';
export { applyDisplayFilter } from './display-filter.ts';
