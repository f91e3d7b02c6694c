/** All rules of all detectors, and those of the user, for lists and pages. */

import { compareText } from '../../core/base/compare.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';
import { AssayError } from '../../core/base/errors.ts';
import { indexBy } from '../../core/base/maps.ts';
import { ownRuleOf } from '../../rules/detect/code/with-own-rules.ts';
import { DETECTORS } from '../../rules/detect/list.ts';
import type { Rule } from '../../rules/detect/rule.ts';
import type { RuleScanner } from '../../core/model/rule/rule-scanner.ts';
import { findRules } from './own-rules/find-rules.ts';
import { readRules } from './own-rules/read-rules.ts';

/** A rule with the scanner that applies it. */
export type ListedRule = Rule & { readonly scanner: RuleScanner };

/** Returns all rules, sorted by id. */
export async function listRules(): Promise<readonly ListedRule[]> {
  const lists = await Promise.all(
    DETECTORS.map(async (row) => {
      const { rules } = await row.load();
      return rules.map((rule): ListedRule => ({ ...rule, scanner: row.scanner }));
    }),
  );
  // Detectors may share rules.
  const rules = indexBy(lists.flat(), 'id');
  return [...rules.values()].sort((a, b) => compareText(a.id, b.id));
}

/**
 * Returns the rules of files of the user, sorted by id, and a message for each rule that is left
 * out.
 *
 * @param paths of files and directories, as the user wrote them, relative to `cwd`
 * @throws AssayError `CONFIG_INVALID` as in an audit
 */
export async function listOwnRules(
  paths: readonly string[],
  cwd: string,
): Promise<{ readonly rules: readonly ListedRule[]; readonly unread: readonly string[] }> {
  const { rules, unread } = readRules(await findRules(paths, cwd));
  return {
    rules: rules.map((rule): ListedRule => ({ ...ownRuleOf(rule), scanner: 'code' })),
    unread: unread.map(({ message }) => message),
  };
}

/** Returns the rules with an id, or with an alias, in any case of letters. */
export function rulesNamed(rules: readonly ListedRule[], name: string): readonly ListedRule[] {
  const wanted = name.toLowerCase();
  const byId = rules.filter(({ id }) => id.toLowerCase() === wanted);
  if (byId.length > 0) return byId;
  return rules.filter(({ aliases }) => aliases.some((alias) => alias.toLowerCase() === wanted));
}

/**
 * Returns the rules with an id or alias, as {@link rulesNamed} does. `command` is the one that was
 * typed, for the hint.
 *
 * @throws AssayError `NOT_FOUND`
 */
export function requireRules(
  rules: readonly ListedRule[],
  name: string,
  command: 'audit rules' | 'explain',
): readonly ListedRule[] {
  const named = rulesNamed(rules, name);
  if (named.length > 0) return named;
  const near = didYouMean(
    name,
    rules.flatMap(({ id, aliases }) => [id, ...aliases]),
  );
  throw new AssayError('NOT_FOUND', `there is no rule "${name}"`, {
    hint: near === undefined ? 'All rules: assay audit rules' : `Perhaps: assay ${command} ${near}`,
  });
}
