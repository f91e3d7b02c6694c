/** Results of SARIF: one for each finding, also for those that were set aside. */

import { hash } from 'node:crypto';

import { cacheResults } from '../../../core/base/cache-results.ts';
import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import { stableKey } from '../../../core/model/finding/finding-identity.ts';
import { JsonText, type Json } from '../../../core/codec/streamed-json.ts';
import type { Package } from '../../../core/model/package/package.ts';
import type { ArtifactResult, Report, Suppressed } from '../../../core/model/report/report.ts';
import { STATUS_NAMES } from '../../../core/model/finding/status-names.ts';
import { originSentence, resultMessage } from '../findings/finding-text.ts';
import { jsonOf, members, quoted } from '../json/json-parts.ts';
import { findingName, findingPlaces, type ListedFinding } from '../findings/listed-findings.ts';
import { MAX_LOCATIONS } from './sarif-limits.ts';
import { messageText } from './sarif-message.ts';
import { sarifPlace } from './sarif-places.ts';
import {
  ruleFindingMembers,
  ruleFindingPlaces,
  ruleFindingProperties,
  ruleFingerprintMember,
} from './sarif-rule-findings.ts';
import { levelOf, type RuleTable } from './sarif-rules.ts';
import { suppressionSourceText } from '../table/table-sections.ts';
import { terminalText } from '../text/terminal-text.ts';

interface Facts {
  readonly result: ArtifactResult;
  readonly report: Report;
  readonly rules: RuleTable;
}

/**
 * Yields the results of one run as text, because one object for each of 25,000 results takes twice
 * the time.
 */
export function* sarifResults(
  findings: () => Iterable<ListedFinding>,
  { result, report, rules }: Facts,
): Generator<JsonText> {
  const { artifact } = result;
  const isNew = newFilter(report);
  // Where one result of a run has suppressions, all have the list (section 3.27.23).
  const hasSuppressions = result.suppressed.length > 0;
  const counts = new Map<string, number>();
  const ofPackage = cacheResults((pkg: Package) => packageTexts(pkg.locations, pkg, artifact));
  for (const listed of findings()) {
    const { finding, suppressed } = listed;
    const name = findingName(finding);
    const rule = finding.kind === 'rule' ? finding : undefined;
    const { locations, origin, properties } =
      finding.kind === 'vulnerability' && listed.pkg !== undefined
        ? ofPackage(listed.pkg)
        : packageTexts(findingPlaces(listed), listed.pkg, artifact);
    const places = rule === undefined ? locations : ruleFindingPlaces(rule, artifact);
    const message = messageText(resultMessage(listed, origin));
    const suppressions = hasSuppressions ? jsonOf(suppressionsOf(suppressed)) : undefined;
    const state = isNew && (isNew(finding.id) ? '"new"' : '"unchanged"');
    yield new JsonText(
      `{"ruleId":${quoted(name)},"ruleIndex":${rules.get(name)?.index ?? -1}` +
        `,"level":"${levelOf(finding.severity)}","message":{"text":${quoted(message)}}` +
        `,"locations":${places}` +
        `,"partialFingerprints":{"primaryLocationLineHash":"${fingerprint(listed, counts)}"` +
        (rule === undefined
          ? '}'
          : `${ruleFingerprintMember(rule)}}${ruleFindingMembers(rule, artifact)}`) +
        (suppressions === undefined ? '' : `,"suppressions":${suppressions}`) +
        (state === undefined ? '' : `,"baselineState":${state}`) +
        `,"properties":{${properties}${findingProperties(listed)}}}`,
    );
  }
}

/** Returns `undefined` without a baseline. */
function newFilter({ baseline }: Report): ((id: string) => boolean) | undefined {
  if (baseline === undefined) return undefined;
  const ids = new Set(baseline.newIds);
  return (id) => ids.has(id);
}

/** The shared texts of findings of one package. */
interface PackageTexts {
  /** A list in JSON. */
  readonly locations: string;
  readonly origin: string;
  /** Members of an object in JSON, each with a comma behind it. */
  readonly properties: string;
}

function packageTexts(
  places: readonly Location[],
  pkg: Package | undefined,
  artifact: Artifact,
): PackageTexts {
  const some = places.slice(0, MAX_LOCATIONS);
  // Code scanning refuses results without a place.
  const listed = some.length === 0 ? [NO_PLACE] : some;
  return {
    locations: jsonOf(listed.map((place) => sarifPlace(place, artifact))),
    origin: pkg === undefined ? '' : originSentence(pkg, artifact),
    properties: pkg === undefined ? '' : packageProperties(pkg),
  };
}

function packageProperties({ id, name, evidence }: Package): string {
  return members({ package: name, packageId: id, evidence: evidence.level });
}

const NO_PLACE: Location = { path: '/', layer: 0 };

/**
 * Returns what code scanning compares, with a number that separates equal findings of one run. It
 * is made of the name of the vulnerability that is most likely to last.
 */
function fingerprint(
  { finding, pkg, advisory }: ListedFinding,
  counts: Map<string, number>,
): string {
  const digest = hash('sha256', stableKey(finding, pkg, advisory), 'hex');
  const name = digest.slice(0, 32);
  const number = (counts.get(name) ?? 0) + 1;
  counts.set(name, number);
  return `${name}:${number}`;
}

function suppressionsOf(suppressed: Suppressed | undefined): readonly Json[] {
  if (suppressed === undefined) return [];
  const { by, reason, from, owner, until, justification } = suppressed;
  const source = from === undefined ? '' : ` (${terminalText(from)})`;
  const who = owner === undefined ? '' : `, ${terminalText(owner)}`;
  const end = until === undefined ? '' : `, until ${terminalText(until)}`;
  const why = terminalText(reason, 500) || 'no reason given';
  return [
    {
      kind: by === 'comment' ? 'inSource' : 'external',
      status: 'accepted',
      justification: `${suppressionSourceText(by)}${source}${who}${end}: ${why}`,
      properties: { by, reason, from, owner, until, justification },
    },
  ];
}

/** Returns the exact data of a finding for programs, as members of a JSON object. */
function findingProperties(listed: ListedFinding): string {
  const { finding } = listed;
  const head = `"findingId":${quoted(finding.id)},"severity":"${finding.severity}"`;
  if (finding.kind !== 'vulnerability') {
    if (finding.kind === 'rule') return `${head},${ruleFindingProperties(finding)}`;
    const { claimed, found, isSevere } = finding.contradiction;
    return `${head},${jsonOf({ claimed, found, isSevere }).slice(1, -1)}`;
  }
  const { severityBy, matchedVersion, status, fixedVersions, ownedBy, malicious } = finding;
  return (
    `${head},"severityBy":${quoted(severityBy)},"installed":${quoted(matchedVersion)}` +
    `,"fixed":[${fixedVersions.map(quoted).join(',')}],"status":"${STATUS_NAMES[status]}"` +
    (ownedBy === undefined ? '' : `,"ownedBy":${quoted(ownedBy)}`) +
    (malicious === undefined ? '' : `,"malicious":${jsonOf(malicious.by)}`)
  );
}
