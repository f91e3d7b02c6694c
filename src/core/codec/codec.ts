/**
 * The codec between JSON and reports or inventories. Nothing else may turn these into JSON: maps
 * would be lost. Maps become objects with sorted keys, fields keep the order of their shapes, and
 * absent fields are left out, so that the same value always gives the same text. Layers' records
 * are read and written by `record-codec.ts`, other cached results by `cache-codec.ts`.
 *
 * The functions work on plain data; the caller stringifies or parses.
 * `schema/assay-report-1.schema.json` describes the result of {@link encodeReport}.
 */

import type { Severity } from '../model/advisory/advisory.ts';
import { decode } from './decode.ts';
import { encode, stream } from './encode.ts';
import {
  ADVISORY,
  AFFECTED,
  COVERAGE,
  EXPLOITED,
  MALICIOUS_VERSION,
  RATING,
  status,
  VERSION_RANGE,
} from './advisory-shapes.ts';
import {
  ACCOUNTABILITY,
  CONTENTS,
  ARTIFACT,
  BASE_HINT,
  BASE_STATEMENT,
  DOCKERFILE_LINE,
  CONTRADICTION,
  DIAGNOSTIC,
  DISTRO,
  EVIDENCE,
  EVIDENCE_FILES,
  IMAGE_FACTS,
  INVENTORY,
  LAYER,
  LOCATION,
  PACKAGE,
  PLATFORM,
  SOURCE_USED,
  PROJECT,
  severity,
  SOURCE_PACKAGE,
  texts,
  TOOL_FOUND,
  UNEXPLAINED_FILE,
} from './inventory-shapes.ts';
import {
  BYTE_SPLICE,
  FLOW_STEP,
  IGNORE_COMMENT,
  RULE_FINDING,
  RULE_FIX,
  TEXT_RANGE,
} from './rule-shapes.ts';
import {
  byKind,
  count,
  flag,
  list,
  longList,
  longMapOf,
  number,
  object,
  oneOf,
  optional,
  text,
  type ObjectShape,
} from './shapes.ts';
import type { Finding, IntegrityFinding, VulnerabilityFinding } from '../model/finding/finding.ts';
import type { Json, StreamedJson } from './streamed-json.ts';
import type { Inventory } from '../model/package/package.ts';
import { SCAN_PARTS } from '../model/rule/rule-scanner.ts';
import type {
  ArtifactResult,
  BaselineResult,
  BaselineFinding,
  Report,
  Suppressed,
  Verdict,
} from '../model/report/report.ts';
import { IMPLICIT_FILE } from './implicit-file-shape.ts';

export { CodecError } from './codec-error.ts';
export type { Json } from './streamed-json.ts';
/** Returns a report as plain data, ready for `JSON.stringify`. */
export function encodeReport(report: Report): Json {
  return encode(REPORT, report);
}

/** Returns the result of {@link encodeReport} as data that `jsonPieces` writes while it is made. */
export function streamReport(report: Report): StreamedJson {
  return stream(REPORT, report);
}

/** Reads the result of {@link encodeReport}, after `JSON.parse`. @throws {@link CodecError} */
export function decodeReport(value: unknown): Report {
  return decode(REPORT, value);
}

/** Returns an inventory as plain data, to be matched again later. */
export function encodeInventory(inventory: Inventory): Json {
  return encode(INVENTORY, inventory);
}

/** Reads the result of {@link encodeInventory}. @throws {@link CodecError} */
export function decodeInventory(value: unknown): Inventory {
  return decode(INVENTORY, value);
}

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
  lacksRatingSource: optional(flag),
  pulledInBy: optional(texts),
  ownedBy: optional(text),
  malicious: optional(MALICIOUS_VERSION),
});

const INTEGRITY_FINDING = object<IntegrityFinding>({
  kind: oneOf('integrity'),
  id: text,
  severity,
  packageId: optional(text),
  contradiction: CONTRADICTION,
});

const FINDING = byKind<Finding>({
  vulnerability: VULNERABILITY_FINDING,
  integrity: INTEGRITY_FINDING,
  rule: RULE_FINDING,
});

const SUPPRESSED = object<Suppressed>({
  findingId: text,
  by: oneOf('unfixed', 'status', 'ignore', 'override', 'comment', 'vex', 'baseline'),
  reason: text,
  until: optional(text),
  from: optional(text),
  owner: optional(text),
  justification: optional(text),
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
  layerDigests: optional(oneOf('checked', 'byManifest', 'notChecked')),
  scanners: optional(list(oneOf(...SCAN_PARTS))),
  inventory: INVENTORY,
  findings: longList(FINDING),
  suppressed: longList(SUPPRESSED),
  diagnostics: longList(DIAGNOSTIC),
  notShown: SEVERITY_COUNTS,
});

const CAUSE = object<Verdict['causes'][number]>({
  rule: text,
  findingIds: longList(text),
  message: text,
  exitCode: optional(count),
  packageIds: optional(longList(text)),
  toleratedCount: optional(count),
});

type Cure = NonNullable<Verdict['cure']>;

const UPGRADE = object<Cure['upgrades'][number]>({ packageId: text, version: text });

const CURE_COMMAND = object<NonNullable<Cure['commands']>[number]>({
  command: text,
  place: optional(text),
});

const CURE = object<Cure>({
  change: text,
  clears: longList(text),
  upgrades: longList(UPGRADE),
  removals: optional(longList(text)),
  reinstalls: optional(longList(text)),
  exceptions: optional(longList(text)),
  commands: optional(longList(CURE_COMMAND)),
  edits: optional(longList(text)),
  command: text,
});

const VERDICT = object<Verdict>({
  status: oneOf('pass', 'fail', 'incomplete', 'notAsked'),
  exitCode: count,
  isDryRun: optional(flag),
  policy: optional(text),
  causes: list(CAUSE),
  warnings: optional(list(text)),
  implicitFiles: optional(list(IMPLICIT_FILE)),
  cure: optional(CURE),
});

const PAST_FINDING = object<BaselineFinding>({
  findingId: text,
  name: text,
  severity,
  package: text,
  version: text,
});

const BASELINE = object<BaselineResult>({
  name: text,
  reference: text,
  judgedAt: text,
  newIds: longList(text),
  unchangedCount: count,
  fixed: longList(PAST_FINDING),
  doubt: optional(text),
});

const TOOL = object<Report['tool']>({ name: oneOf('assay'), version: text });

const REPORT = object<Report>({
  schemaVersion: oneOf(1),
  tool: TOOL,
  results: list(ARTIFACT_RESULT),
  advisories: longMapOf(ADVISORY),
  coverage: list(COVERAGE),
  shownSeverities: list(severity),
  shownOrigin: optional(oneOf('app', 'base')),
  baseline: optional(BASELINE),
  verdict: VERDICT,
  startedAt: text,
  durationMs: number,
});

/** Shapes of a report by their names in the published schema. A test compares the two. */
export const REPORT_SHAPES: Readonly<
  Record<string, Pick<ObjectShape<never>, 'requiredFields' | 'optionalFields'>>
> = {
  report: REPORT,
  tool: TOOL,
  artifactResult: ARTIFACT_RESULT,
  artifact: ARTIFACT,
  sourceUsed: SOURCE_USED,
  imageFacts: IMAGE_FACTS,
  baseHint: BASE_HINT,
  baseStatement: BASE_STATEMENT,
  platform: PLATFORM,
  layer: LAYER,
  dockerfileLine: DOCKERFILE_LINE,
  location: LOCATION,
  inventory: INVENTORY,
  distro: DISTRO,
  accountability: ACCOUNTABILITY,
  unexplainedFile: UNEXPLAINED_FILE,
  contents: CONTENTS,
  toolFound: TOOL_FOUND,
  package: PACKAGE,
  project: PROJECT,
  sourcePackage: SOURCE_PACKAGE,
  evidence: EVIDENCE,
  evidenceFiles: EVIDENCE_FILES,
  contradiction: CONTRADICTION,
  vulnerabilityFinding: VULNERABILITY_FINDING,
  maliciousVersion: MALICIOUS_VERSION,
  integrityFinding: INTEGRITY_FINDING,
  ruleFinding: RULE_FINDING,
  textRange: TEXT_RANGE,
  flowStep: FLOW_STEP,
  ruleFix: RULE_FIX,
  byteSplice: BYTE_SPLICE,
  ignoreComment: IGNORE_COMMENT,
  suppressed: SUPPRESSED,
  diagnostic: DIAGNOSTIC,
  severityCounts: SEVERITY_COUNTS,
  advisory: ADVISORY,
  exploited: EXPLOITED,
  affected: AFFECTED,
  versionRange: VERSION_RANGE,
  rating: RATING,
  coverage: COVERAGE,
  baseline: BASELINE,
  pastFinding: PAST_FINDING,
  verdict: VERDICT,
  cause: CAUSE,
  implicitFile: IMPLICIT_FILE,
  cure: CURE,
  cureCommand: CURE_COMMAND,
  upgrade: UPGRADE,
};
