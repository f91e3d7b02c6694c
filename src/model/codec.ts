/**
 * The one codec between the model and JSON. Nothing else may turn a report, an inventory or a layer's record into JSON:
 * maps would be lost. Maps become objects with sorted keys, fields keep the order written here, and what is absent is
 * left out, so that the same value always gives the same text.
 *
 * The functions work on plain data; the caller stringifies or parses. `schema/assay-report-1.schema.json` describes what
 * {@link encodeReport} gives.
 */

import type {
  Advisory,
  AdvisoryNeed,
  Affected,
  Coverage,
  Rating,
  Severity,
  VersionRange,
} from './advisory.ts';
import {
  ACCOUNTABILITY,
  ARTIFACT,
  CONTRADICTION,
  DIAGNOSTIC,
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
  PROJECT,
  RULE_FINDING,
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
  number,
  object,
  oneOf,
  optional,
  text,
  type Json,
  type ObjectShape,
} from './codec-shapes.ts';
import { revived } from './codec-record.ts';
import type { Finding, IntegrityFinding, VulnerabilityFinding } from './finding.ts';
import type { KeptMatches, Matches } from './matches.ts';
import type { Inventory } from './package.ts';
import type {
  ArtifactResult,
  BaselineResult,
  PastFinding,
  Report,
  Suppressed,
  Verdict,
} from './report.ts';

export { CodecError, type Json } from './codec-shapes.ts';
export {
  decodeAnalysis,
  decodeLayerAnswer,
  decodeLayerRecord,
  encodeAnalysis,
  encodeKeptAnalysis,
  encodeKeptTree,
  encodeLayerAnswer,
  encodeLayerRecord,
  reviveAnalysis,
  reviveKeptAnalysis,
  reviveKeptTree,
  reviveLayerAnswer,
  reviveLayerRecord,
} from './codec-record.ts';

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

/** What was matched as plain data, for the cache. */
export function encodeKeptMatches({ needs, state, content, matches }: KeptMatches): Json {
  const { advisories, ...others } = matches;
  return KEPT_MATCHES.encode({
    needs,
    state,
    ...(content !== undefined && { content }),
    matches: others,
    advisories: [...advisories.values()],
  });
}

/**
 * Reads what {@link encodeKeptMatches} of this same build gave, known to be unharmed. The value is used up.
 * @throws {@link CodecError} where it is something else altogether
 */
export function reviveKeptMatches(value: unknown): KeptMatches {
  const { matches, advisories, ...madeFrom } = revived(KEPT_MATCHES, value);
  const byId = new Map(advisories.map((advisory) => [advisory.id, advisory]));
  return { ...madeFrom, matches: { ...matches, advisories: byId } };
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
  pulledInBy: optional(texts),
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
  by: oneOf('unfixed', 'status', 'ignore', 'vex', 'baseline'),
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
  patchedVersions: optional(texts),
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
  currentAt: optional(text),
});

/** The advisories are a list, so that they keep their order. */
const KEPT_MATCHES = object<
  Omit<KeptMatches, 'matches'> & {
    readonly matches: Omit<Matches, 'advisories'>;
    readonly advisories: readonly Advisory[];
  }
>({
  needs: list(object<AdvisoryNeed>({ ecosystem, release: optional(text) })),
  state: text,
  content: optional(text),
  matches: object<Omit<Matches, 'advisories'>>({
    findings: list(VULNERABILITY_FINDING),
    diagnostics: list(DIAGNOSTIC),
    coverage: list(COVERAGE),
    coveredPackageCount: count,
    packageCount: count,
  }),
  advisories: list(ADVISORY),
});

const CAUSE = object<Verdict['causes'][number]>({
  rule: text,
  findingIds: texts,
  message: text,
  exitCode: optional(count),
  packageIds: optional(texts),
  toleratedCount: optional(count),
});

type Cure = NonNullable<Verdict['cure']>;

const UPGRADE = object<Cure['upgrades'][number]>({ packageId: text, version: text });

const CURE = object<Cure>({
  change: text,
  clears: texts,
  upgrades: list(UPGRADE),
  removals: optional(texts),
  reinstalls: optional(texts),
  exceptions: optional(texts),
  command: text,
});

const VERDICT = object<Verdict>({
  status: oneOf('pass', 'fail', 'incomplete', 'notAsked'),
  exitCode: count,
  isDryRun: optional(flag),
  policy: optional(text),
  causes: list(CAUSE),
  cure: optional(CURE),
});

const PAST_FINDING = object<PastFinding>({
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
  newIds: texts,
  unchangedCount: count,
  fixed: list(PAST_FINDING),
  doubt: optional(text),
});

const TOOL = object<Report['tool']>({ name: oneOf('assay'), version: text });

const REPORT = object<Report>({
  schemaVersion: oneOf(1),
  tool: TOOL,
  results: list(ARTIFACT_RESULT),
  advisories: mapOf(ADVISORY),
  coverage: list(COVERAGE),
  shownSeverities: list(severity),
  shownOrigin: optional(oneOf('app', 'base')),
  baseline: optional(BASELINE),
  verdict: VERDICT,
  startedAt: text,
  durationMs: number,
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
  project: PROJECT,
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
  baseline: BASELINE,
  pastFinding: PAST_FINDING,
  verdict: VERDICT,
  cause: CAUSE,
  cure: CURE,
  upgrade: UPGRADE,
};
