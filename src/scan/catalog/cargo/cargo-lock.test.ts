import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

import { namesOf, readCatalog } from '../../../../test/support/catalog-file.ts';
import { survivesHostileInput } from '../../../../test/support/hostile.ts';
import { sharedPath } from '../../../../test/support/shared.ts';
import { cargoLock } from './cargo-lock.ts';

const PATH = '/Cargo.lock';
const CRATES = 'registry+https://github.com/rust-lang/crates.io-index';
const SUM = 'a'.repeat(64);
const LOCK = `version = 3

[[package]]
name = "app"
version = "0.1.0"
dependencies = ["lib", "serde 1.0.0"]

[[package]]
name = "lib"
version = "0.1.0"
dependencies = ["tool"]

[[package]]
name = "serde"
version = "1.0.0"
source = "${CRATES}"
checksum = "${SUM}"
dependencies = ["serde_derive"]

[[package]]
name = "serde_derive"
version = "1.0.0"
source = "sparse+https://index.crates.io/"

[[package]]
name = "tool"
version = "2.0.0"
source = "git+https://token@github.com/a/tool?branch=main#0123abc"

[[package]]
name = "inner"
version = "3.0.0+build"
source = "registry+https://crates.example/index"
`;

describe('Cargo.lock', () => {
  it('tells own crates, direct and indirect ones apart', async () => {
    const { packages, diagnostics } = await readCatalog(cargoLock, PATH, LOCK);
    expect(diagnostics).toBeUndefined();
    expect(packages.map(({ name, relationship, line }) => [name, relationship, line])).toEqual([
      ['app', 'root', 4],
      ['lib', 'direct', 9],
      ['serde', 'direct', 14],
      ['serde_derive', 'indirect', 21],
      ['tool', 'direct', 26],
      ['inner', 'indirect', 31],
    ]);
    expect(packages[0]?.dependsOn).toEqual(['lib', 'serde@1.0.0']);
    expect(packages[2]?.digests).toEqual([`sha256:${SUM}`]);
  });

  it('says where crates come from that are not of crates.io', async () => {
    const { packages } = await readCatalog(cargoLock, PATH, LOCK);
    expect(packages.slice(2).map(({ qualifiers }) => [...(qualifiers ?? [])])).toEqual([
      [],
      [],
      [['vcs_url', 'git+https://github.com/a/tool@0123abc']],
      [['repository_url', 'https://crates.example/index']],
    ]);
  });

  it('reads version 1, with its root and its sums apart', async () => {
    const { packages } = await readCatalog(
      cargoLock,
      PATH,
      `[root]
name = "app"
version = "0.1.0"
dependencies = ["libc 0.2.1 (${CRATES})"]

[[package]]
name = "libc"
version = "0.2.1"
source = "${CRATES}"

[metadata]
"checksum libc 0.2.1 (${CRATES})" = "${SUM}"
`,
    );
    expect(packages).toMatchObject([
      { name: 'app', relationship: 'root', dependsOn: ['libc@0.2.1'] },
      { name: 'libc', relationship: 'direct', digests: [`sha256:${SUM}`] },
    ]);
  });

  it('reports crates without a version, and refuses what is no lockfile', async () => {
    const result = await readCatalog(cargoLock, PATH, '[[package]]\nname = "a"\n');
    expect(result.packages).toEqual([]);
    expect(result.diagnostics?.[0]).toMatchObject({ gap: 'unreadable', location: { line: 2 } });
    await expect(readCatalog(cargoLock, PATH, 'package = 1')).rejects.toThrow('no list');
    await expect(readCatalog(cargoLock, PATH, 'no toml')).rejects.toThrow('no TOML');
  });

  it.each([
    ['of no name', 'name = "tool"\n', 'name = "other"\n', 'tool'],
    ['of no version', '"serde 1.0.0"', '"serde 1.1.0"', 'serde@1.1.0'],
  ])('is a gap where it asks for a crate %s of it', async (_, before, after, name) => {
    const { diagnostics } = await readCatalog(cargoLock, PATH, LOCK.replace(before, after));
    expect(diagnostics).toMatchObject([
      { gap: 'unreadable', message: `asks for "${name}", which it does not pin` },
    ]);
  });

  it('leaves lockfiles alone that came with a crate', async () => {
    const path = '/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/rand-0.8.5/Cargo.lock';
    expect((await readCatalog(cargoLock, path, LOCK)).packages).toEqual([]);
  });

  it('survives hostile files', () => survivesHostileInput(cargoLock, PATH, LOCK));
});

const samples = sharedPath('samples/lockfiles');

describe.skipIf(samples === undefined)('Cargo.lock of projects (needs ../shared)', () => {
  it.each([
    ['rust/ripgrep', 63, 52],
    ['rust/git-deps', 12, 8],
  ])('%s', async (folder, packageCount, checksumCount) => {
    const body = await readFile(`${samples ?? ''}/${folder}/Cargo.lock`);
    const result = await readCatalog(cargoLock, PATH, body);
    expect(result.diagnostics).toBeUndefined();
    expect(namesOf(result)).toHaveLength(packageCount);
    expect(result.packages.filter(({ digests }) => digests !== undefined)).toHaveLength(
      checksumCount,
    );
  });
});
