/** The names that people use for a rule: its id, and what other tools call the same thing. */

import type { RuleDraft } from './rule-finding.ts';

/** An id of Aqua's vulnerability database, as in `AVD-DS-0002`. */
const AVD_ID = /^AVD-(?<group>[A-Z]+)-(?<number>\d{4})$/;

/**
 * Returns the id of the rule and its aliases. For an id such as `AVD-DS-0002` the forms `DS-0002`
 * and `DS002` are added: versions of trivy have printed all three.
 */
export function ruleNames({
  rule,
  aliases,
}: Pick<RuleDraft, 'rule' | 'aliases'>): readonly string[] {
  return [rule, ...aliases, ...aliases.flatMap(shortForms)];
}

function shortForms(alias: string): readonly string[] {
  const { group, number } = AVD_ID.exec(alias)?.groups ?? {};
  if (group === undefined || number === undefined) return [];
  return [`${group}-${number}`, `${group}${number.replace(/^0/u, '')}`];
}
