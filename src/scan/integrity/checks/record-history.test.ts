import { describe, expect, it } from 'vitest';
import {
  STATUS,
  TAR,
  check,
  dpkg,
  manifest,
  md5,
  owned,
  tarLayer,
  type TestLayer,
} from '../../../../test/support/integrity.ts';
import type { Evidence } from '../../../core/model/package/package.ts';

const PROGRAM = '/usr/bin/tar';
const LIBRARY = '/usr/lib/libtar.so.1';
const CHANGELOG = '/usr/share/doc/tar/changelog.Debian.gz';
const NEW = { ...TAR, version: '9.9-1' };

function tarOf(...layers: readonly TestLayer[]): Evidence {
  return check(layers).of('tar').evidence;
}

describe('another version in the database of a higher layer', () => {
  const base = tarLayer({ [PROGRAM]: 'x:tar', [LIBRARY]: 'lib' }, [
    owned(PROGRAM, 'x:tar'),
    owned(LIBRARY, 'lib'),
    owned(CHANGELOG, 'old'),
  ]);
  const again = { [PROGRAM]: 'x:tar', [LIBRARY]: 'lib' };
  const list = (changelog: string): NonNullable<TestLayer['read']> =>
    manifest('tar', [owned(PROGRAM, 'x:tar'), owned(LIBRARY, 'lib'), owned(CHANGELOG, changelog)]);

  it.each<readonly [string, TestLayer, string | undefined]>([
    ['nothing else', { read: [dpkg(NEW)] }, 'only the database changed'],
    ['all programs stored again', { files: again, read: [dpkg(NEW)] }, 'the list of its files'],
    [
      'all programs and the list stored again',
      { files: again, read: [dpkg(NEW), ...list('old')] },
      'the changelog of the other version',
    ],
    [
      'a new list, and an old library',
      { files: { [PROGRAM]: 'x:tar' }, read: [dpkg(NEW), ...list('new')] },
      'a library of the package',
    ],
    // As a package manager does.
    ['all of it', { files: again, read: [dpkg(NEW), ...list('new')] }, undefined],
  ])('and %s', (_name, layer, why) => {
    const { contradictions, evidencedVersion } = tarOf(base, layer);
    if (why === undefined) {
      expect(contradictions).toEqual([]);
      return;
    }
    expect(contradictions).toMatchObject([{ kind: 'version', location: { layer: 1 } }]);
    expect(contradictions[0]?.found).toContain(why);
    expect(evidencedVersion).toBe(TAR.version);
  });

  it('and the checksum of the other one', () => {
    const row = { name: 'tar', version: '1.35-r0', digests: [md5('tar 1.35')] } as const;
    const layers: readonly TestLayer[] = ['1.35-r0', '9.9-r0'].map((version) => ({
      files: { [PROGRAM]: 'x:tar' },
      read: [
        [
          '/lib/apk/db/installed',
          'alpine/apk',
          { packages: [{ ...row, version, ownedFiles: [owned(PROGRAM, 'x:tar')] }] },
        ],
      ],
    }));
    expect(tarOf(...layers)).toMatchObject({ evidencedVersion: '1.35-r0' });
  });

  it('of a database that was moved', () => {
    const moved = '/usr/lib/dpkg/status';
    const upper: TestLayer = {
      whiteouts: [STATUS],
      read: [[moved, 'debian/dpkg', { packages: [NEW] }]],
    };
    expect(tarOf(base, upper)).toMatchObject({
      level: 'contradicted',
      evidencedVersion: TAR.version,
      contradictions: [{ location: { path: moved, layer: 1 } }],
    });
  });
});

describe('the same version in the database of a higher layer', () => {
  it('with another source', () => {
    const source = (name: string) => ({ ...TAR, source: { name, version: '1.35-1' } });
    expect(
      tarOf({ read: [dpkg(source('tar'))] }, { read: [dpkg(source('harmless'))] }),
    ).toMatchObject({
      level: 'contradicted',
      contradictions: [{ found: 'built from tar by the layers below, in the same version' }],
    });
  });

  it.each<readonly [string, readonly string[], number]>([
    ['the same files', ['x:tar', 'x:rmt'], 0],
    ['another digest', ['x:tar', 'x:evil'], 1],
    ['a file less', ['x:tar'], 1],
  ])('with %s', (_name, bodies, count) => {
    const rows = (texts: readonly string[]): NonNullable<TestLayer['read']> => [
      [
        '/lib/apk/db/installed',
        'alpine/apk',
        {
          packages: [
            {
              ...TAR,
              ownedFiles: texts.map((text, at) => owned(['/bin/tar', '/bin/rmt'][at] ?? '', text)),
            },
          ],
        },
      ],
    ];
    const files = { '/bin/tar': 'x:tar', '/bin/rmt': bodies[1] ?? 'x:rmt' };
    const base = {
      files: { '/bin/tar': 'x:tar', '/bin/rmt': 'x:rmt' },
      read: rows(['x:tar', 'x:rmt']),
    };
    const { contradictions } = tarOf(base, { files, read: rows(bodies) });
    expect(contradictions).toHaveLength(count);
  });

  it.each<readonly [string, TestLayer, number]>([
    ['a list without the line of a changed program', { files: { [PROGRAM]: 'x:evil' } }, 1],
    ['a list without the line of a program that is gone', { whiteouts: [PROGRAM] }, 0],
  ])('with %s', (_name, layer, count) => {
    const base = tarLayer({ [PROGRAM]: 'x:tar', [LIBRARY]: 'lib' }, [
      owned(PROGRAM, 'x:tar'),
      owned(LIBRARY, 'lib'),
    ]);
    const upper = { ...layer, read: manifest('tar', [owned(LIBRARY, 'lib')]) };
    expect(tarOf(base, upper).contradictions).toHaveLength(count);
  });
});

describe('another maintainer in the database of a higher layer', () => {
  const of = (maintainer?: string): TestLayer => ({
    read: [dpkg({ ...TAR, ...(maintainer !== undefined && { maintainer }) })],
  });

  it.each([
    ['changed to one of the distribution', 'info@elastic.co', 'tar@packages.debian.org', true],
    ['changed to anybody', 'a@debian.org', 'b@debian.org', true],
    ['removed', 'info@elastic.co', undefined, true],
    ['added', undefined, 'tar@packages.debian.org', true],
    ['the same', 'info@elastic.co', 'info@elastic.co', false],
    ['none in both', undefined, undefined, false],
  ])('%s', (_name, before, after, isContradicted) => {
    const { level, contradictions } = tarOf(of(before), of(after));
    expect(level === 'contradicted').toBe(isContradicted);
    expect(contradictions).toHaveLength(isContradicted ? 1 : 0);
  });

  it('is that of another version', () => {
    const next = { ...NEW, maintainer: 'b@debian.org' };
    expect(tarOf(of('a@debian.org'), { read: [dpkg(next)] }).contradictions).toEqual([]);
  });
});
