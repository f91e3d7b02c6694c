/**
 * No output and no file of a run holds what an address has for the server alone, nor a password.
 */

import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import {
  scriptedRegistry,
  storeLayout,
  type ScriptedRegistry,
} from '../support/registry-server.ts';
import { runHere, type Outcome } from '../support/run-here.ts';
import { dockerArchive, makeImage, ociFiles } from '../support/stored-images.ts';

const CANARY = 'C4n4ryOfThisTest';

let registry: ScriptedRegistry;
let server: Server;
let host = '';
let root = '';
let cwd = '';

beforeAll(async () => {
  registry = await scriptedRegistry();
  storeLayout(
    registry,
    'app',
    ociFiles([
      {
        image: makeImage([[{ path: 'etc/os-release', body: 'ID=debian\nVERSION_ID="12"\n' }]]),
        tag: '1',
      },
    ]),
  );
  server = createServer((_, response) => {
    response.writeHead(404).end(`not here`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  root = mkdtempSync(path.join(tmpdir(), 'assay-secrets-'));
});

afterAll(() => {
  registry[Symbol.dispose]();
  server.close();
  rmSync(root, { recursive: true, force: true });
});

beforeEach(() => {
  cwd = mkdtempSync(path.join(root, 'cwd-'));
  mkdirSync(path.join(cwd, 'out'));
  write('app/package-lock.json', lock('flawed', ''));
});

function write(name: string, body: string | Uint8Array, mode = 0o644): void {
  const file = path.join(cwd, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, body);
  chmodSync(file, mode);
}

function lock(name: string, resolved: string): string {
  const row = { version: '1.0.0', resolved };
  return JSON.stringify({
    name: 'app',
    lockfileVersion: 3,
    packages: { [`node_modules/${name}`]: row },
  });
}

function assay(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const { PATH = '' } = process.env;
  return runHere(args, {
    cwd,
    env: {
      HOME: path.join(cwd, 'home'),
      XDG_RUNTIME_DIR: '',
      ASSAY_CACHE_DIR: 'cache',
      ...env,
      PATH: `${path.join(cwd, 'bin')}:${PATH}`,
    },
  });
}

/** Every format that a report has. */
const OUTPUTS = ['json', 'cyclonedx', 'spdx-json', 'verdict', 'table'].flatMap((format) => [
  '-o',
  `${format}=out/${format}.txt`,
]);

/** Where the canary is: standard output, standard error, files of reports and of the cache. */
function placesOf({ stdout, stderr }: Outcome): readonly string[] {
  const files = ['out', 'cache'].flatMap((folder) => {
    try {
      const names = readdirSync(path.join(cwd, folder), { recursive: true, withFileTypes: true });
      return names
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name));
    } catch {
      return [];
    }
  });
  return [
    ...(stdout.includes(CANARY) ? [`stdout: ${stdout}`] : []),
    ...(stderr.includes(CANARY) ? [`stderr: ${stderr}`] : []),
    ...files.filter((file) => readFileSync(file).includes(CANARY)),
  ];
}

const PACKAGES = ['--scanners', 'packages', ...OUTPUTS];

describe('a secret', () => {
  it.each<[string, () => readonly string[], Readonly<Record<string, string>>?]>([
    ['of a repository', () => ['repo', `http://u:${CANARY}@${host}/a.git?token=${CANARY}`]],
    ['of a repository, as its user', () => ['repo', `http://${CANARY}@${host}/a.git`]],
    [
      'of a repository that is asked offline',
      () => ['repo', `https://u:${CANARY}@a.example/b`, '--offline'],
    ],
    ['of a repository like scp', () => ['repo', `u:${CANARY}@a.example:b/c.git`, '--offline']],
    ['of a bare target', () => [`https://u:${CANARY}@a.example/b?t=${CANARY}`, '--offline']],
    ['of an image that is written as a URL', () => ['image', `https://u:${CANARY}@a.example/b`]],
    ['of an image with a login', () => ['image', `ann:${CANARY}@a.example/b:1`]],
    [
      'of a mirror',
      () => [
        'fs',
        'app',
        '--mirror',
        `http://u:${CANARY}@${host}/?token=${CANARY}`,
        '--fail-on',
        'high',
      ],
    ],
    [
      'of a mirror, for an update',
      () => ['db', 'update', '--mirror', `http://u:${CANARY}@${host}/?token=${CANARY}`],
    ],
    [
      'of a mirror that cannot be read',
      () => ['db', 'update', `--mirror=ftp://u:${CANARY}@${host}`],
    ],
    [
      'of a database of trivy',
      () => ['fs', 'app', '--db-repository', `https://u:${CANARY}@a.example/b`, ...PACKAGES],
    ],
    ['of a server', () => ['fs', 'app', '--server', `https://u:${CANARY}@a.example?t=${CANARY}`]],
    ['of a token', () => ['fs', 'app', '--token', CANARY, ...PACKAGES]],
    [
      'of a proxy',
      () => ['image', 'a.example/b:1', '--image-src', 'remote'],
      { HTTPS_PROXY: `http://u:${CANARY}@HOST` },
    ],
    [
      'of a proxy that cannot be used',
      () => ['image', 'a.example/b:1'],
      { HTTPS_PROXY: `ftp://u:${CANARY}@a.example` },
    ],
    [
      'of a daemon',
      () => ['image', 'b:1', '--image-src', 'docker'],
      { DOCKER_HOST: `tcp://u:${CANARY}@127.0.0.1:1` },
    ],
    [
      'of a daemon of another kind',
      () => ['image', 'b:1', '--image-src', 'docker'],
      { DOCKER_HOST: `ssh://u:${CANARY}@a.example` },
    ],
    [
      'of a daemon, in the doctor',
      () => ['doctor'],
      { DOCKER_HOST: `tcp://u:${CANARY}@127.0.0.1:1` },
    ],
    [
      'of variables, in the doctor',
      () => ['doctor', '-f', 'json'],
      {
        ASSAY_PASSWORD: CANARY,
        ASSAY_USERNAME: 'u',
        TRIVY_REGISTRY_TOKEN: '',
        ASSAY_MIRROR: `https://u:${CANARY}@a.example`,
      },
    ],
    ['of a token, in the doctor', () => ['doctor'], { TRIVY_REGISTRY_TOKEN: CANARY }],
    [
      'of a baseline',
      () => ['fs', 'app', '--offline', '--baseline', `https://u:${CANARY}@a.example/b`],
    ],
    ['of a side of a difference', () => ['diff', `https://u:${CANARY}@a.example/b`, 'app.json']],
    [
      'of a package URL',
      () => [
        'purl',
        `pkg:npm/a@1?vcs_url=git%2Bhttps%3A%2F%2Fu%3A${CANARY}%40a.example%2Fb`,
        ...PACKAGES,
      ],
    ],
    ['of a value that is none', () => ['fs', 'app', '--timeout', `https://u:${CANARY}@a.example`]],
    ['of a flag that is none', () => ['fs', 'app', `--mirrow=https://u:${CANARY}@a.example`]],
  ])('is in no output: %s', async (_, args, env = {}) => {
    const own = Object.fromEntries(
      Object.entries(env).map(([key, value]) => [key, value.replace('HOST', host)]),
    );
    for (const debug of [[], ['--debug', '--trace-http']]) {
      expect(placesOf(await assay([...args(), ...debug], own))).toEqual([]);
    }
  });

  it.each([
    ['--password', CANARY],
    [`--password=${CANARY}`],
    [`--username=u`, '--password', CANARY],
    ['--registry-token', CANARY],
    [`--registry-token=${CANARY}`],
    [`--token=${CANARY}`],
  ])('is not in the command of a verdict: %s', async (...flags) => {
    write(
      'app.tar',
      writeTar(
        dockerArchive([
          {
            image: makeImage([[{ path: 'app/package.json', body: '{"name":"a","version":"1"}' }]]),
            tags: ['app:1'],
          },
        ]),
      ),
    );
    const user = flags[0].startsWith('--password') ? ['--username', 'u'] : [];
    const args = [
      'image',
      './app.tar',
      '--fail-on-tamper',
      '--allow-incomplete',
      ...user,
      ...flags,
    ];
    const outcome = await assay([...args, ...PACKAGES]);
    expect(outcome.exitCode).toBe(0);
    expect(placesOf(outcome)).toEqual([]);
  });

  it.each<[string, () => void]>([
    [
      'the remote of a checkout',
      () =>
        write(
          'app/.git/config',
          `[remote "origin"]\n\turl = https://u:${CANARY}@a.example/b.git\n`,
        ),
    ],
    [
      'a lockfile of npm',
      () =>
        write(
          'app/package-lock.json',
          lock('a', `https://u:${CANARY}@a.example/a-1.0.0.tgz?token=${CANARY}`),
        ),
    ],
    [
      'a lockfile of npm, from git',
      () =>
        write(
          'app/package-lock.json',
          lock('a', `git+https://${CANARY}:x@a.example/a.git?t=${CANARY}#${'a'.repeat(40)}`),
        ),
    ],
    [
      'a lockfile of Yarn',
      () =>
        write(
          'app/yarn.lock',
          `# yarn lockfile v1\n\na@1:\n  version "1.0.0"\n  resolved "https://u:${CANARY}@a.example/a-1.0.0.tgz?t=${CANARY}"\n`,
        ),
    ],
    [
      'a lockfile of Poetry',
      () =>
        write(
          'app/poetry.lock',
          `[[package]]\nname = "a"\nversion = "1.0"\n\n[package.source]\ntype = "git"\nurl = "https://u:${CANARY}@a.example/a.git?t=${CANARY}"\nresolved_reference = "abc"\n`,
        ),
    ],
    [
      'a lockfile of Bundler',
      () =>
        write(
          'app/Gemfile.lock',
          `GIT\n  remote: https://u:${CANARY}@a.example/a.git\n  revision: abc\n  specs:\n    a (1.0)\n\nDEPENDENCIES\n  a!\n`,
        ),
    ],
    [
      'a lockfile of Cargo',
      () =>
        write(
          'app/Cargo.lock',
          `version = 3\n\n[[package]]\nname = "a"\nversion = "1.0.0"\nsource = "git+https://u:${CANARY}@a.example/a?t=${CANARY}#abc"\n`,
        ),
    ],
    [
      'a lockfile of Composer',
      () =>
        write(
          'app/composer.lock',
          JSON.stringify({
            packages: [
              {
                name: 'a/a',
                version: '1.0.0',
                source: {
                  type: 'git',
                  url: `https://u:${CANARY}@a.example/a.git`,
                  reference: 'abc',
                },
              },
            ],
          }),
        ),
    ],
    [
      'requirements of pip',
      () =>
        write(
          'app/requirements.txt',
          `--index-url https://u:${CANARY}@a.example/simple?t=${CANARY}\na==1.0\nb @ git+https://u:${CANARY}@a.example/b.git\n-e git+https://u:${CANARY}@a.example/c.git#egg=c\n`,
        ),
    ],
    [
      'an SBOM',
      () =>
        write(
          'app/a.cdx.json',
          JSON.stringify({
            bomFormat: 'CycloneDX',
            specVersion: '1.6',
            components: [
              {
                type: 'library',
                name: 'a',
                version: '1',
                purl: `pkg:npm/a@1?repository_url=https://u:${CANARY}@a.example/?t=${CANARY}`,
                externalReferences: [
                  { type: 'distribution', url: `https://u:${CANARY}@a.example/a.tgz` },
                ],
              },
            ],
          }),
        ),
    ],
  ])('of what is scanned is in no report: %s', async (_, make) => {
    make();
    const outcome = await assay(['fs', 'app', '--debug', ...PACKAGES]);
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect(placesOf(outcome)).toEqual([]);
    const sbom = await assay(['sbom', 'app/a.cdx.json', '--debug', ...PACKAGES]);
    expect(placesOf(sbom)).toEqual([]);
  });

  it('of the history, environment and labels of an image is in no report', async () => {
    const address = `https://u:${CANARY}@a.example/b?t=${CANARY}`;
    const config = {
      config: { Env: [`INDEX=${address}`], Labels: { source: address } },
      history: [{ created_by: `RUN curl ${address}` }],
    };
    const files = [{ path: 'app/package.json', body: '{"name":"a","version":"1"}' }];
    write(
      'app.tar',
      writeTar(dockerArchive([{ image: makeImage([files], { config }), tags: ['app:1'] }])),
    );
    const outcome = await assay(['image', './app.tar', ...PACKAGES]);
    expect(outcome.exitCode, outcome.stderr).toBe(0);
    expect(placesOf(outcome)).toEqual([]);
  });

  it('of the address that a registry redirects to is in no output', async () => {
    const stored = [...registry.stored.keys()].filter((key) => key.includes('/blobs/'));
    registry.answers.push((request, response, url) => {
      const key = url.pathname.replace(/^\/v2\//u, '');
      if (request.method !== 'GET' || !stored.includes(key) || url.search !== '') return false;
      response.writeHead(307, { location: `${url.pathname}?X-Signature=${CANARY}` }).end();
      return true;
    });
    const args = ['image', `${registry.host}/app:1`, '--debug', '--trace-http', '--allow-empty'];
    const outcome = await assay([...args, ...PACKAGES]);
    expect(outcome.stderr).toContain('307');
    expect(placesOf(outcome)).toEqual([]);
  });

  it.each([
    ['an answer and a failure', `echo '{"Username":"u","Secret":"${CANARY}"}'; exit 1`],
    ['a broken answer', `echo '{"Username":"u","Secret":"${CANARY}"'`],
    [
      'an address in its error',
      `echo 'cannot reach https://u:${CANARY}@a.example/b?t=${CANARY}' >&2; exit 1`,
    ],
  ])('that a credential helper gives is in no output: %s', async (_, script) => {
    write('bin/docker-credential-canary', `#!/bin/sh\n${script}\n`, 0o755);
    write('home/.docker/config.json', JSON.stringify({ credsStore: 'canary' }));
    registry.answers.push((request, response) => {
      if (!request.url?.startsWith('/v2/private/')) return false;
      response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      return true;
    });
    const outcome = await assay([
      'image',
      `${registry.host}/private/a:1`,
      '--image-src',
      'remote',
      '--debug',
      '--trace-http',
    ]);
    expect(outcome.exitCode).toBe(3);
    expect(placesOf(outcome)).toEqual([]);
  });

  it('of a configuration file is in no output', async () => {
    write(
      'assay.yaml',
      `mirror: https://u:${CANARY}@a.example/?t=${CANARY}\nregistry:\n  username: u\n  password: ${CANARY}\n`,
    );
    for (const args of [
      ['doctor'],
      ['doctor', '-f', 'json'],
      ['fs', 'app', ...PACKAGES],
      ['db', 'status'],
    ]) {
      expect(placesOf(await assay(args))).toEqual([]);
    }
    write('assay.yaml', `registry:\n  password: [${CANARY}, ${CANARY}]\n`);
    expect(placesOf(await assay(['doctor']))).toEqual([]);
  });

  it('of a mirror is in no file of the cache', async () => {
    const record = {
      schema_version: '1.6.0',
      id: 'GHSA-aaaa-aaaa-aaaa',
      modified: '2024-01-01T00:00:00Z',
      affected: [],
    };
    write('osv/GHSA-aaaa-aaaa-aaaa.json', JSON.stringify(record));
    await assay(['db', 'import', 'osv']);
    const gate = ['--fail-on', 'critical', '--allow-incomplete', '--skip-db-update', ...OUTPUTS];
    const mirror = ['--mirror', `http://u:${CANARY}@${host}/?token=${CANARY}`];
    for (const args of [
      ['fs', 'app', ...mirror, ...gate],
      ['db', 'status'],
      ['db', 'verify'],
      ['db', 'status', '-f', 'json'],
    ]) {
      expect(placesOf(await assay(args))).toEqual([]);
    }
  });

  it('would be found in a file, which shows that the search sees them', async () => {
    const outcome = await assay(['fs', 'app', ...PACKAGES]);
    write('out/more/file.txt', CANARY);
    expect(placesOf({ ...outcome, stdout: CANARY })).toHaveLength(2);
  });
});
