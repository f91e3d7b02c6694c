/**
 * The words of conditions: one row each, which the parser, the configuration file, its schema and
 * `docs/policies.md` all follow.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import { indexBy } from '../../core/base/maps.ts';
import { EVIDENCE_LEVELS } from '../../core/model/report/evidence-level.ts';
import { ECOSYSTEM_IDS } from '../../core/model/package/ecosystem.ts';
import type { Origin } from '../../core/model/artifact/origin.ts';
import { RULE_CATEGORIES } from '../../core/model/rule/rule-finding.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import type { FailCondition, PatternSubject } from './options.ts';

/** The condition fields that a word sets. */
export type ConditionPart = Omit<FailCondition, 'text' | 'from' | 'reason'>;

/** An operator between the word of a condition and its value. */
export type ConditionOperator = '>=' | '>' | '<' | '=' | '!=';

/** A word of `--fail-on`. */
export interface ConditionWord {
  readonly word: string;
  /**
   * Absent: the word stands alone, as `fixable`. The first is meant where a configuration file
   * gives only the value.
   */
  readonly signs?: readonly [ConditionOperator, ...ConditionOperator[]];
  /** The type of the value, for the schema of the configuration file. */
  readonly value?: 'text' | 'number' | 'choice';
  /** The values of a choice. */
  readonly choices?: readonly string[];
  readonly example: string;
  readonly help: string;
  /** It asks about the package and not about the vulnerability, so that `forbid` takes it. */
  readonly isOfPackage?: boolean;
  /**
   * Returns `undefined` for a value out of range.
   * @throws AssayError `USAGE` for a pattern that cannot be used
   */
  read(value: string, sign: ConditionOperator): ConditionPart | undefined;
}

const DECIMAL = /^\d{1,3}(?:\.\d{1,9})?$/;
const COUNT = /^\d{1,7}$/;
const DAYS = /^(?<count>\d{1,5})(?<unit>[dw])$/;
/** Values of one word are set apart by this. */
const OR = '|';
/** Groups of ecosystems. */
const GROUPS = ['os', 'library'];
/** Categories of findings. */
const CATEGORIES: readonly string[] = ['vulnerability', ...RULE_CATEGORIES];
/** Other names of categories: what `--scanners` calls them. */
const CATEGORY_NAMES: ReadonlyMap<string, string> = new Map([
  ['vuln', 'vulnerability'],
  ['misconfig', 'misconfiguration'],
]);
/** A number of the Common Weakness Enumeration, or a glob for some. */
const CWE = /^(?:cwe-)?[\d*?]+$/;

/** The words of `--fail-on`, in the order in which documentation lists them. */
export const CONDITION_WORDS: readonly ConditionWord[] = [
  ...SEVERITIES.map((severity): ConditionWord => ({
    word: severity,
    example: severity,
    help: `the severity is ${severity}${severity === 'critical' ? '' : ' or higher'}`,
    read: () => ({ atLeast: severity }),
  })),
  {
    word: 'fixable',
    example: 'fixable',
    help: 'a fixed version is known',
    read: () => ({ isFixable: true }),
  },
  {
    word: 'kev',
    example: 'kev',
    help: 'known to be exploited (KEV)',
    read: () => ({ isExploited: true }),
  },
  {
    word: 'new',
    example: 'new',
    help: 'not in what --baseline names',
    read: () => ({ isNew: true }),
  },
  {
    word: 'owned',
    example: 'owned',
    help: 'in what a package of the distribution ships, and not named by its advisories; no other condition counts these',
    read: () => ({ isOwned: true }),
  },
  {
    word: 'malicious',
    example: 'malicious',
    help: 'a known malicious package; it fails every gate, also one that does not ask for it',
    read: () => ({ isMalicious: true }),
  },
  {
    word: 'epss',
    signs: ['>='],
    value: 'number',
    example: 'epss>=0.1',
    help: 'the probability of exploitation within 30 days, 0 to 1 (EPSS)',
    read: (value) => within(value, 1, (minEpss) => ({ minEpss })),
  },
  {
    word: 'cvss',
    signs: ['>='],
    value: 'number',
    example: 'cvss>=8',
    help: 'the highest CVSS base score that anybody gives, 0 to 10',
    read: (value) => within(value, 10, (minCvss) => ({ minCvss })),
  },
  {
    word: 'age',
    signs: ['>'],
    value: 'text',
    example: 'age>30d',
    help: 'days (d) or weeks (w) since the advisory was published; without a date it counts as old',
    read: (value) => readDays(value, (minAgeDays) => ({ minAgeDays })),
  },
  {
    word: 'fix-age',
    signs: ['>'],
    value: 'text',
    example: 'fix-age>14d',
    help: 'a fix is known, and so long ago the advisory was published: no feed says when a fix came out',
    read: (value) => readDays(value, (minFixAgeDays) => ({ minFixAgeDays })),
  },
  {
    word: 'evidence',
    signs: ['<', '='],
    value: 'choice',
    choices: EVIDENCE_LEVELS,
    example: 'evidence<verified',
    help: "the level of the package's evidence",
    isOfPackage: true,
    read: (value: string, sign: ConditionOperator): ConditionPart | undefined => {
      const level = EVIDENCE_LEVELS.find((one) => one === value);
      return level === undefined
        ? undefined
        : { evidence: { sign: sign === '<' ? '<' : '=', level } };
    },
  },
  {
    word: 'origin',
    signs: ['='],
    value: 'choice',
    choices: ['app', 'base'],
    example: 'origin=app',
    help: 'the origin of the package: the base image or the layers above it; an unknown origin matches either',
    isOfPackage: true,
    read: (value: string): ConditionPart | undefined => {
      const origin = (['app', 'base'] as const).find((one: Origin) => one === value);
      return origin && { origin };
    },
  },
  patternWord('package', 'package=openssl*', 'name of the package'),
  patternWord('path', 'path=/app/**', 'a place where the package or the finding is'),
  patternWord('purl', 'purl=pkg:npm/**', 'package URL'),
  {
    ...patternWord('id', 'id=CVE-2024-*', 'id of the vulnerability or the rule, or an alias'),
    isOfPackage: false,
  },
  {
    ...patternWord('rule', 'rule=secret/*', 'id of the rule, or what another tool calls it'),
    isOfPackage: false,
  },
  {
    ...patternWord('category', 'category=secret|code', `what was found: ${CATEGORIES.join(', ')}`),
    isOfPackage: false,
  },
  {
    ...patternWord('cwe', 'cwe=79|89', 'weakness of the vulnerability or the rule (CWE)'),
    isOfPackage: false,
  },
  patternWord(
    'ecosystem',
    'ecosystem=npm|pypi',
    `os, library, or by name: ${ECOSYSTEM_IDS.join(', ')}`,
  ),
  patternWord(
    'license',
    'license=AGPL-*',
    'a licence that the package is under, in every choice that it offers; unknown where none is stated',
  ),
  {
    word: 'count',
    signs: ['>='],
    value: 'number',
    example: 'count>=10',
    help: 'only where so many findings meet the rest of the condition',
    isOfPackage: true,
    read: (value) =>
      COUNT.test(value) && Number(value) > 0 ? { minCount: Number(value) } : undefined,
  },
];

/** From the word to its row. */
export const CONDITION_WORD_BY_NAME: ReadonlyMap<string, ConditionWord> = indexBy(
  CONDITION_WORDS,
  'word',
);

function patternWord(word: PatternSubject, example: string, help: string): ConditionWord {
  return {
    word,
    signs: ['=', '!='],
    value: 'text',
    example,
    help,
    isOfPackage: true,
    read: (value: string, sign: ConditionOperator): ConditionPart | undefined => {
      const values = value.split(OR);
      const patterns = values.flatMap((one) => patternOf(word, one) ?? []);
      if (patterns.length < values.length) return undefined;
      compileGlobs(patterns);
      return { tests: [{ of: word, patterns, isNegated: sign === '!=' }] };
    },
  };
}

/**
 * Returns a pattern in the form that it is compared in; `undefined` for a value that the word
 * cannot have.
 */
function patternOf(word: PatternSubject, text: string): string | undefined {
  const value = text.toLowerCase();
  switch (word) {
    case 'ecosystem':
      return isEcosystem(value) ? value : undefined;
    case 'category': {
      const category = CATEGORY_NAMES.get(value) ?? value;
      return CATEGORIES.includes(category) ? category : undefined;
    }
    case 'cwe':
      return CWE.test(value) ? `cwe-${value.replace(/^cwe-/u, '')}` : undefined;
    case 'package':
    case 'path':
    case 'purl':
    case 'id':
    case 'license':
    case 'rule':
      return text === '' ? undefined : text;
  }
}

function isEcosystem(name: string): boolean {
  return GROUPS.includes(name) || ECOSYSTEM_IDS.some((id) => id === name);
}

function within(
  value: string,
  max: number,
  part: (value: number) => ConditionPart,
): ConditionPart | undefined {
  return DECIMAL.test(value) && Number(value) <= max ? part(Number(value)) : undefined;
}

function readDays(value: string, part: (days: number) => ConditionPart): ConditionPart | undefined {
  const { count, unit } = DAYS.exec(value)?.groups ?? {};
  return count === undefined ? undefined : part(Number(count) * (unit === 'w' ? 7 : 1));
}
