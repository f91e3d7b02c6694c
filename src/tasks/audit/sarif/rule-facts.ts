/**
 * The facts of a descriptor about a rule, and those from the tags of a result: names, category,
 * weaknesses.
 */

import type { RuleCategory } from '../../../core/model/rule/rule-finding.ts';
import { messageText } from './message-text.ts';
import type { Descriptor } from './rule-descriptors.ts';
import type { SarifNode } from './sarif-node.ts';

const MAX_NAME_LENGTH = 200;
const NOT_IN_NAMES = /[^a-z0-9._-]+/gu;
const EDGE_DASHES = /^-+|-+$/gu;
const HTTP = /^https?:\/\//u;
const CWE = /(?:^|[^a-z])cwe[-_ :/]*(?<number>\d{1,5})(?!\d)/giu;
const NUMBER = /^\d{1,5}$/u;

/** Tags of analyzers that name another category than code. */
const CATEGORY_OF_TAG: ReadonlyMap<string, RuleCategory> = new Map([
  ['secret', 'secret'],
  ['secrets', 'secret'],
  ['misconfiguration', 'misconfiguration'],
  ['iac', 'misconfiguration'],
  ['license', 'license'],
]);

/**
 * Weaknesses that are secrets in files: hard-coded credentials, passwords and keys (CWE-798 with
 * its members).
 */
const SECRET_WEAKNESSES: ReadonlySet<number> = new Set([259, 321, 798]);

/** The rule of a result. */
export interface RuleFacts {
  /** `analyzer/rule`. */
  readonly rule: string;
  /** The id as the analyzer writes it, by which exceptions can name it. */
  readonly aliases: readonly string[];
  readonly title: string;
  readonly remedy: string;
  readonly helpUri?: string;
  readonly cwe: readonly number[];
  readonly category: RuleCategory;
}

/**
 * Returns the group of rules of an analyzer: its name in lower case, with dashes for other
 * characters.
 */
export function groupOf(tool: string): string {
  const name = tool.toLowerCase().replace(NOT_IN_NAMES, '-').replace(EDGE_DASHES, '');
  return name === '' ? 'sarif' : name.slice(0, MAX_NAME_LENGTH);
}

/** Returns what a document says about the rule of a result. */
export function ruleFactsOf(
  result: SarifNode,
  descriptor: Descriptor | undefined,
  { group, driver }: { readonly group: string; readonly driver: SarifNode },
): RuleFacts {
  const id = idOf(result, descriptor);
  const tags = [result, descriptor?.node].flatMap(
    (one) => one?.object('properties')?.texts('tags') ?? [],
  );
  const cwe = weaknessesOf(result, descriptor?.node, tags);
  return {
    rule: `${group}/${id ?? 'unnamed'}`,
    aliases: id === undefined ? [] : [id],
    title: id ?? 'result without a rule',
    remedy: '',
    ...(descriptor && textsOf(descriptor, driver)),
    cwe,
    category: categoryOf(tags, cwe),
  };
}

function idOf(result: SarifNode, descriptor: Descriptor | undefined): string | undefined {
  const written = result.object('rule')?.text('id') ?? result.text('ruleId');
  return (written ?? descriptor?.node.text('id'))?.slice(0, MAX_NAME_LENGTH);
}

function textsOf(
  descriptor: Descriptor,
  driver: SarifNode,
): Partial<Pick<RuleFacts, 'title' | 'remedy' | 'helpUri'>> {
  const { node } = descriptor;
  const textOf = (key: string): string | undefined => {
    const message = node.object(key);
    return message && messageText(message, descriptor, driver);
  };
  const title = textOf('shortDescription') ?? node.text('name') ?? textOf('fullDescription');
  const remedy = textOf('help');
  const helpUri = node.text('helpUri');
  return {
    ...(title !== undefined && { title: title.slice(0, MAX_NAME_LENGTH) }),
    ...(remedy !== undefined && { remedy }),
    ...(helpUri !== undefined && HTTP.test(helpUri) && { helpUri }),
  };
}

function categoryOf(tags: readonly string[], cwe: readonly number[]): RuleCategory {
  for (const tag of tags) {
    const category = CATEGORY_OF_TAG.get(tag.toLowerCase());
    if (category !== undefined) return category;
  }
  return cwe.some((number) => SECRET_WEAKNESSES.has(number)) ? 'secret' : 'code';
}

/**
 * Returns the weaknesses by tags (`external/cwe/cwe-079`, `CWE-79: ...`) and by references to the
 * taxonomy of that name.
 */
function weaknessesOf(
  result: SarifNode,
  node: SarifNode | undefined,
  tags: readonly string[],
): readonly number[] {
  const found = new Set<number>();
  for (const tag of tags) {
    for (const match of tag.matchAll(CWE)) found.add(Number(match.groups?.['number']));
  }
  const targets = (node?.list('relationships') ?? []).map((one) => one.object('target'));
  for (const target of [...targets, ...result.list('taxa')]) {
    if (target?.object('toolComponent')?.text('name')?.toUpperCase() !== 'CWE') continue;
    const id = (target.text('id') ?? '').replace(/^CWE-/iu, '');
    if (NUMBER.test(id)) found.add(Number(id));
  }
  return [...found].filter((number) => number > 0).sort((a, b) => a - b);
}
