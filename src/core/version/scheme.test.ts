import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareVersions,
  isValidVersion,
  normalizeVersion,
  satisfies,
  versFromNative,
} from './index.ts';
import { readComposer } from './composer-version.ts';
import { SCHEME_IDS, VERSION_SCHEMES } from './list.ts';
import type { SchemeId } from './index.ts';

const HERE = new URL('.', import.meta.url);
const STATEMENT = /^(?<a>\S.*?) (?<operator>[<=]) (?<b>.*\S)$/;

function statements(scheme: SchemeId): readonly [a: string, operator: string, b: string][] {
  const lines = readFileSync(new URL(`testdata/${scheme}.txt`, HERE), 'utf8').split('\n');
  return lines
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const groups = STATEMENT.exec(line)?.groups;
      if (groups === undefined) throw new Error(`unreadable line "${line}"`);
      return [groups['a'] ?? '', groups['operator'] ?? '', groups['b'] ?? ''];
    });
}

/** Texts made of the given characters, parted by spaces, and of words that versions use. */
function versionLike(characters: string): fc.Arbitrary<string> {
  const piece = fc.constantFrom(
    ...characters.split(' '),
    'alpha',
    'beta',
    'rc',
    'dev',
    'post',
    '_p',
    '-r',
    '1.0',
    '00',
  );
  return fc.array(piece, { minLength: 1, maxLength: 7 }).map((pieces) => pieces.join(''));
}

const anyText = fc.oneof(
  versionLike('0 1 2 9 . - + ~ _ : ! v a x'),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    ' ',
    '1.0+\u212a',
    '\ud800',
    '__proto__',
    '9'.repeat(5000),
    '1.'.repeat(3000),
  ),
);

describe('the list of schemes', () => {
  it('has a file and a table of statements for every row', () => {
    const files = readdirSync(HERE);
    const tables = readdirSync(new URL('testdata/', HERE));
    for (const id of SCHEME_IDS) {
      expect(files).toContain(`${id}.ts`);
      expect(VERSION_SCHEMES[id].id).toBe(id);
    }
    expect(tables.sort()).toEqual(SCHEME_IDS.map((id) => `${id}.txt`).sort());
  });
});

describe.each(SCHEME_IDS)('%s', (scheme) => {
  it.each(statements(scheme))('%s %s %s', (a, operator, b) => {
    const expected = operator === '<' ? -1 : 0;
    expect(compareVersions(scheme, a, b)).toBe(expected);
    expect(compareVersions(scheme, b, a)).toBe(0 - expected);
  });

  it('orders each version of its table like itself', () => {
    for (const [a] of statements(scheme)) expect(compareVersions(scheme, a, a)).toBe(0);
  });

  it('is antisymmetric', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        const there = compareVersions(scheme, a, b);
        const back = compareVersions(scheme, b, a);
        expect(back).toBe(there === undefined ? undefined : 0 - there);
      }),
      { numRuns: 1000 },
    );
  });

  it('is transitive', () => {
    const version = versionLike('0 1 2 9 . - + ~ _ a x');
    fc.assert(
      fc.property(fc.array(version, { minLength: 3, maxLength: 6 }), (versions) => {
        // Pacman compares releases only where both versions have one; the order is total among
        // those of one form.
        const comparable =
          scheme === 'alpm' ? versions.filter((one) => one.includes('-')) : versions;
        const known = comparable.filter(
          (one) => VERSION_SCHEMES[scheme].compare(one, '1') !== undefined,
        );
        for (const a of known) {
          for (const b of known) {
            for (const c of known) {
              const first = compareVersions(scheme, a, b) ?? Number.NaN;
              const second = compareVersions(scheme, b, c) ?? Number.NaN;
              if (first <= 0 && second <= 0) {
                const strict = first < 0 || second < 0;
                expect(compareVersions(scheme, a, c), `${a} | ${b} | ${c}`).toBe(strict ? -1 : 0);
              }
            }
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it('has one canonical form that is equal in order and canonical itself', () => {
    fc.assert(
      fc.property(anyText, (version) => {
        const canonical = normalizeVersion(scheme, version);
        expect(normalizeVersion(scheme, canonical)).toBe(canonical);
        if (compareVersions(scheme, version, '1') !== undefined) {
          expect(compareVersions(scheme, version, canonical)).toBe(0);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is certain of every valid version and orders every certain one', () => {
    fc.assert(
      fc.property(anyText, (version) => {
        const { isCertain } = VERSION_SCHEMES[scheme];
        // The branches of Composer are valid, and nobody knows where they stand.
        const isBranch = scheme === 'composer' && readComposer(version)?.isBranch === true;
        if (isValidVersion(scheme, version) && !isBranch) expect(isCertain(version)).toBe(true);
        if (isCertain(version)) expect(compareVersions(scheme, version, '1')).toBeDefined();
      }),
    );
  });

  it('throws for no text', () => {
    fc.assert(
      fc.property(anyText, anyText, (a, b) => {
        satisfies(scheme, a, b);
        satisfies(scheme, a, `>=${b} - <${a} || ^${b}, ~${a}`, { loose: true });
        satisfies(scheme, a, `vers:${scheme}/>=${b}`);
        versFromNative(scheme, b);
      }),
    );
  });

  it('reads a text of two hundred thousand characters in time that grows with its length', () => {
    const long = [
      '1'.repeat(2e5),
      '1.'.repeat(1e5),
      `1-${'a.'.repeat(1e5)}`,
      `1${' '.repeat(2e5)}-`,
      '~'.repeat(2e5),
      '1_p'.repeat(7e4),
      `1.0+${'a.'.repeat(1e5)}`,
    ];
    for (const text of long) {
      compareVersions(scheme, text, `${text}1`);
      satisfies(scheme, '1.0.0', text);
    }
  });
});
