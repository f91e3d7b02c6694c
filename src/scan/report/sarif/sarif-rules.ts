/**
 * Rules of SARIF: one for each vulnerability, each kind of contradiction and each rule of a
 * detector.
 *
 * Code scanning shows the number `security-severity` of the rule as the severity of all its
 * results: from 9.0 on critical, 7.0 high, 4.0 medium, 0.1 low (GitHub Docs, "SARIF support for
 * code scanning"). So the number lies within the band of the worst severity that the report has for
 * it: the publisher's score where it does, else a number of the band.
 */

import type { Advisory, Severity } from '../../../core/model/advisory/advisory.ts';
import { isMalicious } from '../../../core/model/advisory/malicious.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import { severityOfScore, severityRank } from '../../../core/model/severity/severity.ts';
import { weaknessNumber, webLinks } from '../findings/advisory-links.ts';
import { findingName, type ListedFinding } from '../findings/listed-findings.ts';
import { MAX_TAGS } from './sarif-limits.ts';
import { messageText } from './sarif-message.ts';
import { describeRuleOf } from './sarif-rule-findings.ts';
import { titleOf } from '../findings/vulnerability-title.ts';
import { terminalText } from '../text/terminal-text.ts';

/** A rule, and the worst severity among its findings. */
export interface SarifRule {
  readonly index: number;
  readonly listed: ListedFinding;
  severity: Severity;
}

/** By name. It has at most as many entries as code scanning takes results. */
export type RuleTable = ReadonlyMap<string, SarifRule>;

/** Returns the rules of findings, numbered in the order of their first findings. */
export function ruleTable(findings: () => Iterable<ListedFinding>): RuleTable {
  const rules = new Map<string, SarifRule>();
  for (const listed of findings()) {
    const name = findingName(listed.finding);
    const { severity } = listed.finding;
    const rule = rules.get(name);
    if (rule === undefined) rules.set(name, { index: rules.size, listed, severity });
    else if (severityRank(severity) > severityRank(rule.severity)) rule.severity = severity;
  }
  return rules;
}

/** Yields the `rules` of a SARIF run, in the order in which results refer to them. */
export function* sarifRules(rules: RuleTable): Generator<Json> {
  for (const [id, rule] of rules) yield ruleOf(id, rule);
}

/** Returns `error`, `warning` or `note`. */
export function levelOf(severity: Severity): string {
  switch (severity) {
    case 'critical':
    case 'high':
      return 'error';
    case 'medium':
      return 'warning';
    case 'low':
    case 'unknown':
      return 'note';
  }
}

function ruleOf(id: string, { listed, severity }: SarifRule): Json {
  const { name, title, description, help, helpUri, tags } = describe(listed);
  return {
    id,
    name,
    shortDescription: { text: messageText(title) },
    fullDescription: { text: messageText(description) },
    ...(helpUri !== undefined && { helpUri }),
    help: { text: messageText(help.join('\n')) },
    defaultConfiguration: { level: levelOf(severity) },
    properties: {
      'security-severity': securitySeverity(listed.advisory, severity).toFixed(1),
      precision: precisionOf(listed.finding),
      tags: [...new Set(tags)].slice(0, MAX_TAGS),
    },
  };
}

/**
 * Returns the confidence of a detector in its rule. Matches of advisories and contradictions are
 * facts.
 */
function precisionOf(finding: ListedFinding['finding']): string {
  return finding.kind === 'rule' ? (finding.confidence ?? 'very-high') : 'very-high';
}

interface Description {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly help: readonly string[];
  readonly helpUri?: string;
  readonly tags: readonly string[];
}

function describe({ finding, advisory }: ListedFinding): Description {
  switch (finding.kind) {
    case 'vulnerability':
      return describeVulnerability(findingName(finding), advisory, isMalicious(finding));
    case 'integrity':
      return {
        name: 'ContentContradictsMetadata',
        title: `Content contradicts metadata: ${finding.contradiction.kind}`,
        description: CONTRADICTION,
        help: [
          CONTRADICTION,
          'Install the package again from its source, or find out who changed it.',
        ],
        tags: ['security', 'integrity', 'supply-chain'],
      };
    case 'rule':
      return describeRuleOf(finding);
  }
}

const CONTRADICTION =
  'The bytes of a package, or independent claims about it, disagree with what its metadata says. Findings are reported for both versions.';

/** Code scanning takes descriptions of 1,024 characters. The help has the longer text. */
const MAX_DESCRIPTION = 300;
const MAX_HELP = 2000;
const MAX_LINKS = 5;

function describeVulnerability(
  id: string,
  advisory: Advisory | undefined,
  isMalware: boolean,
): Description {
  const kind = isMalware ? 'malware' : 'vulnerability';
  const name = isMalware ? 'KnownMaliciousPackage' : 'KnownVulnerability';
  if (advisory === undefined) {
    return { name, title: id, description: id, help: [id], tags: ['security', kind] };
  }
  const title = titleOf(advisory) || id;
  const details = advisory.details ?? '';
  const weaknesses = advisory.cwes.flatMap((cwe) => weaknessNumber(cwe) ?? []);
  const links = webLinks(advisory);
  const [first] = links;
  return {
    name,
    title: `${id}: ${title}`,
    description: terminalText(details, MAX_DESCRIPTION) || title,
    help: [...helpLines(title, links, advisory)],
    ...(first !== undefined && { helpUri: first }),
    tags: [
      'security',
      kind,
      ...(advisory.exploited === undefined ? [] : ['exploited']),
      ...weaknesses.map((number) => `external/cwe/cwe-${number}`),
    ],
  };
}

/** The title stands above the help where both are shown. */
function* helpLines(
  title: string,
  links: readonly string[],
  { aliases, details, exploited, epss, cwes, feed }: Advisory,
): Generator<string> {
  yield `Source: ${terminalText(feed)}`;
  if (aliases.length > 0) yield `Aliases: ${terminalText(aliases.join(', '))}`;
  if (cwes.length > 0) yield `Weaknesses: ${terminalText(cwes.join(', '))}`;
  if (exploited !== undefined) yield `Exploited since: ${terminalText(exploited.since)}`;
  if (epss !== undefined) yield `Probability of exploitation within 30 days: ${epss}`;
  for (const link of links.slice(0, MAX_LINKS)) yield link;
  const text = details === undefined ? '' : terminalText(details, MAX_HELP);
  if (text !== '' && text !== title) yield text;
}

/** Numbers for a severity whose publisher gives no score within its band. */
const USUAL_SCORES: Readonly<Record<Severity, number>> = {
  critical: 9.5,
  high: 8,
  medium: 5.5,
  low: 2,
  unknown: 0,
};

function securitySeverity(advisory: Advisory | undefined, severity: Severity): number {
  if (severity !== 'unknown') {
    for (const { score } of advisory?.ratings ?? []) {
      if (score !== undefined && score >= 0.1 && severityOfScore(score) === severity) return score;
    }
  }
  return USUAL_SCORES[severity];
}
