/** Numbers of findings by category, in words. */

import type { Finding } from './finding.ts';
import { RULE_CATEGORIES, type RuleCategory } from '../rule/rule-finding.ts';

const NOUNS: Readonly<Record<'vulnerability' | RuleCategory, readonly [string, string]>> = {
  vulnerability: ['vulnerability', 'vulnerabilities'],
  secret: ['secret', 'secrets'],
  misconfiguration: ['misconfiguration', 'misconfigurations'],
  code: ['weakness in code', 'weaknesses in code'],
  origin: ['untrusted origin', 'untrusted origins'],
  license: ['license', 'licenses'],
};
const ORDER = ['vulnerability', ...RULE_CATEGORIES] as const;

/**
 * Returns what findings are about, in parentheses and with a space before:
 * ` (2 vulnerabilities, 1 secret)`. Empty where all are vulnerabilities.
 */
export function categoriesText(findings: readonly Finding[]): string {
  if (!findings.some(({ kind }) => kind === 'rule')) return '';
  const parts = ORDER.flatMap((category) => {
    const count = findings.filter((finding) => categoryOf(finding) === category).length;
    const [one, many] = NOUNS[category];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return ` (${parts.join(', ')})`;
}

function categoryOf(finding: Finding): 'vulnerability' | 'integrity' | RuleCategory {
  return finding.kind === 'rule' ? finding.category : finding.kind;
}
