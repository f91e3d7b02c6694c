import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { aFinding, anInventory, aPackage, aResult } from '../../../test/support/model.ts';
import type { Artifact } from '../../core/model/artifact/artifact.ts';
import type { Package } from '../../core/model/package/package.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import { withActions } from './actions.ts';
import { LOCK_RECIPES } from './lock-recipes.ts';

type Cure = NonNullable<Verdict['cure']>;

const PROJECT = { kind: 'directory', reference: 'app', layers: [{}] } as const;
const IMAGE = { kind: 'image', reference: 'app:1', layers: [{}] } as const;
const HOST = { kind: 'rootfs', reference: '/', layers: [{}] } as const;

/** A package of a lockfile, with the version to upgrade to. */
function locked(file: string, name: string, versions: string, fields: Partial<Package> = {}): Case {
  const [from = '', to = ''] = versions.split(' ');
  const pkg = aPackage(name, from, { locations: [{ path: file, layer: 0, line: 7 }], ...fields });
  return { pkg, to };
}

interface Case {
  readonly pkg: Package;
  readonly to: string;
}

/** What the cure says to do with an inventory of these packages and others. */
function actions(
  cases: readonly Case[],
  artifact: Artifact = PROJECT,
  others: readonly Package[] = [],
): Pick<Cure, 'commands' | 'edits'> {
  const findings = cases.map(({ pkg }, index) =>
    aFinding(`f${index}`, { packageId: pkg.id, matchedVersion: pkg.version }),
  );
  const inventory = anInventory([...cases.map(({ pkg }) => pkg), ...others]);
  const cure: Cure = {
    change: '',
    clears: findings.map(({ id }) => id),
    upgrades: cases.map(({ pkg, to }) => ({ packageId: pkg.id, version: to })),
    command: 'assay',
  };
  const verdict: Verdict = { status: 'fail', exitCode: 1, causes: [], cure };
  const report = withActions({ verdict, results: [aResult(findings, { inventory, artifact })] });
  const { commands, edits } = report.verdict.cure ?? cure;
  return { ...(commands && { commands }), ...(edits && { edits }) };
}

const PAGE = readFileSync(new URL('../../../docs/cures.md', import.meta.url), 'utf8');
const TABLE = PAGE.slice(PAGE.indexOf('<!-- commands of'), PAGE.indexOf('<!-- end of commands'));
const ROWS = [
  ...TABLE.matchAll(/^\| `(?<file>[^`]+)` +\| `(?<direct>[^`]+)` +\| `(?<indirect>[^`]+)` +\|$/gmu),
];

const INDIRECT = { relationship: 'indirect' } as const;
const DIRECT = { relationship: 'direct' } as const;
const DEV = { relationship: 'direct', scope: 'development' } as const;

describe('commands of a lockfile', () => {
  it.each<[string, readonly Case[], string]>([
    [
      'npm',
      [locked('/package-lock.json', 'axios', '0.21.0 0.31.1', DIRECT)],
      'npm install axios@0.31.1',
    ],
    [
      'npm, several at once',
      [
        locked('/package-lock.json', 'axios', '0.21.0 0.31.1', DIRECT),
        locked('/package-lock.json', '@s/x', '1.0.0 1.0.5', DEV),
      ],
      'npm install axios@0.31.1 @s/x@1.0.5',
    ],
    [
      'npm, a transitive one',
      [locked('/npm-shrinkwrap.json', 'socket.io', '1.0.0 1.0.1', INDIRECT)],
      "npm pkg set 'overrides[socket.io@1]=1.0.1' && npm install",
    ],
    [
      'npm, both',
      [
        locked('/package-lock.json', 'axios', '0.21.0 0.31.1', DIRECT),
        locked('/package-lock.json', 'mini', '1.2.5 1.2.6', INDIRECT),
        locked('/package-lock.json', 'mini', '0.0.8 0.2.1', INDIRECT),
      ],
      "npm install axios@0.31.1 && npm pkg set 'overrides[mini@1]=1.2.6' 'overrides[mini@0.0.8]=0.2.1' && npm install",
    ],
    [
      'Yarn',
      [
        locked('/yarn.lock', 'a', '1.0.0 1.0.1', DIRECT),
        locked('/yarn.lock', 'b', '1.0.0 1.0.1', DEV),
        locked('/yarn.lock', 'c', '1.0.0 1.0.1', INDIRECT),
      ],
      "yarn add a@1.0.1 && yarn add --dev b@1.0.1 && npm pkg set 'resolutions[c]=1.0.1' && yarn install",
    ],
    [
      'pnpm',
      [
        locked('/pnpm-lock.yaml', 'a', '1.0.0 1.0.1', DEV),
        locked('/pnpm-lock.yaml', 'c', '1.0.0 1.0.1', INDIRECT),
      ],
      "pnpm update a@1.0.1 && npm pkg set 'pnpm.overrides[c@1]=1.0.1' && pnpm install --no-frozen-lockfile && pnpm prune",
    ],
    [
      'Bun',
      [locked('/bun.lock', 'c', '1.0.0 1.0.1', INDIRECT)],
      "npm pkg set 'overrides[c]=1.0.1' && bun install",
    ],
    [
      'Poetry',
      [
        locked('/poetry.lock', 'jinja2', '3.0.0 3.1.6', { ecosystem: 'pypi', ...DIRECT }),
        locked('/poetry.lock', 'idna', '3.6 3.7', { ecosystem: 'pypi', ...INDIRECT }),
      ],
      'poetry add jinja2@3.1.6 && poetry update idna',
    ],
    [
      'uv',
      [locked('/uv.lock', 'jinja2', '3.0.0 3.1.6', { ecosystem: 'pypi' })],
      'uv lock --upgrade-package jinja2==3.1.6',
    ],
    [
      'Pipenv',
      [locked('/Pipfile.lock', 'jinja2', '3.0.0 3.1.6', { ecosystem: 'pypi' })],
      'pipenv upgrade jinja2==3.1.6',
    ],
    [
      'Bundler',
      [locked('/Gemfile.lock', 'rack', '2.2.2 2.2.8.1', { ecosystem: 'rubygems' })],
      'bundle update --conservative rack',
    ],
    [
      'Composer',
      [
        locked('/composer.lock', 'guzzlehttp/psr7', '1.8.3 1.8.4', {
          ecosystem: 'packagist',
          ...DIRECT,
        }),
        locked('/composer.lock', 'twig/twig', '3.0.0 3.4.3', {
          ecosystem: 'packagist',
          ...INDIRECT,
        }),
      ],
      'composer require --update-with-all-dependencies guzzlehttp/psr7:1.8.4 && composer update --with-all-dependencies twig/twig --with twig/twig:3.4.3',
    ],
    [
      'Cargo',
      [locked('/Cargo.lock', 'smallvec', '1.6.0 1.6.1', { ecosystem: 'cargo' })],
      'cargo update -p smallvec@1.6.0 --precise 1.6.1',
    ],
    [
      'Go',
      [
        locked('/go.mod', 'golang.org/x/text', 'v0.3.5 0.3.8', { ecosystem: 'go' }),
        locked('/go.mod', 'stdlib', '1.22.0 1.22.5', { ecosystem: 'go' }),
      ],
      'go get golang.org/x/text@v0.3.8 go@1.22.5 && go mod tidy',
    ],
    [
      '.NET',
      [locked('/packages.lock.json', 'newtonsoft.json', '12.0.1 13.0.1', { ecosystem: 'nuget' })],
      'dotnet add package newtonsoft.json --version 13.0.1',
    ],
    [
      'Dart',
      [locked('/pubspec.lock', 'http', '0.13.2 0.13.3', { ecosystem: 'pub', ...DEV })],
      'dart pub add dev:http:0.13.3',
    ],
    [
      'Mix',
      [locked('/mix.lock', 'plug', '1.10.0 1.10.4', { ecosystem: 'hex' })],
      'mix deps.update plug',
    ],
  ])('%s', (_name, cases, command) => {
    expect(actions(cases)).toEqual({ commands: [{ command: `(cd app && ${command})` }] });
  });

  it.each<[string, Artifact, string, string]>([
    ['the working directory', { ...PROJECT, reference: '.' }, '/package-lock.json', ''],
    [
      'the working directory with a slash',
      { ...PROJECT, reference: './' },
      '/package-lock.json',
      '',
    ],
    [
      'a directory below it',
      { ...PROJECT, reference: '.' },
      '/web/ui/package-lock.json',
      './web/ui',
    ],
    [
      'another directory',
      { ...PROJECT, reference: '/src/app/' },
      '/web/package-lock.json',
      '/src/app/web',
    ],
    [
      'a directory with spaces',
      { ...PROJECT, reference: "my 'app'" },
      '/package-lock.json',
      String.raw`'my '\''app'\'''`,
    ],
    ['a directory like an option', { ...PROJECT, reference: '-C' }, '/package-lock.json', './-C'],
    [
      'a single file',
      { ...PROJECT, kind: 'file', reference: 'web/package-lock.json' },
      '/package-lock.json',
      'web',
    ],
  ])('runs in %s', (_name, artifact, file, directory) => {
    const { commands = [] } = actions([locked(file, 'a', '1.0.0 1.0.1', DIRECT)], artifact);
    const line = 'npm install a@1.0.1';
    expect(commands).toEqual([
      { command: directory === '' ? line : `(cd ${directory} && ${line})` },
    ]);
  });

  it('names the place in an image and in a repository', () => {
    const one = [locked('/srv/app/package-lock.json', 'a', '1.0.0 1.0.1', DIRECT)];
    expect(actions(one, IMAGE).commands).toEqual([
      {
        command: 'npm install a@1.0.1',
        place: 'in the project that is /srv/app in the image app:1',
      },
    ]);
    const url = 'https://git.example/a.git';
    expect(actions(one, { ...PROJECT, kind: 'repository', reference: url }).commands).toEqual([
      { command: '(cd srv/app && npm install a@1.0.1)', place: `in a checkout of ${url}` },
    ]);
  });

  it('gives each lockfile of a package its command', () => {
    const locations = ['/a/yarn.lock', '/b/package-lock.json'].map((path) => ({ path, layer: 0 }));
    const pkg = aPackage('x', '1.0.0', { locations: locations as never, ...DIRECT });
    expect(actions([{ pkg, to: '1.0.1' }]).commands?.map(({ command }) => command)).toEqual([
      '(cd app/a && yarn add x@1.0.1)',
      '(cd app/b && npm install x@1.0.1)',
    ]);
  });

  it('leaves a name with several versions to the reader where the tool replaces all', () => {
    const other = locked('/yarn.lock', 'mini', '2.0.0 2.0.0').pkg;
    const found = actions([locked('/yarn.lock', 'mini', '1.2.5 1.2.6', INDIRECT)], PROJECT, [
      other,
    ]);
    expect(found).toEqual({
      edits: [
        'in yarn.lock, replace mini 1.2.5 by 1.2.6: upgrade what asks for it, or override it',
      ],
    });
  });

  it.each([
    ['1.2.5', ['2.0.0', '0.3.0'], '1'],
    ['1.2.5', ['1.9.0'], '1.2.5'],
    ['0.2.1', ['0.3.0'], '0.2'],
    ['0.0.3', [], '0.0.3'],
    ['1.0.0-beta.1', [], '1.0.0-beta.1'],
    ['11.2.0', [], '11'],
  ])('overrides the line of %s beside %j as %s', (version, others, line) => {
    const item = locked('/package-lock.json', 'mini', `${version} 99.0.0`, INDIRECT);
    const beside = others.map((one) => locked('/package-lock.json', 'mini', `${one} 1`).pkg);
    expect(actions([item], { ...PROJECT, reference: '.' }, beside).commands).toEqual([
      { command: `npm pkg set 'overrides[mini@${line}]=99.0.0' && npm install` },
    ]);
  });

  it('replaces a direct dependency of Yarn that others depend on', () => {
    const item = locked('/yarn.lock', 'mini', '1.2.5 1.2.6', DIRECT);
    const other = locked('/yarn.lock', 'loose', '1.0.0 1.0.0', { dependsOn: [item.pkg.id] }).pkg;
    expect(actions([item], PROJECT, [other]).commands).toEqual([
      {
        command: `(cd app && yarn add mini@1.2.6 && npm pkg set 'resolutions[mini]=1.2.6' && yarn install)`,
      },
    ]);
  });

  it.each([
    ['1.6.0 2.0.0', true],
    ['0.1.43 0.2.23', true],
    ['0.0.3 0.0.4', true],
    ['0.2.1 0.2.23', false],
    ['1.0.0 1.9.0', false],
  ])('leaves Cargo versions that no request takes: %s', (versions, isLeft) => {
    const { edits = [] } = actions([
      locked('/Cargo.lock', 'time', versions, { ecosystem: 'cargo' }),
    ]);
    expect(edits.length > 0).toBe(isLeft);
  });
});

describe('the table of the page', () => {
  it('has a row for each lockfile with commands', () => {
    const files = LOCK_RECIPES.flatMap((recipe) => recipe.files);
    const shown = ROWS.map(({ groups }) => groups?.['file']);
    expect(new Set([...shown, 'gems.locked'])).toEqual(new Set(files));
  });

  it.each(ROWS.map(({ groups = {} }) => groups))(
    'is right about $file',
    ({ file = '', ...row }) => {
      const ecosystem = file === 'go.mod' ? 'go' : file === 'composer.lock' ? 'packagist' : 'npm';
      const name = ecosystem === 'packagist' ? 'a/b' : 'name';
      for (const relationship of ['direct', 'indirect'] as const) {
        const item = locked(`/${file}`, name, '1.0.1 1.2.0', { ecosystem, relationship });
        const command = row[relationship]
          ?.replaceAll('NAME', name)
          .replaceAll('OLD', '1.0.1')
          .replaceAll('LINE', '1')
          .replaceAll('NEW', '1.2.0');
        const { commands } = actions([item], { ...PROJECT, reference: '.' });
        expect(commands).toEqual([{ command }]);
      }
    },
  );
});

describe('edits', () => {
  it.each<[string, string, Partial<Package>, string]>([
    [
      '/pom.xml',
      'org.apache.logging.log4j:log4j-core',
      { ecosystem: 'maven' },
      '<version>2.0.0</version> for org.apache.logging.log4j:log4j-core',
    ],
    ['/requirements.txt', 'jinja2', { ecosystem: 'pypi' }, 'jinja2==2.0.0'],
    ['/requirements-dev.txt', 'jinja2', { ecosystem: 'pypi' }, 'jinja2==2.0.0'],
    ['/build.gradle.kts', 'a.b:c', { ecosystem: 'maven' }, 'a.b:c:2.0.0'],
    ['/src/App.csproj', 'Serilog', { ecosystem: 'nuget' }, 'Include="Serilog" Version="2.0.0"'],
    ['/libs.versions.toml', 'a.b:c', { ecosystem: 'maven' }, 'a.b:c 2.0.0'],
  ])('of %s name the line', (path, name, fields, text) => {
    const found = actions([locked(path, name, '1.0.0 2.0.0', fields)]);
    expect(found).toEqual({ edits: [`in ${path.slice(1)}, line 7: ${text}`] });
  });
});

const ARCH = new Map([['arch', 'amd64']]);

function system(ecosystem: Package['ecosystem'], name: string, arch = 'amd64'): Case {
  const qualifiers = new Map([['arch', arch]]);
  const source = { name: 'source', version: '1' };
  return { pkg: aPackage(name, '1', { ecosystem, qualifiers, source }), to: '2' };
}

describe('commands of a system', () => {
  it.each<[string, Package['ecosystem'], string, string]>([
    ['Debian', 'debian', 'apt', 'apt-get update && apt-get install -y --only-upgrade lib-b liba'],
    ['Ubuntu', 'ubuntu', 'apt', 'apt-get update && apt-get install -y --only-upgrade lib-b liba'],
    ['Alpine', 'alpine', 'apk-tools', 'apk add --no-cache --upgrade lib-b liba'],
    ['Wolfi', 'wolfi', 'apk-tools', 'apk add --no-cache --upgrade lib-b liba'],
    ['Fedora', 'fedora', 'dnf5', 'dnf5 upgrade -y lib-b liba'],
    ['Rocky Linux', 'rocky', 'dnf', 'dnf upgrade -y lib-b liba'],
    ['a minimal image of Red Hat', 'redhat', 'microdnf', 'microdnf upgrade -y lib-b liba'],
    ['CentOS 7', 'redhat', 'yum', 'yum upgrade -y lib-b liba'],
    ['Photon OS', 'photon', 'tdnf', 'tdnf update -y lib-b liba'],
    ['openSUSE', 'opensuse', 'zypper', 'zypper --non-interactive update lib-b liba'],
    ['Arch Linux', 'arch', 'pacman', 'pacman -Syu --noconfirm'],
    ['OpenWrt', 'openwrt', 'opkg', 'opkg update && opkg upgrade lib-b liba'],
  ])('%s', (_name, ecosystem, tool, command) => {
    const cases = [system(ecosystem, 'liba'), system(ecosystem, 'lib-b')];
    const tools = [aPackage(tool, '1', { ecosystem, qualifiers: ARCH })];
    expect(actions(cases, IMAGE, tools)).toEqual({
      commands: [{ command, place: 'in the image app:1, or as a RUN line of its Dockerfile' }],
    });
    expect(actions(cases, HOST, tools)).toEqual({ commands: [{ command }] });
    // Distroless images have no package manager.
    expect(actions(cases, IMAGE)).toEqual({});
  });

  it('names a foreign architecture for apt', () => {
    const tools = [aPackage('apt', '1', { ecosystem: 'debian', qualifiers: ARCH })];
    const cases = [system('debian', 'libc6', 'i386'), system('debian', 'tzdata', 'all')];
    expect(actions(cases, HOST, tools).commands?.[0]?.command).toMatch(/ libc6:i386 tzdata$/u);
  });

  it.each([
    ['debian', 'apt', 'linux-image-6.1.0-13-amd64'],
    ['debian', 'apt', 'linux-headers-6.1.0-13-common'],
    ['redhat', 'dnf', 'kernel-core'],
    ['redhat', 'dnf', 'kernel'],
    ['opensuse', 'zypper', 'kernel-default'],
  ] as const)(
    'leaves kernels, which are installed beside the old ones: %s %s %s',
    (ecosystem, tool, name) => {
      const tools = [aPackage(tool, '1', { ecosystem })];
      expect(actions([system(ecosystem, name)], HOST, tools)).toEqual({});
    },
  );
});

describe('commands of installed packages', () => {
  it.each([
    [
      '/usr/local/lib/python3.12/site-packages/jinja2-3.1.2.dist-info/METADATA',
      '/usr/local/bin/python3.12 -m pip install jinja2==3.1.6',
    ],
    [
      '/opt/venv/lib/python3.11/site-packages/jinja2-3.1.2.dist-info/METADATA',
      '/opt/venv/bin/python3.11 -m pip install jinja2==3.1.6',
    ],
    ['/usr/lib/python3/dist-packages/jinja2-3.1.2.dist-info/METADATA', undefined],
    ['/opt/$(id)/lib/python3.11/site-packages/jinja2-3.1.2.dist-info/METADATA', undefined],
  ])('of Python: %s', (path, command) => {
    const item = locked(path, 'jinja2', '3.1.2 3.1.6', { ecosystem: 'pypi' });
    expect(actions([item], IMAGE).commands?.[0]?.command).toBe(command);
  });

  it.each([
    ['/usr/local/lib/node_modules/npm/package.json', 'npm', 'npm install -g npm@2.0.0'],
    ['/usr/lib/node_modules/@s/x/package.json', '@s/x', 'npm install -g @s/x@2.0.0'],
    ['/usr/local/lib/node_modules/npm/node_modules/tar/package.json', 'tar', undefined],
    ['/srv/node_modules/tar/package.json', 'tar', undefined],
  ])('of Node: %s', (path, name, command) => {
    const item = locked(path, name, '1.0.0 2.0.0');
    expect(actions([item], IMAGE).commands?.[0]?.command).toBe(command);
  });

  it('are none for what a package of the system ships', () => {
    const path = '/usr/local/lib/python3.12/site-packages/a-1.dist-info/METADATA';
    const item = locked(path, 'a', '1 2', { ecosystem: 'pypi', ownedBy: 'pkg:deb/debian/a@1' });
    expect(actions([item], IMAGE)).toEqual({});
  });
});

/** Texts that a shell, or the tool itself, would read as more than a name. */
const HOSTILE = [
  'a;id',
  'a$(id)',
  'a`id`',
  'a b',
  "a'b",
  'a"b',
  'a|b',
  'a&b',
  'a>b',
  'a\nb',
  'a\\b',
  'a*',
  'a?',
  'a{b,c}',
  'a#b',
  'a!b',
  '~a',
  '-g',
  '--eval=id',
  'a=b',
  '../a',
  'user/repository',
  'https://a.example/a.tgz',
  'a\u202Eb',
  'a\u001B[2Jb',
  '',
  'é',
];

describe('a text that is not plain', () => {
  it.each(HOSTILE)('is in no command as a name or version: %j', (text) => {
    const files = [
      'package-lock.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'poetry.lock',
      'Cargo.lock',
      'go.mod',
    ];
    for (const file of files) {
      const ecosystem = file.startsWith('go') ? 'go' : 'npm';
      const isName = !(ecosystem === 'go' && text === 'user/repository');
      if (isName) {
        const { commands, edits } = actions([
          locked(`/${file}`, text, '1.0.0 1.0.1', { ecosystem }),
        ]);
        expect([commands, edits?.length]).toEqual([undefined, 1]);
      }
      const pkg = locked(`/${file}`, 'a', '1.0.0 1.0.1', { ecosystem }).pkg;
      expect(actions([{ pkg, to: text }]).commands).toBeUndefined();
      expect(actions([{ pkg: { ...pkg, version: text }, to: '1.0.1' }]).commands).toBeUndefined();
    }
  });

  it.each(HOSTILE)('is in no command of a system: %j', (text) => {
    const tools = [aPackage('apt', '1', { ecosystem: 'debian', qualifiers: ARCH })];
    expect(actions([system('debian', text)], HOST, tools).commands).toBeUndefined();
    const mixed = actions([system('debian', text), system('debian', 'bash')], HOST, tools);
    expect(mixed.commands?.[0]?.command).toMatch(/--only-upgrade bash$/u);
  });

  it.each(['nano-', 'libc6:i386', 'a/stable', 'a=1', 'bash^'])(
    'is in no command of apt, which gives it a meaning: %s',
    (name) => {
      const tools = [aPackage('apt', '1', { ecosystem: 'debian', qualifiers: ARCH })];
      expect(actions([system('debian', name)], HOST, tools)).toEqual({});
    },
  );

  it.each(['a;id', 'a$(id)', 'a b', "a'b", 'a\nb', 'a`id`', 'a&b', 'a\u202Eb'])(
    'is in no command as a directory of the artifact: %j',
    (directory) => {
      const found = actions([
        locked(`/${directory}/package-lock.json`, 'a', '1.0.0 1.0.1', DIRECT),
      ]);
      expect([found.commands, found.edits?.length]).toEqual([undefined, 1]);
    },
  );

  it('is a name that some packages really have, and is plain', () => {
    const names = ['lodash.merge', '@babel/core', 'JSONStream', 'a_b', '_', 'is-3'];
    for (const name of names) {
      const { commands } = actions([locked('/package-lock.json', name, '1.0.0 1.0.1', DIRECT)]);
      expect(commands?.[0]?.command).toBe(`(cd app && npm install ${name}@1.0.1)`);
    }
    const tools = [aPackage('apt', '1', { ecosystem: 'debian', qualifiers: ARCH })];
    for (const name of ['g++', 'libstdc++6', 'gcc-12', 'python3.11', 'libssl1.1']) {
      const { commands } = actions([system('debian', name)], HOST, tools);
      expect(commands?.[0]?.command.endsWith(` ${name}`)).toBe(true);
    }
  });
});
