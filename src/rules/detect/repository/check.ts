/** The contract of the checks of repositories. */

import type { Severity } from '../../../core/model/advisory/advisory.ts';
import type { TextRange } from '../../../core/model/rule/rule-finding.ts';
import type { Persona } from '../persona.ts';
import type { Rule } from '../rule.ts';
import type { RepositorySubject } from './subject.ts';

/** A rule with the function that finds its places. */
export interface RepositoryCheck {
  readonly rule: Rule;
  /** The audience of the rule's findings; absent: all users. */
  readonly persona?: Exclude<Persona, 'regular'>;
  find(subject: RepositorySubject): Iterable<RepositoryHit>;
}

/** A place that a rule reports. */
export interface RepositoryHit {
  /** The file that the finding is about. What is missing is reported at the file that needs it. */
  readonly path: string;
  /** 1-based; absent: 1. */
  readonly line?: number;
  readonly range?: TextRange;
  readonly excerpt?: string;
  /** A complete sentence about this place. */
  readonly message: string;
  /** The identity of the place: names and patterns, never a line. */
  readonly names: readonly string[];
  /** Absent: that of the rule. */
  readonly severity?: Severity;
  /** Absent: that of the check. */
  readonly persona?: Persona;
}

/** The parts of a rule that differ between rules of repositories. */
export interface RepositoryRuleWords extends Pick<Rule, 'severity' | 'title' | 'why' | 'remedy'> {
  /** Its id without the group. */
  readonly name: string;
  readonly cwe: readonly number[];
  /** The path of the file that both examples show. */
  readonly path: string;
  readonly failing: string;
  readonly passing: string;
  /** Texts of other files of the repository, by path. */
  readonly others?: Readonly<Record<string, string>>;
  /** Other files of the passing example, where they differ. */
  readonly passingOthers?: Readonly<Record<string, string>>;
  /** With which the rule finds its failing example. */
  readonly persona?: Persona;
}

/** Makes a rule of repositories. */
export function repositoryRule(words: RepositoryRuleWords): Rule {
  const { name, path, failing, passing, persona } = words;
  const { others, passingOthers = others, ...rest } = words;
  const { severity, title, why, remedy, cwe } = rest;
  const settings = persona && { settings: { repository: { persona } } };
  return {
    ...{ severity, title, why, remedy, cwe },
    id: `repository/${name}`,
    category: 'misconfiguration',
    aliases: [],
    failing: { text: failing, path, ...(others && { others }), ...settings },
    passing: { text: passing, path, ...(passingOthers && { others: passingOthers }), ...settings },
  };
}
