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
} from '../../../test/support/integrity.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type {
  CatalogedPackage,
  CatalogResult,
  ExternalClaim,
} from '../../core/model/catalog/catalog.ts';
import type { Inventory, Package } from '../../core/model/package/package.ts';
import { integrityFindings } from './index.ts';

describe('packages that are only declared', () => {
  const lock = (result: Partial<CatalogResult>): TestLayer => ({
    read: [
      ['/package-lock.json', 'npm/lock', { packages: [{ name: 'a', version: '1' }], ...result }],
    ],
  });

  it('are as they were', () => {
    const { inventory } = check([lock({})], { accounts: false });
    expect(inventory.contradictions).toBeUndefined();
    expect(inventory.packages).toMatchObject([{ name: 'a', evidence: { level: 'claimed' } }]);
  });

  it('hide no manifest of a package that nothing lists', () => {
    const owns = [owned('/usr/bin/b', 'x:b')];
    const testimony: ExternalClaim = { of: { kind: 'record', path: '/gone' }, ownedFiles: owns };
    const layer = { ...lock({ externalClaims: [testimony] }), files: { '/usr/bin/b': 'x:b' } };
    const { inventory } = check([layer], { accounts: false });
    expect(inventory.contradictions).toMatchObject([{ kind: 'hidden' }]);
  });
});

describe('claims of a version', () => {
  const claims = (
    version: string,
    ...versionClaims: CatalogedPackage['versionClaims'] & object
  ): Package => check([{ read: [dpkg({ name: 'zlib1g', version, versionClaims })] }]).of('zlib1g');

  it.each([
    ['the whole version', '1.2.3-4', { version: '1.2.3-4' }, 'consistent'],
    ['another version', '1.2.3-4', { version: '1.2.3-3' }, 'contradicted'],
    [
      'the version of the source',
      '1.2.3-4+b1',
      { version: '1.2.3-4+b1', part: 'source' },
      'consistent',
    ],
    [
      'the upstream version',
      '1:1.2.3+dfsg-4',
      { version: '1.2.3', part: 'upstream' },
      'consistent',
    ],
    [
      'the version that was really packaged',
      '1.4+really1.2.3-1',
      { version: '1.2.3', part: 'upstream' },
      'consistent',
    ],
    ['a shorter upstream version', '1.2.3-4', { version: '1.2', part: 'upstream' }, 'consistent'],
    [
      'another upstream version',
      '1.2.3-4',
      { version: '1.2.30', part: 'upstream' },
      'contradicted',
    ],
    ['nothing that can be read', '1.2.3-4', { version: '${project.version}' }, 'claimed'],
  ] as const)('%s', (_, version, claim, level) => {
    const pkg = claims(version, { by: 'the changelog', weight: 'binding', ...claim });
    expect(pkg.evidence.level).toBe(level);
    expect(pkg.evidence.evidencedVersion).toBe(
      level === 'contradicted' ? claim.version : undefined,
    );
  });

  it('say nothing where they only hint at another one, and withhold agreement', () => {
    const agrees = { by: 'a', version: '1-1', weight: 'binding' } as const;
    const hints = { by: 'file name', version: '2', weight: 'hint' } as const;
    expect(claims('1-1', hints).evidence).toMatchObject({ level: 'claimed', contradictions: [] });
    expect(claims('1-1', agrees, hints).evidence.level).toBe('claimed');
    expect(claims('1-1', agrees).evidence.reasons).toEqual(['version: a agrees']);
  });

  it('have another version matched where they make the claimed one doubtful', () => {
    const agrees = { by: 'a', version: '1-1', weight: 'binding' } as const;
    const doubts = { by: 'the assembly', version: '2', weight: 'doubt' } as const;
    const { evidence } = claims('1-1', agrees, doubts);
    expect(evidence).toMatchObject({
      level: 'claimed',
      contradictions: [],
      evidencedVersion: '2',
      reasons: ['version: a agrees', 'version: the assembly says 2'],
    });
    const binds = { by: 'b', version: '3', weight: 'binding' } as const;
    expect(claims('1-1', doubts, binds).evidence).toMatchObject({
      level: 'contradicted',
      evidencedVersion: '3',
    });
  });

  it('of a file are heard by its owner only where it is one of its products', () => {
    const layer = (product: string): TestLayer => ({
      files: { '/usr/lib/libz.so.1': 'x:z' },
      read: [
        dpkg({ name: 'zlib1g', version: '1.9-1', source: { name: 'zlib', version: '1.9-1' } }),
        ...manifest('zlib1g', [owned('/usr/lib/libz.so.1', 'x:z')]),
        [
          '/usr/lib/libz.so.1',
          'binary/typed',
          {
            externalClaims: [
              {
                of: { kind: 'owner', products: [product] },
                versionClaims: [
                  { by: 'libz.so.1', version: '1.3.1', weight: 'binding', part: 'upstream' },
                ],
              },
            ],
          },
        ],
      ],
    });
    expect(check([layer('zlib')]).of('zlib1g').evidence).toMatchObject({
      level: 'contradicted',
      evidencedVersion: '1.3.1',
    });
    expect(check([layer('openssl')]).of('zlib1g').evidence.level).toBe('verified');
  });
});

describe('packages against each other', () => {
  const apk = (...packages: readonly CatalogedPackage[]): TestLayer => ({
    read: [['/lib/apk/db/installed', 'alpine/apk', { packages }]],
  });
  const crypto = (name: string, version: string, builtIn?: string): CatalogedPackage => ({
    name,
    version,
    source: { name: 'openssl', version },
    ...(builtIn !== undefined && { builtIn }),
  });

  it('agree where all of one source have one version', () => {
    const { of } = check([apk(crypto('libssl3', '3.3.2-r0'), crypto('libcrypto3', '3.3.2-r0'))]);
    expect(of('libssl3').evidence).toMatchObject({
      level: 'consistent',
      reasons: ['version: 2 packages of source openssl agree'],
    });
  });

  it('may be of different releases of one source', () => {
    const { of } = check([apk(crypto('libssl3', '3.3.2-r0'), crypto('libcrypto3', '3.3.3-r0'))]);
    expect(of('libssl3').evidence).toMatchObject({ level: 'claimed', contradictions: [] });
  });

  it('cannot be of different versions of one build: the few are wrong', () => {
    const { of } = check([
      apk(
        crypto('libssl3', '3.3.2-r0', 'openssl abc'),
        crypto('openssl', '3.3.2-r0', 'openssl abc'),
        crypto('libcrypto3', '3.3.9-r0', 'openssl abc'),
      ),
    ]);
    expect(of('libssl3').evidence.contradictions).toEqual([]);
    expect(of('libcrypto3').evidence).toMatchObject({
      level: 'contradicted',
      evidencedVersion: '3.3.2-r0',
    });
  });

  it('are both doubted where nothing tells which of two is wrong', () => {
    const { of } = check([
      apk(crypto('a', '1-r0', 'openssl abc'), crypto('b', '2-r0', 'openssl abc')),
    ]);
    expect(of('a').evidence.evidencedVersion).toBe('2-r0');
    expect(of('b').evidence.evidencedVersion).toBe('1-r0');
  });

  it.each([
    ['agree', '5.40-1', '5.40-1', 'consistent', undefined],
    ['contradict what is needed', '5.40-1', '5.50-1', 'contradicted', '5.40-1'],
  ])('%s by an exact dependency', (...[, needed, version, level, evidencedVersion]) => {
    const requiresExactly = [{ name: 'perl-base', version: needed }];
    const { of } = check([
      {
        read: [
          dpkg(
            { name: 'perl', version: '5.40-1', requiresExactly },
            { name: 'perl-base', version },
          ),
        ],
      },
    ]);
    expect(of('perl-base').evidence).toMatchObject({ level });
    expect(of('perl-base').evidence.evidencedVersion).toBe(evidencedVersion);
  });

  it('contradict what needs a package of its own source exactly, and is of another version', () => {
    const requiresExactly = [{ name: 'perl-base', version: '5.40-1' }];
    const source = (version: string) => ({ name: 'perl', version });
    const { of } = check([
      {
        read: [
          dpkg(
            { name: 'perl', version: '5.50-1', source: source('5.50-1'), requiresExactly },
            { name: 'perl-base', version: '5.40-1', source: source('5.40-1') },
          ),
        ],
      },
    ]);
    expect(of('perl').evidence).toMatchObject({
      level: 'contradicted',
      evidencedVersion: '5.40-1',
    });
    expect(of('perl-base').evidence.contradictions).toEqual([]);
  });

  it('agree with a lockfile', () => {
    const { of } = check([
      {
        read: [
          [
            '/app/node_modules/a/package.json',
            'npm/installed',
            { packages: [{ name: 'a', version: '1.0.0' }] },
          ],
          [
            '/app/package-lock.json',
            'npm/lock',
            {
              packages: [
                { name: 'a', version: '1.0.0' },
                { name: 'b', version: '1.0.0' },
              ],
            },
          ],
        ],
      },
    ]);
    expect(of('a').evidence.level).toBe('consistent');
    expect(of('b').evidence).toMatchObject({ level: 'claimed', reasons: [] });
  });
});

describe('archives', () => {
  const archive = (...locked: readonly Digest[]): Package =>
    check([
      {
        read: [
          [
            '/app/node_modules/a/package.json',
            'npm/installed',
            { packages: [{ name: 'a', version: '1.0.0' }] },
          ],
          [
            '/app/node_modules/.package-lock.json',
            'npm/hidden',
            {
              externalClaims: [
                {
                  of: { kind: 'record', path: '/app/node_modules/a/package.json' },
                  digests: ['sha512:01'],
                },
              ],
            },
          ],
          [
            '/app/package-lock.json',
            'npm/lock',
            { packages: [{ name: 'a', version: '1.0.0', digests: locked }] },
          ],
        ],
      },
    ]).of('a');

  it.each([
    ['the one that the lockfile names', ['sha512:01'], 'consistent'],
    ['another one', ['sha512:02'], 'contradicted'],
    ['one of several', ['sha512:02', 'sha512:01'], 'consistent'],
    ['one that only another algorithm knows', ['sha1:02'], 'consistent'],
  ] as const)('%s', (_, locked, level) => {
    expect(archive(...locked).evidence.level).toBe(level);
  });
});

describe('a database that a higher layer wrote', () => {
  const layers = (upper: TestLayer['files']): TestLayer[] => [
    tarLayer({ '/usr/bin/tar': 'x:tar' }, [owned('/usr/bin/tar', 'x:tar')]),
    { files: upper ?? {}, read: [dpkg({ ...TAR, version: '9.9-1' })] },
  ];

  it('contradicts itself where only a version changed', () => {
    expect(check(layers({})).of('tar').evidence).toMatchObject({
      level: 'contradicted',
      evidencedVersion: '1.35-1',
      contradictions: [{ kind: 'version', location: { path: STATUS, layer: 1 } }],
    });
  });

  it('is believed where the files of the package changed with it', () => {
    const { of } = check([
      ...layers({}).slice(0, 1),
      {
        files: { '/usr/bin/tar': 'x:new' },
        read: [
          dpkg({ ...TAR, version: '9.9-1' }),
          ...manifest('tar', [owned('/usr/bin/tar', 'x:new')]),
        ],
      },
    ]);
    expect(of('tar').evidence).toMatchObject({ level: 'verified', contradictions: [] });
  });
});

describe('packages of a language that the system ships', () => {
  const METADATA = '/usr/lib/python3/dist-packages/pip-23.dist-info/METADATA';
  const layer = (path: string, digest: Digest): TestLayer => ({
    files: { [path]: 'pip 23' },
    read: [
      dpkg({ name: 'python3-pip', version: '23-1' }),
      ...manifest('python3-pip', [{ path, digest, kind: 'file' }]),
      [path, 'pypi/dist-info', { packages: [{ name: 'pip', version: '23' }] }],
    ],
  });

  it('are folded under it where the bytes are those of its manifest', () => {
    const { of } = check([layer(METADATA, md5('pip 23'))]);
    expect(of('pip')).toMatchObject({
      ownedBy: of('python3-pip').id,
      evidence: { level: 'verified', reasons: ['shipped by python3-pip 23-1'] },
    });
  });

  it('are reported by themselves where a planted line names other bytes', () => {
    const { of } = check([layer(METADATA, md5('planted'))]);
    expect(of('pip').ownedBy).toBeUndefined();
    expect(of('pip').evidence).toMatchObject({
      level: 'contradicted',
      contradictions: [{ kind: 'ownership', isSevere: true, location: { path: METADATA } }],
    });
    expect(of('python3-pip').evidence.level).toBe('contradicted');
  });

  it('are never folded in folders of applications, whatever a manifest says', () => {
    const { of } = check([
      layer('/app/lib/site-packages/pip-23.dist-info/METADATA', md5('pip 23')),
    ]);
    expect(of('pip').ownedBy).toBeUndefined();
  });

  it('are never folded where there is another copy', () => {
    const other = '/opt/venv/lib/site-packages/pip-23.dist-info/METADATA';
    const { of } = check([
      layer(METADATA, md5('pip 23')),
      { read: [[other, 'pypi/dist-info', { packages: [{ name: 'pip', version: '23' }] }]] },
    ]);
    expect(of('pip').ownedBy).toBeUndefined();
  });
});

describe('packages that another carries', () => {
  const VENDOR = '/app/lib/site-packages/pip/_vendor/vendor.txt';

  it.each([
    ['as its manifest says', 'idna==3.4', 'consistent'],
    ['and that its manifest denies', 'idna==9.9', 'claimed'],
  ])('%s', (_, text, level) => {
    const { of } = check([
      {
        files: { [VENDOR]: text },
        read: [
          [
            '/app/lib/site-packages/pip-23.dist-info/METADATA',
            'pypi/dist-info',
            {
              packages: [{ name: 'pip', version: '23', ownedFiles: [owned(VENDOR, 'idna==3.4')] }],
            },
          ],
          [VENDOR, 'pypi/dist-info', { packages: [{ name: 'idna', version: '3.4' }] }],
        ],
      },
    ]);
    expect(of('idna').evidence.level).toBe(level);
    expect(of('idna').ownedBy).toBeUndefined();
  });
});

describe('what belongs to no package', () => {
  const zlib = owned('/usr/lib/libz.so.1.3.1', 'x:z');

  it.each([
    ['a manifest whose package is gone', { '/usr/lib/libz.so.1.3.1': 'x:z' }, 1],
    ['a manifest whose package and files are gone', {}, 0],
    ['a manifest of other files', { '/usr/lib/libz.so.1.3.1': 'x:other' }, 0],
  ])('%s', (_, files, expected) => {
    const read = [dpkg(TAR), ...manifest('zlib1g', [zlib])];
    const { inventory } = check([{ files, read }]);
    expect(inventory.contradictions ?? []).toHaveLength(expected);
    expect(integrityFindings(inventory)).toHaveLength(expected);
    if (expected > 0) {
      expect(inventory.contradictions?.[0]).toMatchObject({
        kind: 'hidden',
        isSevere: true,
        location: { path: '/var/lib/dpkg/info/zlib1g.md5sums' },
      });
    }
  });

  it.each([
    ['12', '12.4+deb12u8', 0],
    ['13', '12.4+deb12u8', 1],
  ])('a release %s with base-files %s', (versionId, version, expected) => {
    const { inventory } = check([{ read: [dpkg({ name: 'base-files', version })] }], {
      distro: { id: 'debian', versionId },
    });
    expect(inventory.contradictions ?? []).toHaveLength(expected);
  });

  it('programs that no manifest names', () => {
    const { inventory } = check([
      {
        files: {
          '/usr/bin/tar': 'x:tar',
          '/usr/bin/miner': 'x:miner!',
          '/app/README.md': 'x:read me',
          '/var/lib/dpkg/info/tar.postinst': 'x:sh',
          '/usr/lib/libevil.so.1': 'lib',
        },
        read: [dpkg(TAR), ...manifest('tar', [owned('/usr/bin/tar', 'x:tar')])],
      },
    ]);
    expect(inventory.accountability).toMatchObject({ executableCount: 3, explainedCount: 1 });
    expect(inventory.accountability?.unexplained.map((it) => it.location.path)).toEqual([
      '/usr/bin/miner',
      '/usr/lib/libevil.so.1',
    ]);
  });
});

describe('what a record says of itself', () => {
  const jar = (outcome: 'match' | 'proven' | 'mismatch'): Inventory =>
    check([
      {
        read: [
          [
            '/app/a.jar',
            'maven/jar',
            {
              packages: [
                {
                  name: 'g:a',
                  version: '1.0',
                  selfChecks: [{ by: 'the signature', outcome, kind: 'header' }],
                },
              ],
            },
          ],
        ],
      },
    ]).inventory;

  it.each([
    ['match', 'verified'],
    ['proven', 'proven'],
    ['mismatch', 'contradicted'],
  ] as const)('%s: %s', (outcome, level) => {
    expect(jar(outcome).packages[0]?.evidence.level).toBe(level);
  });
});

describe('integrityFindings', () => {
  it('have the same ids whatever the layers are called', () => {
    const changed = { '/usr/bin/tar': 'x:evil' };
    const base = tarLayer({ '/usr/bin/tar': 'x:tar' }, [owned('/usr/bin/tar', 'x:tar')]);
    const [one] = integrityFindings(check([base, { files: changed }]).inventory);
    const [other] = integrityFindings(check([base, {}, { files: changed }]).inventory);
    expect(one?.id).toMatch(/^[0-9a-f]{16}$/);
    expect(other?.id).toBe(one?.id);
  });
});
