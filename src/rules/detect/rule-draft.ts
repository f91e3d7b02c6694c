/** Makes findings of rules, before they have ids. */

import { hash } from 'node:crypto';

import type { Location } from '../../core/model/artifact/artifact.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import type { Rule } from './rule.ts';

/** The place of a finding, and what is special about it. */
export interface RulePlace extends Pick<
  RuleDraft,
  'range' | 'excerpt' | 'instruction' | 'fix' | 'confidence'
> {
  /** A complete sentence about this place. */
  readonly message: string;
  readonly location: Location;
  /**
   * The names that identify the finding beside its rule: of an account, a variable, a file of which
   * the rule judges the attributes. Never a line number, and never a value that may be guessed.
   */
  readonly names: readonly string[];
}

/** Returns the finding of a rule at a place. */
export function draftOf(rule: Rule, { names, ...place }: RulePlace): RuleDraft {
  const { id, category, severity, title, cwe, aliases, remedy } = rule;
  const fingerprint = fingerprintOf(id, names);
  return {
    kind: 'rule',
    rule: id,
    category,
    severity,
    title,
    cwe,
    aliases,
    remedy,
    fingerprint,
    ...place,
  };
}

/** Length of a fingerprint in hexadecimal digits: 128 bits. */
const FINGERPRINT_LENGTH = 32;

/**
 * Returns the fingerprint of a finding. The names are separated unambiguously, so that no choice of
 * names gives the fingerprint of another finding.
 */
export function fingerprintOf(rule: string, names: readonly string[]): string {
  return hash('sha256', JSON.stringify([rule, ...names])).slice(0, FINGERPRINT_LENGTH);
}
