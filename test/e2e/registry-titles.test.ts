/**
 * Titles and totals that scripts search for: images of Docker Hub's names, pulled from a real
 * registry that `registries.conf` names for `docker.io`, scanned into a pipe and in a terminal.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { builtCommand, type BuiltCommand } from '../support/build.ts';
import {
  layoutFolder,
  missingForRegistry,
  startRegistry,
  type RunningRegistry,
} from '../support/registry.ts';
import { runHere } from '../support/run-here.ts';
import { sharedPath } from '../support/shared.ts';
import { imageOfTars, makeImage, ociFiles, type MadeImage } from '../support/stored-images.ts';
import { missingTool, needs } from '../support/tools.ts';

const ALPINE = sharedPath('samples/alpine/alpine-minirootfs-3.20.3-x86_64.tar.gz');
const missing =
  missingForRegistry ??
  missingTool('script', 'grep') ??
  (ALPINE === undefined ? '../shared' : undefined);

/** As a user types it, with the title that is printed. */
const IMAGES: readonly (readonly [
  kind: string,
  reference: string,
  title: string,
  total: number,
])[] = [
  ['full', 'python:3.12', 'python:3.12 (debian 13.2)', 4],
  ['slim', 'python:3.12-slim', 'python:3.12-slim (debian 13.2)', 2],
  ['Alpine', 'python:3.12-alpine', 'python:3.12-alpine (alpine 3.20.3)', 3],
  [
    'full, by its whole name',
    'docker.io/library/python:3.12',
    'docker.io/library/python:3.12 (debian 13.2)',
    4,
  ],
];

/** What one grep of a script finds. */
const PATTERN = String.raw`^[^ ]+ \((debian|alpine) [0-9.]+\)|^Total: [0-9]+ \(UNKNOWN:`;

/** What `python` has: packages of Debian, and pip among those of Python. */
function debianPython(packages: readonly string[]): MadeImage {
  const status = packages.map(
    (name) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.0-1\nSource: ${name}\n`,
  );
  const release =
    'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nVERSION_ID="13"\nVERSION_CODENAME=trixie\nID=debian\n';
  return makeImage([
    [
      { path: 'etc/os-release', body: release },
      { path: 'etc/debian_version', body: '13.2\n' },
      { path: 'var/lib/dpkg/status', body: status.join('\n') },
    ],
    [
      {
        path: 'usr/local/lib/python3.12/site-packages/pip-24.0.dist-info/METADATA',
        body: 'Metadata-Version: 2.1\nName: pip\nVersion: 24.0\n',
      },
    ],
  ]);
}

const advisory = (id: string, ecosystem: string, name: string): string =>
  JSON.stringify({
    schema_version: '1.6.0',
    id,
    modified: '2025-01-01T00:00:00Z',
    summary: `A flaw in ${name}`,
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '99' }] }],
      },
    ],
  });

describe.skipIf(missing !== undefined)(`titles of images from a registry${needs(missing)}`, () => {
  let command: BuiltCommand;
  let cwd: string;
  let server: RunningRegistry;

  beforeAll(async () => {
    command = await builtCommand();
    cwd = mkdtempSync(path.join(tmpdir(), 'assay-titles-'));
    server = await startRegistry();
    const tar = gunzipSync(readFileSync(ALPINE ?? ''));
    const images: readonly (readonly [tag: string, image: MadeImage])[] = [
      ['3.12', debianPython(['openssl', 'zlib', 'gcc-14'])],
      ['3.12-slim', debianPython(['openssl'])],
      ['3.12-alpine', imageOfTars([tar])],
    ];
    for (const [tag, image] of images) {
      const from = layoutFolder(path.join(cwd, tag), ociFiles([{ image, tag }]));
      server.push(from, `library/python:${tag}`);
    }
    const config = path.join(cwd, 'home/.config/containers');
    mkdirSync(config, { recursive: true });
    const conf = `unqualified-search-registries = ["docker.io"]\n[[registry]]\nprefix = "docker.io"\nlocation = "${server.host}"\ninsecure = true\n`;
    writeFileSync(path.join(config, 'registries.conf'), conf);
    mkdirSync(path.join(cwd, 'osv'));
    const records = [
      ['CVE-2024-1', 'Debian:13', 'openssl'],
      ['CVE-2024-2', 'Debian:13', 'zlib'],
      ['CVE-2024-3', 'Debian:13', 'gcc-14'],
      ['CVE-2024-4', 'PyPI', 'pip'],
      ['CVE-2024-5', 'Alpine:v3.20', 'busybox'],
    ] as const;
    for (const [id, ecosystem, name] of records) {
      writeFileSync(path.join(cwd, 'osv', `${id}.json`), advisory(id, ecosystem, name));
    }
  });

  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    command[Symbol.dispose]();
    rmSync(cwd, { recursive: true, force: true });
  });

  const args = (reference: string, flags: readonly string[]): readonly string[] => [
    ...['image', reference, '--image-src', 'remote', '--platform', 'linux/amd64'],
    ...['--advisories', 'osv', '--skip-db-update', '--no-progress', ...flags],
  ];
  const env = (): Record<string, string> => ({
    HOME: path.join(cwd, 'home'),
    XDG_RUNTIME_DIR: '',
    XDG_CONFIG_HOME: path.join(cwd, 'home/.config'),
  });

  async function piped(reference: string, flags: readonly string[]): Promise<string> {
    const { stdout, stderr, exitCode } = await runHere(args(reference, flags), {
      cwd,
      env: env(),
    });
    if (exitCode !== 0) throw new Error(`exit code ${String(exitCode)}: ${stderr}`);
    return stdout;
  }

  /** What a terminal shows, without the sequences of colors and links. */
  function inTerminal(reference: string, flags: readonly string[]): string {
    const words = [process.execPath, command.script, ...args(reference, flags)];
    const line = `stty cols 120 rows 40; ${words.map((word) => `'${word}'`).join(' ')}`;
    const { stdout, status } = spawnSync('script', ['-qec', line, '/dev/null'], {
      cwd,
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'] ?? '',
        TERM: 'xterm-256color',
        XDG_CACHE_HOME: cwd,
        ...env(),
      },
      timeout: 120_000,
    });
    if (status !== 0) throw new Error(`exit code ${String(status)}: ${stdout}`);
    return stdout
      .replaceAll(/\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/gu, '')
      .replaceAll('\r\n', '\n');
  }

  function grep(text: string): readonly string[] {
    const { stdout } = spawnSync('grep', ['-oE', PATTERN], { input: text, encoding: 'utf8' });
    return stdout.trimEnd().split('\n');
  }

  const found = (title: string, total: number): readonly string[] => [
    title,
    `Total: ${total} (UNKNOWN:`,
  ];

  it.each(IMAGES)(
    '%s: one title and one total in a pipe',
    async (_kind, reference, title, total) => {
      expect(grep(await piped(reference, []))).toEqual(found(title, total));
    },
  );

  it.each(IMAGES)('%s: one title and one total in a terminal', (_kind, reference, title, total) => {
    expect(grep(inTerminal(reference, []))).toEqual(found(title, total));
  });

  // Packages of Python have a section and a total of their own there.
  it.each([
    ['full', 'python:3.12', ['python:3.12 (debian 13.2)', 3, 1]],
    ['Alpine', 'python:3.12-alpine', ['python:3.12-alpine (alpine 3.20.3)', 3]],
  ] as const)(
    '%s: with --compat trivy one title and a total a section',
    async (_kind, reference, [title, ...totals]) => {
      const lines = [title, ...totals.map((total) => `Total: ${total} (UNKNOWN:`)];
      expect(grep(await piped(reference, ['--compat', 'trivy']))).toEqual(lines);
      expect(grep(inTerminal(reference, ['--compat', 'trivy']))).toEqual(lines);
    },
  );

  it.each([
    ['the severity is', ['--severity', 'HIGH,UNKNOWN'], 'Total: 4 (UNKNOWN:'],
    ['there is nothing', ['--severity', 'UNKNOWN', '--ignorefile', 'all'], 'Total: 0 (UNKNOWN:'],
  ])('is the same where %s', async (_name, flags, total) => {
    writeFileSync(
      path.join(cwd, 'all'),
      ['1', '2', '3', '4'].map((n) => `CVE-2024-${n}\n`).join(''),
    );
    expect(grep(await piped('python:3.12', flags))).toEqual(['python:3.12 (debian 13.2)', total]);
  });
});
