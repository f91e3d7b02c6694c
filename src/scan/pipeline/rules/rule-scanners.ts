/**
 * Maps patterns of conditions to the scanners that make such findings, by the names of all rules.
 */

import { compileGlobs } from '../../../core/base/glob.ts';
import { DETECTORS } from '../../../rules/detect/list.ts';
import { ruleNames } from '../../../core/model/rule/rule-names.ts';
import type { RuleScanner } from '../../../core/model/rule/rule-scanner.ts';
import type { FailCondition } from '../../policy/options.ts';
import { rulePatterns, type RulePatternScanners } from '../../policy/unlooked-categories.ts';

/**
 * Returns the scanners whose rules each pattern on rules names, by id or alias; none for a pattern
 * that names no rule. The rules are loaded only if a condition has such a pattern; `undefined`
 * otherwise. `own` are rules of the user for source code.
 */
export async function ruleScannersOf(
  conditions: readonly FailCondition[] = [],
  own: readonly { readonly id: string }[] = [],
): Promise<RulePatternScanners | undefined> {
  const patterns = rulePatterns(conditions);
  if (patterns.length === 0) return undefined;
  const users = own.map(({ id }): NamedRule => ({ scanner: 'code', names: [id.toLowerCase()] }));
  const named = [...(await namedRules()), ...users];
  return new Map(
    patterns.map((pattern) => {
      const isMatch = compileGlobs([pattern.toLowerCase()]);
      const matched = named.filter(({ names }) => names.some(isMatch));
      return [pattern, new Set(matched.map(({ scanner }) => scanner))];
    }),
  );
}

interface NamedRule {
  readonly scanner: RuleScanner;
  /** In small letters. */
  readonly names: readonly string[];
}

async function namedRules(): Promise<readonly NamedRule[]> {
  const lists = await Promise.all(
    DETECTORS.map(async (row) => {
      const { scanner } = row;
      const { rules } = await row.load();
      return rules.map(({ id, aliases }): NamedRule => {
        const names = ruleNames({ rule: id, aliases });
        return { scanner, names: names.map((name) => name.toLowerCase()) };
      });
    }),
  );
  return lists.flat();
}
