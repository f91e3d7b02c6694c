import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { ask } from '../../../../test/support/command-line.ts';
import { fullReport, testReport } from '../../../../test/support/reports.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Report } from '../../../core/model/report/report.ts';
import type { runScan, RunRequest } from '../../../scan/pipeline/index.ts';
import { runCommandLine } from './run.ts';

const noPipes = missingTool('mkfifo');

let cwd = '';
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-run-'));
});
afterEach(() => rmSync(cwd, { recursive: true }));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly request: RunRequest;
  readonly context: Context;
  /** Folder of the advisory base that was opened. */
  readonly advisories: string | undefined;
}

interface Setup {
  readonly env?: Record<string, string>;
  readonly report?: Report;
  readonly scan?: typeof runScan;
}

/** Runs a command line over a scan that answers at once; arguments are split at spaces. */
async function assay(line: string, setup: Setup = {}): Promise<Outcome> {
  const asked = await ask(line.split(' ').filter(Boolean), { cwd, ...setup });
  const scanned = <Value>(value: Value | undefined): Value => {
    if (value === undefined) throw new Error(`nothing was scanned: ${asked.stderr}`);
    return value;
  };
  return {
    exitCode: asked.exitCode,
    stdout: asked.stdout,
    stderr: asked.stderr,
    advisories: asked.advisories?.folder,
    get request() {
      return scanned(asked.request);
    },
    get context() {
      return scanned(asked.context);
    },
  };
}

describe('finding the command', () => {
  it.each([
    ['nothing', '', 2],
    ['help', '--help', 0],
    ['help of a command', 'image --help', 0],
    ['help of a command, the other way', 'help image', 0],
    ['help of a group', 'db --help', 0],
    ['a group alone', 'db', 2],
    ['the version', '--version -q', 0],
    ['flags alone', '--quiet', 2],
    ['an unknown flag', 'image --no-such a.tar', 2],
    ['a command without its target', 'image', 2],
    ['a path command without its path', 'fs', 2],
    ['a path command with two paths', 'fs a b', 2],
    ['an action that needs an argument', 'db export', 2],
    ['an unknown action', 'db dance', 2],
    ['a mistyped command', 'imgae a.tar', 2],
  ])('%s', async (_name, line, exitCode) => {
    const outcome = await assay(line);
    expect(outcome.exitCode).toBe(exitCode);
    expect(exitCode === 0 ? outcome.stdout : outcome.stderr).not.toBe('');
    expect(exitCode === 0 ? outcome.stderr : outcome.stdout).toBe('');
  });

  it.each([
    ['image --input a.tar', [{ reference: 'a.tar', kind: 'image' }]],
    ['--cache-dir c image a.tar', [{ reference: 'a.tar', kind: 'image' }]],
    [
      'i a.tar b.tar',
      [
        { reference: 'a.tar', kind: 'image' },
        { reference: 'b.tar', kind: 'image' },
      ],
    ],
    ['rootfs /mnt', [{ reference: '/mnt', kind: 'rootfs' }]],
    ['fs .', [{ reference: '.', kind: 'directory' }]],
    ['filesystem .', [{ reference: '.', kind: 'directory' }]],
  ] as const)('%s', async (line, targets) => {
    const { request, exitCode } = await assay(line);
    expect(exitCode).toBe(0);
    expect(request.targets).toMatchObject(targets);
  });

  it('guesses the kind of a bare target', async () => {
    const { request } = await assay('--fail-on high python:3.12 -f json');
    expect(request.targets).toHaveLength(1);
    expect(request.targets[0]).toMatchObject({ reference: 'python:3.12' });
    expect(request.targets[0]).not.toHaveProperty('kind');
  });

  it('takes a file for a target, even with the name of a mistyped command', async () => {
    writeFileSync(join(cwd, 'images'), '');
    const { request } = await assay('images');
    expect(request.targets[0]?.reference).toBe('images');
  });

  it('suggests the command that was meant', async () => {
    expect((await assay('imgae a.tar')).stderr).toContain('Did you mean: assay image ...');
    expect((await assay('image --fail-onn high a.tar')).stderr).toContain('--fail-on');
  });

  it('refuses an empty target, as an unset variable leaves it', async () => {
    const io = { stdout: { write: () => true }, stderr: { write: () => true }, env: {}, cwd };
    expect(await runCommandLine(['image', ''], io)).toBe(2);
  });
});

describe('what a scan is asked', () => {
  it('is nothing but the target by default', async () => {
    const { request, advisories } = await assay('image a.tar');
    expect(request).toMatchObject({
      targets: [{ reference: 'a.tar', kind: 'image', platforms: [], skipDirs: [], skipFiles: [] }],
      packageTypes: ['os', 'library'],
      includeDevDependencies: false,
      allowEmpty: false,
      severitySources: [],
      policy: {
        severities: ['unknown', 'low', 'medium', 'high', 'critical'],
        ignoreUnfixed: false,
        ignoreStatuses: [],
        ignore: [],
        failOn: [],
        allowIncomplete: [],
        command: 'assay image a.tar',
      },
    });
    expect(request.policy).not.toHaveProperty('exitCode');
    expect(advisories).toMatch(/assay.advisories$/u);
  });

  it.each([
    ['--severity critical,HIGH', { policy: { severities: ['high', 'critical'] } }],
    ['--exit-code 3 --exit-on-eol 9', { policy: { exitCode: 3, exitOnEol: 9 } }],
    ['--ignore-unfixed', { policy: { ignoreUnfixed: true } }],
    [
      '--ignore-status will_not_fix,unknown,end_of_life',
      { policy: { ignoreStatuses: ['willNotFix', 'endOfLife'] } },
    ],
    ['--allow-incomplete', { policy: { allowIncomplete: 'all' } }],
    [
      '--allow-incomplete=end-of-life,unknownSystem',
      { policy: { allowIncomplete: ['endOfLife', 'unknownSystem'] } },
    ],
    [
      '--platform linux/arm64/v8',
      { targets: [{ platforms: [{ os: 'linux', architecture: 'arm64', variant: 'v8' }] }] },
    ],
    ['--platform all', { targets: [{ platforms: 'all' }] }],
    ['--pkg-types os', { packageTypes: ['os'] }],
    ['--vuln-type library', { packageTypes: ['library'] }],
    ['--distro debian/12', { distro: { id: 'debian', versionId: '12' } }],
    ['--vuln-severity-source debian,nvd', { severitySources: ['debian', 'nvd'] }],
    ['--vuln-severity-source auto', { severitySources: [] }],
    [
      '--skip-dirs a,b --skip-files *.md',
      { targets: [{ skipDirs: ['a', 'b'], skipFiles: ['*.md'] }] },
    ],
    ['--include-dev-deps --allow-empty', { includeDevDependencies: true, allowEmpty: true }],
    ['--image-src docker,remote', { targets: [{ imageSources: ['docker', 'remote'] }] }],
  ])('%s', async (flags, expected) => {
    expect((await assay(`image a.tar ${flags}`)).request).toMatchObject(expected);
  });

  it('asks for no gate with --exit-code 0, unless --fail-on does', async () => {
    expect((await assay('image a.tar --exit-code 0')).request.policy).not.toHaveProperty(
      'exitCode',
    );
    const { policy } = (await assay('image a.tar --exit-code 0 --fail-on high')).request;
    expect(policy).toMatchObject({ exitCode: 0, failOn: [{ text: 'high', atLeast: 'high' }] });
  });

  it.each([
    ['fs . --dependency-tree --scanners packages', /no effect: --scanners packages/],
    ['fs . --dependency-tree -f json', /no effect: only tables/],
    ['fs . --dependency-tree', undefined],
    ['fs . --dependency-tree -o json=a.json -o table', undefined],
    ['fs . --scanners packages', undefined],
  ])('says where a tree has no effect: %s', async (words, said) => {
    const { stderr } = await assay(words);
    if (said === undefined) expect(stderr).not.toContain('--dependency-tree');
    else expect(stderr).toMatch(said);
  });

  it('opens no advisory data for packages only', async () => {
    const { request, advisories } = await assay('fs . --scanners packages');
    expect(request).not.toHaveProperty('advisories');
    expect(advisories).toBeUndefined();
  });

  it.each([
    ['image a.tar --scanners misconfig', { scanners: ['misconfig'], readsPackages: false }, false],
    [
      'image a.tar --security-checks config',
      { scanners: ['misconfig'], readsPackages: false },
      false,
    ],
    ['image a.tar --scanners packages,misconfig', { scanners: ['misconfig'] }, false],
    ['image a.tar --scanners vuln,misconfig', { scanners: ['misconfig'] }, true],
    ['fs . --scanners misconfig', { scanners: ['misconfig'], readsPackages: false }, false],
  ])('passes scanners of rules on: %s', async (line, expected, hasAdvisories) => {
    const { request } = await assay(line);
    expect(request).toMatchObject(expected);
    if (!('readsPackages' in expected)) expect(request).not.toHaveProperty('readsPackages');
    expect('advisories' in request).toBe(hasAdvisories);
  });

  it.each([
    ['diff ./a ./b --scanners misconfig', 'this command is about packages'],
    ['base a b --scanners packages,misconfig', 'this command is about packages'],
    ['push a example.org/b:1 --scanners misconfig', 'a push needs the vulnerabilities'],
  ])('refuses scanners of rules where packages decide: %s', async (line, message) => {
    const { stderr, exitCode } = await assay(line);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  it('refuses scanners that are not there yet, beside others as well', async () => {
    const { stderr, exitCode } = await assay('fs . --scanners vuln,license');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--scanners license is not available yet');
  });

  it.each([
    ['--scanners license', '--scanners license is not available yet'],
    ['--scanners viruses', '--scanners cannot be "viruses"'],
    ['--severity hihg', '--severity cannot be "hihg"'],
    ['--exit-code many', '--exit-code cannot be "many"'],
    ['--vuln-severity-source debian,nope', '--vuln-severity-source cannot be "nope"'],
    ['--vuln-severity-source nope', 'auto, osv, alpine, alpine-secdb, debian, debian-tracker, '],
    ['--vuln-severity-source nope', ', ghsa, cna, cisa, nvd.'],
    ['--ignore-status never', '--ignore-status cannot be "never"'],
    ['--platform amd64', '--platform cannot be "amd64"'],
    ['--pkg-types kernel', '--pkg-types cannot be "kernel"'],
    ['--distro debian', '--distro cannot be "debian"'],
    ['--allow-incomplete=rain', '--allow-incomplete cannot be "rain"'],
    ['--timeout soon', '--timeout cannot be "soon"'],
    ['--as-of soon', '--as-of cannot be "soon"'],
    ['--format xml', 'unknown format "xml"'],
    ['--fail-on worse', '"worse"'],
    ['--ignorefile no-such-file', 'there is no ignore file "no-such-file"'],
    ['--output no/such/folder', 'cannot write the report to "no/such/folder"'],
    ['--db-max-age soon', '--db-max-age cannot be "soon"'],
    ['--mirror http://[', '--mirror cannot be "http://["'],
    ['--mirror=', '--mirror cannot be ""'],
    ['--mirror ftp://host/feeds', '--mirror cannot be "ftp://host/feeds"'],
    ['--mirror file:///srv/feeds', 'or as the path of a folder'],
    ['--mirror http://u:se%ret@host/', '--mirror cannot be "http://host/"'],
    ['--mirror http://u:se/cret@[', '--mirror cannot be "http://["'],
    ['--mirror http://u:secret@[', '--mirror cannot be "http://["'],
  ])('refuses %s before anything is scanned', async (flags, message) => {
    const outcome = await assay(`image a.tar ${flags}`);
    expect(outcome.exitCode).toBe(2);
    expect(outcome.stderr).toContain(message);
    expect(() => outcome.request).toThrow('nothing was scanned');
  });
});

describe('VEX documents', () => {
  const STATEMENT = {
    vulnerability: { name: 'CVE-2020-1' },
    products: [{ '@id': 'pkg:npm/left' }],
    status: 'fixed',
  };
  const OPENVEX = { '@context': 'https://openvex.dev/ns', statements: [STATEMENT] };

  it('are read from files, by a flag or a variable, and not where nothing is matched', async () => {
    writeFileSync(join(cwd, 'a.json'), JSON.stringify(OPENVEX));
    writeFileSync(join(cwd, 'b.json'), JSON.stringify(OPENVEX));
    const { policy } = (await assay('image a.tar --vex a.json --vex b.json')).request;
    expect(policy?.vex?.map(({ path, statements }) => [path, statements.length])).toEqual([
      ['a.json', 1],
      ['b.json', 1],
    ]);
    const env = { TRIVY_VEX: 'a.json' };
    expect((await assay('image a.tar', { env })).request.policy?.vex).toHaveLength(1);
    const listed = await assay('image a.tar --vex a.json --scanners packages');
    expect(listed.request.policy?.vex).toBeUndefined();
  });

  it('that are attested are a question to the scan, and no file', async () => {
    const { request } = await assay('image a.tar --vex oci');
    expect([request.policy?.vex, request.attestedVex]).toEqual([[], expect.anything()]);
    const listed = await assay('image a.tar --vex oci --scanners packages');
    expect(listed.request.attestedVex).toBeUndefined();
  });

  it.each([
    ['repo', '--vex repo: VEX repositories are not read yet, and come later'],
    [
      'sbom-ref',
      '--vex sbom-ref: VEX documents that a bill of materials refers to are not read yet',
    ],
    ['no-such-file', 'there is no VEX document "no-such-file"'],
    ['other.json', 'cannot read "other.json": not a VEX document of a known form'],
  ])('from %s are answered with what is there', async (value, message) => {
    writeFileSync(join(cwd, 'other.json'), '{}');
    const { exitCode, stderr } = await assay(`image a.tar --vex ${value}`);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('ignore files', () => {
  it('are read in all forms without a flag', async () => {
    writeFileSync(join(cwd, '.trivyignore'), 'A-1\n');
    writeFileSync(join(cwd, '.trivyignore.yaml'), 'vulnerabilities:\n  - id: A-2\n');
    writeFileSync(join(cwd, '.assayignore'), 'A-3\n');
    writeFileSync(join(cwd, '.assayignore.yaml'), 'exceptions:\n  - id: A-4\n  - idd: A-5\n');
    const { policy } = (await assay('image a.tar --fail-on-stale-ignore')).request;
    expect(policy?.ignore?.map(({ id }) => id)).toEqual(['A-1', 'A-2', 'A-3', 'A-4']);
    expect(policy?.ignoreProblems).toMatchObject([{ from: '.assayignore.yaml:3' }]);
    expect(policy?.failOnStaleIgnore).toBe(true);
  });

  it('of other tools are read where they are named, and mentioned where they are not', async () => {
    writeFileSync(join(cwd, '.grype.yaml'), 'ignore:\n  - vulnerability: A-1\n');
    const { stderr, request } = await assay('image a.tar --scanners vuln');
    expect(request.policy?.ignore).toEqual([]);
    expect(stderr).toBe(
      'INFO  exceptions of .grype.yaml are read where --ignorefile .grype.yaml is given\n',
    );
    const named = await assay('image a.tar --ignorefile .grype.yaml');
    expect(named.request.policy?.ignore).toMatchObject([{ id: 'A-1' }]);
  });

  it('that are of no form end the run', async () => {
    writeFileSync(join(cwd, '.trivyignore.yaml'), 'a: [');
    writeFileSync(join(cwd, 'image.bin'), Buffer.from('A-1\n\0\0\0'));
    const broken = await assay('image a.tar');
    expect([broken.exitCode, broken.stderr]).toEqual([
      2,
      expect.stringContaining('cannot read ".trivyignore.yaml": invalid YAML'),
    ]);
    const binary = await assay('image a.tar --ignorefile image.bin');
    expect([binary.exitCode, binary.stderr]).toEqual([2, expect.stringContaining('no text file')]);
  });

  it('are read from the working folder', async () => {
    writeFileSync(join(cwd, '.trivyignore'), '# why\nCVE-2020-1\n');
    writeFileSync(join(cwd, '.assayignore'), 'CVE-2020-2\n');
    // An inventory uses no entry, so that none may be called stale.
    const listed = await assay('image a.tar --scanners packages');
    expect(listed.request.policy?.ignore).toEqual([]);
    const { policy } = (await assay('image a.tar')).request;
    expect(policy?.ignore?.map(({ id, from }) => [id, from])).toEqual([
      ['CVE-2020-1', '.trivyignore:2'],
      ['CVE-2020-2', '.assayignore:1'],
    ]);
  });

  it('may be long, and not without end', async () => {
    writeFileSync(join(cwd, 'long'), 'CVE-2020-3\n'.repeat(200_000));
    const { policy } = (await assay('image a.tar --ignorefile long')).request;
    expect(policy?.ignore).toHaveLength(200_000);
    const endless = await assay('image a.tar --ignorefile /dev/zero');
    expect(endless.exitCode).toBe(2);
    expect(endless.stderr).toContain('it is a device');
  });

  it.skipIf(noPipes !== undefined)(`are not waited for without end${needs(noPipes)}`, async () => {
    execFileSync('sh', ['-c', 'mkfifo pipe'], { cwd });
    symlinkSync('pipe', join(cwd, 'link'));
    for (const name of ['pipe', 'link']) {
      const { exitCode, stderr } = await assay(`image a.tar --ignorefile ${name}`);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`cannot read the ignore file "${name}": it is a named pipe`);
    }
    const { policy } = (await assay('image a.tar --ignorefile /dev/null')).request;
    expect(policy?.ignore).toEqual([]);
  });

  it('give way to those that are named', async () => {
    writeFileSync(join(cwd, '.trivyignore'), 'CVE-2020-1\n');
    writeFileSync(join(cwd, 'mine'), 'CVE-2020-3\n');
    const { policy } = (await assay('image a.tar --ignorefile mine')).request;
    expect(policy?.ignore?.map(({ id }) => id)).toEqual(['CVE-2020-3']);
  });
});

/** The time may be up before the scan begins, on a busy machine. */
async function whenAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

describe('context', () => {
  it('has the clock of --as-of', async () => {
    const { context } = await assay('image a.tar --as-of 2025-06-01');
    expect(new Date(context.now()).toISOString()).toBe('2025-06-01T00:00:00.000Z');
  });

  it('has no network with --offline', async () => {
    expect((await assay('image a.tar --offline')).context.fetch).toBeUndefined();
    expect((await assay('image a.tar')).context.fetch).toBe(globalThis.fetch);
  });

  it('tells a time-out from a signal, whatever the scan makes of it', async () => {
    const { exitCode, stderr } = await assay('image a.tar --timeout 0.01s', {
      scan: (_request, { signal }) =>
        whenAborted(signal).then(() => {
          throw new AssayError('INTERRUPTED', 'interrupted');
        }),
    });
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('not done within "0.01s"')]);
  });

  it('ends at the time-out', async () => {
    const { exitCode, stderr } = await assay('image a.tar --timeout 0.01s', {
      scan: (_request, { signal }) =>
        whenAborted(signal).then(() => {
          throw signal.reason as Error;
        }),
    });
    expect([exitCode, stderr]).toEqual([
      3,
      'ERROR not done within "0.01s"\n      Give it more time with --timeout.\n',
    ]);
  });

  it.each([
    ['by default', '', ['INFO  info', 'WARN  warn']],
    ['with --debug', '--debug', ['DEBUG debug', 'INFO  info', 'WARN  warn']],
    ['with --quiet', '--quiet', []],
  ])('logs %s', async (_name, flags, lines) => {
    const { stderr } = await assay(`image a.tar --scanners vuln ${flags}`, {
      scan: (_request, { log }) => {
        log.debug('debug');
        log.info('info');
        log.warn('warn');
        return Promise.resolve(testReport());
      },
    });
    expect(stderr.split('\n').filter(Boolean)).toEqual(lines);
  });
});

describe('reports', () => {
  it('end with the verdict and its exit code', async () => {
    const { exitCode, stdout, stderr } = await assay('image a.tar --scanners vuln', {
      report: fullReport(),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe('');
    expect(stdout).toMatch(
      /\nVerdict: FAIL \(exit code 1\)\n[^]* {2}Check {4}assay image [^\n]*\n$/u,
    );
  });

  it('are filtered for display', async () => {
    const report = { ...fullReport(), shownSeverities: ['critical'] } as const;
    const { stdout } = await assay('image a.tar', { report });
    expect(stdout).toContain('\nTotal: 2 (HIGH: 1, CRITICAL: 1)\n');
    expect(stdout).toContain('\nNot shown because of --severity: 2 (LOW: 1, MEDIUM: 1)\n');
  });

  it('go to several places from one scan', async () => {
    const outcome = await assay('image a.tar --scanners vuln -o table -o json=a.json', {
      report: fullReport(),
    });
    expect(outcome.stdout).toContain('Total: 3');
    expect(JSON.parse(readFileSync(join(cwd, 'a.json'), 'utf8'))).toMatchObject({
      schemaVersion: 1,
      verdict: { status: 'fail' },
    });
    expect(outcome.stderr).toBe('INFO  wrote json to a.json\n');
  });

  it('leave the verdict on standard error when all go to files', async () => {
    const { stdout, stderr } = await assay('image a.tar --scanners vuln -o a.txt', {
      report: fullReport(),
    });
    expect(stdout).toBe('');
    expect(stderr).toMatch(
      /^INFO {2}wrote table to a\.txt\nVerdict: FAIL \(exit code 1\)\n[^]* {2}Check {4}assay image [^\n]*\n$/u,
    );
  });
});

describe('notices', () => {
  it('say once what has no effect and what came from trivy', async () => {
    const env = { TRIVY_SEVERITY: 'HIGH', TRIVY_TOKEN_HEADER: 'me' };
    writeFileSync(join(cwd, 'trivy.yaml'), 'cache:\n  ttl: 1h\n');
    const line = 'image a.tar --scanners vuln --ignore-policy x --ignore-policy y -o json=a.json';
    const { stderr } = await assay(line, { env });
    expect(stderr.split('\n')).toEqual([
      'WARN  settings come from TRIVY_SEVERITY, TRIVY_TOKEN_HEADER',
      'WARN  settings come from trivy.yaml, as there is no assay.yaml',
      'WARN  accepted, without effect: --ignore-policy (Rego is not run; --policy and --fail-on decide), --token-header (it belongs to --server), cache.ttl of trivy.yaml',
      expect.stringContaining('INFO  wrote json to a.json'),
      'Verdict: no gate asked (exit code 0)',
      '  Found    0 findings',
      expect.stringContaining('  Ask '),
      '',
    ]);
  });

  it('are silent with --quiet', async () => {
    expect((await assay('image a.tar --quiet --ignore-policy x')).stderr).toBe('');
  });
});

describe('errors of a scan', () => {
  it.each([
    ['NOT_FOUND', 3],
    ['ADVISORY_DATA_MISSING', 4],
    ['NOTHING_TO_SCAN', 8],
  ] as const)('%s is %d', async (code, exitCode) => {
    const error = new AssayError(code, 'what failed', { hint: 'what to do' });
    const outcome = await assay('image a.tar', { scan: () => Promise.reject(error) });
    expect(outcome).toMatchObject({ exitCode, stdout: '' });
    expect(outcome.stderr).toBe('ERROR what failed\n      what to do\n');
  });

  it('shows a bug as one', async () => {
    const scan = (): Promise<never> => Promise.reject(new TypeError('oops'));
    const outcome = await assay('image a.tar', { scan });
    expect(outcome.exitCode).toBe(70);
    expect(outcome.stderr).toContain('Please report it');
  });
});

describe('a command without arguments', () => {
  it.each(['db update /srv/feeds', 'db status osv', 'version 1'])(
    'refuses the argument of "%s"',
    async (line) => {
      const { exitCode, stderr } = await assay(line);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(`takes no arguments, but got "${line.split(' ').at(-1) ?? ''}"`);
    },
  );
});
