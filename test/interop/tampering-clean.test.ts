/**
 * What package managers install today, untouched: nothing is contradicted, and there is no warning.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ArtifactResult } from '../../src/core/model/report/report.ts';
import { quietContext, scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { debianRoot, imageFromTar } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs, run } from '../support/tools.ts';
import { zip } from '../support/zip.ts';

/** Installers take their time on a busy machine. */
const MAKING_MS = 300_000;
/**
 * All systems below were maintained then; a host that reads the clock of today may find them past
 * their end.
 */
const AS_OF = '2025-09-01';
const ALPINE = sharedPath('samples/alpine') ?? '';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-clean-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const missingForImages =
  missingForInterop('mmdebstrap', 'umoci', 'skopeo') ??
  (process.getuid?.() === 0 ? undefined : 'root');

describe.skipIf(missingForImages !== undefined)(`Debian${needs(missingForImages)}`, () => {
  it.each([
    ['bullseye', []],
    ['bookworm', []],
    ['trixie', []],
    // Python's own packages, gems, modules of Node and archives of Java, as Debian patches and
    // ships them.
    ['trixie', ['python3-pip', 'python3-yaml', 'ruby', 'node-semver', 'libcommons-text-java']],
  ] as const)(
    '%s %j',
    async (suite, packages) => {
      const name = [suite, ...packages].join('-');
      const { ociFolder } = imageFromTar(folder, name, debianRoot(suite, 'minbase', packages));
      const result = await expectClean({ reference: ociFolder, kind: 'image' });
      const system = result.inventory.packages.filter(({ ecosystem }) => ecosystem === 'debian');
      expect(system.filter(({ evidence }) => evidence.level !== 'verified')).toEqual([]);
      expect(result.inventory.accountability?.unexplained).toEqual([]);
    },
    MAKING_MS,
  );
});

const missingForAlpine = ALPINE === '' ? '../shared' : missingForInterop('tar');

describe.skipIf(missingForAlpine !== undefined)(`Alpine${needs(missingForAlpine)}`, () => {
  it.each(['3.9.6', '3.12.12', '3.16.9', '3.19.4', '3.20.3'])('%s', async (version) => {
    const root = path.join(folder, version);
    mkdirSync(root);
    const archive = path.join(ALPINE, `alpine-minirootfs-${version}-x86_64.tar.gz`);
    execFileSync('tar', ['xzf', archive, '-C', root, '--exclude=./dev/*', '--no-same-owner']);
    const result = await expectClean({ reference: root, kind: 'rootfs' });
    expect(result.inventory.accountability?.unexplained).toEqual([]);
  });
});

const missingForPython = missingForInterop('python3') ?? missingVenv();

describe.skipIf(missingForPython !== undefined)(`pip${needs(missingForPython)}`, () => {
  it(
    'a wheel with a console script, and pip itself',
    async () => {
      const root = path.join(folder, 'pip');
      const environment = path.join(root, 'opt/venv');
      execFileSync('python3', ['-m', 'venv', environment], { stdio: 'pipe' });
      const wheel = path.join(folder, 'alpha_tool-1.2.3-py3-none-any.whl');
      writeFileSync(wheel, aWheel());
      const pip = path.join(environment, 'bin/pip');
      execFileSync(pip, ['install', '--no-index', '--no-deps', wheel], { stdio: 'pipe' });
      const result = await expectClean({ reference: root, kind: 'rootfs' });
      const level = result.inventory.packages.find(({ name }) => name === 'alpha-tool')?.evidence;
      expect(level).toMatchObject({ level: 'verified', files: { missingCount: 0 } });
    },
    MAKING_MS,
  );
});

const missingNpm = missingForInterop('npm');

describe.skipIf(missingNpm !== undefined)(`npm${needs(missingNpm)}`, () => {
  it.each(['directory', 'rootfs'] as const)(
    'tarballs, as a %s',
    async (kind) => {
      const root = path.join(folder, `npm-${kind}`);
      const source = path.join(root, 'source');
      const project = path.join(root, 'root/app');
      mkdirSync(source, { recursive: true });
      mkdirSync(project, { recursive: true });
      writeFileSync(
        path.join(source, 'package.json'),
        JSON.stringify({ name: '@scope/beta', version: '2.0.0', bin: { beta: 'b.js' } }),
      );
      writeFileSync(path.join(source, 'b.js'), '#!/usr/bin/env node\n');
      writeFileSync(path.join(project, 'package.json'), '{"name":"app","version":"1.0.0"}');
      execFileSync('npm', ['pack', '--silent'], { cwd: source, stdio: 'pipe' });
      const tarball = path.join(source, 'scope-beta-2.0.0.tgz');
      const how = ['install', '--offline', '--no-audit', '--no-fund', tarball];
      execFileSync('npm', how, { cwd: project, stdio: 'pipe' });
      const result = await expectClean({ reference: path.join(root, 'root'), kind });
      const beta = result.inventory.packages.find(({ name }) => name === '@scope/beta');
      expect(beta?.evidence.level).toBe('consistent');
      expect(beta?.evidence.reasons).toContain(
        'archive: /app/package-lock.json names the same digest',
      );
    },
    MAKING_MS,
  );
});

async function expectClean(target: ScanRequest['targets'][number]): Promise<ArtifactResult> {
  const report = await scan(
    { targets: [target], policy: { failOnTamper: true } },
    { ...quietContext(), now: () => Date.parse(AS_OF) },
  );
  const [result] = report.results;
  if (result === undefined) throw new Error('no result');
  const { packages, contradictions = [] } = result.inventory;
  const refuted = packages.filter(
    ({ evidence }) => evidence.level === 'contradicted' || evidence.contradictions.length > 0,
  );
  expect(refuted.map(({ name, evidence }) => [name, evidence.contradictions])).toEqual([]);
  expect(contradictions).toEqual([]);
  expect(result.findings).toEqual([]);
  const gaps = result.diagnostics.filter(({ gap }) => gap !== undefined && gap !== 'endOfLife');
  expect(gaps).toEqual([]);
  return result;
}

/** A wheel by hand: its build tools are not everywhere. */
function aWheel(): Uint8Array {
  const info = 'alpha_tool-1.2.3.dist-info';
  const files: Readonly<Record<string, string>> = {
    'alpha_tool/__init__.py': '__version__ = "1.2.3"\n\n\ndef main():\n    print("alpha")\n',
    [`${info}/METADATA`]: 'Metadata-Version: 2.1\nName: alpha-tool\nVersion: 1.2.3\n',
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/entry_points.txt`]: '[console_scripts]\nalpha = alpha_tool:main\n',
  };
  const rows = Object.entries(files).map(([name, body]) => {
    const digest = createHash('sha256').update(body).digest('base64url');
    return `${name},sha256=${digest},${body.length}\n`;
  });
  const members = Object.entries(files).map(([name, body]) => ({ name, body }));
  return zip([...members, { name: `${info}/RECORD`, body: `${rows.join('')}${info}/RECORD,,\n` }]);
}

/** Debian keeps what `python3 -m venv` needs in a package of its own. */
function missingVenv(): string | undefined {
  try {
    run('python3', ['-c', 'import ensurepip']);
    return undefined;
  } catch {
    return 'python3-venv';
  }
}
