/**
 * Prints the closing table of `.ci/run`: the external tools that tests ask for, with their versions,
 * and how many tests were skipped for each tool or ability. The counts come from result files that
 * the test runner wrote. A test that one run skips and another one executes is not counted.
 *
 * Usage: npx tsx tools/test-needs.ts RESULTS.json...
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { ABILITIES } from '../test/support/abilities.ts';
import { countReasons, reasonLines, withoutNeeds } from '../test/support/skipped-tests.ts';
import { versionOf } from '../test/support/tool-packages.ts';

/** What this script reads of a result file. */
interface Results {
  readonly testResults: readonly {
    /** Absolute path, in this checkout or in a clone of it. */
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const ROOTS = ['src', 'test', 'tools'];
const ASKED = /\bmissing(?:Tool|ForInterop)\((?<args>[^()]*)\)/gu;
const NAME = /'(?<name>[\w.+-]+)'/gu;
/** Width of a line of names. */
const LINE_CHARACTERS = 100;

const titles = neverRun(process.argv.slice(2));
const tools = askedTools().map((name) => ({ name, version: versionOf(name) }));
const there = tools.filter(({ version }) => version !== undefined);
const missing = tools.filter(({ version }) => version === undefined);

console.log('\nTools that the tests found:');
for (const line of inLines(there.map(({ name, version }) => `${name} ${version ?? ''}`.trim()))) {
  console.log(line);
}
if (missing.length > 0) console.log('Tools that are not installed:');
for (const line of inLines(missing.map(({ name }) => name))) console.log(line);
console.log(`Skipped tests, by what they need: ${titles.length}`);
for (const line of reasonLines(countReasons(titles))) console.log(line);

/** Returns the full titles of the tests that all runs skipped. */
function neverRun(files: readonly string[]): readonly string[] {
  const skipped = new Map<string, string>();
  const executed = new Set<string>();
  for (const file of files) {
    const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Results;
    for (const { name, assertionResults } of testResults) {
      for (const { fullName, status } of assertionResults) {
        const key = `${placeOf(name)}: ${withoutNeeds(fullName)}`;
        if (status === 'passed' || status === 'failed') executed.add(key);
        else skipped.set(key, fullName);
      }
    }
  }
  return [...skipped].filter(([key]) => !executed.has(key)).map(([, title]) => title);
}

/** Returns the path of a test file in a checkout. */
function placeOf(file: string): string {
  const parts = file.split('/');
  const from = parts.findIndex(
    (part, at) => ROOTS.includes(part) && existsSync(parts.slice(at).join('/')),
  );
  return parts.slice(Math.max(0, from)).join('/');
}

/** Returns the tools that test files name where they ask for them, in order. */
function askedTools(): readonly string[] {
  const found = new Set(Object.values(ABILITIES).flatMap((ability) => ability.tools));
  for (const root of ROOTS) {
    for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !entry.name.endsWith('.ts')) continue;
      const text = readFileSync(path.join(entry.parentPath, entry.name), 'utf8');
      for (const { groups } of text.matchAll(ASKED)) {
        for (const name of (groups?.['args'] ?? '').matchAll(NAME)) {
          found.add(name.groups?.['name'] ?? '');
        }
      }
    }
  }
  return [...found].sort();
}

/** Returns lines with names, separated by commas. */
function inLines(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const name of names) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + name.length + 2 <= LINE_CHARACTERS) {
      lines[lines.length - 1] = `${last}, ${name}`;
    } else lines.push(`    ${name}`);
  }
  return lines;
}
