import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { catalogFile, namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { quietContext } from '../../../core/base/context.ts';
import { manifestToml } from './manifest-toml.ts';
import { projectToml } from './project-toml.ts';

const SECOND = `julia_version = "1.8.5"
manifest_format = "2.0"

[[deps.Dates]]
deps = ["Printf"]
uuid = "ade2ca70"

[[deps.JSON]]
git-tree-sha1 = "31e9"
repo-url = "https://github.com/a/JSON.jl"
uuid = "682c06a0"
version = "0.21.4"

[[deps.Near]]
path = "near"
uuid = "11"

[[deps.Bad]]
version = "1.0.0"
`;
const FIRST = `[[Foo]]
uuid = "767738be"
git-tree-sha1 = "7c62"

[[Foo]]
uuid = "6f418443"
path = "deps/Foo2.jl"
[Foo.deps]
Bar = "6801f525"
`;
const PROJECT = `name = "App"
uuid = "1e83bf80"
version = "1.4.3"

[deps]
JSON = "682c06a0"
Exact = "22"
odd = 1

[compat]
JSON = "0.21"
Exact = "=1.2.3"
`;

describe('Manifest.toml', () => {
  it('reads format 2', async () => {
    const { packages, diagnostics } = await readCatalog(manifestToml, '/Manifest.toml', SECOND);
    expect(packages).toEqual([
      {
        name: 'Dates',
        version: '1.8.5',
        qualifiers: new Map([['uuid', 'ade2ca70']]),
        dependsOn: ['Printf'],
        line: 4,
      },
      {
        name: 'JSON',
        version: '0.21.4',
        qualifiers: new Map([
          ['uuid', '682c06a0'],
          ['vcs_url', 'git+https://github.com/a/JSON.jl'],
        ]),
        line: 8,
      },
      { name: 'Near', version: '', qualifiers: new Map([['uuid', '11']]), line: 14 },
    ]);
    // One of the package without a uuid, one of what `Dates` needs and nothing pins.
    expect(diagnostics?.map(({ gap }) => gap)).toEqual(['unreadable', 'unreadable']);
  });

  it('reads format 1, with two packages of one name', async () => {
    const { packages } = await readCatalog(manifestToml, '/Manifest.toml', FIRST);
    expect(packages).toMatchObject([
      { name: 'Foo', version: '', line: 1 },
      { name: 'Foo', version: '', line: 5, dependsOn: ['Bar'] },
    ]);
  });

  it('takes what is direct from Project.toml', async () => {
    const siblings = {
      get: (path: string) => (path === '/a/Project.toml' ? catalogFile(path, PROJECT) : undefined),
    };
    const file = catalogFile('/a/Manifest.toml', SECOND);
    const { packages } = await manifestToml.read(file, siblings, quietContext());
    expect(packages.map(({ relationship }) => relationship)).toEqual([
      'indirect',
      'direct',
      'indirect',
    ]);
  });

  it.each([SECOND, FIRST])('survives hostile files', (body) =>
    survivesHostileInput(manifestToml, '/Manifest.toml', body),
  );
});

describe('Project.toml', () => {
  it('lists the project and what it asks for', async () => {
    const { packages, diagnostics } = await readCatalog(projectToml, '/Project.toml', PROJECT);
    expect(
      packages.map(({ name, version, relationship }) => [name, version, relationship]),
    ).toEqual([
      ['App', '1.4.3', 'root'],
      ['JSON', '', 'direct'],
      ['Exact', '1.2.3', 'direct'],
    ]);
    expect(diagnostics).toHaveLength(1);
  });

  it('lists the project alone beside a manifest', async () => {
    const siblings = {
      get: (path: string) => (path === '/a/Manifest.toml' ? catalogFile(path, '') : undefined),
    };
    const file = catalogFile('/a/Project.toml', PROJECT);
    const result = await projectToml.read(file, siblings, quietContext());
    expect(namesOf(result)).toEqual(['App@1.4.3']);
  });

  it('survives hostile files', () => survivesHostileInput(projectToml, '/Project.toml', PROJECT));
});

const samples = sharedPath('samples/lockfiles/julia');

it.skipIf(samples === undefined).each([
  ['v1.0', 5],
  ['v2', 15],
])('the sample %s has %i packages (needs ../shared)', async (folder, count) => {
  const body = await readFile(`${samples ?? ''}/${folder}/Manifest.toml`);
  const result = await readCatalog(manifestToml, '/Manifest.toml', body);
  expect([result.packages.length, result.diagnostics]).toEqual([count, undefined]);
});
