import { describe, expect, it } from 'vitest';

import { catalogFile, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { quietContext } from '../../../core/base/context.ts';
import { cargoToml } from './cargo-toml.ts';

const PATH = '/crates/app/Cargo.toml';
const MANIFEST = `[package]
name = "app"
version = "0.1.0"

[dependencies]
serde = "1.0"
exact = "=1.2.3"
renamed = { package = "real", version = "=2.0.0", optional = true }
shared = { workspace = true }
near = { path = "../near" }
odd = 1

[dev-dependencies]
tester = { git = "https://github.com/a/tester", rev = "abc" }

[target.'cfg(windows)'.dependencies]
winapi = "0.3"
`;

describe('Cargo.toml', () => {
  it('lists the project and what it asks for', async () => {
    const { packages, diagnostics } = await readCatalog(cargoToml, PATH, MANIFEST);
    expect(packages).toEqual([
      { name: 'app', version: '0.1.0', relationship: 'root' },
      { name: 'serde', version: '', relationship: 'direct', scope: 'runtime' },
      { name: 'exact', version: '1.2.3', relationship: 'direct', scope: 'runtime' },
      { name: 'real', version: '2.0.0', relationship: 'direct', scope: 'optional' },
      {
        name: 'tester',
        version: '',
        relationship: 'direct',
        scope: 'development',
        qualifiers: new Map([['vcs_url', 'git+https://github.com/a/tester@abc']]),
      },
      { name: 'winapi', version: '', relationship: 'direct', scope: 'runtime' },
    ]);
    expect(diagnostics?.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it.each(['/crates/app/Cargo.lock', '/Cargo.lock'])('says nothing beside %s', async (lock) => {
    const siblings = {
      get: (path: string) => (path === lock ? catalogFile(path, '') : undefined),
    };
    const file = catalogFile(PATH, MANIFEST);
    expect((await cargoToml.read(file, siblings, quietContext())).packages).toEqual([]);
  });

  it('survives hostile files', () => survivesHostileInput(cargoToml, PATH, MANIFEST));
});
