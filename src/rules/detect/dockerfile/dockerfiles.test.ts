/**
 * Whole Dockerfiles of `testdata/dockerfiles.txt`, each with what must and what must not be found,
 * by line and column.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

import { dockerfile, loadShell } from './dockerfile.ts';

interface Case {
  readonly name: string;
  readonly wanted: ReadonlyMap<string, readonly string[]>;
  readonly unwanted: readonly string[];
  readonly text: string;
}

const CASES = readFileSync(join(import.meta.dirname, 'testdata/dockerfiles.txt'), 'utf8')
  .split(/^=== /mu)
  .slice(1)
  .map(readCase);

function readCase(block: string): Case {
  const [head = '', ...rest] = block.split('\n\n');
  const [name = '', ...lines] = head.split('\n');
  const wanted = lines.flatMap((line) => {
    const [sign, rule = '', ...places] = line.split(' ');
    return sign === '+' ? [[rule, places] as const] : [];
  });
  const unwanted = lines.flatMap((line) => (line.startsWith('- ') ? [line.slice(2)] : []));
  const text = `${rest.join('\n\n').trimEnd()}\n`
    .replaceAll('<TAB>', '\t')
    .replaceAll('<CR>', '\r');
  return { name, wanted: new Map(wanted), unwanted, text };
}

beforeAll(loadShell);

function placesOf(text: string): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { rule, range } of dockerfile.detect({
    path: '/Dockerfile',
    bytes: Buffer.from(text),
  })) {
    const name = rule.replace('dockerfile/', '');
    const place = `${range?.startLine ?? 0}:${range?.startColumn ?? 0}`;
    places.set(name, [...(places.get(name) ?? []), place]);
  }
  return places;
}

describe('Dockerfiles', () => {
  it('are sixty at least, with ten spellings of a download that is run', () => {
    expect(CASES.length).toBeGreaterThanOrEqual(60);
    expect(CASES.filter(({ name }) => /^obfuscated \d+/u.test(name))).toHaveLength(10);
    for (const { wanted, unwanted } of CASES)
      expect(wanted.size + unwanted.length).toBeGreaterThan(0);
  });

  it.each(CASES.map((one) => [one.name, one] as const))('%s', (_, { wanted, unwanted, text }) => {
    const found = placesOf(text);
    const rules = [...wanted.keys(), ...unwanted];
    expect(rules.map((rule) => [rule, found.get(rule) ?? []])).toEqual(
      rules.map((rule) => [rule, wanted.get(rule) ?? []]),
    );
  });
});
