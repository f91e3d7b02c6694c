/**
 * GitLab's security report, version 15.0: container scanning for images, else dependency scanning.
 *
 * Source: GitLab Docs, "Security scanner integration" (fields and enumerations); GitLab refuses reports that its schema of the
 * declared version does not accept. The format has no exceptions: what was set aside is left out and counted in a message
 * of the scan, where gaps stand as well.
 */

import { cacheResults } from '../base/cache-results.ts';
import type { Advisory, Severity } from '../model/advisory.ts';
import type { Artifact, Location } from '../model/artifact.ts';
import type { Diagnostic } from '../model/finding.ts';
import { GAP_NAMES } from '../model/gap-names.ts';
import { isMalicious } from '../model/malicious.ts';
import {
  JsonText,
  StreamedList,
  StreamedObject,
  type Json,
  type StreamedJson,
} from '../codec/streamed-json.ts';
import type { Package } from '../model/package.ts';
import type { ArtifactResult, Report } from '../model/report.ts';
import { placePath, stableName } from './artifact-identity.ts';
import { fixedText } from './finding-rows.ts';
import { findingHeadline, findingSubject } from './finding-text.ts';
import { dependencyFiles } from './gitlab-files.ts';
import { linksOf, otherIdentifiers, ownIdentifier } from './gitlab-identifiers.ts';
import { jsonDocument } from './json-document.ts';
import { jsonOf, quoted } from './json-parts.ts';
import {
  findingPlaces,
  findingVersion,
  listedFindings,
  type ListedFinding,
} from './listed-findings.ts';
import type { Reporter } from './reporter.ts';
import { notShownLine, suppressedLine } from './table-sections.ts';
import { titleOf } from './vulnerability-title.ts';
import { terminalText } from './terminal-text.ts';

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

/** The oldest of the versions 15.0, which GitLab takes from 15.0 on. */
const VERSION = '15.0.0';
const MAX_MESSAGES = 1000;
const MAX_DESCRIPTION = 300;

type ScanType = 'container_scanning' | 'dependency_scanning';

function gitlabReport(report: Report): StreamedJson {
  const isOfImages = report.results.some(({ artifact }) => artifact.kind === 'image');
  const type = isOfImages ? 'container_scanning' : 'dependency_scanning';
  return new StreamedObject([
    ['version', VERSION],
    ['scan', scan(report, type)],
    ['vulnerabilities', new StreamedList(vulnerabilities(report, type))],
    [
      'dependency_files',
      isOfImages ? undefined : new StreamedList(dependencyFiles(report.results)),
    ],
  ]);
}

function scan(report: Report, type: ScanType): StreamedJson {
  const tool = {
    id: 'assay',
    name: 'Assay',
    version: terminalText(report.tool.version) || '0',
    vendor: { name: 'Assay' },
  };
  const startedMs = Date.parse(report.startedAt);
  const start = Number.isNaN(startedMs) ? 0 : startedMs;
  return new StreamedObject([
    ['analyzer', tool],
    ['scanner', tool],
    ['type', type],
    ['start_time', instant(start)],
    ['end_time', instant(start + report.durationMs)],
    ['status', 'success'],
    ['messages', new StreamedList(messages(report))],
  ]);
}

/** The largest instant of ECMAScript; beyond it there is no date. */
const MAX_INSTANT = 8.64e15;

/** To the second, in UTC without a zone, as GitLab asks for it. */
function instant(ms: number): string {
  const text = new Date(Math.min(Math.max(ms, 0), MAX_INSTANT)).toISOString();
  return text.startsWith('+') ? '9999-12-31T23:59:59' : text.slice(0, 19);
}

function* messages(report: Report): Generator<Json> {
  const { verdict, results } = report;
  yield message('info', `verdict: ${verdict.status}, exit code ${verdict.exitCode}`);
  let count = 0;
  for (const result of results) {
    const name = terminalText(result.artifact.reference);
    for (const text of [suppressedLine(result.suppressed), notShownLine(result, report)]) {
      if (text !== undefined) yield message('info', `${name}: ${text}`);
    }
    for (const diagnostic of result.diagnostics) {
      if (diagnostic.gap === undefined) continue;
      count += 1;
      if (count <= MAX_MESSAGES) yield message('warn', gapText(diagnostic));
    }
  }
  if (count > MAX_MESSAGES) {
    yield message('warn', `${count - MAX_MESSAGES} more gaps are in the json format`);
  }
}

function message(level: 'info' | 'warn', value: string): Json {
  return { level, value: value || 'no message' };
}

function gapText({ gap, message: text, location }: Diagnostic): string {
  const name = gap === undefined ? '' : GAP_NAMES[gap];
  const place = location === undefined ? '' : ` (${terminalText(location.path)})`;
  return `gap ${name}: ${terminalText(text, 400)}${place}`;
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
      const texts = advisory === undefined ? NO_ADVISORY : ofAdvisory(advisory);
      yield new JsonText(vulnerability(listed, index, { ...texts, ...place }));
    }
  }
}

/** Findings of two platforms of an image can have one id, which the number of the artifact keeps apart. */
function vulnerability(
  listed: ListedFinding,
  number: number,
  { title, description, identifiers, links, before, behind }: AdvisoryTexts & PlaceTexts,
): string {
  const { finding } = listed;
  const id = terminalText(finding.id) || 'unnamed';
  const solution = solutionOf(listed);
  const version = terminalText(findingVersion(listed)) || 'unknown';
  return (
    `{"id":${quoted(number === 0 ? id : `${number}:${id}`)}` +
    `,"name":${title ?? quoted(terminalText(findingHeadline(listed), 250))}` +
    `,"description":${description ?? quoted(findingHeadline(listed))}` +
    `,"severity":"${SEVERITIES[finding.severity]}"` +
    (solution === undefined ? '' : `,"solution":${quoted(solution)}`) +
    `,"identifiers":[${jsonOf(ownIdentifier(finding))}${identifiers}]${links}` +
    `,"location":{${before}${quoted(version)}${behind}}}`
  );
}

/** What findings of one advisory share, as parts of an object in JSON. */
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

const SEVERITIES: Readonly<Record<Severity, string>> = {
  unknown: 'Unknown',
  low: 'Low',
  medium: 'Medium',
  high: 'High',
  critical: 'Critical',
};

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
