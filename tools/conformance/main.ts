/**
 * Judges Assay by other people's cases:
 *
 *     npm run conformance -- --suites DIR --feeds DIR --only SUITE --json FILE --floor FILE --raise
 *
 * `--suites` is a folder laid out like `../shared/conformance`, which is the default; where there
 * is none, nothing is judged and the exit code is 0. `--feeds` is a folder of advisory data laid
 * out like `../shared/feeds`, by default the one beside the suites. `--only` names suites or
 * beginnings of their ids, separated by commas or repeated. `--json` writes all results. `--floor`
 * fails where a score fell below the recorded one; with `--raise` better scores are recorded in
 * that file.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  belowFloor,
  describeResult,
  raisedFloor,
  runSuites,
  selectSuites,
  type Floor,
} from './harness.ts';
import type { Suite, SuiteResult } from './suite.ts';

const DEFAULT_SUITES = resolve(import.meta.dirname, '../../../shared/conformance');
const SHOWN_MISSES = 5;

const SUITE_FILES: readonly (() => Promise<readonly Suite[]>)[] = [
  async () => (await import('./versions.ts')).versionSuites,
  async () => (await import('./cvss.ts')).cvssSuites,
  async () => (await import('./purl.ts')).purlSuites,
  async () => (await import('./references.ts')).referenceSuites,
  async () => (await import('./tar.ts')).tarSuites,
  async () => (await import('./dockerfiles.ts')).dockerfileSuites,
  async () => (await import('./workflows.ts')).workflowSuites,
  async () => (await import('./flow.ts')).flowSuites,
  async () => (await import('./flow-truth.ts')).flowTruthSuites,
  async () => (await import('./flow-blind.ts')).flowBlindSuites,
  async () => (await import('./parsers.ts')).parserSuites,
  async () => (await import('./trivy.ts')).trivySuites,
  async () => (await import('./labels.ts')).labelSuites,
  async () => (await import('./sigstore.ts')).sigstoreSuites,
  async () => (await import('./secrets.ts')).secretSuites,
];

// The profiler of secretlint, with which secrets are compared, would go on for minutes over what it
// has measured.
process.exit(await main());

async function main(): Promise<number> {
  const { values: options } = parseArgs({
    options: {
      suites: { type: 'string', default: DEFAULT_SUITES },
      feeds: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
      floor: { type: 'string' },
      raise: { type: 'boolean', default: false },
    },
  });
  const names = options.only.flatMap((value) => value.split(',')).filter((name) => name !== '');
  const known = (await Promise.all(SUITE_FILES.map((load) => load()))).flat();
  const suites = selectSuites(known, names);
  if (suites.length === 0) {
    console.error(
      `No suite is named ${names.join(', ')}; there are: ${known.map(idOf).join(', ')}`,
    );
    return 2;
  }
  const folder = resolve(options.suites);
  const results = await judge(suites, folder, resolve(options.feeds ?? join(folder, '../feeds')));
  if (options.json !== undefined) writeJson(options.json, { suites: results });
  return options.floor === undefined ? 0 : holdFloor(results, options.floor, options.raise);
}

async function judge(
  suites: readonly Suite[],
  folder: string,
  feeds: string,
): Promise<readonly SuiteResult[]> {
  if (!existsSync(folder)) {
    console.log(
      `Skipped: there is no folder "${folder}" to take cases from; name one with --suites.`,
    );
    return [];
  }
  const results: SuiteResult[] = [];
  for await (const result of runSuites(suites, folder, feeds)) {
    console.log(describeResult(result, SHOWN_MISSES));
    results.push(result);
  }
  return results;
}

function holdFloor(results: readonly SuiteResult[], file: string, isRaising: boolean): number {
  const floor = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Floor) : {};
  const faults = belowFloor(results, floor);
  for (const fault of faults) console.error(fault);
  if (isRaising) writeJson(file, raisedFloor(results, floor));
  return faults.length === 0 ? 0 : 1;
}

function writeJson(file: string, value: unknown): void {
  writeFileSync(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

function idOf(suite: Suite): string {
  return suite.id;
}
