/**
 * From the result for one image to its facts. A fact that is not there is absent, and never a
 * guess.
 */

import { compareText } from '../../../core/base/compare.ts';
import { indexBy } from '../../../core/base/maps.ts';
import type { Coverage } from '../../../core/model/advisory/advisory.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type {
  ImageFactSheet,
  FindingCounts,
  GapCount,
  SystemLife,
} from '../../../core/model/report/base-comparison.ts';
import { TOOL_KINDS } from '../../../core/model/artifact/contents.ts';
import type { FindingRow } from '../../../core/model/report/difference.ts';
import { distroRelease } from '../../../core/model/distro/distro.ts';
import type {
  Diagnostic,
  Finding,
  VulnerabilityFinding,
} from '../../../core/model/finding/finding.ts';
import type { Distro, EvidenceLevel, Inventory } from '../../../core/model/package/package.ts';
import { pinnedImageReference } from '../../../core/model/artifact/pinned-reference.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { SEVERITIES, severityRank } from '../../../core/model/severity/severity.ts';
import { endOfLifeDiagnostic } from '../../../scan/policy/end-of-life.ts';
import { findingRow } from '../compare-reports.ts';

/** The source of the facts. */
export interface FactSource {
  readonly name: string;
  readonly result: ArtifactResult;
  readonly report: Pick<Report, 'advisories' | 'coverage' | 'startedAt'>;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** Returns the facts of one image. */
export function imageFacts({ name, result, report, now }: FactSource): ImageFactSheet {
  const { artifact, inventory } = result;
  const { distro } = inventory;
  const findings = findingCounts(result, report);
  return {
    name,
    reference: artifact.reference,
    ...configurationFacts(artifact),
    ...withoutAbsent({
      pinned: pinnedImageReference(artifact),
      system: distro,
      endOfLife: distro && systemLife(distro, now),
      findings,
      layerCount: artifact.kind === 'image' ? artifact.layers.length : undefined,
      compressedBytes: storedBytes(artifact),
      unpackedBytes: inventory.contents?.unpackedBytes,
    }),
    ...creation(artifact, now),
    judgedAt: report.startedAt,
    packageCount: inventory.packages.length,
    tools: knownTools(result),
    evidence: evidenceCounts(inventory),
    gaps: gapCounts(result, now),
    vulnerabilities: findings === undefined ? [] : vulnerabilityRows(result),
  };
}

type ConfigurationFact = 'configDigest' | 'platform' | 'user' | 'command' | 'workingDirectory';

function configurationFacts({ image }: Artifact): Pick<ImageFactSheet, ConfigurationFact> {
  if (image === undefined) return {};
  const { configDigest, platform, user, workingDirectory, entrypoint, cmd = [] } = image;
  const command = [...entrypoint, ...cmd];
  return {
    configDigest,
    platform,
    user: user === '' ? 'root' : user,
    ...(command.length > 0 && { command }),
    ...(workingDirectory !== undefined && { workingDirectory }),
  };
}

/** Leaves out fields that are `undefined`. */
function withoutAbsent<T extends object>(
  fields: T,
): {
  [Key in keyof T]?: Exclude<T[Key], undefined>;
} {
  const known = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as { [Key in keyof T]?: Exclude<T[Key], undefined> };
}

const DAY_MS = 86_400_000;

/**
 * The first release of docker. Builds that leave out the date write one before it: 1970, or 1980 as
 * zip archives do.
 */
const FIRST_IMAGES_MS = Date.parse('2013-03-20T00:00:00Z');

/**
 * Returns the date of creation; a date before the first images, or after the comparison, is none.
 */
function creation({ image }: Artifact, now: number): Pick<ImageFactSheet, 'createdAt' | 'ageDays'> {
  const createdAt = image?.createdAt;
  if (createdAt === undefined) return {};
  const createdMs = Date.parse(createdAt);
  if (Number.isNaN(createdMs) || createdMs < FIRST_IMAGES_MS || createdMs > now) return {};
  return { createdAt, ageDays: Math.floor((now - createdMs) / DAY_MS) };
}

function systemLife(distro: Distro, now: number): SystemLife | undefined {
  const supportedUntil = distroRelease(distro)?.supportedUntil;
  const isOver = endOfLifeDiagnostic(distro, now)?.gap === 'endOfLife';
  if (supportedUntil === undefined && !isOver && distroRelease(distro) === undefined) {
    return undefined;
  }
  return { ...(supportedUntil !== undefined && { supportedUntil }), isOver };
}

/**
 * Returns the bytes of the layers as a registry stores them. Only a manifest names them: daemons
 * and archives of `docker save` store layers without compression, whatever the registry has.
 */
function storedBytes({ image, layers, source }: Artifact): number | undefined {
  if (image?.manifestDigest === undefined) return undefined;
  const isAsStored = source !== undefined && AS_IN_REGISTRY.has(source.kind);
  let total = 0;
  for (const { compressedBytes, blobDigest, diffId } of layers) {
    const isPlain = blobDigest === undefined || blobDigest === diffId;
    if (compressedBytes === undefined || (isPlain && !isAsStored)) return undefined;
    total += compressedBytes;
  }
  return total;
}

/** Places that store layers as the manifest names them. */
const AS_IN_REGISTRY: ReadonlySet<string> = new Set([
  'registry',
  'layout',
  'archive',
  'standard-input',
]);

/**
 * Returns the counts; without consulted data or without packages nothing was looked up: such an
 * image may hold anything.
 */
function findingCounts(
  result: ArtifactResult,
  { advisories, coverage }: FactSource['report'],
): FindingCounts | undefined {
  const { inventory, findings, notShown } = result;
  if (coverage.length === 0 || inventory.packages.length === 0) return undefined;
  const found = findings.filter(isVulnerability);
  const counts = { ...notShown };
  for (const { severity } of found) counts[severity] += 1;
  const isWhole = SEVERITIES.every((severity) => notShown[severity] === 0);
  const isExploited = ({ advisoryId }: VulnerabilityFinding): boolean =>
    advisories.get(advisoryId)?.exploited !== undefined;
  return {
    total: SEVERITIES.reduce((sum, severity) => sum + counts[severity], 0),
    bySeverity: counts,
    ...(isWhole && { fixable: found.filter((one) => one.fixedVersions.length > 0).length }),
    ...(isWhole && hasExploited(coverage) && { exploited: found.filter(isExploited).length }),
  };
}

function isVulnerability(finding: Finding): finding is VulnerabilityFinding {
  return finding.kind === 'vulnerability';
}

/** Single CVE records may name exploitation too, and then nothing is known of the others. */
function hasExploited(coverage: readonly Coverage[]): boolean {
  return coverage.some(({ feed }) => feed === 'kev');
}

/**
 * Returns the gaps that bear on an image. Those of a policy are left out, and the end of life is
 * judged at the comparison.
 */
function gapCounts({ diagnostics, inventory }: ArtifactResult, now: number): readonly GapCount[] {
  const { distro } = inventory;
  const system = distro && endOfLifeDiagnostic(distro, now);
  const counts = new Map<string, number>();
  const ofImage = diagnostics.filter(({ stage }) => stage !== 'policy');
  for (const { gap } of system === undefined ? ofImage : [...ofImage, system]) {
    if (gap !== undefined) counts.set(gap, (counts.get(gap) ?? 0) + 1);
  }
  return [...counts]
    .map(([kind, count]) => ({ kind, count }))
    .sort((a, b) => compareText(a.kind, b.kind));
}

/**
 * Returns the known tools. If files may be hidden, an empty list does not show that there is no
 * tool.
 */
function knownTools({ inventory, diagnostics }: ArtifactResult): ImageFactSheet['tools'] {
  const { contents } = inventory;
  if (contents === undefined) return {};
  const mayHide = diagnostics.some(hidesFiles);
  return Object.fromEntries(
    TOOL_KINDS.filter((kind) => !mayHide || contents[kind].length > 0).map((kind) => [
      kind,
      contents[kind],
    ]),
  );
}

/**
 * Returns whether executables of an image may be unknown because of a gap. Other gaps hide what is
 * in a file.
 */
function hidesFiles({ stage, gap }: Diagnostic): boolean {
  if (gap === 'lazy' || gap === 'filtered') return true;
  return gap !== undefined && (stage === 'source' || stage === 'layers');
}

function evidenceCounts({ packages }: Inventory): ImageFactSheet['evidence'] {
  const counts: Record<EvidenceLevel, number> = {
    claimed: 0,
    consistent: 0,
    verified: 0,
    proven: 0,
    contradicted: 0,
  };
  for (const { evidence } of packages) counts[evidence.level] += 1;
  return counts;
}

function vulnerabilityRows({ findings, inventory }: ArtifactResult): readonly FindingRow[] {
  const packages = indexBy(inventory.packages, 'id');
  return findings
    .filter(isVulnerability)
    .map((finding) => findingRow(finding, packages.get(finding.packageId)))
    .sort(
      (a, b) =>
        severityRank(b.severity) - severityRank(a.severity) ||
        compareText(a.name, b.name) ||
        compareText(a.package, b.package) ||
        compareText(a.version, b.version),
    );
}
