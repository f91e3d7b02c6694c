/**
 * A first scan on a fresh machine: OSV's archive of an ecosystem contains the records of
 * ossf/malicious-packages, so the scan loads them with it. Nothing is configured but the mirror,
 * which a server on loopback serves.
 */

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../src/app/cli/shell/run.ts';
import { startFeedServer, type FeedServer } from '../support/feed-server.ts';
import { zip } from '../support/zip.ts';

/** A record in the form of ossf/malicious-packages (`osv/malicious/ECOSYSTEM/NAME/MAL-….json`). */
function malicious(
  id: string,
  pkg: { readonly ecosystem: string; readonly name: string },
  fields: { readonly versions?: readonly string[]; readonly aliases?: readonly string[] } = {},
): object {
  const { versions, aliases = [] } = fields;
  return {
    schema_version: '1.7.3',
    id,
    modified: '2026-01-02T03:04:05Z',
    published: '2026-01-02T03:04:05Z',
    aliases,
    summary: `Malicious code in ${pkg.name} (${pkg.ecosystem})`,
    details: 'Any computer that has this package installed should be considered fully compromised.',
    affected: [
      {
        package: pkg,
        ...(versions === undefined
          ? { ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }] }
          : { versions }),
        database_specific: {
          cwes: [{ cweId: 'CWE-506', name: 'Embedded Malicious Code', description: 'malice' }],
        },
      },
    ],
    credits: [{ name: 'someone', type: 'FINDER' }],
    database_specific: { 'malicious-packages-origins': [{ source: 'ghsa-malware', id: 'x' }] },
  };
}

/** An ordinary record, without a rating. */
function ordinary(ecosystem: string, name: string): object {
  return {
    id: `GHSA-2222-3333-${ecosystem === 'npm' ? '4444' : '5555'}`,
    aliases: [],
    modified: '2026-01-02T03:04:05Z',
    summary: `a flaw of ${name}`,
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '9' }] }],
      },
    ],
  };
}

const NPM = 'npm';
const PYPI = 'PyPI';
const RECORDS: Readonly<Record<string, readonly object[]>> = {
  [NPM]: [
    malicious('MAL-2026-1', { ecosystem: NPM, name: 'evil' }),
    malicious('MAL-2026-2', { ecosystem: NPM, name: 'once-bad' }, { versions: ['1.2.4'] }),
    malicious('MAL-2026-3', { ecosystem: NPM, name: '@scope/evil' }),
    malicious(
      'GHSA-2345-6789-2345',
      { ecosystem: NPM, name: 'by-alias' },
      { aliases: ['MAL-2026-4'] },
    ),
    ordinary(NPM, 'plain'),
  ],
  [PYPI]: [
    malicious('MAL-2026-5', { ecosystem: PYPI, name: 'evil-py' }),
    malicious('MAL-2026-6', { ecosystem: PYPI, name: 'once-bad-py' }, { versions: ['0.2'] }),
    ordinary(PYPI, 'plain-py'),
  ],
};

function lockfile(name: string, version: string, fields: object = {}): string {
  return JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0', dependencies: { [name]: version } },
      [`node_modules/${name}`]: { version, ...fields },
    },
  });
}

function installed(name: string, version: string): Readonly<Record<string, string>> {
  return {
    'package.json': JSON.stringify({
      name: 'app',
      version: '1.0.0',
      dependencies: { [name]: version },
    }),
    [`node_modules/${name}/package.json`]: JSON.stringify({ name, version }),
  };
}

type Files = Readonly<Record<string, string>>;

let root = '';
let server: FeedServer;

beforeAll(async () => {
  root = mkdtempSync(path.join(tmpdir(), 'assay-malicious-first-'));
  const mirror = path.join(root, 'mirror');
  for (const [ecosystem, records] of Object.entries(RECORDS)) {
    const members = records.map((record) => {
      const { id } = record as { readonly id: string };
      return { name: `${id}.json`, body: JSON.stringify(record) };
    });
    mkdirSync(path.join(mirror, 'osv', ecosystem), { recursive: true });
    writeFileSync(path.join(mirror, 'osv', ecosystem, 'all.zip'), zip(members));
  }
  server = await startFeedServer(mirror);
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(root, { recursive: true, force: true });
});

let count = 0;

interface Scanned {
  readonly exitCode: number;
  readonly text: string;
  readonly findings: readonly string[];
  readonly fetched: readonly string[];
  readonly gaps: readonly string[];
}

/** Scans files with an empty cache. */
async function firstScan(files: Files, ...flags: readonly string[]): Promise<Scanned> {
  count += 1;
  const cwd = path.join(root, `project-${String(count)}`);
  for (const [name, text] of Object.entries(files)) {
    const full = path.join(cwd, 'app', name);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  server.requests.length = 0;
  let text = '';
  const stream = {
    write: (piece: string, done?: () => void): boolean => {
      text += piece;
      done?.();
      return true;
    },
  };
  const args = [
    'fs',
    path.join(cwd, 'app'),
    '--mirror',
    server.url,
    '--cache-dir',
    'cache',
    ...flags,
  ];
  const exitCode = await runCommandLine([...args, '-o', `json=${path.join(cwd, 'out.json')}`], {
    stdout: stream,
    stderr: stream,
    env: {},
    cwd,
  });
  const report = path.join(cwd, 'out.json');
  if (!existsSync(report)) throw new Error(text);
  const { results } = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly results: readonly {
      readonly findings: readonly { readonly advisoryId: string; readonly severity: string }[];
      readonly diagnostics: readonly { readonly message: string; readonly gap?: string }[];
    }[];
  };
  const findings = results.flatMap((one) =>
    one.findings.map(({ advisoryId, severity }) => `${advisoryId} ${severity}`),
  );
  const fetched = server.requests.filter(({ status }) => status === 200).map((one) => one.path);
  const gaps = results.flatMap(({ diagnostics }) =>
    diagnostics.flatMap(({ message, gap }) => (gap === undefined ? [] : [`${gap}: ${message}`])),
  );
  return { exitCode, text, findings, fetched, gaps };
}

const ROWS: readonly (readonly [string, Files, string])[] = [
  ['a lockfile of npm', { 'package-lock.json': lockfile('evil', '1.0.0') }, 'MAL-2026-1'],
  ['a scoped package', { 'package-lock.json': lockfile('@scope/evil', '0.0.1') }, 'MAL-2026-3'],
  ['one bad version', { 'package-lock.json': lockfile('once-bad', '1.2.4') }, 'MAL-2026-2'],
  ['an alias', { 'package-lock.json': lockfile('by-alias', '1.0.0') }, 'GHSA-2345-6789-2345'],
  [
    'a development dependency',
    { 'package-lock.json': lockfile('evil', '1.0.0', { dev: true }) },
    'MAL-2026-1',
  ],
  ['an installed package of npm', installed('evil', '2.0.0'), 'MAL-2026-1'],
  ['requirements of pip', { 'requirements.txt': 'evil_py==1.0\n' }, 'MAL-2026-5'],
  ['one bad version of PyPI', { 'requirements.txt': 'Once.Bad-py==0.2\n' }, 'MAL-2026-6'],
  [
    'an installed package of PyPI',
    {
      'lib/python3.12/site-packages/evil_py-1.0.dist-info/METADATA':
        'Metadata-Version: 2.1\nName: evil-py\nVersion: 1.0\n',
    },
    'MAL-2026-5',
  ],
];

describe('a first scan with nothing but a mirror', () => {
  it.each(ROWS)('fails every gate on %s', async (_name, files, id) => {
    const scanned = await firstScan(files, '--fail-on', 'epss>=0.99', '--severity', 'LOW');
    expect(scanned.findings).toEqual([`${id} critical`]);
    expect(scanned.exitCode).toBe(1);
    expect(scanned.text).toContain('malicious');
    const ecosystem = id.endsWith('5') && id.startsWith('MAL') ? PYPI : undefined;
    const archives = scanned.fetched.filter((one) => one.endsWith('/all.zip'));
    expect(archives).toHaveLength(1);
    expect(archives).toContain(`osv/${ecosystem ?? (id === 'MAL-2026-6' ? PYPI : NPM)}/all.zip`);
  });

  it.each<[string, Files]>([
    ['a lockfile of npm', { 'package-lock.json': lockfile('once-bad', '1.2.3') }],
    ['the version after', { 'package-lock.json': lockfile('once-bad', '1.2.5') }],
    ['requirements of pip', { 'requirements.txt': 'once-bad-py==0.3\n' }],
    ['a name that is not listed', { 'package-lock.json': lockfile('evil-but-good', '1.0.0') }],
  ])('passes a good release: %s', async (_name, files) => {
    const { exitCode, findings } = await firstScan(files, '--fail-on', 'high');
    expect([exitCode, findings]).toEqual([0, []]);
  });

  it('has an ordinary finding beside it, in a project of both', async () => {
    const { exitCode, findings, fetched } = await firstScan({
      'package-lock.json': lockfile('evil', '1.0.0'),
      'requirements.txt': 'plain-py==1.0\n',
    });
    expect(exitCode).toBe(0);
    expect([...findings].sort()).toEqual(['GHSA-2222-3333-5555 unknown', 'MAL-2026-1 critical']);
    expect(fetched.filter((one) => one.endsWith('/all.zip')).sort()).toEqual([
      'osv/PyPI/all.zip',
      'osv/npm/all.zip',
    ]);
  });
});

/** Data of Python alone stands for a cache that an earlier scan filled. */
describe('a development dependency of another ecosystem', () => {
  const RUNTIME: Files = { 'requirements.txt': 'once-bad-py==0.3\n' };
  const GATE = ['--fail-on', 'high'] as const;

  it.each<[string, Files, string]>([
    ['the only packages of npm', { 'package-lock.json': developmentLock('evil') }, 'MAL-2026-1'],
    [
      'a lockfile of version 1',
      {
        'package-lock.json': JSON.stringify({
          lockfileVersion: 1,
          dependencies: { evil: { version: '1.0.0', dev: true } },
        }),
      },
      'MAL-2026-1',
    ],
    [
      'pnpm-lock.yaml',
      {
        'pnpm-lock.yaml': [
          "lockfileVersion: '6.0'",
          'devDependencies:',
          '  evil:',
          '    specifier: 1.0.0',
          '    version: 1.0.0',
          'packages:',
          '  /evil@1.0.0:',
          '    dev: true',
          '',
        ].join('\n'),
      },
      'MAL-2026-1',
    ],
    [
      'an exact version of package.json, without a lockfile',
      { 'package.json': JSON.stringify({ name: 'a', devDependencies: { evil: '1.0.0' } }) },
      'MAL-2026-1',
    ],
    [
      'an exact version that the lockfile lacks',
      {
        'package.json': JSON.stringify({
          name: 'app',
          dependencies: { good: '1.0.0' },
          devDependencies: { evil: '1.0.0' },
        }),
        'package-lock.json': lockfile('good', '1.0.0'),
      },
      'MAL-2026-1',
    ],
    ['a scoped package', { 'package-lock.json': developmentLock('@scope/evil') }, 'MAL-2026-3'],
  ])('fails the gate: %s', async (_name, files, id) => {
    const scanned = await firstScan({ ...RUNTIME, ...files }, ...GATE);
    expect([scanned.exitCode, scanned.findings]).toEqual([1, [`${id} critical`]]);
    expect(scanned.fetched).toContain('osv/npm/all.zip');
  });

  it('fails the gate where Node.js is the language and Python the tool', async () => {
    const pipfile = JSON.stringify({ default: {}, develop: { 'evil-py': { version: '==1.0' } } });
    const files = { 'package-lock.json': lockfile('good', '1.0.0'), 'Pipfile.lock': pipfile };
    const { exitCode, findings } = await firstScan(files, ...GATE);
    expect([exitCode, findings]).toEqual([1, ['MAL-2026-5 critical']]);
  });

  it('fails the gate where the project has nothing but development dependencies', async () => {
    const manifest = JSON.stringify({ name: 'app', devDependencies: { evil: '1.0.0' } });
    const files = { 'package.json': manifest, 'package-lock.json': developmentLock('evil') };
    const { exitCode, findings } = await firstScan(files, ...GATE);
    expect([exitCode, findings]).toEqual([1, ['MAL-2026-1 critical']]);
  });

  it.each<[string, Files]>([
    ['good', { 'package-lock.json': developmentLock('good') }],
    ['vulnerable', { 'package-lock.json': developmentLock('plain') }],
    ['a good release', { 'package-lock.json': developmentLock('once-bad') }],
    [
      'a range',
      { 'package.json': JSON.stringify({ name: 'a', devDependencies: { good: '^1.0.0' } }) },
    ],
    // No feed lists ports of vcpkg, so there is nothing to load.
    [
      'of an ecosystem without a feed',
      {
        'vcpkg.json': JSON.stringify({
          dependencies: [{ name: 'evil', host: true }],
          overrides: [{ name: 'evil', version: '1.0.0' }],
        }),
      },
    ],
  ])('passes: %s', async (_name, files) => {
    const { exitCode, findings } = await firstScan({ ...RUNTIME, ...files }, ...GATE);
    expect([exitCode, findings]).toEqual([0, []]);
  });

  it('is a gap where the data cannot be loaded', async () => {
    const own = JSON.stringify(ordinary(PYPI, 'plain-py'));
    const files = { ...RUNTIME, 'package-lock.json': developmentLock('evil'), 'own.json': own };
    const flags = ['--advisories', 'app/own.json', '--skip-db-update'];
    const { exitCode, gaps } = await firstScan(files, ...GATE, ...flags);
    expect(exitCode).toBe(6);
    expect(gaps).toContainEqual(
      expect.stringMatching(/^noAdvisoryData: .* 1 development dependency \(evil\) could not be/u),
    );
    const ungated = await firstScan(files, ...flags);
    expect(ungated.exitCode).toBe(0);
    const { exitCode: all } = await firstScan(files, ...GATE, ...flags, '--include-dev-deps');
    expect(all).toBe(6);
  });
});

/** A lockfile whose only package is for development. */
function developmentLock(name: string): string {
  return JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: {
      '': { name: 'app', version: '1.0.0', devDependencies: { [name]: '1.0.0' } },
      [`node_modules/${name}`]: { version: '1.0.0', dev: true },
    },
  });
}
