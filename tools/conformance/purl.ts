/**
 * Package URLs: `purl/cases.jsonl`, the tests of the specification and of its registered types.
 * Each `group` is a suite of its own (`purl-required`, `purl-recommended`), because only the
 * required one is a bar.
 */

import {
  formatPackageUrl,
  parsePackageUrl,
  type PackageUrl,
  type PackageUrlParts,
} from '../../src/core/model/index.ts';
import { judgeRows, mustEqual, mustRefuse, readRows, textOf, type Row } from './cases.ts';
import type { Suite, SuiteResult } from './suite.ts';

const GROUPS = ['required', 'recommended'];

export const purlSuites: readonly Suite[] = GROUPS.map((group) => ({
  id: `purl-${group}`,
  run(folder: string): Promise<SuiteResult | undefined> {
    const rows = readRows(folder, 'purl/cases.jsonl')?.filter((row) => groupOf(row) === group);
    if (rows === undefined || rows.length === 0) return Promise.resolve(undefined);
    return Promise.resolve(judgeRows(`purl-${group}`, rows, judge, label));
  },
}));

/** A group that is not known judges with the required ones, so that no case gets lost. */
function groupOf(row: Row): string {
  return GROUPS.includes(String(row['group'])) ? String(row['group']) : 'required';
}

function label(row: Row): string {
  return `${String(row['test'])} ${JSON.stringify(row['input'])}`;
}

function judge(row: Row): string | undefined {
  const test = row['test'];
  const run = (): unknown =>
    test === 'build'
      ? formatPackageUrl(row['input'] as PackageUrlParts)
      : test === 'parse'
        ? components(parsePackageUrl(textOf(row, 'input')))
        : formatPackageUrl(parsePackageUrl(textOf(row, 'input')));
  if (row['fails'] === true) return mustRefuse(run);
  const want = row['want'];
  return mustEqual(run(), test === 'parse' ? components(want as PackageUrlParts) : want);
}

/** Both sides with the same keys in the same order; nothing, `null` and empty mean the same. */
function components(purl: PackageUrl | PackageUrlParts): unknown {
  const { qualifiers } = purl;
  const pairs = qualifiers instanceof Map ? [...qualifiers] : Object.entries(qualifiers ?? {});
  return {
    type: purl.type,
    namespace: purl.namespace ?? null,
    name: purl.name,
    version: purl.version ?? null,
    qualifiers: (pairs as [string, string][]).sort(([a], [b]) => (a < b ? -1 : 1)),
    subpath: purl.subpath ?? null,
  };
}
