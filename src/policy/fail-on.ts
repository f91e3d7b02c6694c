/**
 * Reads `--fail-on`: alternatives after commas, of which any fails the gate; parts of an alternative after plus signs,
 * which must all hold. `high,medium+fixable+kev` fails on everything high or worse, and on what is medium or worse,
 * fixable and exploited. A plus sign in front (`+kev`) changes nothing.
 */

import { AssayError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import type { Severity } from '../model/advisory.ts';
import { SEVERITIES } from '../model/severity.ts';
import type { FailCondition } from './options.ts';

type Part = Omit<FailCondition, 'text'>;

/** How the threshold of a word is written; only the given sign, because `epss>0.1` would be another condition. */
interface Threshold {
  readonly sign: '>=' | '>';
  readonly example: string;
  /** `undefined` for a value out of range. */
  read(value: string): Part | undefined;
}

const THRESHOLDS: ReadonlyMap<string, Threshold> = new Map<string, Threshold>([
  [
    'epss',
    {
      sign: '>=',
      example: 'epss>=0.1',
      read: (value) => within(value, 1, (minEpss) => ({ minEpss })),
    },
  ],
  [
    'cvss',
    {
      sign: '>=',
      example: 'cvss>=8',
      read: (value) => within(value, 10, (minCvss) => ({ minCvss })),
    },
  ],
  ['age', { sign: '>', example: 'age>30d', read: readAge }],
]);

const WORDS: ReadonlyMap<string, Part> = new Map<string, Part>([
  ['fixable', { isFixable: true }],
  ['kev', { isExploited: true }],
]);

const ALL_WORDS = [...SEVERITIES, ...WORDS.keys(), ...THRESHOLDS.keys(), 'new'];
const COMPARISON = /^(?<word>[a-z]+)(?<sign>>=|<=|=|>|<)(?<value>[^<>=]*)$/;
const DECIMAL = /^\d{1,3}(?:\.\d{1,9})?$/;
const DAYS = /^(?<count>\d{1,5})(?<unit>[dw])$/;

/** @throws AssayError `USAGE` for an empty, unknown or contradictory condition */
export function parseFailOn(text: string): readonly FailCondition[] {
  return text.split(',').map((alternative) => parseAlternative(alternative.trim(), text));
}

function parseAlternative(text: string, whole: string): FailCondition {
  const words = text.replace(/^\+/, '').split('+');
  let condition: FailCondition = { text: text.replace(/^\+/, '') };
  for (const word of words) {
    const part = parsePart(word.trim().toLowerCase(), whole);
    const doubled = Object.keys(part).find((key) => key in condition);
    if (doubled !== undefined) {
      throw usage(
        `"${text}" asks twice for the same thing`,
        'Alternatives are set apart by commas.',
      );
    }
    condition = { ...condition, ...part };
  }
  return condition;
}

function parsePart(word: string, whole: string): Part {
  const part = WORDS.get(word);
  if (part !== undefined) return part;
  const severity = SEVERITIES.find((name): name is Severity => name === word);
  if (severity !== undefined) return { atLeast: severity };
  if (word === 'new') {
    throw usage('"new" needs something to be newer than', 'Give a report with --baseline REPORT.');
  }
  if (word === '') throw usage(`"${whole}" has an empty condition`, listOfWords());
  return parseThreshold(word);
}

function parseThreshold(text: string): Part {
  const { word = text, sign, value = '' } = COMPARISON.exec(text)?.groups ?? {};
  const threshold = THRESHOLDS.get(word);
  if (threshold === undefined) {
    const near = nearest(word, ALL_WORDS);
    const hint = near === undefined ? '' : `Did you mean "${near}"? `;
    throw usage(`"${text}" is not a condition`, hint + listOfWords());
  }
  const part = sign === threshold.sign ? threshold.read(value) : undefined;
  if (part === undefined) {
    throw usage(`"${text}" is not a threshold`, `It is written as in ${threshold.example}.`);
  }
  return part;
}

function within(value: string, max: number, part: (value: number) => Part): Part | undefined {
  if (!DECIMAL.test(value) || Number(value) > max) return undefined;
  return part(Number(value));
}

function readAge(value: string): Part | undefined {
  const { count, unit } = DAYS.exec(value)?.groups ?? {};
  if (count === undefined) return undefined;
  return { minAgeDays: Number(count) * (unit === 'w' ? 7 : 1) };
}

function listOfWords(): string {
  const thresholds = [...THRESHOLDS.values()].map(({ example }) => example);
  return `Conditions are ${[...SEVERITIES, ...WORDS.keys(), ...thresholds].join(', ')}.`;
}

function usage(message: string, hint: string): AssayError {
  return new AssayError('USAGE', `--fail-on: ${message}`, { hint });
}
