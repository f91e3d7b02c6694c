/** Patterns of conditions against packages and vulnerabilities. */

import { compileGlobs } from '../../core/base/glob.ts';
import type { Advisory } from '../../core/model/advisory/advisory.ts';
import { ECOSYSTEMS } from '../../core/model/package/ecosystem.ts';
import { groupNames } from '../../core/model/advisory/group-names.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { RuleFinding } from '../../core/model/rule/rule-finding.ts';
import { ruleNames } from '../../core/model/rule/rule-names.ts';
import { evaluateLicenses } from './license-expression.ts';
import type { PatternSubject, PatternTest } from './options.ts';

/** The name for a package that states no license, in a pattern of `license`. */
const UNKNOWN_LICENSE = 'unknown';

/** The texts that patterns are matched against; absent ones match nothing. */
export interface PatternTarget {
  readonly pkg?: Package | undefined;
  readonly advisory?: Advisory | undefined;
  /** The place of a contradiction of no package. */
  readonly path?: string;
  readonly rule?: RuleFinding;
}

/**
 * Returns whether a test holds. A negated one holds where there is nothing to match, because then
 * nothing matches.
 */
export function passesTest(test: PatternTest, target: PatternTarget): boolean {
  if (test.of === 'license') return passesLicense(test, target.pkg);
  const isMatch = matcherOf(test);
  return TEXTS[test.of](target).some(isMatch) !== test.isNegated;
}

const IGNORES_CASE: ReadonlySet<PatternTest['of']> = new Set(['id', 'license', 'rule', 'cwe']);

const matchers = new WeakMap<PatternTest, (text: string) => boolean>();

/**
 * Returns a matcher, compiled once, with lower-case letters on both sides where case does not
 * matter.
 */
function matcherOf(test: PatternTest): (text: string) => boolean {
  const known = matchers.get(test);
  if (known !== undefined) return known;
  const ignoresCase = IGNORES_CASE.has(test.of);
  const fold = (text: string): string => (ignoresCase ? text.toLowerCase() : text);
  const matches = compileGlobs(test.patterns.map(fold));
  const matcher = (text: string): boolean => matches(fold(text));
  matchers.set(test, matcher);
  return matcher;
}

/** The texts that each pattern is matched against. */
const TEXTS: Readonly<Record<PatternSubject, (target: PatternTarget) => readonly string[]>> = {
  package: ({ pkg }) => (pkg === undefined ? [] : [pkg.name]),
  path: ({ pkg, path, rule }) =>
    pkg?.locations.map((location) => location.path) ?? presentOnly(rule?.location.path ?? path),
  purl: ({ pkg }) => presentOnly(pkg?.id),
  id: ({ pkg, advisory, rule }) => {
    if (rule !== undefined) return ruleNames(rule);
    return advisory === undefined ? [] : [advisory.id, ...advisory.aliases, ...groupNames(pkg)];
  },
  ecosystem: ({ pkg }) =>
    pkg === undefined
      ? []
      : [pkg.ecosystem, ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library'],
  license: ({ pkg }) => pkg?.licenses ?? [],
  rule: ({ rule }) => (rule === undefined ? [] : ruleNames(rule)),
  category: ({ rule }) => [rule?.category ?? 'vulnerability'],
  cwe: ({ advisory, rule }) => rule?.cwe.map((number) => `CWE-${number}`) ?? advisory?.cwes ?? [],
};

function presentOnly(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

/** Returns whether a license passes a test; several licenses of one package all bind. */
function passesLicense(test: PatternTest, pkg: Package | undefined): boolean {
  if (pkg === undefined) return test.isNegated;
  const isOne = matcherOf(test);
  const stated = pkg.licenses.filter((license) => license.trim() !== '');
  const licenses = stated.length === 0 ? [UNKNOWN_LICENSE] : stated;
  const answers = licenses.map((license) => evaluateLicenses(license, isOne));
  return test.isNegated
    ? !answers.every(({ isCovered }) => isCovered)
    : answers.some(({ isBound }) => isBound);
}
