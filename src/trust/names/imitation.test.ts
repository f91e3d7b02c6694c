import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';

import { findImitation, type ComparedNames, type Imitation } from './imitation.ts';
import { COMPARED_SPACES, loadNames } from './load-names.ts';
import type { NameSpace } from './name-form.ts';

const lists = new Map<NameSpace, ComparedNames>();
beforeAll(async () => {
  for (const space of COMPARED_SPACES) {
    const names = await loadNames(space);
    if (names !== undefined) lists.set(space, names);
  }
});

function namesOf(space: NameSpace): ComparedNames {
  const names = lists.get(space);
  if (names === undefined) throw new Error(`no list of ${space}`);
  return names;
}

const of = (space: NameSpace, name: string): Imitation | undefined =>
  findImitation(name, namesOf(space));

describe('an imitation', () => {
  it.each([
    ['npm', 'lodahs', 'lodash', 'swapped letters'],
    ['npm', 'expresss', 'express', 'repeated letter'],
    ['npm', 'expres', 'express', 'repeated letter'],
    ['npm', 'reacr', 'react', 'neighboring key'],
    ['npm', 'Iodash', 'lodash', 'look-alike letter'],
    ['npm', 'l0dash', 'lodash', 'look-alike letter'],
    ['npm', 'comrnander', 'commander', 'look-alike letter'],
    ['npm', 'lоdash', 'lodash', 'look-alike letter'],
    ['npm', 'socketio', 'socket.io', 'separators'],
    ['npm', 'crossenv', 'cross-env', 'separators'],
    ['npm', 'env-cross', 'cross-env', 'swapped parts'],
    ['npm', 'jsonwebtokens', 'jsonwebtoken', 'plural'],
    ['npm', 'typescript-5', 'typescript', 'version in the name'],
    ['npm', 'lodash-v4.17.21', 'lodash', 'version in the name'],
    ['npm', 'chalk-chalk', 'chalk', 'repeated part'],
    ['npm', 'babel-preset-env-babel', undefined, undefined],
    ['npm', 'angular-router', '@angular/router', 'scope in the name'],
    ['npm', '@bable/core', '@babel/core', 'swapped letters'],
    ['npm', '@types/lodahs', undefined, undefined],
    ['npm', '@acme/lodahs', undefined, undefined],
    ['npm', 'numpy', 'numpy', 'name of another registry'],
    ['pypi', 'reqeusts', 'requests', 'swapped letters'],
    ['pypi', 'Requests', undefined, undefined],
    ['pypi', 'python_dateutil', undefined, undefined],
    ['pypi', 'pythondateutil', 'python-dateutil', 'separators'],
    ['pypi', 'urlib3', 'urllib3', 'repeated letter'],
    ['pypi', 'djang0', 'django', 'look-alike letter'],
    ['pypi', 'lodash', 'lodash', 'name of another registry'],
    ['cargo', 'serde-jsno', 'serde-json', 'swapped letters'],
    ['cargo', 'serde_json', undefined, undefined],
    ['rubygems', 'nokogirl', 'nokogiri', 'look-alike letter'],
    ['rubygems', 'active-support', 'activesupport', 'separators'],
    ['nuget', 'Newtonsoft.Jsom', 'Newtonsoft.Json', 'look-alike letter'],
    ['nuget', 'newtonsoft.json', undefined, undefined],
    [
      'maven',
      'org.sprigframework:spring-core',
      'org.springframework:spring-core',
      'missing letter',
    ],
    ['maven', 'org.springframework:spring-cor', undefined, undefined],
    ['go', 'github.com/siruspen/logrus', 'github.com/sirupsen/logrus', 'swapped letters'],
    ['go', 'github.com/Sirupsen/logrus', undefined, undefined],
    ['go', 'github.com/acme/logrus', undefined, undefined],
    ['go', 'gopkg.in/yml.v3', 'gopkg.in/yaml.v3', 'missing letter'],
    ['githubactions', 'action/checkout', 'actions/checkout', 'missing letter'],
    ['githubactions', 'actons/checkout', 'actions/checkout', 'missing letter'],
    ['githubactions', 'acme/checkout', undefined, undefined],
    ['image', 'docker.io/library/nginx', undefined, undefined],
    ['image', 'docker.io/library/ngnix', 'docker.io/library/nginx', 'swapped letters'],
    ['image', 'docker.io/bitnammi/redis', 'docker.io/bitnami/redis', 'repeated letter'],
    [
      'image',
      'gchr.io/actions/actions-runner',
      'ghcr.io/actions/actions-runner',
      'swapped letters',
    ],
    ['image', 'quay.io/acme/nginx', undefined, undefined],
  ] as const)('in %s: %s', (space, name, neighbor, edit) => {
    const found = of(space, name);
    expect([found?.neighbor, found?.edit]).toEqual([neighbor, edit]);
  });

  it('is not found for texts that are no names', () => {
    for (const text of ['', '-', '@', '@/', '/', ':', 'a', '\u0000', '\ud800', 'x'.repeat(5000)]) {
      for (const space of COMPARED_SPACES) expect(of(space, text)).toBeUndefined();
    }
  });
});

describe('the lists', () => {
  it.each([
    ['npm', 17_000],
    ['pypi', 1000],
    ['cargo', 300],
    ['rubygems', 300],
    ['maven', 300],
    ['go', 300],
    ['nuget', 300],
    ['githubactions', 300],
    ['image', 300],
  ] as const)('of %s have at least %d names, none of which imitates another', (space, least) => {
    const { own } = namesOf(space);
    expect(own.known.size).toBeGreaterThanOrEqual(least);
    expect([...own.known].filter((name) => of(space, name) !== undefined)).toEqual([]);
  });
});

/** A generator of numbers, the same in every run. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = ReturnType<typeof randomNumbers>;
const KEYS = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
const ALIKE: readonly (readonly [string, string])[] = [
  ['o', '0'],
  ['l', '1'],
  ['i', 'l'],
  ['m', 'rn'],
  ['e', '3'],
  ['s', '5'],
  ['w', 'vv'],
];

/** The part that somebody else can register: the owner, else the name. */
function editable(space: NameSpace, name: string): readonly [string, string] {
  const at = space === 'maven' ? name.indexOf(':') : space === 'npm' ? name.indexOf('/') : -1;
  return at < 0 ? [name, ''] : [name.slice(0, at), name.slice(at)];
}

function replaced(text: string, at: number, length: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + length);
}

function letterAt(text: string, random: Random): number {
  const places = Array.from(text, (_, index) => index).filter((index) =>
    /[a-z]/iu.test(text[index] ?? ''),
  );
  return places[random(places.length)] ?? 0;
}

type Edit = (name: string, random: Random) => string | undefined;
const EDITS: Readonly<Record<string, Edit>> = {
  'a letter is missing': (name, random) => replaced(name, letterAt(name, random), 1, ''),
  'a letter is doubled': (name, random) => {
    const at = letterAt(name, random);
    return replaced(name, at, 0, name[at] ?? '');
  },
  'two letters are swapped': (name, random) => {
    const at = Math.min(letterAt(name, random), name.length - 2);
    return replaced(name, at, 2, `${name[at + 1] ?? ''}${name[at] ?? ''}`);
  },
  'a neighboring key': (name, random) => {
    const at = letterAt(name, random);
    const row = KEYS.find((one) => one.includes((name[at] ?? '').toLowerCase())) ?? '';
    const index = row.indexOf((name[at] ?? '').toLowerCase());
    const key = row[index + 1] ?? row[index - 1];
    return key && replaced(name, at, 1, key);
  },
  'a look-alike letter': (name, random) => {
    const possible = ALIKE.filter(([letter]) => name.toLowerCase().includes(letter));
    const [letter, by] = possible[random(possible.length)] ?? ['', ''];
    const at = letter === '' ? -1 : name.toLowerCase().indexOf(letter);
    return at < 0 ? undefined : replaced(name, at, letter.length, by);
  },
  'other separators': (name) => {
    const joined = name.replaceAll(/[-_.]/gu, '');
    if (joined !== name) return joined;
    return name.length < 6 ? undefined : replaced(name, Math.floor(name.length / 2), 0, '-');
  },
  'swapped parts': (name) => {
    const parts = name.split(/[-_.]/u);
    return parts.length < 2 || name.startsWith('@') ? undefined : parts.reverse().join('-');
  },
  plural: (name) => (name.endsWith('s') ? name.slice(0, -1) : `${name}s`),
  'a version': (name, random) => `${name}${random(2) === 0 ? '-' : ''}${random(8) + 2}`,
  'a part twice': (name) => `${name}-${name.split(/[-_.]/u).at(-1) ?? name}`,
};

describe('names that are nearly those of popular packages', () => {
  // Names of up to three letters are compared in few ways, so that registries with many of them
  // have a lower share.
  it('are found: at least 95 of 100 for ten kinds of edit in six registries', () => {
    const shares = (['npm', 'pypi', 'cargo', 'rubygems', 'nuget', 'maven'] as const).map(shareOf);
    const made = shares.reduce((sum, one) => sum + one.made, 0);
    const missed = shares.flatMap((one) => one.missed);
    expect(made).toBeGreaterThanOrEqual(3000);
    expect(1 - missed.length / made, missed.join('\n')).toBeGreaterThanOrEqual(0.95);
    for (const one of shares) {
      expect(1 - one.missed.length / one.made, one.missed.join('\n')).toBeGreaterThanOrEqual(0.93);
    }
  });
});

function shareOf(space: NameSpace): { readonly made: number; readonly missed: readonly string[] } {
  const random = randomNumbers(29);
  const names = namesOf(space);
  const popular = [...names.own.byCompact.values()].map(({ name }) => name);
  const missed: string[] = [];
  let made = 0;
  for (const [kind, edit] of Object.entries(EDITS)) {
    // Owners of Maven are domains, whose parts and versions are no edits of a name.
    if (space === 'maven' && /part|version|separators/u.test(kind)) continue;
    for (let count = 0; count < 60;) {
      const name = popular[random(popular.length)] ?? '';
      const [front, back] = editable(space, name);
      // An edit behind a scope is a name of the owner of the scope.
      if (front.startsWith('@') && /part|version|plural|separators/u.test(kind)) continue;
      const near = edit(front, random);
      if (near === undefined || near === front) continue;
      const whole = (near + back).toLowerCase();
      if (names.own.known.has(whole) || whole === name.toLowerCase()) continue;
      count += 1;
      made += 1;
      if (of(space, whole) === undefined) missed.push(`${kind}: ${whole} for ${name}`);
    }
  }
  return { made, missed };
}

const SHARED = join(import.meta.dirname, '../../../../shared/names');

describe.skipIf(!existsSync(SHARED))(
  'popular names that the lists were not made from (needs ../shared)',
  () => {
    it.each([
      ['npm', 'npm.txt'],
      ['pypi', 'pypi.txt'],
    ] as const)('are no imitations in %s', (space, file) => {
      const names = readFileSync(join(SHARED, file), 'utf8').trim().split('\n');
      expect(names.filter((name) => of(space, name) !== undefined)).toEqual([]);
    });
  },
);
