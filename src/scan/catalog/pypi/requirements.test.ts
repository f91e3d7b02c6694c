import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import {
  catalogFile,
  namesOf,
  readAmong,
  readCatalog,
} from '../../../../test/support/catalog-file.ts';
import '../../../../test/support/property-seed.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { Cataloger } from '../cataloger.ts';
import { pyproject } from './pyproject.ts';
import { readGitAddress, readRequirement } from './requirement.ts';
import { pinnedRequirements } from './pinned-requirements.ts';
import { requirements } from './requirements.ts';
import { setupFile } from './setup-file.ts';
import { startCpuClock } from '../../../../test/support/cpu-time.ts';

const PATH = '/app/requirements.txt';
const read = (text: string | Uint8Array, path = PATH) => readCatalog(requirements, path, text);

function readWith(files: Readonly<Record<string, string>>, path = PATH) {
  const held = new Map(
    Object.entries(files).map(([name, body]) => [name, catalogFile(name, body)]),
  );
  return requirements.read(
    held.get(path) ?? catalogFile(path, ''),
    { get: (name) => held.get(name) },
    quietContext(),
  );
}

describe('requirements at addresses', () => {
  it.each<[string, string, readonly string[], string | undefined]>([
    ['a wheel', 'https://x.example/a_b-1.0-py3-none-any.whl', ['a-b@1.0'], undefined],
    ['a source archive', 'https://x.example/a-b-1.0.tar.gz#sha256=0', ['a-b@1.0'], undefined],
    ['an older one', 'https://x.example/p/a.b-2.0rc1.zip', ['a-b@2.0rc1'], undefined],
    ['a file of the project', './dist/a-1.0.tar.gz', ['a@1.0'], undefined],
    ['an archive without a name', 'https://x.example/archive/main.zip', [], 'an address'],
    ['a tag of a repository', 'https://x.example/o/r/archive/v1.0.tar.gz', [], 'an address'],
    ['a repository', 'git+https://x.example/a.git@abc1234', [], 'an address'],
    ['an editable repository', '-e git+ssh://git@x.example/a.git', [], 'an address'],
    ['a directory', '-e .', [], undefined],
    ['another directory', './lib', [], undefined],
    ['an included address', '-r https://x.example/r.txt\na==1', ['a@1'], 'from an address'],
    ['an included address, long', '--requirement http://x.example/r.txt', [], 'from an address'],
  ])('have a name, or request something unknown: %s', async (_, text, packages, computed) => {
    const result = await read(text);
    expect(result.packages.map(({ name, version }) => `${name}@${version}`)).toEqual(packages);
    if (computed === undefined) expect(result.manifest?.computed).toBeUndefined();
    else expect(result.manifest?.computed).toContain(computed);
  });

  it.each(['git+https://x.example/a.git', '-r https://x.example/r.txt'])(
    'request nothing unknown in an image, where what is installed counts: %s',
    async (text) => {
      const { manifest } = await readCatalog(pinnedRequirements, PATH, text);
      expect(manifest?.computed).toBeUndefined();
    },
  );
});

describe('readRequirement', () => {
  it.each([
    ['Flask==2.0', 'flask', '2.0'],
    ['a_b [x, y] == 2.0 ; python_version < "3"', 'a-b', '2.0'],
    ['a===2.0-odd', 'a', '2.0-odd'],
    ['a (==1.0)', 'a', '1.0'],
    ['a==2.0,>=1', 'a', '2.0'],
    ['a==2.0,', 'a', '2.0'],
    ['a==2.*', 'a', ''],
    ['a==1,==2', 'a', ''],
    ['a>=1,<2', 'a', ''],
    ['a~=1.0', 'a', ''],
    ['a', 'a', ''],
    ['a;x', 'a', ''],
  ])('%s', (text, name, version) => {
    expect(readRequirement(text)).toMatchObject({ name, version });
  });

  it('knows addresses', () => {
    expect(readRequirement('a[x] @ https://x.example/a.zip ; y')).toEqual({
      name: 'a',
      version: '',
      isConditional: true,
      url: 'https://x.example/a.zip',
    });
    expect(readGitAddress('git+ssh://git@x.example/a.git@main#egg=a')).toEqual({
      url: 'ssh://git@x.example/a.git',
      commit: 'main',
    });
    expect(readGitAddress('git+https://u:p@x.example/a')).toEqual({
      url: 'https://u:p@x.example/a',
      commit: undefined,
    });
  });

  it.each(['', '>=1', 'a b', "a=='1'", 'a==${V}', 'a|b==1', 'a==', '-r x', 'a'.repeat(20_000)])(
    'is not %j',
    (text) => {
      expect(readRequirement(text)).toBeUndefined();
    },
  );
});

describe('a requirements file', () => {
  it('lists pins, ranges without a version, and addresses', async () => {
    const text = [
      '# comment',
      'A==1.0 \\',
      '  --hash=sha256:aaaa \\',
      '  --hash=sha256:bbbb',
      'b>=2 # range',
      '--index-url https://x.example',
      'c @ git+https://u:t@x.example/c@abc1234',
      '-e git+https://x.example/d.git@v1#egg=d&subdirectory=x',
      './wheels/e_f-1.2.0-py3-none-any.whl',
      '-e .',
      'A==1.0',
    ].join('\r\n');
    const result = await read(text);
    expect(result.packages).toEqual([
      { name: 'a', version: '1.0', line: 2, scope: 'runtime' },
      { name: 'b', version: '', line: 5, scope: 'runtime' },
      {
        name: 'c',
        version: '',
        line: 7,
        scope: 'runtime',
        qualifiers: new Map([['vcs_url', 'git+https://x.example/c@abc1234']]),
      },
      {
        name: 'd',
        version: '',
        line: 8,
        scope: 'runtime',
        qualifiers: new Map([['vcs_url', 'git+https://x.example/d.git@v1']]),
      },
      { name: 'e-f', version: '1.2.0', line: 9, scope: 'runtime' },
    ]);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it.each([
    ['/requirements-dev.txt', 'development'],
    ['/dev-requirements.txt', 'development'],
    ['/requirements/test.txt', 'development'],
    ['/test/requirements.txt', 'runtime'],
    ['/requirements-device.txt', 'runtime'],
  ])('%s is for %s', async (path, scope) => {
    expect((await read('a==1', path)).packages[0]?.scope).toBe(scope);
  });

  it('reads what it includes, once, and constraints', async () => {
    const result = await readWith({
      '/app/requirements.txt': '-r base.txt\n-c ../constraints.txt\n-r requirements-dev.txt\na\n',
      '/app/base.txt': 'b==1\n-r requirements.txt\n-r base.txt\n',
      '/app/requirements-dev.txt': 'd==1\n',
      '/constraints.txt': 'A==3.0\nunused==1\n',
    });
    expect(result.packages.map(({ name, version, line }) => [name, version, line])).toEqual([
      ['b', '1', 1],
      ['a', '3.0', 4],
    ]);
    expect(result.diagnostics).toBeUndefined();
  });

  it('reports what is not there and what is no requirement', async () => {
    const result = await read('-r other.txt\na==${V}\nb==1\n');
    expect(namesOf(result)).toEqual(['b@1']);
    expect(result.diagnostics?.map(({ gap, location }) => [gap, location?.line])).toEqual([
      ['unreadable', 1],
      ['unreadable', 2],
    ]);
  });

  it('counts what has no version in an image', async () => {
    const result = await readCatalog(pinnedRequirements, PATH, 'a\nb==1\n');
    expect(namesOf(result)).toEqual(['b@1']);
    expect(result.diagnostics?.map(({ gap }) => gap)).toEqual([undefined]);
  });

  it.each([
    ['/usr/lib/python3/dist-packages/mercurial/helptext/requirements.txt', false],
    ['/app/requirements.txt', true],
  ])('are no gap where a text lies inside an installed package: %s', async (path, isGap) => {
    const { diagnostics = [] } = await readCatalog(pinnedRequirements, path, 'This is a text\n');
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics.some(({ gap }) => gap !== undefined)).toBe(isGap);
  });

  it('reads UTF-16, and no file of another kind', async () => {
    const text = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('a==1\n', 'utf16le')]);
    expect(namesOf(await read(text))).toEqual(['a@1']);
    expect((await read('a==1', '/requirements.md')).packages).toEqual([]);
  });

  it('survives any text', async () => {
    const piece = fc.constantFrom(
      'a',
      '==',
      '1',
      '\\',
      '\n',
      '#',
      ' ',
      '-r ',
      '-',
      '[',
      '@',
      ';',
      '/',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 25 }), async (pieces) => {
        await read(pieces.join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('takes linear time', async () => {
    const cpuMs = startCpuClock();
    await read('a\\\n'.repeat(200_000));
    await read(' #'.repeat(500_000));
    await read(`a${' '.repeat(1_000_000)}-`);
    await read(`a${' -'.repeat(500_000)}`);
    await read(`-r${' '.repeat(500_000)}\n`);
    expect(cpuMs()).toBeLessThan(20_000);
  });
});

describe('manifests', () => {
  it('lists the pins of pyproject.toml and counts its ranges', async () => {
    const text =
      '[project]\ndependencies = ["Flask[async]==3.1.1", "b>=2"]\n[project.optional-dependencies]\nx = ["o==1"]\n[dependency-groups]\nt = ["d==2", { include-group = "x" }]\n';
    const result = await readCatalog(pyproject, '/pyproject.toml', text);
    expect(result.packages).toEqual([
      { name: 'flask', version: '3.1.1', scope: 'runtime', relationship: 'direct' },
      { name: 'o', version: '1', scope: 'optional', relationship: 'direct' },
      { name: 'd', version: '2', scope: 'development', relationship: 'direct' },
    ]);
    expect(result.diagnostics?.[0]?.message).toBe('1 dependency names a range and no version');
  });

  it('lists the texts of setup.py and runs nothing', async () => {
    const text = `setup(
  name='x', install_requires=[
    'a==1', "b>=2", # 'c==3'
    f(x), 'd == 4',
  ],
  extras_require={'more': ['e==5']},
  tests_require=("f==6",), other=['g==7'])
`;
    const { packages } = await readCatalog(setupFile, '/setup.py', text);
    expect(packages.map(({ name, version, line, scope }) => [name, version, line, scope])).toEqual([
      ['a', '1', 3, 'runtime'],
      ['d', '4', 4, 'runtime'],
      ['e', '5', 6, 'optional'],
      ['f', '6', 7, 'development'],
    ]);
  });

  it('lists the values of setup.cfg', async () => {
    const text =
      '[metadata]\nname = x==1\n[options]\ninstall_requires =\n  a==1\n  # no==1\n  b\ntests_require = t==2\n[options.extras_require]\nmore =\n  e==3\n[other]\ninstall_requires = z==9\n';
    const { packages } = await readCatalog(setupFile, '/setup.cfg', text);
    expect(packages.map(({ name, version, line, scope }) => [name, version, line, scope])).toEqual([
      ['a', '1', 5, 'runtime'],
      ['t', '2', 8, 'development'],
      ['e', '3', 11, 'optional'],
    ]);
  });

  it.each(['install_requires=[', 'install_requires=["a', "install_requires=['a==1'", ']'])(
    'survives %j',
    async (text) => {
      await readCatalog(setupFile, '/setup.py', text.repeat(10_000));
    },
  );
});

const samples = sharedPath('samples/lockfiles/python/requirements');

describe.skipIf(samples === undefined)('real requirements files (needs ../shared)', () => {
  it('include one another', async () => {
    const files = Object.fromEntries(
      readdirSync(samples ?? '')
        .filter((name) => name.endsWith('.txt'))
        .map((name) => [`/r/${name}`, readFileSync(`${samples ?? ''}/${name}`, 'utf8')]),
    );
    expect((await readWith(files, '/r/loop.txt')).packages).toEqual([]);
    const example = await readWith(files, '/r/example.txt');
    expect(namesOf(example)).toEqual(
      expect.arrayContaining(['docopt@0.6.1', 'urllib3@', 'pytest@']),
    );
    expect(namesOf(await readWith(files, '/r/comments.txt'))).toEqual([
      'gmpy2@1',
      'pycrypto@1.2-alpha',
      'requests@1.0',
      'six@1.2',
      'sympy@1.2',
    ]);
  });
});

describe('ranges, where they are asked for', () => {
  const lists = async (path: string, text: string, reader: Cataloger): Promise<unknown> => [
    namesOf(await readAmong(reader, { [path]: text })),
    namesOf(await readAmong(reader, { [path]: text }, { detectionPriority: 'comprehensive' })),
  ];

  it('name the lowest version in requirements files', async () => {
    const text = 'a==1.0\nb>=2.20,<3.0\nc\nd[x]~=1.4.5 ; python_version > "3"\ne>3\n';
    expect(await lists('/app/requirements.txt', text, requirements)).toEqual([
      ['a@1.0', 'b@', 'c@', 'd@', 'e@'],
      ['a@1.0', 'b@2.20', 'c@', 'd@1.4.5', 'e@'],
    ]);
  });

  it('make packages in pyproject.toml', async () => {
    const text =
      '[project]\ndependencies = ["a==1.0", "b[x]>=2.20.0", "c"]\n' +
      '[tool.poetry.dependencies]\npython = "^3.9"\nd = "^1.2"\ne = "2.0"\nf = {version="~3.1"}\n';
    expect(await lists('/app/pyproject.toml', text, pyproject)).toEqual([
      ['a@1.0', 'e@2.0'],
      ['a@1.0', 'b@2.20.0', 'd@1.2', 'e@2.0', 'f@3.1'],
    ]);
  });

  it('make packages in setup.py', async () => {
    const text = "setup(install_requires=['a==1.0', 'b>=4.6.2', 'c<=1.2.3', 'd'])\n";
    expect(await lists('/app/setup.py', text, setupFile)).toEqual([
      ['a@1.0'],
      ['a@1.0', 'b@4.6.2', 'c@1.2.3'],
    ]);
  });
});
