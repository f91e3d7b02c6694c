/** The central types and pure helpers of the room. */

export type * from './advisory/advisory.ts';
export type * from './artifact/artifact.ts';
export type * from './catalog/catalog.ts';
export type { Contents, Tool, ToolKind } from './artifact/contents.ts';
export { CvssError, cvssScores, severityOfVector, type CvssScores } from './severity/cvss.ts';
export {
  ECOSYSTEMS,
  ECOSYSTEM_IDS,
  type Ecosystem,
  type EcosystemRow,
  type SchemeId,
} from './package/ecosystem.ts';
export { EXIT_CODES } from './report/exit-codes.ts';
export type * from './finding/finding.ts';
export type * from './layer/layer-record.ts';
export type * from './package/package.ts';
export {
  PackageUrlError,
  formatPackageUrl,
  parsePackageUrl,
  purlOf,
  type PackageUrl,
  type PackageUrlParts,
  type PurlSubject,
} from './purl/purl.ts';
export type * from './report/report.ts';
export type * from './rule/rule-finding.ts';
export { SEVERITIES, severityOfScore, severityRank } from './severity/severity.ts';
export { applyDisplayFilter } from './report/display-filter.ts';
