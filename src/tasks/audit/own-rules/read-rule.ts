/** Reads one rule of the user. */

import { BUILT_GROUPS } from '../../../rules/detect/list.ts';
import { checkPattern, linearTest } from '../../../rules/detect/code/own-patterns.ts';
import {
  CODE_LANGUAGES,
  OWN_CONDITIONS,
  OWN_KINDS,
  type CodeLanguage,
  type OwnPattern,
  type OwnPatterns,
  type OwnRule,
} from '../../../rules/detect/code/own-rules.ts';
import { CONFIDENCES } from '../../../core/model/rule/rule-finding.ts';
import { SEVERITIES } from '../../../core/model/severity/severity.ts';
import type { RuleNode } from './rule-node.ts';

const KEYS = ['id', 'title', 'severity', 'confidence', 'cwe', 'kind', 'why', 'remedy'];
const ROLES = ['sinks', 'search'] as const;
const OPERATORS = {
  sinks: ['pattern', 'not', 'where', 'when', 'deep'],
  search: ['pattern', 'not', 'where'],
} as const;
const ROLE_NAMES = { sinks: 'sink', search: 'search' } as const;
const ID = /^(?<group>[a-z0-9][a-z0-9._-]{0,63})\/[a-z0-9][a-z0-9._-]{0,99}$/u;
const MAX_TITLE = 120;
const MAX_TEXT = 2000;
const MAX_NAME = 200;

/**
 * A rule that is left out, because it has something to look for that this version does not know.
 */
export class UnknownOperator {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** Returns a rule. @throws AssayError `CONFIG_INVALID` */
export function readRule(node: RuleNode): OwnRule | UnknownOperator {
  node.refuseOthers([...KEYS, ...CODE_LANGUAGES]);
  const id = idOf(node);
  const kind = node.choice('kind', OWN_KINDS);
  const head = {
    ...{ id, where: node.where('id'), title: titleOf(node) },
    severity: node.requiredChoice('severity', SEVERITIES),
    confidence: node.choice('confidence', CONFIDENCES) ?? 'high',
    cwe: node.texts('cwe').map((text) => cweOf(node, text)),
    ...(kind !== undefined && { kind }),
    why: node.text('why', MAX_TEXT) ?? '',
    remedy: node.required('remedy', MAX_TEXT),
  };
  const patterns: Partial<Record<CodeLanguage, OwnPatterns>> = {};
  for (const language of CODE_LANGUAGES) {
    const below = node.mapping(language);
    if (below === undefined) continue;
    const unknown = unknownIn(below);
    if (unknown !== undefined) {
      return new UnknownOperator(`${unknown} is not known; the rule "${id}" is left out`);
    }
    const [sinks, search] = ROLES.map((role) => patternsOf(below, role));
    patterns[language] = { sinks: sinks ?? [], search: search ?? [] };
    if (ROLES.every((role) => !below.has(role)))
      node.refuse(language, 'has no "sinks" and no "search"');
  }
  if (Object.keys(patterns).length === 0) {
    node.refuse('id', `is of a rule without ${CODE_LANGUAGES.join(' and ')}`);
  }
  return { ...head, ...patterns };
}

function idOf(node: RuleNode): OwnRule['id'] {
  const id = node.required('id', MAX_NAME);
  const group = ID.exec(id)?.groups?.['group'];
  if (group === undefined) {
    return node.refuse(
      'id',
      `cannot be "${id}": write it as GROUP/NAME in small letters, digits, ".", "_" and "-"`,
    );
  }
  if (BUILT_GROUPS.has(group)) {
    return node.refuse(
      'id',
      `cannot be "${id}": the group "${group}" belongs to the rules of Assay`,
    );
  }
  return id as OwnRule['id'];
}

function titleOf(node: RuleNode): string {
  const title = node.required('title', MAX_TITLE);
  return title.includes('\n') ? node.refuse('title', 'has more than one line') : title;
}

/** `89`, or `CWE-89`. */
function cweOf(node: RuleNode, text: string): number {
  const digits = /^(?:CWE-)?(?<digits>[1-9]\d{0,4})$/iu.exec(text)?.groups?.['digits'];
  if (digits === undefined) return node.refuse('cwe', `cannot be "${text.slice(0, 80)}"`);
  return Number(digits);
}

/** Returns the first thing to look for that is not known, with its place. */
function unknownIn(language: RuleNode): string | undefined {
  const key = language.unknownKey(ROLES);
  if (key !== undefined) return `${language.where(key)}: "${key}"`;
  for (const role of ROLES) {
    for (const entry of language.textsAndMappings(role)) {
      if (typeof entry === 'string') continue;
      const name = entry.unknownKey(OPERATORS[role]);
      if (name !== undefined) return `${entry.where(name)}: "${name}"`;
    }
  }
  return undefined;
}

function patternsOf(language: RuleNode, role: (typeof ROLES)[number]): readonly OwnPattern[] {
  return language.textsAndMappings(role).map((entry) => {
    if (typeof entry === 'string') {
      language.check(role, entry, () => checkPattern(entry, ROLE_NAMES[role]));
      return { pattern: entry, not: [], where: {}, isDeep: false };
    }
    return patternOf(entry, role);
  });
}

function patternOf(entry: RuleNode, role: (typeof ROLES)[number]): OwnPattern {
  const pattern = entry.required('pattern', MAX_TEXT);
  const names = entry.check('pattern', pattern, () => checkPattern(pattern, ROLE_NAMES[role]));
  const not = entry.texts('not');
  for (const one of not) entry.check('not', one, () => checkPattern(one, 'other'));
  const when = entry.choice('when', OWN_CONDITIONS);
  return {
    ...{ pattern, not, where: whereOf(entry, names) },
    ...(when !== undefined && { when }),
    isDeep: entry.flag('deep'),
  };
}

function whereOf(entry: RuleNode, names: ReadonlySet<string>): Readonly<Record<string, string>> {
  const where = entry.mapping('where');
  if (where === undefined) return {};
  const tests = where.keys.map((key) => {
    const name = key.replace(/^\$/u, '');
    if (!names.has(name)) where.refuse(key, 'is no name of the pattern');
    const source = where.required(key, MAX_TEXT);
    where.check(key, source, () => linearTest(source));
    return [name, source] as const;
  });
  return Object.fromEntries(tests);
}
