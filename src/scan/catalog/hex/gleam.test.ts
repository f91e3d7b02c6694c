import { describe, expect, it } from 'vitest';

import { catalogFile, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { quietContext } from '../../../core/base/context.ts';
import { gleamManifest } from './gleam-manifest.ts';
import { gleamToml } from './gleam-toml.ts';

const PROJECT = `name = "app"
version = "1.0.0"

[dependencies]
gleam_stdlib = ">= 0.34.0 and < 2.0.0"
near = { path = "../near" }

[dev-dependencies]
gleeunit = "1.0.0"
`;
const MANIFEST = `packages = [
  { name = "gleam_stdlib", version = "0.40.0", build_tools = ["gleam"], requirements = [], otp_app = "gleam_stdlib", source = "hex", outer_checksum = "${'A'.repeat(64)}" },
  { name = "gleeunit", version = "1.2.0", requirements = ["gleam_stdlib"], source = "hex" },
  { name = "fork", version = "0.1.0", source = "git", repo = "https://github.com/a/fork", commit = "abc" },
  { name = "near", version = "0.1.0", source = "local", path = "../near" },
  { name = "bad" },
]

[requirements]
gleeunit = { version = "1.0.0" }
`;

describe('gleam.toml', () => {
  it('lists what is asked for', async () => {
    const { packages, diagnostics } = await readCatalog(gleamToml, '/gleam.toml', PROJECT);
    expect(packages.map(({ name, version, scope }) => [name, version, scope])).toEqual([
      ['gleam_stdlib', '', 'runtime'],
      ['gleeunit', '1.0.0', 'development'],
    ]);
    expect(diagnostics).toHaveLength(1);
  });

  it('says nothing beside the manifest', async () => {
    const siblings = {
      get: (path: string) => (path === '/a/manifest.toml' ? catalogFile(path, '') : undefined),
    };
    const file = catalogFile('/a/gleam.toml', PROJECT);
    expect((await gleamToml.read(file, siblings, quietContext())).packages).toEqual([]);
  });

  it('survives hostile files', () => survivesHostileInput(gleamToml, '/gleam.toml', PROJECT));
});

describe('manifest.toml of Gleam', () => {
  it('lists what is pinned', async () => {
    const { packages, diagnostics } = await readCatalog(gleamManifest, '/manifest.toml', MANIFEST);
    expect(packages).toEqual([
      {
        name: 'gleam_stdlib',
        version: '0.40.0',
        relationship: 'indirect',
        digests: [`sha256:${'a'.repeat(64)}`],
      },
      {
        name: 'gleeunit',
        version: '1.2.0',
        relationship: 'direct',
        dependsOn: ['gleam_stdlib'],
      },
      {
        name: 'fork',
        version: '0.1.0',
        relationship: 'indirect',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/a/fork@abc']]),
      },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it('leaves other files of that name alone', async () => {
    expect(await readCatalog(gleamManifest, '/manifest.toml', 'a = 1')).toEqual({ packages: [] });
  });

  it('survives hostile files', () =>
    survivesHostileInput(gleamManifest, '/manifest.toml', MANIFEST));
});
