/**
 * The check that a stored report does not contradict itself. Reports are not signed, so a changed
 * report that is consistent passes. A contradiction shows damage or an edit by hand, and then other
 * parts may be missing too.
 */

import { AssayError } from '../../../core/base/errors.ts';
import { indexBy } from '../../../core/base/maps.ts';
import { isFindingId } from '../../match/finding-id.ts';
import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { ImageFacts } from '../../../core/model/artifact/artifact.ts';
import type { VulnerabilityFinding } from '../../../core/model/finding/finding.ts';
import { ECOSYSTEMS } from '../../../core/model/package/ecosystem.ts';
import { isMalicious, MALICIOUS_RATING_SOURCE } from '../../../core/model/advisory/malicious.ts';
import type { Distro, Package } from '../../../core/model/package/package.ts';
import { purlOf } from '../../../core/model/purl/purl.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';

/**
 * Refuses a stored report that contradicts itself. `what` names it in the error, as in
 * `the report "last.json"`.
 *
 * @throws AssayError `DAMAGED`
 */
export function requireConsistent(report: Report, what: string): void {
  const problem = findInconsistency(report);
  if (problem === undefined) return;
  throw new AssayError('DAMAGED', `${what} does not hold together: ${problem}`, {
    hint: 'It was cut off, or edited by hand. Write it again with -o json=FILE.',
  });
}

/** The `severityBy` of an unrated vulnerability. */
const NOBODY = 'none';

/** Returns the first inconsistency, or `undefined` for a sound report. */
function findInconsistency(report: Report): string | undefined {
  if (report.results.length === 0) return 'it has no artifact';
  if (Number.isNaN(Date.parse(report.startedAt))) return `"${report.startedAt}" is not an instant`;
  for (const [key, { id }] of report.advisories) {
    if (key !== id) return `advisory "${id}" is filed under "${key}"`;
  }
  const known = new Set<string>();
  for (const result of report.results) {
    const problem = problemOfResult(result, report.advisories, known);
    if (problem !== undefined) return problem;
  }
  const decided = report.verdict.causes.flatMap(({ findingIds }) => findingIds);
  const missing = decided.find((id) => !known.has(id));
  return missing === undefined ? undefined : `finding "${missing}", which decided, is not there`;
}

function problemOfResult(
  { inventory, findings, artifact }: ArtifactResult,
  advisories: ReadonlyMap<string, Advisory>,
  known: Set<string>,
): string | undefined {
  const packages = indexBy(inventory.packages, 'id');
  if (packages.size !== inventory.packages.length) return 'two packages have one id';
  const stray = inventory.packages.find(
    ({ introducedIn }) => introducedIn >= artifact.layers.length,
  );
  if (stray !== undefined) return `package "${stray.id}" is of a layer that is not there`;
  const { image } = artifact;
  if (image?.baseLayerCount !== undefined && !isBaseFound(image, artifact.layers.length)) {
    return `no image that was compared has the lowest ${image.baseLayerCount} layers`;
  }
  const misnamed = inventory.packages.find((pkg) => !isIdOf(pkg, inventory.distro));
  if (misnamed !== undefined) {
    const { id, name, version } = misnamed;
    return `package "${id}" is called ${name} ${version}`;
  }
  const own = new Set<string>();
  for (const finding of findings) {
    if (own.has(finding.id)) return `two findings have the id "${finding.id}"`;
    own.add(finding.id);
    known.add(finding.id);
    if (finding.kind !== 'vulnerability') continue;
    const problem = problemOfFinding(
      finding,
      packages.get(finding.packageId),
      advisories.get(finding.advisoryId),
    );
    if (problem !== undefined) return `finding "${finding.id}": ${problem}`;
  }
  return undefined;
}

/** Returns whether a comparison of layers decided the number of layers of the base. */
function isBaseFound({ baseLayerCount = 0, baseBy = [] }: ImageFacts, layerCount: number): boolean {
  return (
    baseLayerCount > 0 &&
    baseLayerCount < layerCount &&
    baseBy.some((one) => one.comparison === 'equal' && one.layerCount === baseLayerCount)
  );
}

/**
 * Returns whether an id is the package URL of the name and version beside it. The namespace of a
 * system's package and qualifiers do not count: a report of several systems has several.
 */
function isIdOf(pkg: Package, distro: Distro | undefined): boolean {
  const isOfSystem = ECOSYSTEMS[pkg.ecosystem].kind === 'os';
  const stemOf = (purl: string): string => {
    const stem = decoded(purl.replace(BEHIND_STEM, ''));
    return isOfSystem ? stem.replace(NAMESPACE, '$<type>') : stem;
  };
  return stemOf(pkg.id) === stemOf(purlOf(pkg, distro));
}

/** Qualifiers, and the number of a second package of one package URL. */
const BEHIND_STEM = /[?#].*$/s;
const NAMESPACE = /^(?<type>pkg:[^/]*\/)[^/]*\//;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function problemOfFinding(
  finding: VulnerabilityFinding,
  pkg: Package | undefined,
  advisory: Advisory | undefined,
): string | undefined {
  const { id, packageId, advisoryId, severity, severityBy } = finding;
  if (pkg === undefined) return `package "${packageId}" is not there`;
  if (advisory === undefined) return `advisory "${advisoryId}" is not there`;
  if (!isFindingId(id, packageId, advisoryId)) return 'the id is of another finding';
  if (isMalicious(finding)) {
    const names = new Set([advisory.id, ...advisory.aliases]);
    const { by } = finding.malicious;
    const isReported = by.length > 0 && by.every((record) => names.has(record));
    if (!isReported) return `"${advisoryId}" reports no malicious package`;
    if (severity === 'critical' && severityBy === MALICIOUS_RATING_SOURCE) return undefined;
    return `a malicious package is critical, and not ${severity} by "${severityBy}"`;
  }
  const ratings = [...advisory.ratings, ...advisory.affected.flatMap((entry) => entry.ratings)];
  const isRated =
    severityBy === NOBODY
      ? severity === 'unknown'
      : ratings.some((rating) => rating.by === severityBy && rating.severity === severity);
  return isRated ? undefined : `nobody called "${severityBy}" rates "${advisoryId}" ${severity}`;
}
