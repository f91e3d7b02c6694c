import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  dpkg,
  inputOf,
  manifest,
  owned,
  recordOf,
  STATUS,
  TAR,
  type CheckOptions,
  type TestLayer,
} from '../../../test/support/integrity.ts';
import type { CatalogedPackage } from '../../core/model/catalog/catalog.ts';
import { CHECK_IDS, type Check, type CheckInput } from './check.ts';
import { foldStatements } from './fold.ts';
import { assess, checkInputOf, runChecks } from './index.ts';
import { CHECKS } from './list.ts';
import { materialsOf } from './materials.ts';
import type { Statement } from './statement.ts';

const SIX = '/usr/lib/python3/dist-packages/six-1.dist-info/METADATA';
const COPY = '/app/node_modules/left-pad/package.json';
const LOST = '/var/lib/dpkg/info/lost.md5sums';
const archive = (letter: string): `sha512:${string}` => `sha512:${letter.repeat(128)}`;

const BASE: readonly CatalogedPackage[] = [
  { name: 'base-files', version: '12.4' },
  TAR,
  {
    name: 'zlib1g',
    version: '1',
    versionClaims: [{ by: 'the changelog', version: '2', weight: 'binding' }],
    selfChecks: [{ by: 'the digest of the header', outcome: 'mismatch', kind: 'header' }],
  },
  { name: 'ssl', version: '1', builtIn: 'ssl 1a2b' },
  { name: 'crypto', version: '2', builtIn: 'ssl 1a2b' },
  { name: 'python3-six', version: '1' },
  { name: 'edited', version: '1' },
];

/** An image in which every check finds something. */
const TAMPERED: readonly TestLayer[] = [
  {
    files: {
      '/usr/bin/tar': 'x:evil',
      '/usr/lib/libtar.so.1': 'lib',
      '/usr/bin/old': 'x:old',
      '/usr/bin/lost': 'x:lost',
      '/usr/bin/orphan': 'x:orphan',
      '/usr/bin/edited': 'x:edited',
      '/usr/bin/beside': 'x:beside',
      '/usr/local/bin/node': 'x:node',
      [SIX]: 'six',
    },
    read: [
      dpkg(...BASE, { name: 'lost', version: '1' }, { name: 'old', version: '1' }),
      ...manifest('tar', [
        owned('/usr/bin/tar', 'x:tar'),
        owned('/usr/lib/libtar.so.1', 'lib'),
        owned('/usr/bin/gone', 'x:gone'),
      ]),
      ...manifest('old', [owned('/usr/bin/old', 'x:old')]),
      ...manifest('lost', [owned('/usr/bin/lost', 'x:lost')]),
      ...manifest('orphan', [owned('/usr/bin/orphan', 'x:orphan')]),
      ...manifest('python3-six', [owned(SIX, 'six')]),
      ...manifest('edited', [
        owned('/usr/bin/edited', 'x:edited'),
        owned('/usr/bin/beside', 'x:beside'),
      ]),
      [SIX, 'pypi/dist-info', { packages: [{ name: 'six', version: '1' }] }],
      [
        '/usr/local/bin/node',
        'binary/any',
        { packages: [{ name: 'node', version: '20.0.0', ecosystem: 'node' }] },
      ],
      [
        COPY,
        'npm/installed',
        { packages: [{ name: 'left-pad', version: '1.0.0', digests: [archive('a')] }] },
      ],
      [
        '/app/package-lock.json',
        'npm/lock',
        { packages: [{ name: 'left-pad', version: '1.0.0', digests: [archive('b')] }] },
      ],
    ],
  },
  {
    whiteouts: [LOST],
    files: { '/usr/bin/edited': 'x:worse' },
    read: [
      dpkg(...BASE, { name: 'old', version: '2' }),
      ...manifest('edited', [
        owned('/usr/bin/edited', 'x:worse'),
        owned('/usr/bin/beside', 'x:beside'),
      ]),
    ],
  },
];

const OPTIONS: CheckOptions = {
  distro: { id: 'debian', versionId: '13' },
  environment: ['NODE_VERSION=22.0.0'],
  lone: [
    {
      path: '/app/node_modules/hidden/package.json',
      folder: '/app/node_modules/hidden/',
      changedIn: 1,
      before: { name: 'hidden', version: '1' },
    },
  ],
};

const SCENES: readonly (readonly [string, readonly TestLayer[], CheckOptions])[] = [
  ['a tampered image', TAMPERED, OPTIONS],
  ['one layer of it', TAMPERED.slice(0, 1), OPTIONS],
  ['its manifests', TAMPERED, { ...OPTIONS, depth: 'manifests' }],
  ['a tree without a system', [{ read: (TAMPERED[0]?.read ?? []).slice(-2) }], {}],
  ['a clean image', [{ read: [dpkg(TAR), ...manifest('tar', [])] }], {}],
  ['an empty image', [{ read: [[STATUS, 'debian/dpkg', {}]] }], {}],
];

function inputOfScene(layers: readonly TestLayer[], options: CheckOptions): CheckInput {
  return checkInputOf(inputOf(layers.map(recordOf), options));
}

function statementsOf(check: Check, input: CheckInput): readonly Statement[] {
  return 'ofArtifact' in check
    ? check.ofArtifact(input)
    : input.subjects.all.flatMap((subject) => check.ofPackage(subject, input));
}

describe('the list of checks', () => {
  it('names every file in the folder once, and declares the order of each', () => {
    const files = readdirSync(join(import.meta.dirname, 'checks'))
      .filter((name) => !name.endsWith('.test.ts'))
      .map((name) => name.replace(/\.ts$/u, ''));
    expect(CHECKS.map(({ id }) => id).sort()).toEqual(files.sort());
    expect([...CHECK_IDS].sort()).toEqual(files);
  });

  it('finds something by each check in a tampered image', () => {
    const outcomes = runChecks(inputOfScene(TAMPERED, OPTIONS), CHECKS);
    const silent = outcomes.filter(({ statements }) => statements.length === 0);
    expect(outcomes).toHaveLength(CHECKS.length);
    expect(silent.map(({ id }) => id)).toEqual([]);
  });

  it('gives the same assessment in every order', () => {
    const input = inputOf(TAMPERED.map(recordOf), OPTIONS);
    const expected = assess(input);
    fc.assert(
      fc.property(fc.shuffledSubarray([...CHECKS], { minLength: CHECKS.length }), (checks) => {
        expect(assess(input, checks)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });
});

describe.each(SCENES)('a check of %s', (_name, layers, options) => {
  it.each(CHECKS.map((check) => [check.id, check] as const))(
    'changes nothing: %s',
    (_id, check) => {
      const input = deepFrozen(inputOfScene(layers, options));
      const first = statementsOf(check, input);
      expect(statementsOf(check, input)).toEqual(first);
      // The same from an input that no check has read yet.
      expect(statementsOf(check, inputOfScene(layers, options))).toEqual(first);
    },
  );

  it.each(CHECKS.map((check) => [check.id, check] as const))(
    'states nothing if it has nothing to look at: %s',
    (_id, check) => {
      const input = inputOfScene(layers, options);
      const materials = materialsOf(input);
      if (check.needs.some((need) => materials.has(need))) return;
      expect(statementsOf(check, input)).toEqual([]);
    },
  );
});

describe('statements about one package', () => {
  const input = inputOfScene([{ read: [dpkg(TAR)] }], {});
  const [subject] = input.subjects.all;

  it.each([
    ['version', 100],
    ['severe content', 200],
    ['slight content', 200],
    [undefined, 1000],
  ] as const)('are listed up to the limit of their group: %s', (group, limit) => {
    if (subject === undefined) throw new Error('no package');
    const contradiction = {
      kind: 'content',
      claimed: 'a',
      found: 'b',
      location: { path: '/a', layer: 0 },
      isSevere: true,
    } as const;
    const one: Statement = {
      kind: 'contradiction',
      subject,
      contradiction,
      ...(group !== undefined && { group }),
    };
    const all = Array.from({ length: 1000 }, () => one);
    const folded = foldStatements([{ id: 'version-claims', statements: all }]);
    const { contradictions, isContradicted } = folded.resultsOf(subject);
    expect(contradictions).toHaveLength(limit);
    expect(isContradicted).toBe(true);
  });
});

/**
 * Freezes plain objects and lists; tables and maps have no setters that checks could reach by their
 * types.
 */
function deepFrozen<Value>(value: Value, known = new Set<unknown>()): Value {
  if (typeof value !== 'object' || value === null || known.has(value)) return value;
  known.add(value);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (value instanceof Map) {
    for (const item of value.values()) deepFrozen(item, known);
  } else if (Array.isArray(value) || prototype === Object.prototype) {
    for (const item of Object.values(value)) deepFrozen(item, known);
    Object.freeze(value);
  }
  return value;
}
