/**
 * Reads what the user knows of libraries: where untrusted data comes from, and what makes it
 * harmless.
 */

import { checkName } from '../../../rules/detect/code/own-patterns.ts';
import {
  CODE_LANGUAGES,
  OWN_KINDS,
  type OwnHandler,
  type OwnSanitizer,
  type OwnSource,
} from '../../../rules/detect/code/own-rules.ts';
import { CONFIDENCES } from '../../../core/model/rule/rule-finding.ts';
import type { RuleNode } from './rule-node.ts';

const MAX_NAME = 400;
const MAX_LABEL = 120;

/**
 * Returns a source: a member, or a call with `()` behind its name. @throws AssayError
 * `CONFIG_INVALID`
 */
export function readSource(node: RuleNode): OwnSource {
  node.refuseOthers(['name', 'language', 'label', 'confidence']);
  const name = nameOf(node, 'name');
  return {
    language: node.requiredChoice('language', CODE_LANGUAGES),
    name,
    label: node.text('label', MAX_LABEL) ?? name,
    confidence: node.choice('confidence', CONFIDENCES) ?? 'high',
  };
}

/** Returns a sanitizer. @throws AssayError `CONFIG_INVALID` */
export function readSanitizer(node: RuleNode): OwnSanitizer {
  node.refuseOthers(['name', 'language', 'kinds']);
  const name = nameOf(node, 'name');
  const kinds = node.requiredTexts('kinds');
  return {
    language: node.requiredChoice('language', CODE_LANGUAGES),
    name: name.replace(/\(\)$/u, ''),
    kinds: kinds.length === 1 && kinds[0] === 'all' ? 'all' : kinds.map((one) => kindOf(node, one)),
  };
}

function kindOf(node: RuleNode, text: string): (typeof OWN_KINDS)[number] {
  return (
    OWN_KINDS.find((one) => one === text) ??
    node.refuse(
      'kinds',
      `cannot have "${text.slice(0, 80)}"; there are: ${OWN_KINDS.join(', ')}, or "all" alone`,
    )
  );
}

/**
 * Returns a decorator of functions whose parameters are untrusted. @throws AssayError
 * `CONFIG_INVALID`
 */
export function readHandler(node: RuleNode): OwnHandler {
  node.refuseOthers(['decorator', 'language', 'label']);
  return {
    language: node.requiredChoice('language', CODE_LANGUAGES),
    decorator: nameOf(node, 'decorator').replace(/\(\)$/u, ''),
    label: node.text('label', MAX_LABEL) ?? 'a parameter of the handler',
  };
}

function nameOf(node: RuleNode, key: string): string {
  const text = node.required(key, MAX_NAME);
  return node.check(key, text, () => checkName(text));
}
