/**
 * The lint rule against helpers that are written again: each form by hand is caught, each use of a
 * helper passes.
 */

import { ESLint, Linter } from 'eslint';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

let rule: Linter.RuleEntry;

beforeAll(async () => {
  const eslint = new ESLint({ cwd: ROOT });
  const config = (await eslint.calculateConfigForFile(path.join(ROOT, 'src/scan/any.ts'))) as {
    readonly rules: Readonly<Record<string, Linter.RuleEntry>>;
  };
  rule = config.rules['no-restricted-syntax'] ?? 'off';
});

describe('a helper written again', () => {
  it.each([
    [
      'a list in a map',
      'const known = map.get(key); if (known === undefined) map.set(key, [value]); else known.push(value);',
      'appendTo',
    ],
    [
      'a list in a map of an object',
      'const known = this.rows.get(row.id); if (known === undefined) this.rows.set(row.id, [row]); else known.push(row);',
      'appendTo',
    ],
    [
      'a list in a map, with a default',
      'const known = map.get(key) ?? []; known.push(value); map.set(key, known);',
      'appendTo',
    ],
    ['an index of rows', 'const index = new Map(rows.map((row) => [row.id, row]));', 'indexBy'],
    ['an order of texts', 'const order = a < b ? -1 : a > b ? 1 : 0;', 'compareText'],
    ['an order of two cases', 'rows.sort((a, b) => (a.id < b.id ? -1 : 1));', 'compareText'],
    ['an order the other way', 'rows.sort((a, b) => (a > b ? -1 : 1));', 'compareText'],
    ['an order of entries', '[...map].sort(([a], [b]) => (a < b ? -1 : 1));', 'compareKeys'],
    ['an order of the locale', 'names.sort((a, b) => a.localeCompare(b));', 'compareText'],
    ['a base name', "const name = path.slice(path.lastIndexOf('/') + 1);", 'baseName'],
    [
      'a base name of a field',
      "const name = at.path.slice(at.path.lastIndexOf('/') + 1);",
      'baseName',
    ],
    [
      'a directory with its slash',
      "const prefix = path.slice(0, path.lastIndexOf('/') + 1);",
      'directoryPrefix',
    ],
    ['a directory', "const directory = path.slice(0, path.lastIndexOf('/'));", 'directoryOf'],
    [
      'a directory, guarded',
      "const directory = path.slice(0, Math.max(path.lastIndexOf('/'), 0));",
      'directoryOf',
    ],
  ])('is caught: %s', (_, code, helper) => {
    expect(messages(code).join()).toContain(helper);
  });
});

describe('other code', () => {
  it.each([
    ['the helper', 'appendTo(map, key, value);'],
    ['a list that is made once', 'if (map.get(key) === undefined) map.set(key, [value]);'],
    [
      'a list with a bound',
      'if (list === undefined) map.set(key, [value]); else if (list.length < 3) list.push(value);',
    ],
    [
      'a list that is replaced',
      'const known = map.get(key) ?? []; map.set(key, [...known, ...more].sort());',
    ],
    ['a list that is only read', 'const list = map.get(key) ?? []; print(list);'],
    ['a map of another value', 'const names = new Map(rows.map((row) => [row.id, row.name]));'],
    ['a sign', 'const order = difference < 0 ? -1 : 1;'],
    ['a choice of numbers', 'const count = a < b ? 0 : 1;'],
    ['a path from a position on', "const inner = path.slice(start, path.lastIndexOf('/'));"],
    ['the position of a slash', "const slash = path.lastIndexOf('/'); path.slice(slash + 1);"],
    ['another separator', "const name = path.slice(path.lastIndexOf('.') + 1);"],
    ['the last slash but one', "path.slice(0, path.lastIndexOf('/', slash - 1));"],
    [
      'a repository without its tag',
      "const bare = colon > name.lastIndexOf('/') ? name.slice(0, colon) : name;",
    ],
  ])('passes: %s', (_, code) => {
    expect(messages(code)).toEqual([]);
  });
});

function messages(code: string): readonly string[] {
  const found = new Linter({ configType: 'flat' }).verify(code, {
    rules: { 'no-restricted-syntax': rule },
  });
  return found.map(({ message }) => message);
}
