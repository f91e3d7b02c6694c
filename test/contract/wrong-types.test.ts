/**
 * Every reader of JSON, YAML and TOML survives a file in which any one value is of another type,
 * absent, huge, deep or named like a part of an object: it reads, reports or refuses it, within a
 * bound of time, and lists no package without a name.
 */

import { load } from 'js-yaml';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';

import { quietContext, type DetectionPriority } from '../../src/core/base/context.ts';
import { ParseError } from '../../src/core/base/errors.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { catalogFile } from '../support/catalog-file.ts';
import { WELL_FORMED } from './well-formed.ts';
import { startCpuClock } from '../support/cpu-time.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const DEEP = 5000;
/** Generous on a busy machine; what hangs takes for ever. */
const MAX_MS = 20_000;

/** Values that no format means, of every type. */
const WRONG: readonly Json[] = [
  ...[true, 0, -1, 1.5, 9_007_199_254_740_993, 1e308],
  ...['', ' ', 'x', '\u0000', '__proto__', 'constructor', '../../x', 'x'.repeat(20_000)],
  ...[
    [],
    [[]],
    [null],
    [''],
    [{}],
    ['x', 'x'],
    {},
    { '': '' },
    { toString: 'x' },
    { x: { x: {} } },
  ],
];
/** TOML has no null. */
const WITH_NULL: readonly Json[] = [null, ...WRONG];

interface Syntax {
  readonly root: Json;
  readonly values: readonly Json[];
  readonly write: (root: Json) => string;
  /** A document nested beyond reason. */
  readonly deep: string;
}

/**
 * The syntax that a body is written in; `undefined` for texts, XML, archives and lists of
 * documents.
 */
function syntaxOf(path: string, body: string): Syntax | undefined {
  const json = attempt(() => JSON.parse(body.replace(/,(?=\s*[}\]])/g, '')) as Json);
  const nested = `${'{"x":['.repeat(DEEP)}${']}'.repeat(DEEP)}`;
  if (isTree(json)) return { root: json, values: WITH_NULL, write: writeJson, deep: nested };
  if (/\.ya?ml$/.test(path) || path.endsWith('Podfile.lock') || path.endsWith('pubspec.lock')) {
    const yaml = attempt(() => load(body) as Json);
    if (isTree(yaml)) return { root: yaml, values: WITH_NULL, write: writeJson, deep: nested };
  }
  const toml = attempt(() => parse(body) as Json);
  if (!isTree(toml)) return undefined;
  const deep = `x = ${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;
  return { root: toml, values: WRONG, write: (root) => stringify(root), deep };
}

function attempt<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

function isTree(value: Json | undefined): value is Json {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function writeJson(root: Json): string {
  return JSON.stringify(root);
}

/**
 * The tree with one value replaced at a time, one key taken out, one twice, and hostile keys beside
 * each.
 */
function* bent(value: Json, values: readonly Json[]): Generator<Json> {
  yield* values;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    for (const [index, item] of list.entries()) {
      yield list.toSpliced(index, 1);
      yield [...list, item];
      for (const one of bent(item, values)) yield list.with(index, one);
    }
  } else if (typeof value === 'object' && value !== null) {
    const rows = Object.entries(value as Readonly<Record<string, Json>>);
    for (const [index, [key, item]] of rows.entries()) {
      yield Object.fromEntries(rows.toSpliced(index, 1));
      for (const name of ['', '__proto__', 'constructor', 'toString', `${key}x`]) {
        yield Object.fromEntries(rows.with(index, [name, item]));
      }
      for (const one of bent(item, values)) yield Object.fromEntries(rows.with(index, [key, one]));
    }
  }
}

const STRUCTURED = CATALOGERS.flatMap((row) => {
  const good = WELL_FORMED[row.id];
  const syntax = good && syntaxOf(good.path, good.body);
  return syntax === undefined ? [] : [[row.id, row, good?.path ?? '', syntax] as const];
});

it('reaches the structured formats', () => expect(STRUCTURED.length).toBeGreaterThan(35));

describe.each(STRUCTURED)('%s', (_id, row, path, { root, values, write, deep }) => {
  it.each<DetectionPriority>(['precise', 'comprehensive'])(
    'survives any wrong value (%s)',
    async (detectionPriority) => {
      const reader = await row.load();
      const context = quietContext({ detectionPriority });
      const cpuMs = startCpuClock();
      const faults: string[] = [];
      const check = async (body: string): Promise<void> => {
        try {
          const { packages } = await reader.read(
            catalogFile(path, body),
            { get: () => undefined },
            context,
          );
          const isOdd = packages.some(
            ({ name, version }) =>
              typeof name !== 'string' || name === '' || typeof version !== 'string',
          );
          if (isOdd) faults.push(`odd package of ${body.slice(0, 300)}`);
        } catch (error) {
          if (!(error instanceof ParseError))
            faults.push(`${String(error)} of ${body.slice(0, 300)}`);
        }
      };
      for (const tree of bent(root, values)) {
        const body = attempt(() => write(tree));
        if (body !== undefined) await check(body);
      }
      await check(deep);
      expect(faults).toEqual([]);
      expect(({} as Record<string, unknown>)['x']).toBeUndefined();
      expect(cpuMs()).toBeLessThan(MAX_MS);
    },
    60_000,
  );
});
