import { describe, expect, it } from 'vitest';
import {
  STATUS,
  TAR,
  check,
  dpkg,
  manifest,
  owned,
  type TestLayer,
} from '../../../../test/support/integrity.ts';

const ZLIB = { name: 'zlib1g', version: '1.3.1-1' };
const LIBRARY = '/usr/lib/libz.so.1';
const LIST = '/var/lib/dpkg/info/zlib1g.md5sums';
const SITE = '/usr/lib/python3/site-packages';

const base: TestLayer = {
  files: {
    '/usr/bin/tar': 'x:tar',
    [LIBRARY]: 'z',
    '/usr/bin/z': 'x:z',
    '/usr/bin/z-script': 'x:sh',
  },
  read: [
    dpkg(TAR, ZLIB),
    ...manifest('tar', [owned('/usr/bin/tar', 'x:tar')]),
    ...manifest('zlib1g', [
      owned(LIBRARY, 'z'),
      owned('/usr/bin/z', 'x:z'),
      owned('/usr/bin/z-script', 'x:sh'),
    ]),
  ],
};

/** All that it has but documentation. */
const FILES: readonly string[] = [LIBRARY, '/usr/bin/z', '/usr/bin/z-script'];

function found(...layers: readonly TestLayer[]): readonly string[] {
  return (check(layers).inventory.contradictions ?? []).map(({ kind, claimed, location }) =>
    [kind, location.path, location.layer, claimed].join(' '),
  );
}

describe('packages that a higher layer has no more', () => {
  const gone = `hidden ${STATUS} 1 no package "zlib1g" is installed`;

  it.each<readonly [string, TestLayer, readonly string[]]>([
    ['with their files', { whiteouts: [LIST, ...FILES], read: [dpkg(TAR)] }, []],
    ['without them', { whiteouts: [LIST], read: [dpkg(TAR)] }, [gone]],
    [
      'and whose files another package takes over without installing them',
      {
        whiteouts: [LIST],
        read: [
          dpkg(TAR, { ...ZLIB, name: 'harmless' }),
          ...manifest('harmless', [owned(LIBRARY, 'z')]),
        ],
      },
      [gone],
    ],
    [
      'and whose files another package brings',
      {
        whiteouts: [LIST, ...FILES],
        files: { [LIBRARY]: 'z' },
        read: [
          dpkg(TAR, { ...ZLIB, name: 'zlib2g' }),
          ...manifest('zlib2g', [owned(LIBRARY, 'z')]),
        ],
      },
      [],
    ],
    [
      'and in whose place another one was installed, with a script that is the same in both',
      {
        whiteouts: [LIST, LIBRARY],
        files: { '/usr/bin/z': 'x:new' },
        read: [
          dpkg(TAR, { ...ZLIB, name: 'zlib2g' }),
          ...manifest('zlib2g', [owned('/usr/bin/z', 'x:new'), owned('/usr/bin/z-script', 'x:sh')]),
        ],
      },
      [],
    ],
    [
      'with another body in the place of their files',
      { whiteouts: [LIST, ...FILES], files: { [LIBRARY]: 'y' }, read: [dpkg(TAR)] },
      [],
    ],
  ])('%s', (_name, layer, expected) => {
    expect(found(base, layer)).toEqual(expected);
  });

  it('are told together where the whole database is gone', () => {
    expect(found(base, { whiteouts: ['/var/lib/dpkg'] })).toEqual([
      `hidden ${STATUS} 1 no ${STATUS}`,
    ]);
  });

  it('are told once where their list of files is still there', () => {
    expect(found(base, { read: [dpkg(TAR)] })).toEqual([
      `hidden ${LIST} 0 no package "zlib1g" is installed`,
    ]);
  });

  it('are those of before, whatever later layers do', () => {
    expect(found(base, { whiteouts: [LIST], read: [dpkg(TAR)] }, { read: [dpkg(TAR)] })).toEqual([
      `hidden ${STATUS} 1 no package "zlib1g" is installed`,
    ]);
  });

  it.each<readonly [string, TestLayer['files'], number]>([
    ['renamed', {}, 1],
    ['replaced by another version', { [`${SITE}/six.py`]: 'six 2' }, 0],
    ['installed again', { [`${SITE}/six.py`]: 'six' }, 0],
  ])('in folders of Python, %s', (_name, files, count) => {
    const record = (version: string): NonNullable<TestLayer['read']>[number] => [
      `${SITE}/six-${version}.dist-info/METADATA`,
      'pypi/dist-info',
      { packages: [{ name: 'six', version, ownedFiles: [owned(`${SITE}/six.py`, 'six')] }] },
    ];
    const lower = { files: { [`${SITE}/six.py`]: 'six' }, read: [record('1')] };
    const upper = {
      whiteouts: [`${SITE}/six-1.dist-info`],
      files: files ?? {},
      read: [record('2')],
    };
    const { inventory } = check([lower, upper]);
    expect(inventory.contradictions ?? []).toHaveLength(count);
  });
});

describe('a list of files that a higher layer deleted', () => {
  it('is still that of the package', () => {
    const layer = { whiteouts: [LIST] };
    expect(check([base, layer]).of('zlib1g').evidence.level).toBe('verified');
    expect(
      check([base, { ...layer, files: { [LIBRARY]: 'evil' } }]).of('zlib1g').evidence,
    ).toMatchObject({ level: 'contradicted', contradictions: [{ kind: 'content' }] });
  });

  it('is not that of another version', () => {
    const upper = {
      whiteouts: [LIST],
      files: { [LIBRARY]: 'new' },
      read: [dpkg(TAR, { ...ZLIB, version: '2' })],
    };
    expect(check([base, upper]).of('zlib1g').evidence).toMatchObject({
      level: 'claimed',
      contradictions: [],
    });
  });
});
