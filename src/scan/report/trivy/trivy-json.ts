/**
 * The report of trivy in JSON, schema 2, so that programs that read it read Assay's.
 *
 * Source: documentation of trivy, "Reporting", and reports that trivy 0.44 wrote. Its readers pass
 * over keys that they do not know: what only Assay knows is under the key `Assay` of the document,
 * of a package and of a finding. A document is about one artifact; of several, the names of the
 * results begin with the artifact's.
 */

import { indexBy } from '../../../core/base/maps.ts';
import type { Artifact, ImageFacts, Layer } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic, Finding } from '../../../core/model/finding/finding.ts';
import {
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { streamVerdict } from '../../../core/codec/verdict-document.ts';
import { jsonDocument } from '../json/json-document.ts';
import type { Reporter } from '../reporter.ts';
import { bomContents, type BomArtifact } from '../sbom/sbom-contents.ts';
import { trivyFamily } from './trivy-names.ts';
import { areIdsUnambiguous, trivyPackages } from './trivy-packages.ts';
import { trivyRuleResults } from './trivy-rule-findings.ts';
import { trivyTargets, type TrivyTarget } from './trivy-targets.ts';
import {
  hasVulnerabilities,
  trivyInstant,
  trivyFindings,
  trivyVulnerabilities,
  type TrivyFindings,
} from './trivy-vulnerabilities.ts';

export const trivyJson: Reporter = {
  id: 'trivy-json',
  mediaType: 'application/json',
  purpose: 'feeds programs that read the JSON of trivy',
  findings: {
    listed: 'all',
    vulnerabilities: 'all, for each place of a package',
    others: 'misconfiguration and secrets as trivy has them; all under the key `Assay`',
    setAside: '`ExperimentalModifiedFindings`',
  },
  render: (report) => jsonDocument(trivyReport(report), ''),
};

const TYPES: Readonly<Record<Artifact['kind'], string>> = {
  image: 'container_image',
  directory: 'filesystem',
  file: 'filesystem',
  rootfs: 'filesystem',
  repository: 'repository',
  // Trivy has a type for each format of SBOM; a report does not say which one was read.
  sbom: 'filesystem',
};

const SHA256 = /^sha256:[0-9a-f]{64}$/;
const REPO_DIGEST = /^[^\s@]+@sha256:[0-9a-f]{64}$/;

/** Returns the document, made while it is written. */
export function trivyReport(report: Report): StreamedJson {
  const contents = bomContents(report);
  const [first, ...others] = report.results;
  const created = trivyInstant(report.startedAt);
  return new StreamedObject([
    ['SchemaVersion', 2],
    ['CreatedAt', created],
    ['ArtifactName', report.results.map(({ artifact }) => artifact.reference).join(', ')],
    ['ArtifactType', typeOf(report)],
    ['Metadata', first === undefined || others.length > 0 ? {} : metadataOf(first)],
    ['Results', new StreamedList(allResults(report, contents))],
    ['Assay', ownPart(report, contents)],
  ]);
}

function typeOf({ results }: Report): string {
  const [type = TYPES.directory, ...others] = new Set(
    results.map(({ artifact }) => TYPES[artifact.kind]),
  );
  return others.length === 0 ? type : TYPES.directory;
}

function metadataOf({ artifact, inventory, diagnostics }: ArtifactResult): Json {
  const { distro } = inventory;
  const isPastEnd = diagnostics.some(({ gap }) => gap === 'endOfLife');
  return {
    ...(distro !== undefined && {
      OS: {
        Family: trivyFamily(distro),
        Name: distro.versionId,
        ...(isPastEnd && { EOSL: true }),
      },
    }),
    ...(artifact.image !== undefined && imageMetadata(artifact.image, artifact.layers)),
  };
}

function imageMetadata(
  image: ImageFacts,
  layers: readonly Layer[],
): Readonly<Record<string, Json>> {
  const { configDigest, platform, tags, repoDigests, env, entrypoint, user, labels } = image;
  const diffIds = layers.flatMap(({ diffId }) => (diffId === undefined ? [] : [diffId]));
  const history = layers.flatMap(({ createdBy }) =>
    createdBy === undefined ? [] : [{ created_by: createdBy }],
  );
  // Readers refuse a document with a name of an image that is none.
  const digests = repoDigests.filter((text) => REPO_DIGEST.test(text));
  const created = trivyInstant(image.createdAt);
  return {
    ImageID: configDigest,
    ...(diffIds.length > 0 && { DiffIDs: diffIds }),
    ...(tags.length > 0 && { RepoTags: tags }),
    ...(digests.length > 0 && { RepoDigests: digests }),
    ImageConfig: {
      architecture: platform.architecture,
      ...(created !== undefined && { created }),
      ...(history.length > 0 && { history }),
      os: platform.os,
      ...(platform.variant !== undefined && { variant: platform.variant }),
      rootfs: { type: 'layers', diff_ids: diffIds.filter((digest) => SHA256.test(digest)) },
      config: {
        ...(user !== '' && { User: user }),
        ...(env.length > 0 && { Env: env }),
        ...(entrypoint.length > 0 && { Entrypoint: entrypoint }),
        ...(labels.size > 0 && { Labels: Object.fromEntries(labels) }),
      },
    },
  };
}

function* allResults(report: Report, contents: readonly BomArtifact[]): Generator<StreamedJson> {
  for (const [index, result] of report.results.entries()) {
    const of = contents[index];
    if (of === undefined) continue;
    const findings = trivyFindings(result, report, of);
    const targets = trivyTargets(of, contents.length > 1);
    const hasRefs = !areIdsUnambiguous(targets, of);
    for (const target of targets) yield resultOf(target, findings, hasRefs);
    yield* trivyRuleResults(result, contents.length > 1 ? `${result.artifact.reference}: ` : '');
  }
}

function resultOf(target: TrivyTarget, findings: TrivyFindings, hasRefs: boolean): StreamedJson {
  const listOf = (isAside: boolean): StreamedList | undefined =>
    hasVulnerabilities(target, findings, isAside)
      ? new StreamedList(trivyVulnerabilities(target, findings, isAside))
      : undefined;
  return new StreamedObject([
    ['Target', target.target],
    ['Class', target.class],
    ['Type', target.type],
    ['Packages', new StreamedList(trivyPackages(target, findings.contents, hasRefs))],
    ['Vulnerabilities', listOf(false)],
    ['ExperimentalModifiedFindings', listOf(true)],
  ]);
}

/** Returns the verdict, and of each artifact what the form of trivy has no place for. */
function ownPart(report: Report, contents: readonly BomArtifact[]): StreamedJson {
  return new StreamedObject([
    ['verdict', streamVerdict(report)],
    [
      'artifacts',
      new StreamedList(
        report.results.map((result, index) => ownArtifact(result, contents[index]?.properties)),
      ),
    ],
  ]);
}

function ownArtifact(
  { artifact, inventory, diagnostics, findings, suppressed, notShown }: ArtifactResult,
  properties: BomArtifact['properties'] = [],
): StreamedJson {
  const { distro, packages } = inventory;
  const known = new Set(packages.map(({ id }) => id));
  const asides = indexBy(suppressed, 'findingId');
  const gaps = diagnostics.filter(({ gap }) => gap !== undefined);
  const others = findings.filter(
    (finding) => finding.kind !== 'vulnerability' || !known.has(finding.packageId),
  );
  return new StreamedObject([
    ['reference', artifact.reference],
    ['kind', artifact.kind],
    ['system', distro === undefined ? undefined : { ...distro }],
    ['properties', Object.fromEntries(properties)],
    ['notShown', { ...notShown }],
    ['gaps', new StreamedList(gaps.map(gapOf))],
    ['findings', new StreamedList(others.map((one) => otherFinding(one, asides.get(one.id))))],
  ]);
}

function gapOf({ stage, gap, message, location }: Diagnostic): Json {
  return {
    ...(gap !== undefined && { kind: gap }),
    stage,
    message,
    ...(location !== undefined && { path: location.path }),
  };
}

/**
 * Returns the findings that are not vulnerabilities of a listed package: contradictions and broken
 * rules.
 */
function otherFinding(finding: Finding, aside: Suppressed | undefined): Json {
  const { id, kind, severity } = finding;
  return {
    id,
    kind,
    severity,
    ...detailsOf(finding),
    ...(aside !== undefined && { suppressedBy: aside.by, reason: aside.reason }),
  };
}

function detailsOf(finding: Finding): Readonly<Record<string, Json>> {
  switch (finding.kind) {
    case 'vulnerability':
      return {
        advisoryId: finding.advisoryId,
        packageId: finding.packageId,
        matchedVersion: finding.matchedVersion,
      };
    case 'integrity': {
      const { kind, claimed, found, location, isSevere } = finding.contradiction;
      return {
        ...(finding.packageId !== undefined && { packageId: finding.packageId }),
        contradiction: kind,
        claimed,
        found,
        path: location.path,
        isSevere,
      };
    }
    case 'rule':
      return {
        category: finding.category,
        rule: finding.rule,
        message: finding.message,
        path: finding.location.path,
      };
  }
}
