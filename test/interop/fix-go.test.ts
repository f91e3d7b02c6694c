/** `assay fix` with the real go and a file proxy. */

import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { ownTemporaryFiles, type FixDocument } from '../support/fix-document.ts';
import { writeGoProxy } from '../support/go-proxy.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const execute = promisify(execFile);
const missing = missingForInterop('go');

describe.skipIf(missing !== undefined)(`assay fix and go${needs(missing)}`, () => {
  let folder: CommandFolder;
  let left: () => readonly string[];

  beforeAll(async () => {
    folder = new CommandFolder();
    left = ownTemporaryFiles(folder.path('temporary'));
    const vuln = {
      id: 'GO-2025-0001',
      name: 'ex.test/vuln',
      fixed: '1.2.6',
      ecosystem: 'Go',
    } as const;
    const sub = {
      id: 'GO-2025-0002',
      name: 'ex.test/sub',
      fixed: '1.1.0',
      ecosystem: 'Go',
    } as const;
    const late = {
      id: 'GO-2025-0003',
      name: 'ex.test/late',
      fixed: '1.9.0',
      ecosystem: 'Go',
    } as const;
    const std = { id: 'GO-2025-0004', name: 'stdlib', fixed: '1.22.5', ecosystem: 'Go' } as const;
    await folder.load(vuln, sub, late, std);
    writeGoProxy(folder.path('proxy'), [
      { path: 'ex.test/vuln', version: 'v1.0.0' },
      { path: 'ex.test/vuln', version: 'v1.2.6' },
      { path: 'ex.test/vuln', version: 'v1.3.0' },
      { path: 'ex.test/fresh', version: 'v1.0.0' },
      { path: 'ex.test/parent', version: 'v1.0.0', requires: { 'ex.test/vuln': 'v1.0.0' } },
      { path: 'ex.test/sub', version: 'v1.0.0', packages: { pkg: [] } },
      {
        path: 'ex.test/sub',
        version: 'v1.1.0',
        requires: { 'ex.test/fresh': 'v1.0.0' },
        packages: { pkg: ['ex.test/fresh'] },
      },
      { path: 'ex.test/late', version: 'v1.0.0' },
    ]);
    Object.assign(folder.env, {
      GOPROXY: `file://${folder.path('proxy')}`,
      GOSUMDB: 'off',
      GOPATH: folder.path('gopath'),
      GOCACHE: folder.path('gocache'),
    });
  });
  afterAll(async () => {
    await go('.', 'clean', '-modcache');
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    rmSync(folder.path('app'), { recursive: true, force: true });
  });

  async function go(place: string, ...args: readonly string[]): Promise<string> {
    const env = {
      PATH: process.env['PATH'],
      HOME: folder.cwd,
      GOTOOLCHAIN: 'local',
      CGO_ENABLED: '0',
    };
    const options = { cwd: folder.path(place), env: { ...env, ...folder.env }, timeout: 240_000 };
    return (await execute('go', [...args], options)).stdout;
  }
  /** Writes a module whose program prints versions, and lets go write its sums. */
  async function project(
    requires: string,
    imports: readonly string[],
    place = 'app',
  ): Promise<void> {
    folder.write(`${place}/go.mod`, `module ex.test/app\n\ngo 1.20\n\n${requires}`);
    const lines = imports.map((one, index) => `import p${index} "${one}"\n`);
    const shown = imports.map((_, index) => `p${index}.Version`).join(', ');
    folder.write(
      `${place}/main.go`,
      `package main\n\nimport "fmt"\n${lines.join('')}\nfunc main() { fmt.Println(${shown}) }\n`,
    );
    await go(place, 'mod', 'tidy');
  }
  const fix = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('fix', 'app', '--offline=false', '--skip-db-update', ...args);
  async function plan(...args: readonly string[]): Promise<FixDocument> {
    const { stdout, stderr } = await fix('-f', 'json', ...args);
    return JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout) as FixDocument;
  }

  it.each<[string, string, readonly string[], string, string, string]>([
    [
      'a direct requirement, with its comments',
      'require (\n\t// first\n\tex.test/vuln v1.0.0 // why\n)\n',
      ['ex.test/vuln'],
      'widen',
      'v1.2.6',
      '// first\nrequire ex.test/vuln v1.2.6 // why\n',
    ],
    [
      'an indirect requirement',
      'require ex.test/parent v1.0.0\n',
      ['ex.test/parent'],
      'override',
      'v1.0.0',
      'require ex.test/vuln v1.2.6 // indirect\n',
    ],
    [
      'a package below its module, which needs a new module',
      'require ex.test/sub v1.0.0\n',
      ['ex.test/sub/pkg'],
      'widen',
      'v1.1.0',
      'require ex.test/fresh v1.0.0 // indirect\n',
    ],
    [
      'a replacement by a version',
      'require ex.test/vuln v1.0.0\n\nreplace ex.test/vuln => ex.test/vuln v1.0.0\n',
      ['ex.test/vuln'],
      'override',
      'v1.2.6',
      'replace ex.test/vuln => ex.test/vuln v1.2.6\n',
    ],
  ])(
    'fixes %s; it builds, is scanned clean, and applying twice changes nothing',
    async (...[, requires, imports, kind, printed, text]) => {
      await project(requires, imports);
      const shown = await plan();
      expect(shown.projects[0]?.steps.map((step) => step.kind)).toEqual([kind]);
      expect(shown.projects[0]?.state).toBe('tried');
      const isIndirect = imports.includes('ex.test/parent');
      expect(shown.projects[0]?.steps[0]?.dependents).toEqual(
        isIndirect ? ['ex.test/parent v1.0.0'] : expect.any(Array),
      );
      const applied = await fix('--apply', '--fail-on', 'high+fixable');
      expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
      const mod = folder.read('app/go.mod');
      expect(mod).toContain(text);
      expect(await go('app', 'run', '-mod=readonly', '.')).toBe(`${printed}\n`);
      expect((await folder.assay('fs', 'app', '--fail-on', 'high')).exitCode).toBe(0);
      const sum = folder.read('app/go.sum');
      expect((await fix('--apply')).exitCode).toBe(0);
      expect([folder.read('app/go.mod'), folder.read('app/go.sum')]).toEqual([mod, sum]);
      expect(left()).toEqual([]);
    },
  );

  it('names another toolchain, and keeps line ends', async () => {
    await project('require ex.test/parent v1.0.0\n\ntoolchain go1.22.1\n', ['ex.test/parent']);
    folder.write('app/go.mod', folder.read('app/go.mod').replaceAll('\n', '\r\n'));
    const before = folder.read('app/go.mod');
    expect((await fix('--apply', '--fail-on', 'high')).exitCode).toBe(0);
    expect(folder.read('app/go.mod')).toBe(
      before
        .replace('toolchain go1.22.1', 'toolchain go1.22.5')
        .replace('ex.test/vuln v1.0.0', 'ex.test/vuln v1.2.6'),
    );
  });

  it('fixes the members of a workspace that import each other', async () => {
    folder.write('app/go.work', 'go 1.20\n\nuse (\n\t./a\n\t./b\n)\n');
    folder.write('app/a/go.mod', 'module ex.test/a\n\ngo 1.20\n\nrequire ex.test/vuln v1.0.0\n');
    folder.write('app/a/a.go', 'package a\n\nimport _ "ex.test/vuln"\n');
    folder.write(
      'app/b/go.mod',
      'module ex.test/b\n\ngo 1.20\n\nrequire (\n\tex.test/parent v1.0.0\n)\n\nrequire ex.test/vuln v1.0.0 // indirect\n',
    );
    folder.write(
      'app/b/b.go',
      'package main\n\nimport _ "ex.test/a"\nimport _ "ex.test/parent"\n\nfunc main() {}\n',
    );
    folder.write('app/b/go.sum', '');
    await go('app/a', 'mod', 'tidy');
    await go('app/b', 'get', 'ex.test/parent@v1.0.0');
    await go('app/b', 'mod', 'edit', '-fmt');
    await go('app/b', 'build', '-o', '/dev/null', './...');
    const { exitCode, stdout } = await fix('--apply', '--fail-on', 'high');
    expect([exitCode, stdout]).toEqual([0, expect.any(String)]);
    for (const member of ['a', 'b']) {
      expect(folder.read(`app/${member}/go.mod`)).toContain('ex.test/vuln v1.2.6');
      expect(folder.read(`app/${member}/go.mod`)).not.toContain('replace');
    }
    await go('app/b', 'build', '-o', '/dev/null', './...');
  });

  it('says of vendored modules that they are vendored', async () => {
    await project('require ex.test/vuln v1.0.0\n', ['ex.test/vuln']);
    await go('app', 'mod', 'vendor');
    const { projects, elsewhere } = await plan();
    expect(projects[0]?.steps).toEqual([]);
    expect(projects[0]?.staying[0]?.reasons.join()).toContain('vendored in "vendor"');
    expect(elsewhere[0]?.reasons.join()).toContain('vendored');
  });

  it('names a version that the proxy does not have, and keeps what holds', async () => {
    await project('require (\n\tex.test/late v1.0.0\n\tex.test/vuln v1.0.0\n)\n', [
      'ex.test/late',
      'ex.test/vuln',
    ]);
    const { projects } = await plan('--apply');
    expect(projects[0]?.steps.map(({ moves }) => moves[0]?.name)).toEqual(['ex.test/vuln']);
    expect(projects[0]?.staying[0]?.reasons.join()).toContain('ex.test/late@v1.9.0');
  });

  it('runs nothing of a hostile module', async () => {
    await project('require ex.test/vuln v1.0.0\n', ['ex.test/vuln']);
    const evil = folder.path('app/evil');
    folder.write('app/evil', `#!/bin/sh\ntouch ${folder.path('sentinel')}\nexit 1\n`);
    chmodSync(evil, 0o755);
    folder.write('app/gen.go', `package main\n\n//go:generate ${evil}\n`);
    folder.write('app/cgo.go', `package main\n\n// #cgo LDFLAGS: -fplugin=${evil}\nimport "C"\n`);
    for (const name of ['app/go.env', 'app/.config/go/env']) {
      folder.write(name, `GOFLAGS=-toolexec=${evil}\nGOPROXY=https://evil.invalid\n`);
    }
    folder.write('app/go', `#!/bin/sh\n${evil}\n`);
    chmodSync(folder.path('app/go'), 0o755);
    folder.write('app/go.mod', `${folder.read('app/go.mod')}\ntoolchain go1.99.0-evil\n`);
    const { exitCode, stderr } = await fix('--apply', '--fail-on', 'high');
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(folder.read('app/go.mod')).toContain('ex.test/vuln v1.2.6');
    expect(readdirSync(folder.cwd)).not.toContain('sentinel');
    expect(left()).toEqual([]);
    // In the project itself, Go starts the program.
    await go('app', 'generate', './...').catch(() => '');
    expect(readdirSync(folder.cwd)).toContain('sentinel');
  });

  it.each<[string, () => void, readonly string[], string]>([
    [
      'a directory outside of the target',
      () =>
        void folder.write(
          'app/go.mod',
          `${folder.read('app/go.mod')}\nreplace ex.test/other => ../../other\n`,
        ),
      [],
      'outside of the target',
    ],
    [
      'a file that go would format',
      () =>
        void folder.write('app/go.mod', folder.read('app/go.mod').replace(' v1.0.0', '   v1.0.0')),
      [],
      'go mod edit -fmt',
    ],
    ['a module without sums', () => rmSync(folder.path('app/go.sum')), [], 'there is no go.sum'],
    [
      'sums that are not those of the proxy',
      () =>
        void folder.write(
          'app/go.sum',
          folder
            .read('app/go.sum')
            .replace(/h1:[^=]*=/gu, 'h1:3B8IQS9rDN385lae1DfOhWFb/bQR//nVdDPxJpiTqQY='),
        ),
      [],
      'checksum mismatch',
    ],
    [
      'a go that is missing',
      () => void (folder.env['PATH'] = '/nonexistent'),
      [],
      'go is not installed',
    ],
    [
      'a go that is killed',
      () => {
        folder.write('bin/go', '#!/bin/sh\nkill -9 $$\n');
        chmodSync(folder.path('bin/go'), 0o755);
        folder.env['PATH'] = `${folder.path('bin')}:${process.env['PATH'] ?? ''}`;
      },
      ['--apply'],
      'was ended by SIGKILL',
    ],
  ])('ends with 2 for %s, and leaves all bytes', async (...[, prepare, args, message]) => {
    await project('require ex.test/vuln v1.0.0\n', ['ex.test/vuln']);
    prepare();
    const before = folder.read('app/go.mod');
    try {
      const { exitCode, stderr } = await fix(...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(folder.read('app/go.mod')).toBe(before);
      expect(left()).toEqual([]);
    } finally {
      delete folder.env['PATH'];
    }
  });
});
