/**
 * Explains findings of a report, from what the report itself says; loaded data only adds who says
 * so.
 */

import type { LookupBase } from '../../advisories/store/lookup.ts';
import { indexBy } from '../../core/base/maps.ts';
import { entriesFor } from '../../scan/match/evaluate-advisory.ts';
import { checkVersion, lookupOf, schemeOf } from '../../scan/match/explain.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { mayApply } from '../../core/model/advisory/applicability.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { isMalicious } from '../../core/model/advisory/malicious.ts';
import { isBaseLayer, isLikelyBaseLayer, originWord } from '../../core/model/artifact/origin.ts';
import { indexDependencyPaths } from '../../core/model/package/dependency-paths.ts';
import { groupNames } from '../../core/model/advisory/group-names.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../core/model/report/report.ts';
import { reasonText } from '../../scan/report/table/table-sections.ts';
import { titleOf } from '../../scan/report/findings/vulnerability-title.ts';
import type { Explanation, FindingView, OriginView, PackageView } from './explanation.ts';
import { exceptionCommand, trivyignoreLine, assayignoreLine } from './exception-line.ts';
import {
  gatherRecords,
  type ecosystemLabel,
  ratingsAt,
  recordsAt,
  createVulnerabilityView,
} from './vulnerability-records.ts';
import { matchesSpec, type PackageSpec } from './package-spec.ts';
import type { RatingView, RecordView } from './vulnerability-view.ts';

/** A finding with all that the report knows of it. */
interface Place {
  readonly result: ArtifactResult;
  readonly finding: VulnerabilityFinding;
  readonly pkg: Package;
  readonly advisory: Advisory;
}

/** Beginnings of ids are enough, from this length on. */
const MIN_PREFIX = 6;

/**
 * Returns the findings by their id or its beginning, by any id of their advisory, or by the name of
 * their group, of the package where one is named.
 */
export function findingsIn(
  report: Report,
  asked: string,
  spec: PackageSpec | undefined,
): readonly Place[] {
  const wanted = asked.toLowerCase();
  return placesOf(report).filter(({ finding, advisory, pkg }) => {
    const isMeant =
      (wanted.length >= MIN_PREFIX && finding.id.startsWith(wanted)) ||
      [finding.id, advisory.id, ...advisory.aliases, ...groupNames(pkg)].some(
        (id) => id.toLowerCase() === wanted,
      );
    return isMeant && (spec === undefined || matchesSpec(pkg, spec));
  });
}

function placesOf(report: Report): readonly Place[] {
  return report.results.flatMap((result) => {
    const packages = indexBy(result.inventory.packages, 'id');
    return result.findings.flatMap((finding) => {
      if (finding.kind !== 'vulnerability') return [];
      const pkg = packages.get(finding.packageId);
      const advisory = report.advisories.get(finding.advisoryId);
      return pkg === undefined || advisory === undefined
        ? []
        : [{ result, finding, pkg, advisory }];
    });
  });
}

/**
 * Returns `undefined` where the package's system is not known, so that nothing can have matched.
 */
export function explainReportFinding(
  { result, finding, pkg, advisory }: Place,
  base: LookupBase | undefined,
  now: number,
): Explanation | undefined {
  const lookup = lookupOf(pkg, result.inventory);
  if (lookup === undefined) return undefined;
  const version =
    lookup.versions.find(({ shown }) => shown === finding.matchedVersion) ?? lookup.versions[0];
  const entries = entriesFor(advisory, lookup).filter((entry) => mayApply(entry, pkg));
  const packageView: PackageView = {
    id: pkg.id,
    ...lookup.need,
    name: pkg.name,
    version: finding.matchedVersion,
    lookedUp: { name: lookup.name, version: version.compared },
    isBySource: pkg.source !== undefined && lookup.name !== pkg.name,
  };
  const { ratings, records } = fromBase(base, advisory, {
    ...lookup.need,
    name: lookup.name,
  });
  const { exploited, epss } = advisory;
  const command = exceptionCommand(advisory.id, pkg.name, finding.id);
  const excepted = { id: advisory.id, packageName: pkg.name, findingId: finding.id };
  return {
    vulnerability: {
      id: advisory.id,
      aliases: advisory.aliases,
      title: titleOf(advisory),
      severity: { severity: finding.severity, by: finding.severityBy },
      ...(finding.malicious && { malicious: finding.malicious.by }),
      ratings: ratings ?? [...advisory.ratings, ...entries.flatMap((entry) => entry.ratings)],
      references: advisory.references,
      ...(exploited === undefined ? {} : { exploited }),
      ...(epss === undefined ? {} : { epss }),
    },
    package: packageView,
    check: checkVersion(schemeOf(lookup.need), version.compared, entries),
    finding: findingView(finding, result),
    origin: { ...originOf(pkg, result.artifact), ...pulledInView(pkg, finding, result) },
    records,
    clears: {
      fixedVersions: finding.fixedVersions,
      exception: isMalicious(finding)
        ? assayignoreLine(excepted, now)
        : trivyignoreLine(excepted, now),
      ...(command !== undefined && { command }),
    },
  };
}

function fromBase(
  base: LookupBase | undefined,
  { id }: Advisory,
  place: Parameters<typeof ecosystemLabel>[0],
): { readonly ratings?: readonly RatingView[]; readonly records: readonly RecordView[] } {
  const gathered = base === undefined ? [] : gatherRecords(base, id);
  const one = gathered.find((candidate) => candidate.id === id) ?? gathered[0];
  if (base === undefined || one === undefined) return { records: [] };
  const view = createVulnerabilityView(base, one);
  return { ratings: ratingsAt(view.ratings, place), records: recordsAt(view, place) };
}

function findingView(finding: VulnerabilityFinding, result: ArtifactResult): FindingView {
  const { id, status, matchedBy } = finding;
  const suppressed = result.suppressed.find(({ findingId }) => findingId === id);
  if (suppressed === undefined) return { id, status, matchedBy };
  const { by, until } = suppressed;
  const reason = reasonText(suppressed);
  return {
    id,
    status,
    matchedBy,
    suppressed: { by, reason, ...(until === undefined ? {} : { until }) },
  };
}

/**
 * Package databases of systems do not record what was requested, so only packages of languages have
 * an answer.
 */
function pulledInView(
  pkg: Package,
  { pulledInBy = [] }: VulnerabilityFinding,
  { inventory }: ArtifactResult,
): Pick<OriginView, 'pulledInBy' | 'dependents'> {
  const names = new Map(
    inventory.packages.map((one) => [one.id, `${one.name} ${one.version}`.trim()]),
  );
  const named = (ids: readonly string[]): readonly string[] => ids.map((id) => names.get(id) ?? id);
  const isKnown = pkg.relationship === 'direct' || pulledInBy.length > 0;
  const dependents = named(indexDependencyPaths(inventory).dependentsOf(pkg.id));
  return {
    ...(isKnown && { pulledInBy: named(pulledInBy) }),
    ...(dependents.length > 0 && { dependents }),
  };
}

function originOf(pkg: Package, artifact: Artifact): OriginView {
  const { evidence, scope } = pkg;
  const layer = artifact.layers[pkg.introducedIn];
  const origin = originWord(artifact, pkg);
  const digest = layer?.diffId ?? layer?.blobDigest;
  return {
    artifact: artifact.reference,
    ...(artifact.kind === 'image' && origin !== undefined && { of: origin }),
    ...(artifact.kind !== 'image' || layer === undefined
      ? {}
      : {
          layer: {
            number: pkg.introducedIn + 1,
            ...(digest === undefined ? {} : { digest }),
            ...(layer.createdBy === undefined ? {} : { instruction: layer.createdBy }),
            ...(isBaseLayer(pkg.introducedIn, artifact) === undefined &&
              isLikelyBaseLayer(pkg.introducedIn, artifact) && { isHintedBase: true }),
          },
        }),
    locations: pkg.locations.map(({ path, line, layer: index }) => ({
      path,
      ...(line === undefined ? {} : { line }),
      layer: index + 1,
    })),
    presence: pkg.presence,
    ...(scope === undefined ? {} : { scope }),
    foundBy: pkg.foundBy,
    evidence: {
      level: evidence.level,
      reasons: evidence.reasons,
      contradictions: evidence.contradictions.map(({ kind, claimed, found, location }) => ({
        kind,
        claimed,
        found,
        path: location.path,
      })),
    },
  };
}
