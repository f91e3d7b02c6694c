/** Patterns of conditions against packages and vulnerabilities. */

import { compileGlobs } from '../base/glob.ts';
import type { Advisory } from '../model/advisory.ts';
import { ECOSYSTEMS } from '../model/ecosystem.ts';
import type { Package } from '../model/package.ts';
import type { RuleFinding } from '../model/rule-finding.ts';
import { ruleNames } from '../model/rule-names.ts';
import { evaluateLicenses } from './license-expression.ts';
import type { PatternTest } from './options.ts';

/** What a pattern of `license` calls a package that states none. */
const UNKNOWN_LICENSE = 'unknown';

/** What patterns are held against; what is absent matches nothing. */
export interface PatternTarget {
  readonly pkg?: Package | undefined;
  readonly advisory?: Advisory | undefined;
  /** The place of a contradiction of no package. */
  readonly path?: string;
  readonly rule?: RuleFinding;
}

/** Whether a test holds. A negated one holds where there is nothing to match, because then nothing matches. */
export function passesTest(test: PatternTest, target: PatternTarget): boolean {
  if (test.of === 'license') return passesLicense(test, target.pkg);
  const isMatch = matcherOf(test);
  return textsOf(test, target).some(isMatch) !== test.isNegated;
}

const IGNORES_CASE: ReadonlySet<PatternTest['of']> = new Set(['id', 'license', 'rule', 'cwe']);

const matchers = new WeakMap<PatternTest, (text: string) => boolean>();

/** Compiled once; small letters on both sides where case does not matter. */
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

function textsOf({ of }: PatternTest, target: PatternTarget): readonly string[] {
  const { pkg, advisory, path, rule } = target;
  if (rule !== undefined) return textsOfRule(of, rule);
  switch (of) {
    case 'package':
      return pkg === undefined ? [] : [pkg.name];
    case 'path':
      return pkg === undefined
        ? path === undefined
          ? []
          : [path]
        : pkg.locations.map((location) => location.path);
    case 'purl':
      return pkg === undefined ? [] : [pkg.id];
    case 'id':
      return advisory === undefined ? [] : [advisory.id, ...advisory.aliases];
    case 'ecosystem':
      return pkg === undefined
        ? []
        : [pkg.ecosystem, ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : 'library'];
    case 'license':
      return pkg?.licenses ?? [];
    case 'rule':
      return [];
    case 'category':
      return ['vulnerability'];
    case 'cwe':
      return advisory?.cwes ?? [];
  }
}

function textsOfRule(of: PatternTest['of'], finding: RuleFinding): readonly string[] {
  switch (of) {
    case 'path':
      return [finding.location.path];
    case 'id':
    case 'rule':
      return ruleNames(finding);
    case 'category':
      return [finding.category];
    case 'cwe':
      return finding.cwe.map((number) => `CWE-${number}`);
    case 'package':
    case 'purl':
    case 'ecosystem':
    case 'license':
      return [];
  }
}

/** Several licences of one package all bind. */
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
