/**
 * The verdict by itself, for programs: what decided, with everything that names it, and what would
 * flip it. `schema/assay-verdict-1.schema.json` describes it.
 */

import { indexBy } from '../base/maps.ts';
import type { Severity } from '../model/advisory/advisory.ts';
import type { Artifact } from '../model/artifact/artifact.ts';
import { stream } from './encode.ts';
import { severity as severityShape } from './inventory-shapes.ts';
import {
  count,
  flag,
  list,
  longList,
  object,
  oneOf,
  optional,
  text,
  type ObjectShape,
} from './shapes.ts';
import { IMPLICIT_FILE } from './implicit-file-shape.ts';
import type { Finding } from '../model/finding/finding.ts';
import type { StreamedJson } from './streamed-json.ts';
import { isMalicious } from '../model/advisory/malicious.ts';
import { countNonDecidingOwned } from '../model/finding/owned-finding-count.ts';
import type { Package } from '../model/package/package.ts';
import type { ArtifactResult, ImplicitFile, Report, Verdict } from '../model/report/report.ts';

interface VerdictArtifact {
  readonly reference: string;
  readonly kind: Artifact['kind'];
  /** Digest of the manifest, if one is known. */
  readonly manifestDigest?: string;
  /** Digest of the image's configuration. */
  readonly imageId?: string;
}

interface DecidingFinding {
  readonly id: string;
  readonly kind: Finding['kind'];
  readonly severity: Severity;
  readonly artifact: string;
  /** For a vulnerability the advisory's id; for a rule the rule's. */
  readonly name?: string;
  /** Package URL. */
  readonly packageId?: string;
  readonly packageName?: string;
  readonly version?: string;
  readonly fixedVersion?: string;
  /** For a known malicious package: the records that report it. */
  readonly malicious?: readonly string[];
  readonly path?: string;
}

interface DocumentCause {
  readonly rule: string;
  readonly message: string;
  readonly exitCode?: number;
  readonly packageIds?: readonly string[];
  readonly toleratedCount?: number;
  readonly findings: readonly DecidingFinding[];
}

interface DocumentUpgrade {
  readonly packageId: string;
  readonly packageName: string;
  readonly from: string;
  readonly to: string;
}

interface DocumentCure {
  readonly change: string;
  readonly clears: readonly string[];
  readonly upgrades: readonly DocumentUpgrade[];
  readonly removals?: readonly string[];
  readonly reinstalls?: readonly string[];
  readonly exceptions?: readonly string[];
  readonly commands?: readonly { readonly command: string; readonly place?: string }[];
  readonly edits?: readonly string[];
  readonly command: string;
}

/** The document of `schema/assay-verdict-1.schema.json`. */
export interface VerdictDocument {
  readonly schemaVersion: 1;
  readonly kind: 'assay-verdict';
  readonly tool: Report['tool'];
  readonly judgedAt: string;
  readonly artifacts: readonly VerdictArtifact[];
  readonly status: Verdict['status'];
  readonly exitCode: number;
  readonly isDryRun?: boolean;
  readonly policy?: string;
  readonly causes: readonly DocumentCause[];
  readonly warnings?: readonly string[];
  readonly implicitFiles?: readonly ImplicitFile[];
  readonly cure?: DocumentCure;
  /** Findings that exceptions, statuses or a missing fix set aside. */
  readonly suppressedCount: number;
  /** The number of gaps that could hide findings, accepted or not. */
  readonly gapCount: number;
  /** Findings of what the distribution ships that no condition counted; absent: none. */
  readonly ownedCount?: number;
  /** Findings of known malicious packages, also those that exceptions accept; absent: none. */
  readonly maliciousCount?: number;
}

/** Returns the verdict of a report as data that `jsonPieces` writes while it is made. */
export function streamVerdict(report: Report): StreamedJson {
  const document = verdictDocument(report);
  return stream(DOCUMENT, document);
}

function verdictDocument({ tool, verdict, results, startedAt }: Report): VerdictDocument {
  const found = namedFindings({ verdict, results });
  const { status, exitCode, isDryRun, policy, causes, warnings, implicitFiles, cure } = verdict;
  const ownedCount = countNonDecidingOwned({ results, verdict });
  const maliciousCount = results.reduce(
    (sum, { findings }) => sum + findings.filter(isMalicious).length,
    0,
  );
  return {
    schemaVersion: 1,
    kind: 'assay-verdict',
    tool,
    judgedAt: startedAt,
    artifacts: results.map(({ artifact }) => artifactOf(artifact)),
    status,
    exitCode,
    ...(isDryRun !== undefined && { isDryRun }),
    ...(policy !== undefined && { policy }),
    causes: causes.map(({ findingIds, ...cause }) => ({
      ...cause,
      findings: findingIds.flatMap((id) => {
        const place = found.get(id);
        return place === undefined ? [] : [decidingFinding(place)];
      }),
    })),
    ...(warnings !== undefined && { warnings }),
    ...(implicitFiles !== undefined && { implicitFiles }),
    ...(cure !== undefined && { cure: cureOf(cure, results) }),
    suppressedCount: results.reduce((sum, { suppressed }) => sum + suppressed.length, 0),
    gapCount: results
      .flatMap(({ diagnostics }) => diagnostics)
      .filter(({ gap }) => gap !== undefined).length,
    ...(ownedCount > 0 && { ownedCount }),
    ...(maliciousCount > 0 && { maliciousCount }),
  };
}

/** Returns the findings that causes name, by id; of an id that several artifacts have, the last. */
function namedFindings({
  verdict,
  results,
}: Pick<Report, 'verdict' | 'results'>): ReadonlyMap<string, Place> {
  const named = new Set(verdict.causes.flatMap(({ findingIds }) => findingIds));
  const found = new Map<string, Place>();
  if (named.size === 0) return found;
  for (const { artifact, inventory, findings } of results) {
    const packages = indexBy(inventory.packages, 'id');
    for (const finding of findings) {
      if (named.has(finding.id)) found.set(finding.id, { finding, artifact, packages });
    }
  }
  return found;
}

function artifactOf({ reference, kind, image }: Artifact): VerdictArtifact {
  const { manifestDigest, configDigest } = image ?? {};
  return {
    reference,
    kind,
    ...(manifestDigest !== undefined && { manifestDigest }),
    ...(configDigest !== undefined && { imageId: configDigest }),
  };
}

interface Place {
  readonly finding: Finding;
  readonly artifact: Artifact;
  readonly packages: ReadonlyMap<string, Package>;
}

function decidingFinding({ finding, artifact, packages }: Place): DecidingFinding {
  const packageId = finding.kind === 'rule' ? undefined : finding.packageId;
  const pkg = packages.get(packageId ?? '');
  const common = {
    id: finding.id,
    kind: finding.kind,
    severity: finding.severity,
    artifact: artifact.reference,
    ...(packageId !== undefined && { packageId }),
    ...(pkg !== undefined && { packageName: pkg.name, version: pkg.version }),
  };
  switch (finding.kind) {
    case 'vulnerability': {
      const [fixedVersion] = finding.fixedVersions;
      return {
        ...common,
        name: finding.advisoryId,
        version: finding.matchedVersion,
        ...(fixedVersion !== undefined && { fixedVersion }),
        ...(finding.malicious !== undefined && { malicious: finding.malicious.by }),
        ...(pkg !== undefined && { path: pkg.locations[0].path }),
      };
    }
    case 'integrity':
      return { ...common, path: finding.contradiction.location.path };
    case 'rule':
      return { ...common, name: finding.rule, path: finding.location.path };
  }
}

function cureOf(
  cure: NonNullable<Verdict['cure']>,
  results: readonly ArtifactResult[],
): DocumentCure {
  const packages = indexBy(
    results.flatMap(({ inventory }) => inventory.packages),
    'id',
  );
  return {
    ...cure,
    upgrades: cure.upgrades.flatMap(({ packageId, version: to }) => {
      const pkg = packages.get(packageId);
      if (pkg === undefined) return [];
      return [{ packageId, packageName: pkg.name, from: pkg.version, to }];
    }),
  };
}

const TOOL = object<Report['tool']>({ name: oneOf('assay'), version: text });

const ARTIFACT = object<VerdictArtifact>({
  reference: text,
  kind: oneOf('image', 'directory', 'file', 'rootfs', 'repository', 'sbom'),
  manifestDigest: optional(text),
  imageId: optional(text),
});

const FINDING = object<DecidingFinding>({
  id: text,
  kind: oneOf('vulnerability', 'integrity', 'rule'),
  severity: severityShape,
  artifact: text,
  name: optional(text),
  packageId: optional(text),
  packageName: optional(text),
  version: optional(text),
  fixedVersion: optional(text),
  malicious: optional(list(text)),
  path: optional(text),
});

const CAUSE = object<DocumentCause>({
  rule: text,
  message: text,
  exitCode: optional(count),
  packageIds: optional(longList(text)),
  toleratedCount: optional(count),
  findings: longList(FINDING),
});

const UPGRADE = object<DocumentUpgrade>({
  packageId: text,
  packageName: text,
  from: text,
  to: text,
});

const CURE_COMMAND = object<NonNullable<DocumentCure['commands']>[number]>({
  command: text,
  place: optional(text),
});

const CURE = object<DocumentCure>({
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

const DOCUMENT = object<VerdictDocument>({
  schemaVersion: oneOf(1),
  kind: oneOf('assay-verdict'),
  tool: TOOL,
  judgedAt: text,
  artifacts: list(ARTIFACT),
  status: oneOf('pass', 'fail', 'incomplete', 'notAsked'),
  exitCode: count,
  isDryRun: optional(flag),
  policy: optional(text),
  causes: list(CAUSE),
  warnings: optional(list(text)),
  implicitFiles: optional(list(IMPLICIT_FILE)),
  cure: optional(CURE),
  suppressedCount: count,
  gapCount: count,
  ownedCount: optional(count),
  maliciousCount: optional(count),
});

/** Shapes by the names that the published schema gives them; a test holds the two together. */
export const VERDICT_SHAPES: Readonly<
  Record<string, Pick<ObjectShape<never>, 'requiredFields' | 'optionalFields'>>
> = {
  verdict: DOCUMENT,
  tool: TOOL,
  artifact: ARTIFACT,
  cause: CAUSE,
  implicitFile: IMPLICIT_FILE,
  finding: FINDING,
  cure: CURE,
  cureCommand: CURE_COMMAND,
  upgrade: UPGRADE,
};
