/**
 * Reads files with rules of the user: what `--rules` names. What is wrong is refused with its line.
 * A rule with something to look for that this version does not know is left out, which is a gap.
 *
 * Source: docs/writing-rules.md.
 */

import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { compareText } from '../../../core/base/compare.ts';
import type { OwnRule, OwnRules } from '../../../rules/detect/code/own-rules.ts';
import { isJsonObject } from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { readHandler, readSanitizer, readSource } from './read-models.ts';
import { readRule, UnknownOperator } from './read-rule.ts';
import { RuleNode } from './rule-node.ts';

/** Most rules of a run. Collections of rules that people publish have some thousand. */
const MAX_RULES = 5000;
const KEYS = ['rules', 'sources', 'sanitizers', 'handlers'];

/** A file with rules. */
export interface RuleFile {
  /** The path in messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Returns what files contain. @throws AssayError `CONFIG_INVALID` that names the file, the line and
 * the value
 */
export function readRules(files: readonly RuleFile[]): OwnRules {
  const all = files.map(readFile);
  const rules = all.flatMap((one) => one.rules);
  if (rules.length > MAX_RULES) {
    throw new AssayError('CONFIG_INVALID', `there are ${rules.length} rules`, {
      hint: `A run takes at most ${MAX_RULES}.`,
    });
  }
  refuseDoubles(rules);
  return {
    rules: [...rules].sort((a, b) => compareText(a.id, b.id)),
    sources: all.flatMap((one) => one.sources),
    sanitizers: all.flatMap((one) => one.sanitizers),
    handlers: all.flatMap((one) => one.handlers),
    unread: all.flatMap((one) => one.unread),
  };
}

function refuseDoubles(rules: readonly OwnRule[]): void {
  const places = new Map<string, string>();
  for (const { id, where } of rules) {
    const first = places.get(id);
    if (first !== undefined) {
      throw new AssayError('CONFIG_INVALID', `${where}: "id" is "${id}", as in ${first}`, {
        hint: 'Give each rule an id of its own.',
      });
    }
    places.set(id, where);
  }
}

function readFile({ path, bytes }: RuleFile): OwnRules {
  const roots = documentsOf(path, bytes);
  if (roots.length === 0) throw empty(path);
  const all = roots.map((root) => readDocument(root));
  return {
    rules: all.flatMap((one) => one.rules),
    sources: all.flatMap((one) => one.sources),
    sanitizers: all.flatMap((one) => one.sanitizers),
    handlers: all.flatMap((one) => one.handlers),
    unread: all.flatMap((one) => one.unread),
  };
}

function empty(path: string): AssayError {
  return new AssayError('CONFIG_INVALID', `${path}: the file has no rules`, {
    hint: `At its top it has one of: ${KEYS.join(', ')}. The form of rules: docs/writing-rules.md`,
  });
}

function documentsOf(path: string, bytes: Uint8Array): readonly RuleNode[] {
  try {
    return readYamlDocuments(path, bytes).map((document) => {
      const { root } = document;
      if (!isJsonObject(root) || Object.keys(root).length === 0) throw empty(path);
      return new RuleNode(path, document, root);
    });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new AssayError('CONFIG_INVALID', error.message, { cause: error });
  }
}

function readDocument(root: RuleNode): OwnRules {
  root.refuseOthers(KEYS);
  const rules: OwnRule[] = [];
  const unread: OwnRules['unread'][number][] = [];
  for (const node of root.mappings('rules')) {
    const rule = readRule(node);
    if (!(rule instanceof UnknownOperator)) rules.push(rule);
    else unread.push({ stage: 'detect', message: rule.message, gap: 'unread' });
  }
  return {
    rules,
    sources: root.mappings('sources').map(readSource),
    sanitizers: root.mappings('sanitizers').map(readSanitizer),
    handlers: root.mappings('handlers').map(readHandler),
    unread,
  };
}
