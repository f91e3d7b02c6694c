/**
 * The scan of a bill of materials is the scan of the thing: what Assay writes it reads back, to the
 * last qualifier.
 */

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Artifact } from '../../src/core/model/artifact/artifact.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import {
  BOM_FORMATS,
  findingsOfAll,
  identities,
  throughDocument,
} from '../support/bom-round-trip.ts';
import { sharedPath } from '../support/shared.ts';
import { missingTool, needs } from '../support/tools.ts';

const SAMPLES = sharedPath('samples');

/** What the databases come from; they are kept without the file that says it. */
const RHEL = 'ID=rhel\nVERSION_ID="8.4"\n';
const OS_RELEASES: ReadonlyMap<string, string> = new Map([
  ['ndb-sle15-bci', 'ID=sles\nVERSION_ID="15.4"\n'],
  ['sqlite-mariner2', 'ID=mariner\nVERSION_ID="2.0"\n'],
]);

interface Sample {
  readonly name: string;
  readonly kind: Artifact['kind'];
  /** The folder to scan, made below another where the sample has no such form. */
  prepare(folder: string): Promise<string>;
}

function foldersIn(name: string): readonly string[] {
  return readdirSync(path.join(SAMPLES ?? '', name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(SAMPLES ?? '', name, entry.name));
}

/** Archives of whole roots. */
function archivesIn(name: string): readonly Sample[] {
  const source = path.join(SAMPLES ?? '', name);
  return readdirSync(source)
    .filter((file) => file.endsWith('.tar.gz'))
    .map((file) => ({
      name: `${name}/${file}`,
      kind: 'rootfs',
      prepare: (folder) => {
        const root = path.join(folder, file);
        mkdirSync(root);
        execFileSync('tar', ['-xzf', path.join(source, file), '-C', root]);
        return Promise.resolve(root);
      },
    }));
}

function samples(): readonly Sample[] {
  if (SAMPLES === undefined) return [];
  const archives = ['alpine', 'dpkg/mini-rootfs'].flatMap(archivesIn);
  const dpkg = foldersIn('dpkg').map((root): Sample => ({
    name: `dpkg/${path.basename(root)}`,
    kind: 'rootfs',
    prepare: (folder) => unpacked(root, path.join(folder, path.basename(root))),
  }));
  const rpm = foldersIn('rpm').map((root): Sample => ({
    name: `rpm/${path.basename(root)}`,
    kind: 'rootfs',
    prepare: async (folder) => {
      const name = path.basename(root);
      const target = path.join(folder, `rpm-${name}`);
      await unpacked(root, path.join(target, 'var/lib/rpm'));
      mkdirSync(path.join(target, 'etc'));
      writeFileSync(path.join(target, 'etc/os-release'), OS_RELEASES.get(name) ?? RHEL);
      return target;
    },
  }));
  const trees = [...foldersIn('npm'), ...foldersIn('lockfiles'), ...foldersIn('python')].map(
    (root): Sample => ({
      name: path.relative(SAMPLES, root),
      kind: 'directory',
      prepare: () => Promise.resolve(root),
    }),
  );
  const images = ['java', 'binaries', 'ruby', 'python'].map((name): Sample => ({
    name: `${name}, as a root`,
    kind: 'rootfs',
    prepare: () => Promise.resolve(path.join(SAMPLES, name)),
  }));
  return [...archives, ...dpkg, ...rpm, ...trees, ...images];
}

/** Lets the owner change and remove what is below a folder of samples, which may be read-only. */
function makeWritable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) makeWritable(file);
    else if (entry.isFile()) chmodSync(file, 0o644);
  }
}

/** A copy in which files that are kept compressed are as the system has them. */
async function unpacked(from: string, to: string): Promise<string> {
  await cp(from, to, { recursive: true });
  makeWritable(to);
  for (const entry of readdirSync(to, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/^[^.]+(?:\.(?:db|sqlite))?\.gz$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    writeFileSync(file.slice(0, -'.gz'.length), gunzipSync(await readFile(file)));
  }
  return to;
}

const missing = SAMPLES === undefined ? '../shared' : missingTool('tar');
describe.skipIf(missing !== undefined)(`samples${needs(missing)}`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-round-trip-'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(samples().map((sample) => [sample.name, sample] as const))(
    '%s',
    async (_, sample) => {
      const reference = await sample.prepare(folder);
      const report = await scan({
        targets: [{ reference, kind: sample.kind }],
        includeDevDependencies: true,
        allowEmpty: true,
      });
      await expectSame(report);
    },
    120_000,
  );
});

async function expectSame(report: Report): Promise<void> {
  const [result] = report.results;
  const findings = await findingsOfAll(report);
  for (const format of BOM_FORMATS) {
    const read = await throughDocument(report, format);
    const [back] = read.results;
    expect(back && identities(back.inventory, format)).toEqual(
      result && identities(result.inventory, format),
    );
    expect(back?.inventory.distro).toEqual(result?.inventory.distro);
    expect(await findingsOfAll(read)).toEqual(findings);
  }
}
