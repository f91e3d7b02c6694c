/**
 * Versions: `versions/<scheme>.jsonl`. A row is an order (`a`, `op` or `notop`, `b`), a containment
 * (`v`, `range`, `in`), a side (`v`, `range`, `beyond`), a validity (`v`, `valid`), a canonical
 * form (`v`, `normal`), or one of the VERS specification's own tests (`test`, `input`, `want`,
 * `failure`).
 */

import {
  compareVersions,
  isValidVersion,
  normalizeVers,
  normalizeVersion,
  outside,
  parseVers,
  satisfies,
  SCHEME_IDS,
  versFromNative,
  type Order,
  type RangeOptions,
  type SchemeId,
} from '../../src/core/version/index.ts';
import { judgeRows, mustEqual, readRows, textOf, type Row } from './cases.ts';
import type { Suite, SuiteResult } from './suite.ts';

/** One suite for each scheme that Assay has, and one for VERS. */
export const versionSuites: readonly Suite[] = [
  ...SCHEME_IDS.map((scheme) => ({
    id: `versions/${scheme}`,
    run: (folder: string) => Promise.resolve(runScheme(folder, scheme)),
  })),
  { id: 'versions/vers', run: (folder) => Promise.resolve(runVers(folder)) },
];

function runScheme(folder: string, scheme: SchemeId): SuiteResult | undefined {
  const rows = readRows(folder, `versions/${scheme}.jsonl`);
  return rows && judgeRows(`versions/${scheme}`, rows, (row) => judge(scheme, row), labelOf);
}

function runVers(folder: string): SuiteResult | undefined {
  const rows = readRows(folder, 'versions/vers.jsonl');
  if (rows === undefined) return undefined;
  const covered = rows.filter((row) => schemeOfVers(row) !== undefined);
  const notCovered = rows.filter((row) => schemeOfVers(row) === undefined).map(labelOf);
  return { ...judgeRows('versions/vers', covered, judgeVers, labelOf), notCovered };
}

function judge(scheme: SchemeId, row: Row): string | undefined {
  if ('op' in row || 'notop' in row) return judgeOrder(scheme, row);
  const version = textOf(row, 'v');
  const options = optionsOf(row);
  if ('in' in row) {
    // The tools whose tests these are answer "not inside" for what they cannot read.
    return mustEqual(satisfies(scheme, version, textOf(row, 'range'), options) ?? false, row['in']);
  }
  if ('beyond' in row) {
    const want = row['beyond'] === '>' ? 'above' : 'below';
    return mustEqual(outside(scheme, version, textOf(row, 'range'), options), want);
  }
  if ('valid' in row) return mustEqual(isValidVersion(scheme, version, options), row['valid']);
  if ('normal' in row) return mustEqual(normalizeVersion(scheme, version), row['normal']);
  return 'the case has no known form';
}

function judgeOrder(scheme: SchemeId, row: Row): string | undefined {
  const [a, b] = [textOf(row, 'a'), textOf(row, 'b')];
  const operator = textOf(row, 'op' in row ? 'op' : 'notop');
  // The prefix match of apk (`~`, `>~`, `<~`) is a range, not an order.
  if (operator.includes('~')) return mustEqual(satisfies(scheme, a, operator + b), 'op' in row);
  const order = compareVersions(scheme, a, b);
  const back = compareVersions(scheme, b, a);
  if (order === undefined || back === undefined) {
    // What has no order stands in no relation.
    return 'notop' in row && order === back ? undefined : 'cannot be ordered';
  }
  if (order + back !== 0) return `the order is ${order}, and ${back} the other way round`;
  if ('op' in row) return holds(operator, order) ? undefined : `the order is ${order}`;
  return holds(operator, order) ? `the order is ${order}` : undefined;
}

function holds(operator: string, order: Order): boolean {
  switch (operator) {
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '=':
      return order === 0;
    case '>=':
      return order >= 0;
    case '>':
      return order > 0;
    default:
      throw new Error(`unknown operator "${operator}"`);
  }
}

/**
 * node-semver's options: a truthy value of any kind is meant as `loose`, every falsy one as strict.
 */
function optionsOf(row: Row): RangeOptions {
  const given = row['options'];
  if (typeof given !== 'object' || given === null) return { loose: Boolean(given) };
  return {
    loose: 'loose' in given && Boolean(given.loose),
    includePrerelease: 'includePrerelease' in given && Boolean(given.includePrerelease),
  };
}

function judgeVers(row: Row): string | undefined {
  const scheme = schemeOfVers(row);
  if (scheme === undefined) return 'the scheme is not covered';
  if ('in' in row) return judge(scheme, row);
  const got = answerVers(scheme, row);
  if (row['failure'] === true) return got === undefined ? undefined : `accepted as ${got}`;
  return mustEqual(got, row['want']);
}

function answerVers(scheme: SchemeId, row: Row): string | undefined {
  const input = row['input'];
  if (typeof input !== 'string') return versFromNative(scheme, inputText(input, 'native_range'));
  if (row['test'] === 'parse') return parseVers(input) === undefined ? undefined : input;
  return normalizeVers(input);
}

/** The scheme that a VERS case is about, where Assay has it. */
function schemeOfVers(row: Row): SchemeId | undefined {
  const input = 'in' in row ? row['range'] : row['input'];
  const name =
    typeof input === 'string'
      ? input.slice('vers:'.length, input.indexOf('/'))
      : inputText(input, 'scheme');
  return SCHEME_IDS.find((scheme) => scheme === name);
}

function inputText(input: unknown, key: string): string {
  if (typeof input !== 'object' || input === null) throw new Error('the case has no input');
  return textOf(input as Row, key);
}

function labelOf(row: Row): string {
  return JSON.stringify({ ...row, from: undefined });
}
