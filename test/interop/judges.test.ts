/**
 * Versions and ranges that no table has, judged by the package managers themselves. The cases are
 * drawn at random from the pieces that each notation knows; `ASSAY_SEED` repeats or changes them,
 * and the title of each suite has the seed.
 */

import '../support/property-seed.ts';

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { SchemeId } from '../../src/core/model/package/ecosystem.ts';
import { compareVersions, satisfies, semanticRange } from '../../src/core/version/index.ts';
import { missingForInterop } from '../support/interop.ts';
import {
  chosenByCargo,
  composerJudge,
  dpkgJudge,
  elixirJudge,
  goJudge,
  isOldPackaging,
  mavenJudge,
  npmJudge,
  pythonJudge,
  rpmJudge,
  rubyJudge,
  type Answer,
  type Question,
  type VersionJudge,
} from '../support/version-judges.ts';

const SEED = fc.readConfigureGlobal().seed ?? Date.now() % 2 ** 31;
const COUNT = 600;
const TIMEOUT_MS = 300_000;

/**
 * Since Go 1.21 the language version is below its pre-releases; of a toolchain it means the
 * release, as advisories use it.
 */
const LANGUAGE = /^go1\.(?:2[1-9]|[3-9]\d|\d{3})$/;
/** No version: npm drops the first build of a range before it reads the rest. */
const TWO_BUILDS = /\+[^ ]*\+/;
const EXCLUSIVE = /===|[<>](?!=)\s*[^,]*[a-z]/;
let oldPython: boolean | undefined;
const isOldPython = (): boolean => (oldPython ??= isOldPackaging());

/** Composer takes what is before the last of them for the name of a branch. */
const TWO_BRANCHES = /dev[^ ,]*dev/;

interface Suite {
  readonly scheme: SchemeId;
  readonly judge: VersionJudge;
  /** How versions begin, and what may follow. */
  readonly heads: readonly string[];
  readonly pieces: readonly string[];
  /** Forms of ranges; `V` and `W` stand for versions. Absent: the judge has none. */
  readonly ranges?: readonly string[];
  /** What the reader is asked, where the notation is another one. */
  readonly contains?: (version: string, range: string) => boolean | undefined;
  /** Questions on which the scheme departs from the tool on purpose; its module says why. */
  readonly isLeftOut?: (question: Question) => boolean;
}

const SEMANTIC = {
  heads: ['0.0.1', '0.1.0', '1.0.0', '1.2.3', '1.10.0', '2.0.0'],
  pieces: [
    '',
    '',
    '-0',
    '-1',
    '-a',
    '-alpha.1',
    '-alpha.10',
    '-rc.1',
    '-a-b',
    '+5',
    '-1.a+b',
    '-01a',
  ],
};

const SUITES: readonly Suite[] = [
  {
    scheme: 'npm',
    judge: npmJudge(),
    ...SEMANTIC,
    ranges: [
      ...['V', '=V', '>V', '>=V', '<V', '<=V', '^V', '~V', '~>V', 'V - W', '>=V <W', '^V || ~W'],
      ...[
        '1',
        '1.x',
        '1.2',
        '^1',
        '^0',
        '^0.0',
        '~1',
        '>1',
        '>1.2',
        '<=1',
        '1.2.x || >=V',
        '*',
        '>V <=W || W',
      ],
      ...['<1.2', '>=1.x', '1 - 2', '1.2 - 1.10', '^1.2', '~1.2', '^0.x', 'x', '>=V <1.x'],
    ],
    contains: (version, range) => satisfies('npm', version, range, { loose: false }),
    isLeftOut: ([, a, b]) => TWO_BUILDS.test(`${a} ${b}`),
  },
  {
    scheme: 'pypi',
    judge: pythonJudge(),
    heads: ['1', '1.0', '1.2', '1.2.3', '0!1.0', '1!0.1', 'v1.0', '2.0.0', '1.10'],
    pieces: [
      ...[
        '',
        '',
        'a1',
        '.a',
        'b2',
        'rc1',
        '-rc.1',
        '.post1',
        '-1',
        '.dev0',
        '.dev3',
        'a1.dev2',
        '+local',
      ],
      ...['.post2.dev1', '+ubuntu.1', '.0', 'c3', '_alpha_2', '.rev3', '+1', 'preview1', '.0.0'],
    ],
    ranges: [
      ...['==V', '!=V', '>V', '>=V', '<V', '<=V', '===V', '>=V,<W', '>=V,!=W', '==1.*', '==1.2.*'],
      ...[
        '!=1.2.*',
        '~=1.2',
        '~=1.2.3',
        '~=1.0',
        '>=1.0,!=1.2.*',
        '==1.0.*,!=V',
        '> V , < W',
        '~=1!0.1',
      ],
    ],
    contains: (version, range) => satisfies('pypi', version, range, { includePrerelease: true }),
    isLeftOut: ([kind, , range]) => kind === 'contains' && EXCLUSIVE.test(range) && isOldPython(),
  },
  {
    scheme: 'gem',
    judge: rubyJudge(),
    heads: ['0', '1', '1.0', '1.2', '1.2.3', '2.0.0', '1.10'],
    pieces: [
      '',
      '',
      '.a',
      '.rc1',
      '.pre',
      '-1',
      '.0',
      '.b.2',
      '.beta10',
      '.1',
      'a',
      '-x86',
      '.0.0',
      '.00',
    ],
    ranges: [
      ...['V', '= V', '!= V', '> V', '>= V', '< V', '<= V', '~> V', '>= V, < W', '~> V, != W'],
      ...['~> 1', '~> 1.2', '~> 1.2.3', '~>1.0', '> 1, < 2', '~> 0'],
    ],
  },
  {
    scheme: 'maven',
    judge: mavenJudge(),
    heads: ['1', '1.0', '1.2', '1.2.3', '2.0.0', '1.10', '01.2'],
    pieces: [
      ...[
        '',
        '',
        '-alpha-1',
        '-beta2',
        '-SNAPSHOT',
        '-rc1',
        '-RC2',
        '-sp',
        '-ga',
        '.0',
        '-1',
        '-x',
        '-foo.1',
      ],
      ...[
        'a1',
        'b2',
        'm3',
        '-cr4',
        '-final',
        '-20240101',
        '.1',
        '-1.0',
        '-jre',
        '-android',
        '-M1',
        '-milestone-2',
      ],
    ],
    ranges: [
      '[V]',
      '[V,)',
      '(,V]',
      '(V,)',
      '(,V)',
      '[V,2.5)',
      '(1,V]',
      '(,1.1),[1.2,)',
      '[1,1.2),(2,)',
      '[1.0,V)',
    ],
    isLeftOut: ([, a, b]) => [a, b].some(isUnclearToMaven),
  },
  {
    scheme: 'go',
    judge: goJudge(),
    heads: ['v0.0.0', 'v0.1.0', 'v1.0.0', 'v1.2.3', 'v1.10.0', 'v2.0.0'],
    pieces: [
      ...[
        '',
        '',
        '-alpha',
        '-rc.1',
        '-rc.10',
        '+incompatible',
        '-20240101000000-abcdef012345',
        '-0',
        '-a-b',
      ],
      ...['-pre.0.20240101000000-abcdef012345', '-0.20230101000000-abcdef012345', '-rc1+meta'],
    ],
  },
  {
    scheme: 'go',
    judge: { ...goJudge(), name: 'toolchains of Go' },
    heads: ['go1', 'go1.9', 'go1.20', 'go1.21', 'go1.22', 'go1.100'],
    pieces: ['', '', '.0', '.1', '.10', 'rc1', 'rc2', 'beta1', '.3', 'rc10'],
    isLeftOut: ([, a, b]) => [a, b].some((version) => LANGUAGE.test(version)),
  },
  {
    scheme: 'composer',
    judge: composerJudge(),
    heads: ['0.1', '1', '1.0', '1.2.3', 'v1.2', '2.0.0', '1.10.0', '1.2.3.4'],
    pieces: [
      '',
      '',
      '-alpha1',
      '-beta',
      '-RC2',
      '-p1',
      '-dev',
      '.0',
      '-beta.2',
      '-rc1',
      'a1',
      '-patch2',
      '@stable',
    ],
    ranges: [
      ...[
        'V',
        '=V',
        '!=V',
        '>V',
        '>=V',
        '<V',
        '<=V',
        '^V',
        '~V',
        '>=V <W',
        '>=V,<W',
        '^V || ^W',
        'V - W',
      ],
      ...[
        '1.*',
        '1.2.*',
        '*',
        '^1',
        '~1.2',
        '^0.1',
        '~1.2.3',
        '>=1.0 <1.1 || >=1.2',
        '1.0 - 2.0',
        '!=1.2.*',
      ],
    ],
    isLeftOut: ([, a, b]) => TWO_BRANCHES.test(a) || TWO_BRANCHES.test(b),
  },
  {
    scheme: 'deb',
    judge: dpkgJudge(),
    heads: ['0', '1', '1.0', '1:1.0', '2.3', '1.10', '1.0a', '0:1.0'],
    pieces: [
      '',
      '',
      '-1',
      '-1+deb12u1',
      '~rc1',
      '+dfsg',
      '-0ubuntu1',
      '~~',
      '.a',
      '-1~bpo12+1',
      '+b1',
      '-1.1',
      '~beta-2',
      '-01',
    ],
  },
  {
    scheme: 'rpm',
    judge: rpmJudge(),
    heads: ['0-1', '1-1', '1.0-1', '1:1.0-1', '2.3-4', '1.10-1', '1.0a-2', '0:1.0-1', '1.0'],
    pieces: [
      '',
      '',
      '.el9',
      '.fc40',
      '~rc1',
      '^git1',
      '_1',
      '.1',
      'a',
      '~',
      '.el9_2',
      '^',
      '.el10',
      '+b',
      '.01',
    ],
  },
  {
    scheme: 'semver',
    judge: elixirJudge(),
    ...SEMANTIC,
    ranges: [
      ...['V', '== V', '> V', '>= V', '< V', '<= V', '~> V', '>= V and < W', '~> V or ~> W'],
      ...['~> 1.2', '~> 0.1', '~> 1.0', '~> 1.2 and < V', '~> 0.0 or ~> 2.0'],
    ],
    contains: (version, range) =>
      satisfies('npm', version, semanticRange('hex', range) ?? '?', { includePrerelease: true }),
  },
];

describe.each(SUITES)('$scheme beside $judge.name', (suite) => {
  const { judge, scheme, ranges = [] } = suite;
  const reason = judge.missing === undefined ? '' : ` (needs ${judge.missing})`;
  const seed = `, seed ${SEED}${reason}`;

  it.skipIf(judge.missing !== undefined)(
    `agrees on the order of ${COUNT} pairs${seed}`,
    () => {
      const questions = fc
        .sample(fc.tuple(versionOf(suite), versionOf(suite)), { numRuns: COUNT, seed: SEED })
        .map(([a, b]): Question => ['compare', a, b]);
      expectAgreement(suite, questions, ([, a, b]) => signOf(compareVersions(scheme, a, b)));
    },
    TIMEOUT_MS,
  );

  it.skipIf(judge.missing !== undefined || ranges.length === 0)(
    `agrees on ${COUNT} ranges${seed}`,
    () => {
      const questions = fc
        .sample(
          fc.tuple(
            versionOf(suite),
            fc.constantFrom(...ranges),
            versionOf(suite),
            versionOf(suite),
          ),
          { numRuns: COUNT, seed: SEED },
        )
        .map(([version, form, v, w]): Question => [
          'contains',
          version,
          form.replaceAll('V', () => v).replaceAll('W', () => w),
        ]);
      const contains =
        suite.contains ?? ((version: string, range: string) => satisfies(scheme, version, range));
      expectAgreement(suite, questions, ([, version, range]) => {
        const isIn = contains(version, range);
        return isIn === undefined ? '?' : isIn ? 'in' : 'out';
      });
    },
    TIMEOUT_MS,
  );
});

describe('semver beside Cargo', () => {
  const missing = missingForInterop('cargo');
  const reason = missing === undefined ? '' : ` (needs ${missing})`;

  it.skipIf(missing !== undefined)(
    `agrees on the version that a requirement chooses, seed ${SEED}${reason}`,
    () => {
      const versions = [
        ...['0.0.1', '0.0.2', '0.1.0', '0.1.5', '0.2.0', '1.0.0-rc.1', '1.0.0', '1.2.0', '1.2.3'],
        ...['1.3.0-beta.2', '1.10.0', '2.0.0-alpha', '2.0.0', '2.1.0+b'],
      ];
      const forms = [
        ...[
          'V',
          '^V',
          '~V',
          '=V',
          '>V',
          '>=V',
          '<V',
          '<=V',
          '>=V, <W',
          '*',
          '1.*',
          '1.2.*',
          '0',
          '0.0',
        ],
        ...[
          '0.1',
          '1',
          '~1',
          '~1.2',
          '>1',
          '>=1.2',
          '<1.3',
          '^0.0.1',
          '=1',
          '=1.2',
          '>V, <=2',
          '>0.1, <1',
        ],
      ];
      const one = fc.constantFrom(...versions);
      const drawn = fc
        .sample(fc.tuple(fc.constantFrom(...forms), one, one), { numRuns: 120, seed: SEED })
        .map(([form, v, w]) => form.replace('V', v).replace('W', w));
      const expected = new Map<string, string>();
      const requirements = new Map<string, string>();
      for (const [index, requirement] of [...new Set(drawn)].entries()) {
        const range = semanticRange('cargo', requirement) ?? '?';
        const inside = versions.filter((version) => satisfies('npm', version, range) === true);
        const highest = inside.sort((a, b) => compareVersions('semver', a, b) ?? 0).at(-1);
        // Cargo refuses a project with a requirement that nothing answers.
        if (highest === undefined) continue;
        requirements.set(`x${index}`, requirement);
        expected.set(requirement, highest);
      }
      const chosen = chosenByCargo(requirements, versions);
      const theirs = [...requirements].map(([name, requirement]) => [
        requirement,
        chosen.get(name),
      ]);
      expect([...expected]).toEqual(theirs);
      expect(expected.size).toBeGreaterThan(30);
    },
    TIMEOUT_MS,
  );
});

function versionOf({ heads, pieces }: Suite): fc.Arbitrary<string> {
  const tail = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 2 });
  return fc.tuple(fc.constantFrom(...heads), tail).map(([head, rest]) => head + rest.join(''));
}

/** What the judge refuses is left to the reader, which may know more forms. */
function expectAgreement(
  { judge, isLeftOut }: Suite,
  drawn: readonly Question[],
  ours: (question: Question) => Answer,
): void {
  const questions = drawn.filter((question) => isLeftOut?.(question) !== true);
  const answers = judge.answer(questions);
  const judged = questions.flatMap((question, index) => {
    const answer = answers[index];
    return answer === undefined || answer === '?' ? [] : [{ question, answer }];
  });
  const text = (question: Question, answer: Answer): string => `${question.join(' ')}: ${answer}`;
  const differing = judged
    .filter(({ question, answer }) => ours(question) !== answer)
    .map(({ question, answer }) => `${text(question, answer)}, not ${ours(question)}`);
  expect(differing).toEqual([]);
  expect(judged.length).toBeGreaterThan(COUNT / 4);
}

function signOf(order: number | undefined): Answer {
  if (order === undefined) return '?';
  return order < 0 ? '<' : order > 0 ? '>' : '=';
}

/**
 * Releases of Maven disagree with each other on a qualifier behind a dot, and with their
 * specification on the word of a release before another qualifier (`1-ga-rc4`); see
 * `core/version/maven.ts`.
 */
function isUnclearToMaven(version: string): boolean {
  return /\.[a-z]|-(?:ga|final|release)\W?\w/i.test(version);
}
