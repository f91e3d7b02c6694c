/**
 * GitLab's security report, version 15.0: container scanning for images, else dependency scanning.
 *
 * Source: GitLab Docs, "Security scanner integration" (fields and enumerations); GitLab refuses
 * reports that its schema of the declared version does not accept. The format has no exceptions:
 * what was set aside is left out and counted in a message of the scan, where gaps stand as well.
 */

import { cacheResults } from '../../../core/base/cache-results.ts';
import type { Advisory } from '../../../core/model/advisory/advisory.ts';
import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type { Finding } from '../../../core/model/finding/finding.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import {
  JsonText,
  StreamedList,
  StreamedObject,
  type StreamedJson,
} from '../../../core/codec/streamed-json.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report } from '../../../core/model/report/report.ts';
import { placePath, stableName } from '../findings/artifact-identity.ts';
import { fixedText } from '../findings/finding-rows.ts';
import { findingHeadline, findingSubject } from '../findings/finding-text.ts';
import { dependencyFiles } from './gitlab-files.ts';
import { linksOf, otherIdentifiers, ownIdentifier } from './gitlab-identifiers.ts';
import { ruleMembers } from './gitlab-rules.ts';
import { GITLAB_SEVERITIES, GITLAB_VERSION, gitlabScan, type ScanType } from './gitlab-scan.ts';
import { jsonDocument } from '../json/json-document.ts';
import { jsonOf, quoted } from '../json/json-parts.ts';
import {
  findingPlaces,
  findingVersion,
  listedFindings,
  type ListedFinding,
} from '../findings/listed-findings.ts';
import type { Reporter } from '../reporter.ts';
import { titleOf } from '../findings/vulnerability-title.ts';
import { terminalText } from '../text/terminal-text.ts';

export const gitlab: Reporter = {
  id: 'gitlab',
  mediaType: 'application/json',
  purpose: 'feeds the security reports of GitLab: container or dependency scanning',
  findings: {
    listed: 'open',
    vulnerabilities: 'all that were not set aside',
    others: 'all that were not set aside',
    setAside: 'counted by reason in a message of the scan',
  },
  render: (report) => jsonDocument(gitlabReport(report), ''),
};

const MAX_DESCRIPTION = 300;

function gitlabReport(report: Report): StreamedJson {
  const isOfImages = report.results.some(({ artifact }) => artifact.kind === 'image');
  const type = isOfImages ? 'container_scanning' : 'dependency_scanning';
  return new StreamedObject([
    ['version', GITLAB_VERSION],
    ['scan', gitlabScan(report, type)],
    ['vulnerabilities', new StreamedList(vulnerabilities(report, type))],
    [
      'dependency_files',
      isOfImages ? undefined : new StreamedList(dependencyFiles(report.results)),
    ],
  ]);
}

/** Yields the vulnerabilities as texts, so that what findings have in common is made once. */
function* vulnerabilities(report: Report, type: ScanType): Generator<JsonText> {
  const ofAdvisory = cacheResults(advisoryTexts);
  for (const [index, result] of report.results.entries()) {
    const locate = type === 'container_scanning' ? imagePlace(result) : filePlace(result);
    const ofPackage = cacheResults((pkg: Package) =>
      locate(terminalText(pkg.name), pkg.locations[0]),
    );
    for (const listed of listedFindings(result, report)()) {
      const { finding, pkg, advisory, suppressed } = listed;
      if (suppressed !== undefined) continue;
      const isOfPackage = finding.kind === 'vulnerability' && pkg !== undefined;
      const place = isOfPackage ? ofPackage(pkg) : ownPlace(listed, locate);
      if (finding.kind === 'rule') {
        const members = jsonOf(ruleMembers(finding, result.artifact)).slice(1, -1);
        yield new JsonText(
          `{"id":${idOf(finding, index)},${members},${locationText(listed, place)}}`,
        );
        continue;
      }
      const texts = advisory === undefined ? NO_ADVISORY : ofAdvisory(advisory);
      yield new JsonText(vulnerability(listed, index, { ...texts, ...place }));
    }
  }
}

/**
 * Findings of two platforms of an image can have one id, which the number of the artifact keeps
 * apart.
 */
function idOf(finding: Finding, number: number): string {
  const id = terminalText(finding.id) || 'unnamed';
  return quoted(number === 0 ? id : `${number}:${id}`);
}

function locationText(listed: ListedFinding, { before, behind }: PlaceTexts): string {
  const version = terminalText(findingVersion(listed)) || 'unknown';
  return `"location":{${before}${quoted(version)}${behind}}`;
}

function vulnerability(
  listed: ListedFinding,
  number: number,
  { title, description, identifiers, links, ...place }: AdvisoryTexts & PlaceTexts,
): string {
  const { finding } = listed;
  const solution = solutionOf(listed);
  return (
    `{"id":${idOf(finding, number)}` +
    `,"name":${title ?? quoted(terminalText(findingHeadline(listed), 250))}` +
    `,"description":${description ?? quoted(findingHeadline(listed))}` +
    `,"severity":"${GITLAB_SEVERITIES[finding.severity]}"` +
    (solution === undefined ? '' : `,"solution":${quoted(solution)}`) +
    `,"identifiers":[${jsonOf(ownIdentifier(finding))}${identifiers}]${links}` +
    `,${locationText(listed, place)}}`
  );
}

/** The shared texts of findings of one advisory, as parts of a JSON object. */
interface AdvisoryTexts {
  /** Absent without a title. */
  readonly title?: string;
  readonly description?: string;
  /** Each with a comma before it. */
  readonly identifiers: string;
  /** A member with a comma before it; empty for none. */
  readonly links: string;
}

const NO_ADVISORY: AdvisoryTexts = { identifiers: '', links: '' };

function advisoryTexts(advisory: Advisory): AdvisoryTexts {
  const title = titleOf(advisory);
  const description = terminalText(advisory.details ?? '', MAX_DESCRIPTION);
  const links = linksOf(advisory);
  return {
    ...(title !== '' && { title: quoted(title) }),
    ...(description !== '' && { description: quoted(description) }),
    identifiers: otherIdentifiers(advisory)
      .map((one) => `,${jsonOf(one)}`)
      .join(''),
    links: links.length === 0 ? '' : `,"links":${jsonOf(links)}`,
  };
}

function solutionOf({ finding, pkg }: ListedFinding): string | undefined {
  if (finding.kind !== 'vulnerability') return undefined;
  const name = terminalText(pkg?.name ?? finding.packageId, 120);
  const remove = isMalicious(finding) ? `Remove ${name}. ` : '';
  if (finding.fixedVersions.length === 0) return remove === '' ? undefined : remove.trim();
  return `${remove}Upgrade ${name} to ${fixedText(finding)}.`;
}

/** The members of a location before the version of the package and behind it. */
interface PlaceTexts {
  readonly before: string;
  readonly behind: string;
}

type Locate = (name: string, place: Location | undefined) => PlaceTexts;

function ownPlace(listed: ListedFinding, locate: Locate): PlaceTexts {
  const { pkg } = listed;
  const [place] = findingPlaces(listed);
  return locate(pkg === undefined ? findingSubject(listed) : terminalText(pkg.name), place);
}

function dependencyStart(name: string): string {
  return `"dependency":{"package":{"name":${quoted(name || 'unnamed')}},"version":`;
}

/** GitLab links the file in the repository, which is where its jobs start the command. */
function filePlace({ artifact }: ArtifactResult): Locate {
  return (name, place) => {
    const file = place === undefined ? '.' : terminalText(placePath(artifact, place), 1000);
    return { before: `"file":${quoted(file || '.')},${dependencyStart(name)}`, behind: '}' };
  };
}

/** The system and the image are the same for all findings of an artifact. */
function imagePlace({ artifact, inventory }: ArtifactResult): Locate {
  const { distro } = inventory;
  const system = [distro?.id, distro?.versionId].filter(
    (part) => part !== undefined && part !== '',
  );
  const operatingSystem = quoted(terminalText(system.join(':')) || 'unknown');
  const behind = `},"operating_system":${operatingSystem},"image":${quoted(imageName(artifact))}`;
  return (name) => ({ before: dependencyStart(name), behind });
}

/** A name with a tag or a digest: GitLab takes no other. */
const WITH_TAG = /^[^:\s]+(?::\d+[^:\s]*)?:[^:\s]+(?::[^:\s]+)?$/;

const DIGEST = /^[a-z0-9]+:[0-9a-f]+$/;

function imageName(artifact: Artifact): string {
  const { image, reference } = artifact;
  for (const name of [reference, ...(image?.tags ?? [])]) {
    if (name.length <= 300 && WITH_TAG.test(terminalText(name, 300)))
      return terminalText(name, 300);
  }
  const bare = stableName(artifact).replaceAll(/[:\s]/gu, '_');
  const digest = image?.manifestDigest ?? image?.configDigest;
  return `${bare}@${digest !== undefined && DIGEST.test(digest) ? digest : 'digest:unknown'}`;
}
