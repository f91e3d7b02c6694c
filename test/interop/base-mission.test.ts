/**
 * One pure-Python app with its lockfile on three bases: a full Debian, a slim Debian with Python,
 * and Alpine's minirootfs without it. One table shows all three, and that the third one lacks the
 * interpreter.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { BaseComparison } from '../../src/core/model/report/base-comparison.ts';
import { builtCommand, runBuilt, type BuiltCommand } from '../support/build.ts';
import { addLayer, debianRoot, imageFromTar } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { sharedPath } from '../support/shared.ts';
import { needs } from '../support/tools.ts';

const minirootfs = sharedPath('samples/alpine/alpine-minirootfs-3.20.3-x86_64.tar.gz');
const missing =
  missingForInterop('mmdebstrap', 'umoci', 'skopeo') ??
  (minirootfs === undefined ? 'the samples' : undefined);

const LOCKFILE = `[[package]]
name = "jinja2"
version = "2.10"
description = ""
optional = false
python-versions = "*"
files = []

[[package]]
name = "markupsafe"
version = "1.0"
description = ""
optional = false
python-versions = "*"
files = []

[metadata]
lock-version = "2.0"
python-versions = "*"
content-hash = "${'0'.repeat(64)}"
`;

const ADVISORY = {
  id: 'PYSEC-2019-217',
  aliases: ['CVE-2019-10906'],
  modified: '2021-01-01T00:00:00Z',
  affected: [
    {
      package: { ecosystem: 'PyPI', name: 'jinja2' },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: '2.10.1' }] }],
    },
  ],
};

describe.skipIf(missing)(`one app on three bases${needs(missing)}`, () => {
  let command: BuiltCommand;
  let folder: string;

  beforeAll(async () => {
    command = await builtCommand();
    folder = mkdtempSync(path.join(tmpdir(), 'assay-mission-'));
    const roots: readonly (readonly [string, string])[] = [
      ['full', debianRoot('trixie', 'minbase', ['python3', 'python3-pip', 'gcc', 'git'])],
      ['slim', debianRoot('trixie', 'minbase', ['python3'])],
      ['alpine', minirootfs ?? ''],
    ];
    for (const [name, tar] of roots) {
      const { ociFolder } = imageFromTar(folder, name, tar);
      addLayer(folder, ociFolder, (root) => {
        mkdirSync(path.join(root, 'app'));
        writeFileSync(path.join(root, 'app/poetry.lock'), LOCKFILE);
        writeFileSync(path.join(root, 'app/main.py'), 'import jinja2\n');
      });
    }
    mkdirSync(path.join(folder, 'advisories'));
    writeFileSync(path.join(folder, 'advisories/jinja2.json'), JSON.stringify(ADVISORY));
  }, 900_000);

  afterAll(() => {
    command[Symbol.dispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function compare(...more: readonly string[]): Promise<string> {
    const images = ['full', 'slim', 'alpine'].map((name) => `oci:${name}.oci:latest`);
    const flags = ['--offline', '--advisories', 'advisories'];
    const { exitCode, stdout, stderr } = await runBuilt(
      command,
      ['base', ...images, ...flags, ...more],
      { cwd: folder },
    );
    expect([exitCode, stderr.includes('ERROR')]).toEqual([0, false]);
    return stdout;
  }

  it('is one table, whose third column has no interpreter', async () => {
    const table = await compare();
    expect(table).toMatch(/^Interpreters +perl \S+ python 3\.13 +perl \S+ python 3\.13 +none$/mu);
    expect(table).toMatch(/^C library +glibc \S+ +glibc \S+ +musl \S+$/mu);
    expect(table.replaceAll(/\s+/gu, ' ')).toMatch(
      /interpreters perl \S+ python 3\.13;.* missing for 2 Python packages: python/u,
    );
  });

  it('has the findings of the app on each base, and fewer packages and bytes on the slim one', async () => {
    const { images } = JSON.parse(await compare('-f', 'json')) as BaseComparison;
    const found = images.filter((one) => one.kind === 'image');
    for (const { vulnerabilities } of found) {
      expect(vulnerabilities).toContainEqual(
        expect.objectContaining({ package: 'jinja2', version: '2.10', fixedVersions: ['2.10.1'] }),
      );
    }
    const [full, slim, alpine] = found.map(({ packageCount, compressedBytes, unpackedBytes }) => [
      packageCount,
      compressedBytes ?? 0,
      unpackedBytes ?? 0,
    ]);
    for (const [index, larger] of (full ?? []).entries()) {
      expect(larger).toBeGreaterThan(slim?.[index] ?? 0);
      expect(slim?.[index] ?? 0).toBeGreaterThan(alpine?.[index] ?? 0);
    }
    expect(found.map(({ tools }) => (tools.compilers ?? []).map(({ name }) => name))).toEqual([
      ['gcc'],
      [],
      [],
    ]);
    expect(found[2]?.losses?.unrunnable).toEqual([
      { ecosystem: 'pypi', packageCount: 2, interpreters: ['python'] },
    ]);
  });
});
