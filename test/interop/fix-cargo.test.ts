/** `assay fix` with the real cargo and a local registry. */

import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeCargoRegistry } from '../support/cargo-registry.ts';
import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { ownTemporaryFiles, type FixDocument } from '../support/fix-document.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const execute = promisify(execFile);
const missing = missingForInterop('cargo', 'rustc');

describe.skipIf(missing !== undefined)(`assay fix and cargo${needs(missing)}`, () => {
  let folder: CommandFolder;
  let left: () => readonly string[];

  beforeAll(async () => {
    folder = new CommandFolder();
    left = ownTemporaryFiles(folder.path('temporary'));
    const ecosystem = 'crates.io';
    await folder.load(
      { id: 'RUSTSEC-2025-0001', name: 'vuln', fixed: '1.2.6', ecosystem },
      { id: 'RUSTSEC-2025-0002', name: 'late', fixed: '2.0.0', ecosystem },
      { id: 'RUSTSEC-2025-0003', name: 'gone', fixed: '1.9.0', ecosystem },
    );
    const sentinel = `fn main() { std::fs::write(${JSON.stringify(folder.path('sentinel-build'))}, "").unwrap(); }`;
    writeCargoRegistry(folder.path('registry'), [
      { name: 'vuln', version: '1.0.0' },
      { name: 'vuln', version: '1.2.6', buildScript: sentinel },
      { name: 'vuln', version: '1.3.0' },
      { name: 'late', version: '1.0.0' },
      { name: 'late', version: '2.0.0' },
      { name: 'gone', version: '1.0.0' },
      { name: 'parent', version: '1.0.0', needs: { vuln: '^1.0' } },
      { name: 'stuck', version: '1.0.0', needs: { vuln: '=1.0.0' } },
    ]);
    folder.write(
      'home/config.toml',
      `[source.crates-io]\nreplace-with = "local"\n[source.local]\nlocal-registry = ${JSON.stringify(folder.path('registry'))}\n`,
    );
    // A toolchain of rustup is found by its own variable.
    const rustup = process.env['RUSTUP_HOME'] ?? join(homedir(), '.rustup');
    Object.assign(folder.env, { CARGO_HOME: folder.path('home'), RUSTUP_HOME: rustup });
  });
  afterAll(() => folder[Symbol.dispose]());
  beforeEach(() => {
    for (const name of ['app', 'sentinel-build']) {
      rmSync(folder.path(name), { recursive: true, force: true });
    }
  });

  async function cargo(...args: readonly string[]): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: folder.cwd, ...folder.env };
    return (await execute('cargo', args, { cwd: folder.path('app'), env, timeout: 240_000 }))
      .stdout;
  }
  const crate = (name: string, dependencies: string): string =>
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${dependencies}`;
  /** Writes a project with a lockfile of the oldest versions. */
  async function project(dependencies: string): Promise<void> {
    folder.write('app/src/main.rs', 'fn main() {}\n');
    folder.write('app/Cargo.toml', crate('app', dependencies));
    await cargo('generate-lockfile');
    for (const name of ['vuln', 'late', 'gone']) {
      await cargo('update', name, '--precise', '1.0.0').catch(() => '');
    }
  }
  const fix = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('fix', 'app', '--offline=false', '--skip-db-update', ...args);
  async function plan(...args: readonly string[]): Promise<FixDocument> {
    const { stdout, stderr } = await fix('-f', 'json', ...args);
    return JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout) as FixDocument;
  }

  it.each<[string, string, string, string, string]>([
    [
      'a direct dependency inside its range',
      'vuln = "1.0" # why\n',
      'update',
      'vuln = "1.0" # why\n',
      'vuln',
    ],
    [
      'a direct dependency with an exact version',
      'vuln = "=1.0.0" # why\n',
      'widen',
      'vuln = "=1.2.6" # why\n',
      'vuln',
    ],
    ['a transitive dependency', 'parent = "1"\n', 'update', 'parent = "1"\n', 'vuln'],
    [
      'a renamed dependency by a major version',
      'l = { package = "late", version = "1" }\n',
      'widen',
      'l = { package = "late", version = "2.0.0" }\n',
      'late',
    ],
  ])(
    'fixes %s; it builds, is scanned clean, and applying twice changes nothing',
    async (...[, dependencies, kind, expected, name]) => {
      await project(dependencies);
      const allow = ['--allow', `minor,late:major`];
      const shown = await plan(...allow);
      expect(shown.projects[0]?.steps.map((step) => [step.kind, step.moves[0]?.name])).toEqual([
        [kind, name],
      ]);
      expect(readdirSync(folder.cwd)).not.toContain('sentinel-build');
      const applied = await fix('--apply', '--fail-on', 'high+fixable', ...allow);
      expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
      expect(folder.read('app/Cargo.toml')).toBe(crate('app', expected));
      await cargo('run', '--locked', '--quiet');
      rmSync(folder.path('app/target'), { recursive: true });
      expect((await folder.assay('fs', 'app', '--fail-on', 'high')).exitCode).toBe(0);
      const lock = folder.read('app/Cargo.lock');
      expect((await fix('--apply', ...allow)).exitCode).toBe(0);
      expect(folder.read('app/Cargo.lock')).toBe(lock);
      expect(left()).toEqual([]);
    },
  );

  it('edits the requirement of a workspace that its members inherit', async () => {
    folder.write(
      'app/Cargo.toml',
      '[workspace]\r\nmembers = ["crates/*"]\r\nresolver = "2"\r\n\r\n[workspace.dependencies]\r\nvuln = "=1.0.0"\r\n',
    );
    folder.write(
      'app/crates/a/Cargo.toml',
      crate('a', 'vuln.workspace = true\nb = { path = "../b" }\n'),
    );
    folder.write('app/crates/b/Cargo.toml', crate('b', 'parent = "1"\n'));
    for (const name of ['a', 'b']) folder.write(`app/crates/${name}/src/lib.rs`, '');
    await cargo('generate-lockfile');
    const { exitCode, stderr } = await fix('--apply', '--fail-on', 'high');
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(folder.read('app/Cargo.toml')).toContain('vuln = "=1.2.6"\r\n');
    await cargo('build', '--locked', '--quiet');
  });

  it('names the crate that binds another one, and the version that is not there', async () => {
    await project('stuck = "1"\ngone = "1"\n');
    const { projects } = await plan();
    expect(projects[0]?.steps).toEqual([]);
    const reasons = projects[0]?.staying.map((one) => one.reasons.join()).join('\n');
    expect(reasons).toContain('required by package `stuck v1.0.0');
    expect(reasons).toContain('1.9.0');
  });

  it('runs nothing of a hostile project, and takes over no configuration of it', async () => {
    await project('vuln = "1.0"\n');
    const evil = folder.path('app/evil');
    folder.write('app/evil', `#!/bin/sh\ntouch ${folder.path('sentinel-evil')}\nexec "$@"\n`);
    chmodSync(evil, 0o755);
    folder.write(
      'app/build.rs',
      `fn main() { std::fs::write(${JSON.stringify(folder.path('sentinel-own'))}, "").unwrap(); }`,
    );
    const wrappers = `[build]\nrustc-wrapper = "${evil}"\nrustc = "${evil}"\n[target.x86_64-unknown-linux-gnu]\nrunner = "${evil}"\nlinker = "${evil}"\n[registry]\nglobal-credential-providers = ["${evil}"]\n[net]\ngit-fetch-with-cli = true\n[source.crates-io]\nreplace-with = "other"\n[source.other]\nregistry = "https://evil.invalid/index"\n`;
    folder.write('app/.cargo/config.toml', wrappers);
    folder.write('app/.cargo/config', wrappers);
    folder.write('app/rust-toolchain.toml', `[toolchain]\npath = "${folder.path('app')}"\n`);
    const { exitCode, stderr, stdout } = await fix('--apply', '--fail-on', 'high');
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(stdout).toContain('".cargo" is not taken over');
    expect(folder.read('app/Cargo.lock')).toContain('version = "1.2.6"');
    expect(readdirSync(folder.cwd).filter((name) => name.startsWith('sentinel'))).toEqual([]);
    expect(left()).toEqual([]);
    // In the project itself, Cargo starts the wrapper.
    rmSync(folder.path('app/rust-toolchain.toml'));
    await cargo('build').catch(() => '');
    expect(readdirSync(folder.cwd)).toContain('sentinel-evil');
    rmSync(folder.path('sentinel-evil'));
  });

  it.each<[string, () => void, readonly string[], string]>([
    [
      'a directory outside of the target',
      () =>
        void folder.write(
          'app/Cargo.toml',
          `${folder.read('app/Cargo.toml')}other = { path = "../../other" }\n`,
        ),
      [],
      'outside of the target',
    ],
    [
      'a lockfile of an older version',
      () =>
        void folder.write(
          'app/Cargo.lock',
          folder.read('app/Cargo.lock').replace(/^version = \d$/mu, ''),
        ),
      [],
      'cargo generate-lockfile',
    ],
    [
      'a lockfile that its manifest does not explain',
      () => void folder.write('app/Cargo.toml', `${folder.read('app/Cargo.toml')}parent = "1"\n`),
      [],
      'cargo update --workspace',
    ],
    [
      'a cargo that is missing',
      () => void (folder.env['PATH'] = '/nonexistent'),
      [],
      'cargo is not installed',
    ],
    [
      'a cargo that is killed',
      () => {
        folder.write('bin/cargo', '#!/bin/sh\nkill -9 $$\n');
        chmodSync(folder.path('bin/cargo'), 0o755);
        folder.env['PATH'] = `${folder.path('bin')}:${process.env['PATH'] ?? ''}`;
      },
      ['--apply'],
      'was ended by SIGKILL',
    ],
  ])('ends with 2 for %s, and leaves all bytes', async (...[, prepare, args, message]) => {
    await project('vuln = "1.0"\n');
    prepare();
    const before = [folder.read('app/Cargo.toml'), folder.read('app/Cargo.lock')];
    try {
      const { exitCode, stderr } = await fix(...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect([folder.read('app/Cargo.toml'), folder.read('app/Cargo.lock')]).toEqual(before);
      expect(left()).toEqual([]);
    } finally {
      delete folder.env['PATH'];
    }
  });
});
