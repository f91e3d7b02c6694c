/**
 * The one codec between the model and JSON. Nothing else may turn a report, an inventory or a layer's record into JSON:
 * maps would be lost. Maps become objects with sorted keys, fields keep the order written here, and what is absent is
 * left out, so that the same value always gives the same text.
 *
 * The functions work on plain data; the caller stringifies or parses. `schema/assay-report-1.schema.json` describes what
 * {@link encodeReport} gives.
 */

import type { Advisory, Affected, Coverage, Rating, Severity, VersionRange } from './advisory.ts';
import { CATALOG_RESULT } from './codec-catalog.ts';
import {
  ACCOUNTABILITY,
  ARTIFACT,
  CONTRADICTION,
  DIAGNOSTIC,
  digest,
  DISTRO,
  ecosystem,
  EVIDENCE,
  EVIDENCE_FILES,
  IMAGE_FACTS,
  INVENTORY,
  LAYER,
  LOCATION,
  PACKAGE,
  PLATFORM,
  severity,
  SOURCE_PACKAGE,
  textMap,
  texts,
  UNEXPLAINED_FILE,
} from './codec-inventory.ts';
import {
  byKind,
  count,
  flag,
  list,
  mapOf,
  matching,
  number,
  object,
  oneOf,
  optional,
  text,
  type Json,
  type ObjectShape,
} from './codec-shapes.ts';
import type { Finding, IntegrityFinding, RuleFinding, VulnerabilityFinding } from './finding.ts';
import type { FileFact, LayerRecord } from './layer-record.ts';
import type { Inventory } from './package.ts';
import type { ArtifactResult, Report, Suppressed, Verdict } from './report.ts';

export { CodecError, type Json } from './codec-shapes.ts';

/** A report as plain data, ready for `JSON.stringify`. */
export function encodeReport(report: Report): Json {
  return REPORT.encode(report);
}

/** Reads what {@link encodeReport} gave, after `JSON.parse`. @throws {@link CodecError} */
export function decodeReport(value: unknown): Report {
  return REPORT.decode(value);
}

/** An inventory as plain data, to be matched again later. */
export function encodeInventory(inventory: Inventory): Json {
  return INVENTORY.encode(inventory);
}

/** Reads what {@link encodeInventory} gave. @throws {@link CodecError} */
export function decodeInventory(value: unknown): Inventory {
  return INVENTORY.decode(value);
}

/** A layer's record as plain data, for the cache and between workers. */
export function encodeLayerRecord(record: LayerRecord): Json {
  return LAYER_RECORD.encode(record);
}

/** Reads what {@link encodeLayerRecord} gave. @throws {@link CodecError} */
export function decodeLayerRecord(value: unknown): LayerRecord {
  return LAYER_RECORD.decode(value);
}

const status = oneOf(
  'affected',
  'fixed',
  'notAffected',
  'willNotFix',
  'deferred',
  'endOfLife',
  'unimportant',
  'underInvestigation',
);

const VULNERABILITY_FINDING = object<VulnerabilityFinding>({
  kind: oneOf('vulnerability'),
  id: text,
  severity,
  packageId: text,
  advisoryId: text,
  matchedVersion: text,
  status,
  severityBy: text,
  fixedVersions: texts,
  matchedBy: text,
});

const INTEGRITY_FINDING = object<IntegrityFinding>({
  kind: oneOf('integrity'),
  id: text,
  severity,
  packageId: optional(text),
  contradiction: CONTRADICTION,
});

const RULE_FINDING = object<RuleFinding>({
  kind: oneOf('rule'),
  id: text,
  severity,
  category: oneOf('secret', 'misconfiguration', 'code', 'origin', 'license'),
  rule: text,
  message: text,
  location: LOCATION,
});

const FINDING = byKind<Finding>({
  vulnerability: VULNERABILITY_FINDING,
  integrity: INTEGRITY_FINDING,
  rule: RULE_FINDING,
});

const SUPPRESSED = object<Suppressed>({
  findingId: text,
  by: oneOf('unfixed', 'status', 'ignore', 'vex', 'baseline'),
  reason: text,
  until: optional(text),
});

const SEVERITY_COUNTS = object<Readonly<Record<Severity, number>>>({
  unknown: count,
  low: count,
  medium: count,
  high: count,
  critical: count,
});

const ARTIFACT_RESULT = object<ArtifactResult>({
  artifact: ARTIFACT,
  inventory: INVENTORY,
  findings: list(FINDING),
  suppressed: list(SUPPRESSED),
  diagnostics: list(DIAGNOSTIC),
  notShown: SEVERITY_COUNTS,
});

const RATING = object<Rating>({
  by: text,
  severity,
  vector: optional(text),
  score: optional(number),
});

const VERSION_RANGE = object<VersionRange>({
  introduced: text,
  fixed: optional(text),
  lastAffected: optional(text),
  limit: optional(text),
});

const AFFECTED = object<Affected>({
  ecosystem,
  release: optional(text),
  name: text,
  ranges: list(VERSION_RANGE),
  versions: texts,
  status,
  ratings: list(RATING),
  qualifiers: optional(textMap),
});

const EXPLOITED = object<NonNullable<Advisory['exploited']>>({ since: text, ransomware: flag });

const ADVISORY = object<Advisory>({
  id: text,
  aliases: texts,
  related: optional(texts),
  summary: text,
  details: optional(text),
  ratings: list(RATING),
  affected: list(AFFECTED),
  references: texts,
  cwes: texts,
  exploited: optional(EXPLOITED),
  epss: optional(number),
  publishedAt: optional(text),
  modifiedAt: text,
  withdrawnAt: optional(text),
  feed: text,
});

const COVERAGE = object<Coverage>({
  feed: text,
  ecosystem: optional(ecosystem),
  release: optional(text),
  recordCount: count,
  dataAt: text,
  fetchedAt: text,
});

const CAUSE = object<Verdict['causes'][number]>({ rule: text, findingIds: texts, message: text });

type Cure = NonNullable<Verdict['cure']>;

const UPGRADE = object<Cure['upgrades'][number]>({ packageId: text, version: text });

const CURE = object<Cure>({
  change: text,
  clears: texts,
  upgrades: list(UPGRADE),
  command: text,
});

const VERDICT = object<Verdict>({
  status: oneOf('pass', 'fail', 'incomplete', 'notAsked'),
  exitCode: count,
  causes: list(CAUSE),
  cure: optional(CURE),
});

const TOOL = object<Report['tool']>({ name: oneOf('assay'), version: text });

const REPORT = object<Report>({
  schemaVersion: oneOf(1),
  tool: TOOL,
  results: list(ARTIFACT_RESULT),
  advisories: mapOf(ADVISORY),
  coverage: list(COVERAGE),
  shownSeverities: list(severity),
  verdict: VERDICT,
  startedAt: text,
  durationMs: number,
});

const pathHashes = matching<string>('base64', /^[A-Za-z0-9+/]+={0,2}$/);

const LAYER_RECORD = object<LayerRecord>({
  diffId: optional(digest),
  unpackedBytes: count,
  entryCount: count,
  whiteouts: texts,
  opaques: texts,
  links: list(object<LayerRecord['links'][number]>({ path: text, target: text, isHard: flag })),
  directories: texts,
  files: list(
    object<FileFact>({
      path: text,
      mode: count,
      sizeBytes: count,
      digests: list(digest),
      isExecutable: flag,
    }),
  ),
  forgotten: optional(pathHashes),
  late: optional(texts),
  cataloged: list(
    object<LayerRecord['cataloged'][number]>({ path: text, foundBy: text, result: CATALOG_RESULT }),
  ),
  rules: list(RULE_FINDING),
  diagnostics: list(DIAGNOSTIC),
});

/** Shapes of a report by the names that the published schema gives them; a test holds the two together. */
export const REPORT_SHAPES: Readonly<
  Record<string, Pick<ObjectShape<never>, 'requiredFields' | 'optionalFields'>>
> = {
  report: REPORT,
  tool: TOOL,
  artifactResult: ARTIFACT_RESULT,
  artifact: ARTIFACT,
  imageFacts: IMAGE_FACTS,
  platform: PLATFORM,
  layer: LAYER,
  location: LOCATION,
  inventory: INVENTORY,
  distro: DISTRO,
  accountability: ACCOUNTABILITY,
  unexplainedFile: UNEXPLAINED_FILE,
  package: PACKAGE,
  sourcePackage: SOURCE_PACKAGE,
  evidence: EVIDENCE,
  evidenceFiles: EVIDENCE_FILES,
  contradiction: CONTRADICTION,
  vulnerabilityFinding: VULNERABILITY_FINDING,
  integrityFinding: INTEGRITY_FINDING,
  ruleFinding: RULE_FINDING,
  suppressed: SUPPRESSED,
  diagnostic: DIAGNOSTIC,
  severityCounts: SEVERITY_COUNTS,
  advisory: ADVISORY,
  exploited: EXPLOITED,
  affected: AFFECTED,
  versionRange: VERSION_RANGE,
  rating: RATING,
  coverage: COVERAGE,
  verdict: VERDICT,
  cause: CAUSE,
  cure: CURE,
  upgrade: UPGRADE,
};
