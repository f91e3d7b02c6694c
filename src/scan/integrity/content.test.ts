import { describe, expect, it } from 'vitest';
import {
  ROWS,
  TAR,
  check,
  dpkg,
  manifest,
  md5,
  owned,
  recordOf,
  tarLayer,
  type TestLayer,
} from '../../../test/support/integrity.ts';
import { buildInventory } from '../inventory/inventory.ts';
import { mergeLayers } from '../rootfs/merge-layers.ts';
import type { OwnedFile } from '../../core/model/catalog/catalog.ts';
import { assess, integrityFindings } from './index.ts';

describe('the files of a package', () => {
  it('verify it where all are as its manifest says', () => {
    const { of, inventory, missing } = check([
      tarLayer({ '/usr/bin/tar': 'x:tar', '/usr/share/tar/a': 'a' }, [
        owned('/usr/bin/tar', 'x:tar'),
        owned('/usr/share/tar/a', 'a'),
      ]),
    ]);
    expect(of('tar').evidence).toMatchObject({
      level: 'verified',
      reasons: ['files: 2 of 2 match the manifest'],
      contradictions: [],
      files: { matchedCount: 2, mismatchedCount: 0, missingCount: 0, excludedCount: 0 },
    });
    expect(missing).toEqual([]);
    expect(inventory.accountability).toEqual({
      executableCount: 1,
      executableBytes: 5,
      explainedCount: 1,
      explainedBytes: 5,
      explainedBy: [{ by: 'distribution', count: 1, bytes: 5 }],
      unexplained: [],
    });
  });

  it('of which one that other packages were cataloged from was changed', () => {
    const site = '/usr/lib/python3/site-packages';
    const metadata = `${site}/pip-25.dist-info/METADATA`;
    const list = `${site}/pip/_vendor/vendor.txt`;
    const testimony = {
      of: { kind: 'record', path: metadata } as const,
      ownedFiles: [owned(metadata, 'pip'), owned(list, 'six==1.10')],
    };
    const pip = { packages: [{ name: 'pip', version: '25' }], externalClaims: [testimony] };
    const six = { packages: [{ name: 'six', version: '1.17' }] };
    const files = { [metadata]: 'pip', [list]: 'six==1.17' };
    const { of } = check([
      {
        files,
        read: [
          [metadata, 'pypi/dist-info', pip],
          [list, 'pypi/dist-info', six],
        ],
      },
    ]);
    expect(of('pip').evidence).toMatchObject({
      level: 'contradicted',
      contradictions: [{ kind: 'content', location: { path: list }, isSevere: true }],
    });
  });

  it('verify it where links lead to the list of them, and to no other', () => {
    const files = { '/usr/bin/tar': 'x:tar' };
    const testimony = (text: string, folder: string): NonNullable<TestLayer['read']>[number] => [
      `${folder}/info/tar.md5sums`,
      'debian/md5sums',
      {
        externalClaims: [
          {
            of: { kind: 'name', name: 'tar', soughtAt: '/var/lib/dpkg/info/tar.md5sums' },
            ownedFiles: [owned('/usr/bin/tar', text)],
          },
        ],
      },
    ];
    const chroot = testimony('x:other', '/srv/chroot/var/lib/dpkg');
    const moved = testimony('x:tar', '/usr/dpkg');
    const links = { '/var/lib/dpkg': '../../usr/dpkg' };
    const read = [dpkg(TAR), moved, chroot];
    expect(check([{ files, links, read }]).of('tar').evidence.level).toBe('verified');
    expect(check([{ files, read }]).of('tar').evidence.level).toBe('claimed');
  });

  it('does not verify it where the list has no digest of what the package was cataloged from', () => {
    const metadata = '/usr/lib/python3/site-packages/six-1.17.dist-info/METADATA';
    const code = '/usr/lib/python3/site-packages/six.py';
    const levelWith = (record: OwnedFile): string => {
      const testimony = {
        of: { kind: 'record', path: metadata } as const,
        ownedFiles: [owned(code, 'six'), record],
      };
      const six = { packages: [{ name: 'six', version: '1.17' }], externalClaims: [testimony] };
      return check([
        { files: { [metadata]: 'six', [code]: 'six' }, read: [[metadata, 'pypi/dist-info', six]] },
      ]).of('six').evidence.level;
    };
    expect(levelWith(owned(metadata, 'six'))).toBe('verified');
    expect(levelWith({ path: metadata, kind: 'file' })).toBe('claimed');
  });

  it.each([
    ['a program', '/usr/bin/tar', 'x:tar', 'contradicted', true],
    ['a library', '/usr/lib/libtar.so.1.2', 'lib', 'contradicted', true],
    ['a module', '/usr/lib/python3/dist-packages/tar.py', 'py', 'contradicted', true],
    ['the release', '/usr/lib/os-release', 'ID=debian', 'contradicted', true],
    ['data', '/usr/share/tar/a', 'a', 'contradicted', false],
    ['configuration', '/etc/tar.conf', 'a', 'verified', false],
  ] as const)('of which %s was changed', (...[, path, before, level, isSevere]) => {
    const { of, inventory } = check([
      tarLayer({ '/usr/bin/other': 'x:other', [path]: before }, [
        owned('/usr/bin/other', 'x:other'),
        owned(path, before),
      ]),
      { files: { [path]: `${before} and more` } },
    ]);
    expect(of('tar').evidence).toMatchObject({
      level,
      contradictions: [
        {
          kind: 'content',
          isSevere,
          location: { path, layer: 1 },
          found: md5(`${before} and more`),
        },
      ],
      files: { matchedCount: 1, mismatchedCount: 1 },
    });
    const findings = integrityFindings(inventory);
    expect(findings.map((it) => it.severity)).toEqual(
      level === 'verified' ? [] : [isSevere ? 'high' : 'low'],
    );
  });

  it.each([
    ['documentation', '/usr/share/doc/tar/copyright', 'verified', 'excludedCount'],
    ['a manual', '/opt/x/share/man/man1/tar.1', 'verified', 'excludedCount'],
    ['a translation', '/usr/share/locale/de/LC_MESSAGES/tar.mo', 'verified', 'excludedCount'],
    ['compiled Python', '/usr/lib/x/__pycache__/a.cpython-312.pyc', 'verified', 'excludedCount'],
    ['data', '/usr/share/tar/a', 'claimed', 'missingCount'],
    ['a program', '/usr/bin/rmt', 'contradicted', 'missingCount'],
  ] as const)('of which %s is missing', (_, path, level, counter) => {
    const { of } = check([
      tarLayer({ '/usr/bin/tar': 'x:tar' }, [owned('/usr/bin/tar', 'x:tar'), owned(path, 'a')]),
    ]);
    expect(of('tar').evidence).toMatchObject({ level, files: { [counter]: 1 } });
    expect(of('tar').evidence.contradictions.map((it) => [it.kind, it.isSevere])).toEqual(
      level === 'contradicted' ? [['missing', false]] : [],
    );
  });

  it('contradict nothing where all of them are missing', () => {
    const { of } = check([tarLayer({}, [owned('/usr/bin/tar', 'x:tar')])]);
    expect(of('tar').evidence).toMatchObject({ level: 'claimed', files: { missingCount: 1 } });
  });

  it('are not missing where records do not keep every file', () => {
    const { of } = check([
      tarLayer({ '/usr/bin/tar': 'x:tar' }, [
        owned('/usr/bin/tar', 'x:tar'),
        owned('/var/lib/tar/state', 'a'),
      ]),
    ]);
    expect(of('tar').evidence).toMatchObject({ level: 'verified', files: { missingCount: 0 } });
  });

  it('are found behind links of folders, and under the names of hard links', () => {
    const { of } = check([
      {
        ...tarLayer({ '/usr/bin/tar': 'x:tar' }, [
          owned('/bin/tar', 'x:tar'),
          owned('/bin/gtar', 'x:tar'),
        ]),
        links: { '/bin': 'usr/bin' },
        hardLinks: { '/usr/bin/gtar': '/usr/bin/tar' },
      },
    ]);
    expect(of('tar').evidence).toMatchObject({ level: 'verified', files: { matchedCount: 2 } });
  });

  it('are looked for where dpkg has diverted them', () => {
    const read = [
      dpkg(TAR, { name: 'dash', version: '1' }),
      ...manifest('tar', [owned('/usr/bin/sh', 'x:tar')]),
      ...manifest('dash', [owned('/usr/bin/sh', 'x:dash')]),
      [
        '/var/lib/dpkg/diversions',
        'debian/diversions',
        { diversions: [{ path: '/usr/bin/sh', to: '/usr/bin/sh.distrib', by: 'dash' }] },
      ] as const,
    ];
    const { of } = check([
      { files: { '/usr/bin/sh': 'x:dash', '/usr/bin/sh.distrib': 'x:tar' }, read },
    ]);
    expect(of('tar').evidence.level).toBe('verified');
    expect(of('dash').evidence.level).toBe('verified');
  });

  it('may have been replaced by those of another package', () => {
    const { of } = check([
      {
        files: { '/usr/bin/tar': 'x:new', '/usr/bin/rmt': 'x:rmt' },
        read: [
          dpkg(TAR, { name: 'star', version: '1' }),
          ...manifest('tar', [owned('/usr/bin/tar', 'x:old'), owned('/usr/bin/rmt', 'x:rmt')]),
          ...manifest('star', [owned('/usr/bin/tar', 'x:new')]),
        ],
      },
    ]);
    expect(of('tar').evidence).toMatchObject({ level: 'verified', files: { excludedCount: 1 } });
    expect(of('star').evidence.level).toBe('verified');
  });

  it('ask for a digest that nobody took, and use it', () => {
    const sha1 = `sha1:${'a'.repeat(40)}` as const;
    const layer = tarLayer({ '/usr/bin/tar': 'x:tar' }, [
      { path: '/usr/bin/tar', digest: sha1, kind: 'file' },
    ]);
    const first = check([layer]);
    expect(first.of('tar').evidence.level).toBe('claimed');
    expect(first.missing).toMatchObject([
      { algorithm: 'sha1', stored: { layer: 0, path: '/usr/bin/tar' } },
    ]);
    const view = mergeLayers([recordOf(layer)]);
    const { inventory, entries } = buildInventory(view, { rows: ROWS, artifactKind: 'image' });
    const { cataloged: readings, root } = view;
    const input = { inventory, entries, catalogers: ROWS, readings, root } as const;
    const [row] = assess({ ...input, depth: 'full', accounts: true }).missing;
    const moreDigests = new Map(row === undefined ? [] : [[row.fact, [sha1]]]);
    const second = assess({ ...input, depth: 'full', accounts: true, moreDigests });
    expect(second.inventory.packages[0]?.evidence.level).toBe('verified');
    expect(second.missing).toEqual([]);
  });

  it('let the locked root account of Alpine be', () => {
    const { of } = check([
      {
        files: { '/etc/shadow': 'root:*', '/sbin/x': 'x:x' },
        read: [
          [
            '/lib/apk/db/installed',
            'alpine/apk',
            {
              packages: [
                {
                  name: 'alpine-baselayout-data',
                  version: '3.6.5-r0',
                  ownedFiles: [owned('/etc/shadow', 'root::'), owned('/sbin/x', 'x:x')],
                },
              ],
            },
          ],
        ],
      },
    ]);
    expect(of('alpine-baselayout-data').evidence).toMatchObject({
      level: 'verified',
      contradictions: [],
    });
  });

  it('compare links by what they say', () => {
    const link = (target: string): OwnedFile => ({
      path: '/usr/lib/libx.so.1',
      kind: 'link',
      digest: md5(target),
    });
    const layers = (said: string): TestLayer[] => [
      {
        ...tarLayer({ '/usr/lib/libx.so.1.2': 'x:l' }, [link(said)]),
        links: { '/usr/lib/libx.so.1': 'libx.so.1.2' },
      },
    ];
    expect(check(layers('libx.so.1.2')).of('tar').evidence.level).toBe('verified');
    expect(check(layers('libx.so.1.1')).of('tar').evidence.level).toBe('claimed');
  });

  it('are not compared without full depth', () => {
    const layer = tarLayer({ '/usr/bin/tar': 'x:changed' }, [owned('/usr/bin/tar', 'x:tar')]);
    const { of, inventory } = check([layer], { depth: 'manifests' });
    expect(of('tar').evidence).toMatchObject({ level: 'claimed', contradictions: [] });
    expect(inventory.accountability).toBeUndefined();
  });

  it('are named to a bound, and a program is never hidden behind changed texts', () => {
    const names = Array.from({ length: 300 }, (_, index) => `/usr/share/tar/${String(index)}`);
    const files = Object.fromEntries([...names, '/usr/bin/tar'].map((path) => [path, 'x changed']));
    const owns = [...names, '/usr/bin/tar'].map((path) => owned(path, 'x'));
    const { evidence } = check([tarLayer({ ...files, '/usr/bin/tar': 'x:changed' }, owns)]).of(
      'tar',
    );
    expect(evidence.files.mismatchedCount).toBe(301);
    expect(evidence.contradictions).toHaveLength(201);
    expect(evidence.contradictions.at(-1)).toMatchObject({
      isSevere: true,
      location: { path: '/usr/bin/tar' },
    });
  });
});

describe('configuration alone', () => {
  const CONFIG = '/etc/a.conf';
  const row = {
    name: 'a',
    version: '1-1',
    ownedFiles: [owned(CONFIG, 'a', { kind: 'config' })],
  } as const;
  const files = { [CONFIG]: 'a' };

  it('verifies no package of dpkg, whose other files stand in a list of their own', () => {
    expect(check([{ files, read: [dpkg(row)] }]).of('a').evidence.level).toBe('claimed');
    const list = manifest('a', [owned('/usr/share/doc/a/copyright', 'c')]);
    expect(check([{ files, read: [dpkg(row), ...list] }]).of('a').evidence.level).toBe('verified');
  });

  it('verifies a package of apk, whose database lists all files', () => {
    const read: TestLayer['read'] = [['/lib/apk/db/installed', 'alpine/apk', { packages: [row] }]];
    expect(check([{ files, read }]).of('a').evidence.level).toBe('verified');
  });
});

describe('a changed program that another package lists as it is now', () => {
  const evil = owned('/usr/bin/tar', 'x:evil');
  const layer = (replaces: readonly string[] | undefined, name = 'evil'): TestLayer => ({
    files: { '/usr/bin/tar': 'x:evil' },
    read: [
      dpkg(TAR, { name, version: '1', ...(replaces && { replaces }) }),
      ...manifest('tar', [owned('/usr/bin/tar', 'x:tar')]),
      ...manifest(name, [evil]),
    ],
  });

  it.each([
    ['says that it replaces the other', ['tar'], 'claimed'],
    ['says that it replaces nothing', [], 'contradicted'],
    // Other packagings than dpkg.
    ['cannot say so', undefined, 'claimed'],
  ] as const)('and that %s', (_name, replaces, level) => {
    expect(check([layer(replaces)]).of('tar').evidence.level).toBe(level);
  });

  it('is not excused by a second line of its own list', () => {
    const read = [dpkg(TAR), ...manifest('tar', [owned('/usr/bin/tar', 'x:tar'), evil])];
    const { evidence } = check([{ files: { '/usr/bin/tar': 'x:evil' }, read }]).of('tar');
    expect(evidence).toMatchObject({ level: 'contradicted', files: { mismatchedCount: 1 } });
  });
});
