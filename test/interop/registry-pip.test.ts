/**
 * The pip of the system installs through the package registry, with indexes of real wheels and
 * source distributions behind it.
 */

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { writeTar } from '../../src/formats/archive/tar/tar-writer.ts';
import { loadPipConfig } from '../../src/clients/package-index/pip-config.ts';
import { missingForInterop } from '../support/interop.ts';
import { affects, anAdvisory } from '../support/model.ts';
import { startPypiUplink, type PypiUplink, type UplinkFile } from '../support/pypi-uplink.ts';
import { startRegistry, type RunningRegistry } from '../support/running-registry.ts';
import { needs } from '../support/tools.ts';
import { wheelBytes, wheelMetadata, type Wheel } from '../support/wheels.ts';

const missing = missingForInterop('python3', 'pip3');
const OLD = '2020-01-01T00:00:00Z';
const DAY = 86_400_000;

function wheel(made: Wheel, more: Partial<UplinkFile> = {}): UplinkFile {
  return {
    name: `${made.name}-${made.version}-py3-none-any.whl`,
    bytes: wheelBytes(made),
    metadata: wheelMetadata(made),
    time: OLD,
    ...more,
  };
}

/**
 * A source distribution whose backend is its own, so that building it needs nothing of an index.
 */
function sdist(name: string, version: string): UplinkFile {
  const backend = [
    'import base64, os',
    `NAME = "${name}-${version}-py3-none-any.whl"`,
    `WHEEL = "${wheelBytes({ name, version }).toString('base64')}"`,
    'def build_wheel(folder, config_settings=None, metadata_directory=None):',
    '    with open(os.path.join(folder, NAME), "wb") as file:',
    '        file.write(base64.b64decode(WHEEL))',
    '    return NAME',
    '',
  ].join('\n');
  const root = `${name}-${version}`;
  const project =
    '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n';
  const bytes = gzipSync(
    writeTar([
      { path: `${root}/PKG-INFO`, body: wheelMetadata({ name, version }) },
      { path: `${root}/pyproject.toml`, body: project },
      { path: `${root}/backend.py`, body: backend },
    ]),
  );
  return { name: `${root}.tar.gz`, bytes, time: OLD };
}

const YOUNG = new Date(Date.now() - DAY).toISOString();
const versions = (name: string): readonly UplinkFile[] =>
  ['1.0', '1.1', '1.2'].map((version) => wheel({ name, version }));

/**
 * Projects whose newest version is hidden, each for another reason, and some that are served whole.
 */
const PROJECTS: Readonly<Record<string, readonly UplinkFile[]>> = {
  malicious: versions('malicious'),
  young: [
    ...versions('young').slice(0, 2),
    wheel({ name: 'young', version: '1.2' }, { time: YOUNG }),
  ],
  blocked: versions('blocked'),
  nothing: versions('nothing'),
  source: [sdist('source', '1.0'), sdist('source', '1.1')],
  app: [
    wheel({
      name: 'app',
      version: '1.0',
      needs: [
        'malicious>=1.0',
        'young; extra == "fast"',
        'absent; python_version < "3"',
        'source; python_version >= "3"',
      ],
      more: ['Provides-Extra: fast'],
    }),
  ],
  old: [
    wheel({ name: 'old', version: '1.0' }),
    wheel({ name: 'old', version: '2.0', more: ['Requires-Python: <3'] }, { requiresPython: '<3' }),
  ],
};

describe.skipIf(missing !== undefined)(`pip${needs(missing)}`, () => {
  let index: PypiUplink;
  let own: PypiUplink;
  let folder = '';
  let registry: RunningRegistry;
  let url = '';

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-pip-'));
    index = await startPypiUplink();
    own = await startPypiUplink();
    for (const [name, files] of Object.entries(PROJECTS)) index.projects.set(name, files);
    // Both indexes have a project of the organization, and both have another one.
    index.projects.set('acme-core', [wheel({ name: 'acme_core', version: '99.0' })]);
    own.projects.set('acme-core', [wheel({ name: 'acme_core', version: '1.0' })]);
    own.projects.set('malicious', [wheel({ name: 'malicious', version: '98.0' })]);
    mkdirSync(path.join(folder, '.config', 'pip'), { recursive: true });
    writeFileSync(
      path.join(folder, '.config', 'pip', 'pip.conf'),
      `[global]\nindex-url = ${index.url}\nextra-index-url = ${own.url}\n`,
    );
    const { host, pathname, protocol } = new URL(own.url);
    const where = { where: 'assay.trust.yaml:1', text: own.url };
    const owned = {
      names: ['acme-*'],
      sources: [{ ...where, protocol, host, path: pathname }],
      ...where,
    };
    registry = await startRegistry(folder, {
      settings: {
        policy: {
          rules: [
            { kind: 'malicious', action: 'hide' },
            { kind: 'min-age', action: 'hide', minAgeMs: 3 * DAY },
          ],
          allow: [],
          block: [
            {
              ...{ package: 'blocked', versions: '>=1.2', ecosystem: 'pypi' },
              ...{ reason: 'not wanted', owner: 'sec' },
            },
            { package: 'nothing', ecosystem: 'pypi', reason: 'not wanted', owner: 'sec' },
          ],
        },
      },
      advisories: () => [
        anAdvisory('MAL-2026-1', {
          affected: [affects('malicious', [], { ecosystem: 'pypi', versions: ['1.2'] })],
        }),
      ],
      sources: {
        npm: { registryOf: () => undefined, accessTo: () => Promise.resolve({}) },
        pip: await loadPipConfig({ HOME: folder }),
        trust: { packages: new Map([['pypi', { owned: [owned] }]]) },
      },
    });
    ({ url } = registry);
  });
  afterAll(async () => {
    await registry[Symbol.asyncDispose]();
    await index[Symbol.asyncDispose]();
    await own[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Outcome {
    readonly code: number;
    readonly output: string;
    /** `NAME-VERSION` of what is installed. */
    readonly installed: readonly string[];
  }

  function pip(label: string, ...args: readonly string[]): Promise<Outcome> {
    const home = path.join(folder, label);
    const target = path.join(home, 'site');
    mkdirSync(home, { recursive: true });
    const env = {
      PATH: `/usr/bin:/bin:${process.env['PATH'] ?? ''}`,
      HOME: home,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: `${url}pypi/simple/`,
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
      PIP_RETRIES: '0',
    };
    return new Promise((resolve) => {
      execFile(
        'python3',
        ['-m', 'pip', 'install', '--target', target, ...args],
        { env, cwd: home, timeout: 240_000 },
        (error, stdout, stderr) => {
          const names = error === null ? readdirSync(target) : [];
          const installed = names
            .flatMap((name) => name.split('.dist-info', 1))
            .filter((name) => /-\d/u.test(name));
          resolve({
            code: error === null ? 0 : Number(error.code ?? 1),
            output: stdout + stderr,
            installed: installed.sort(),
          });
        },
      );
    });
  }

  it.each(['json', 'html'] as const)(
    'installs the newest allowed versions with extras and markers from an index in %s',
    async (form) => {
      index.form = form;
      const names = ['app[fast]', 'blocked', 'old'];
      const { code, output, installed } = await pip(`ranges-${form}`, ...names);
      index.form = 'json';
      expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
      expect(installed).toEqual([
        ...['app-1.0', 'blocked-1.1', 'malicious-1.1', 'old-1.0', 'source-1.1', 'young-1.1'],
      ]);
    },
  );

  it('installs with hashes from a file of requirements', async () => {
    const lines = ['malicious==1.1', 'source==1.0'].map((pin) => {
      const [name = '', version = ''] = pin.split('==', 2);
      const file = PROJECTS[name]?.find((one) => one.name.startsWith(`${name}-${version}`));
      const sum = createHash('sha256')
        .update(file?.bytes ?? '')
        .digest('hex');
      return `${pin} --hash=sha256:${sum}\n`;
    });
    const file = path.join(folder, 'requirements.txt');
    writeFileSync(file, lines.join(''));
    const { code, output, installed } = await pip('hashes', '--require-hashes', '-r', file);
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(installed).toEqual(['malicious-1.1', 'source-1.0']);
  });

  it.each([
    ['malicious==1.2', 'malicious 1.2 is refused: it is known to be malicious (MAL-2026-1)'],
    ['young==1.2', 'young 1.2 is refused: it is 24 hours old, and 3 days are required'],
    ['blocked==1.2', 'blocked 1.2 is refused: blocked by sec: not wanted'],
  ])('shows why the pin %s is refused', async (pin, reason) => {
    const { code, output } = await pip(`pin-${pin}`, pin);
    expect(code).toBe(1);
    expect(output).toContain(`403 Client Error: ${reason} for url: `);
  });

  it('finds nothing where all versions are hidden, or newer ones alone are asked for', async () => {
    const nothing = await pip('nothing', 'nothing');
    expect(nothing.output).toContain('No matching distribution found for nothing');
    const newer = await pip('newer', 'malicious>1.1');
    expect(newer.output).toContain('No matching distribution found for malicious>1.1');
    expect([nothing.code, newer.code]).toEqual([1, 1]);
  });

  it('takes an owned name from its own index whatever the versions, and other names never from it', async () => {
    const { code, output, installed } = await pip('owned', 'ACME.core', 'malicious');
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(installed).toEqual(['acme_core-1.0', 'malicious-1.1']);
    expect(index.requests.filter((one) => one.includes('acme'))).toEqual([]);
    expect(own.requests.filter((one) => !one.includes('acme'))).toEqual([]);
  });

  it('installs from the store while the indexes are cut', async () => {
    await pip('before', 'app[fast]');
    for (const one of [index, own]) {
      one.intercept = (request) => {
        request.socket.destroy();
        return true;
      };
    }
    const { code, output, installed } = await pip('cut', 'app[fast]');
    for (const one of [index, own]) one.intercept = undefined;
    expect({ code, output: code === 0 ? '' : output }).toEqual({ code: 0, output: '' });
    expect(installed).toEqual(['app-1.0', 'malicious-1.1', 'source-1.1', 'young-1.1']);
  });
});
