/** What an image could bring to blind the checks, to accuse the honest, or to make them slow. */

import { describe, expect, it } from 'vitest';
import {
  TAR,
  check,
  dpkg,
  manifest,
  owned,
  tarLayer,
  type TestLayer,
} from '../../../test/support/integrity.ts';
import type { CatalogedPackage, OwnedFile } from '../../core/model/catalog/catalog.ts';

const PROGRAM = '/usr/bin/tar';
const DATA = '/usr/share/tar/a';

describe('a manifest that a higher layer changed', () => {
  const first: TestLayer = tarLayer({ [PROGRAM]: 'x:good', [DATA]: 'a' }, [
    owned(PROGRAM, 'x:good'),
    owned(DATA, 'a'),
  ]);

  it('contradicts its package where the version is the same and files are the old ones', () => {
    const { of } = check([
      first,
      {
        files: { [PROGRAM]: 'x:evil' },
        read: manifest('tar', [owned(PROGRAM, 'x:evil'), owned(DATA, 'a')]),
      },
    ]);
    expect(of('tar').evidence).toMatchObject({
      level: 'contradicted',
      contradictions: [
        {
          kind: 'content',
          isSevere: true,
          location: { path: '/var/lib/dpkg/info/tar.md5sums', layer: 1 },
        },
      ],
    });
  });

  it('contradicts it where a line was added', () => {
    const lines = [owned(PROGRAM, 'x:good'), owned(DATA, 'a'), owned('/app/package.json', '{}')];
    const { of } = check([
      first,
      { files: { '/app/package.json': '{}' }, read: manifest('tar', lines) },
    ]);
    expect(of('tar').evidence.level).toBe('contradicted');
  });

  it('is believed where it was installed anew, with all files', () => {
    const { of } = check([
      first,
      tarLayer({ [PROGRAM]: 'x:rebuilt', [DATA]: 'a' }, [
        owned(PROGRAM, 'x:rebuilt'),
        owned(DATA, 'a'),
      ]),
    ]);
    expect(of('tar').evidence).toMatchObject({ level: 'verified', contradictions: [] });
  });

  it('is believed where it came with another version', () => {
    const { of } = check([
      first,
      {
        files: { [PROGRAM]: 'x:new' },
        read: [
          dpkg({ ...TAR, version: '1.36-1' }),
          ...manifest('tar', [owned(PROGRAM, 'x:new'), owned(DATA, 'a')]),
        ],
      },
    ]);
    expect(of('tar').evidence.level).toBe('verified');
  });

  it('that was only copied says nothing', () => {
    const { of } = check([
      first,
      { read: manifest('tar', [owned(PROGRAM, 'x:good'), owned(DATA, 'a')]) },
    ]);
    expect(of('tar').evidence.level).toBe('verified');
  });
});

describe('a list of files that a package of a language brings', () => {
  const SITE = '/usr/lib/python3.12/site-packages';
  const RECORD = `${SITE}/evil-1.dist-info/METADATA`;
  const evil = (owns: readonly OwnedFile[]): NonNullable<TestLayer['read']>[number] => [
    RECORD,
    'pypi/dist-info',
    { packages: [{ name: 'evil', version: '1', ownedFiles: owns }] },
  ];

  it('excuses no program of the system', () => {
    const { of } = check([
      {
        files: { [PROGRAM]: 'x:evil' },
        read: [
          dpkg(TAR),
          ...manifest('tar', [owned(PROGRAM, 'x:good')]),
          evil([owned(PROGRAM, 'x:evil')]),
        ],
      },
    ]);
    expect(of('tar').evidence.level).toBe('contradicted');
  });

  it('excuses what replaced a package of the same language', () => {
    const { of } = check([
      {
        files: { [`${SITE}/pip/a.py`]: 'new', '/usr/bin/pip': 'x:new' },
        read: [
          dpkg({ name: 'py3-pip', version: '1' }),
          ...manifest('py3-pip', [
            owned(`${SITE}/pip/a.py`, 'old'),
            owned('/usr/bin/pip', 'x:old'),
          ]),
          evil([owned(`${SITE}/pip/a.py`, 'new'), owned('/usr/bin/pip', 'x:new')]),
        ],
      },
    ]);
    expect(of('py3-pip').evidence.contradictions).toEqual([]);
  });

  it('accuses nobody else', () => {
    const { of } = check([
      {
        files: { [PROGRAM]: 'x:good' },
        read: [
          dpkg(TAR),
          ...manifest('tar', [owned(PROGRAM, 'x:good')]),
          evil([owned(PROGRAM, 'x:other')]),
        ],
      },
    ]);
    expect(of('tar').evidence.level).toBe('verified');
  });

  it('takes no package away from the owner that ships it', () => {
    const { of } = check([
      {
        files: { [RECORD]: 'Name: evil' },
        read: [
          dpkg({ name: 'py3-evil', version: '1' }),
          ...manifest('py3-evil', [owned(RECORD, 'Name: evil')]),
          evil([owned(RECORD, 'Name: evil')]),
        ],
      },
    ]);
    expect(of('evil').ownedBy).toBe(of('py3-evil').id);
  });
});

it('a program that the manifest names without a digest verifies nothing', () => {
  const { of } = check([
    tarLayer({ [PROGRAM]: 'x:evil', [DATA]: 'a' }, [
      { path: PROGRAM, kind: 'file' },
      owned(DATA, 'a'),
    ]),
  ]);
  expect(of('tar').evidence.level).toBe('claimed');
});

describe('a lockfile in another folder', () => {
  const lodash = (
    path: string,
    foundBy: string,
    digest: string,
  ): NonNullable<TestLayer['read']>[number] => [
    path,
    foundBy,
    {
      packages: [{ name: 'lodash', version: '4.17.21', digests: [`sha512:${digest.repeat(128)}`] }],
    },
  ];
  const installed = lodash('/app/node_modules/lodash/package.json', 'npm/installed', 'a');

  it.each([
    ['/app/package-lock.json', 'contradicted'],
    ['/evil/package-lock.json', 'consistent'],
  ])('%s: %s', (path, level) => {
    const { of } = check([{ read: [installed, lodash(path, 'npm/lock', 'b')] }]);
    expect(of('lodash').evidence.level).toBe(level);
  });
});

describe('any number of statements', () => {
  const COUNT = 20_000;

  it('of owners of one file', () => {
    const names = Array.from({ length: 1000 }, (_, index) => `p${index}`);
    const { of } = check([
      {
        files: { [PROGRAM]: 'x:good' },
        read: [
          dpkg(...names.map((name) => ({ name, version: '1' }))),
          ...names.flatMap((name) =>
            manifest(name, [owned(PROGRAM, name === 'p0' ? 'x:good' : `x:${name}`)]),
          ),
        ],
      },
    ]);
    expect(of('p0').evidence.level).toBe('verified');
    expect(of('p1').evidence.contradictions).toEqual([]);
  });

  it('of exact dependencies', () => {
    const needy = (version: string): readonly CatalogedPackage[] =>
      Array.from({ length: COUNT }, (_, index) => ({
        name: `${version}-${index}`,
        version: '1',
        requiresExactly: [{ name: 'tar', version }],
      }));
    const right = check([{ read: [dpkg(TAR, ...needy(TAR.version))] }]).of('tar').evidence;
    expect(right.reasons.length).toBeLessThan(200);
    const wrong = check([{ read: [dpkg(TAR, ...needy('9'))] }]).of('tar').evidence;
    expect(wrong).toMatchObject({ level: 'contradicted', evidencedVersion: '9' });
    expect(wrong.contradictions.length).toBeLessThan(200);
  });

  it('of one manifest', () => {
    const lines = Array.from({ length: COUNT }, (_, index) =>
      owned(`/usr/bin/${index}`, 'x:claimed'),
    );
    const files = Object.fromEntries(lines.map(({ path }) => [path, 'x:found']));
    const { contradictions, files: counts } = check([tarLayer(files, lines)]).of('tar').evidence;
    expect(counts.mismatchedCount).toBe(COUNT);
    expect(contradictions.length).toBeLessThan(500);
  });
});
