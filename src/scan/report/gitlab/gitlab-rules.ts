/**
 * Findings of rules in GitLab's security reports.
 *
 * Source: GitLab Docs, "Security scanner integration": `identifiers`, `details` (named items, each
 * with a type), and the location of static analysis (`file`, `start_line`, `end_line`).
 */

import type { Json } from '../../../core/codec/streamed-json.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { RuleFinding } from '../../../core/model/rule/rule-finding.ts';
import { webLink } from '../findings/advisory-links.ts';
import { placePath } from '../findings/artifact-identity.ts';
import { MAX_IDENTIFIERS, ownIdentifier } from './gitlab-identifiers.ts';
import { GITLAB_SEVERITIES } from './gitlab-scan.ts';
import { ruleFacts } from '../findings/rule-facts.ts';
import type { RuleField } from '../reporter.ts';
import { terminalText } from '../text/terminal-text.ts';

type Members = Readonly<Record<string, Json>>;

/** Characters of a name that GitLab saves. */
const MAX_NAME = 250;
const MAX_TEXT = 1000;

/** Fields that have members of their own. */
const OWN_MEMBERS: readonly RuleField[] = ['rule', 'title', 'severity', 'message', 'remedy', 'cwe'];

/**
 * Returns the members of a vulnerability that do not depend on the type of the scan. The name has
 * no place in it.
 */
export function ruleMembers(finding: RuleFinding, artifact: Artifact): Members {
  const { title, rule, message, remedy, helpUri, severity } = finding;
  const name = terminalText(title, MAX_NAME) || terminalText(rule, MAX_NAME) || 'unnamed';
  const solution = terminalText(remedy, MAX_TEXT);
  const link = helpUri === undefined ? undefined : webLink(helpUri);
  return {
    name,
    description: terminalText(message, MAX_TEXT) || name,
    severity: GITLAB_SEVERITIES[severity],
    ...(solution !== '' && { solution }),
    identifiers: identifiersOf(finding),
    ...(link !== undefined && { links: [{ url: link }] }),
    details: detailsOf(finding, artifact),
  };
}

/**
 * Returns the rule first, by which GitLab tracks the finding, then weaknesses and the ids of other
 * tools.
 */
function identifiersOf(finding: RuleFinding): readonly Json[] {
  const weaknesses = finding.cwe.map((number) => ({
    type: 'cwe',
    name: `CWE-${number}`,
    value: String(number),
  }));
  const aliases = finding.aliases.flatMap((alias) => {
    const text = terminalText(alias, 255);
    return text === '' ? [] : [{ type: 'assay_alias', name: text, value: text }];
  });
  return [ownIdentifier(finding), ...weaknesses, ...aliases].slice(0, MAX_IDENTIFIERS);
}

function detailsOf(finding: RuleFinding, artifact: Artifact): Json {
  const facts = ruleFacts(finding, artifact, { without: OWN_MEMBERS });
  return Object.fromEntries(
    facts.map(({ field, label, texts }) => [field, { name: label, ...detailOf(field, texts) }]),
  );
}

function detailOf(field: RuleField, texts: readonly string[]): Members {
  const [first = ''] = texts;
  if (field === 'excerpt') return { type: 'code', value: first };
  if (!LISTS.has(field)) return { type: 'text', value: first };
  return { type: 'list', items: texts.map((value) => ({ type: 'text', value })) };
}

/** Fields that have several values. */
const LISTS: ReadonlySet<RuleField> = new Set(['steps', 'fix', 'comments']);

/**
 * Returns the place of a finding in a file, for scans of source code. A finding about a whole file
 * is in its first line.
 */
export function sourcePlace({ location, range }: RuleFinding, artifact: Artifact): Members {
  const first = Math.max(range?.startLine ?? location.line ?? 1, 1);
  return {
    file: terminalText(placePath(artifact, location), MAX_TEXT) || '.',
    start_line: first,
    end_line: Math.max(range?.endLine ?? first, first),
  };
}
