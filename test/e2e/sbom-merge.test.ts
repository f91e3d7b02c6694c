/**
 * Bills of materials from the command line: written beside other reports, merged, and refused where
 * there is none.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { runCommandLine } from '../../src/app/cli/shell/run.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-merge-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function assay(...args: readonly string[]): Promise<Outcome> {
  const texts = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof texts) => ({
    write: (text: string, done?: (error?: Error | null) => void) => {
      texts[name] += text;
      done?.();
      return true;
    },
  });
  const io = { stdout: stream('stdout'), stderr: stream('stderr'), env: {}, cwd: folder };
  return { exitCode: await runCommandLine(args, io), ...texts };
}

interface Bom {
  readonly components: readonly {
    readonly purl: string;
    readonly evidence: { readonly occurrences: readonly { readonly location: string }[] };
  }[];
}

/** A folder of code with one package, scanned into a document. */
async function documentOf(name: string, packages: readonly string[], format: string) {
  const code = path.join(folder, name);
  mkdirSync(code);
  const locked = Object.fromEntries(
    packages.map((pkg) => [`node_modules/${pkg}`, { version: '1.0.0' }]),
  );
  const lock = { lockfileVersion: 3, packages: { '': { name }, ...locked } };
  writeFileSync(path.join(code, 'package-lock.json'), JSON.stringify(lock));
  const file = path.join(folder, `${name}.bom`);
  const json = path.join(folder, `${name}.json`);
  const scanned = await assay(
    ...['fs', code, '--scanners', 'packages', '--offline'],
    ...['-o', `${format}=${file}`, '-o', `json=${json}`],
  );
  expect(scanned).toMatchObject({ exitCode: 0 });
  expect(JSON.parse(readFileSync(json, 'utf8'))).toHaveProperty('schemaVersion', 1);
  return file;
}

describe('assay merge', () => {
  it('makes one document of several formats, with the inputs named', async () => {
    const one = await documentOf('one', ['left', 'both'], 'cyclonedx');
    const two = await documentOf('two', ['right', 'both'], 'spdx-json');
    const { exitCode, stdout } = await assay('merge', one, two);
    expect(exitCode).toBe(0);
    const { components } = JSON.parse(stdout) as Bom;
    const rows = components.map(({ purl, evidence }) => [
      purl,
      evidence.occurrences.map(({ location }) => path.basename(location)),
    ]);
    expect(rows.sort()).toEqual([
      ['pkg:npm/both@1.0.0', ['one.bom', 'two.bom']],
      ['pkg:npm/left@1.0.0', ['one.bom']],
      ['pkg:npm/right@1.0.0', ['two.bom']],
    ]);
  });

  it('writes the format that was asked for, to a file', async () => {
    const one = await documentOf('one', ['left'], 'cyclonedx');
    const all = path.join(folder, 'all.json');
    expect(await assay('merge', '-f', 'spdx-json', '-o', all, one)).toMatchObject({
      exitCode: 0,
      stdout: '',
    });
    expect(JSON.parse(readFileSync(all, 'utf8'))).toHaveProperty('spdxVersion', 'SPDX-2.3');
  });

  it('says what it could not read', async () => {
    const file = path.join(folder, 'odd.json');
    const odd = { type: 'library', name: 'a', version: '1', purl: 'pkg:unheard-of/a@1' };
    writeFileSync(
      file,
      JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [odd] }),
    );
    const { exitCode, stderr } = await assay('merge', file);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/odd\.json: Assay knows no advisories .*unheard-of/);
  });

  it.each(['cyclonedx', 'spdx-json'])('keeps what could not be read, in %s', async (format) => {
    const code = path.join(folder, 'code');
    mkdirSync(code);
    writeFileSync(path.join(code, 'yarn.lock'), '\0');
    const lock = { lockfileVersion: 3, packages: { 'node_modules/left': { version: '1.0.0' } } };
    writeFileSync(path.join(code, 'package-lock.json'), JSON.stringify(lock));
    const scanned = path.join(folder, 'code.bom');
    const flags = ['--scanners', 'packages', '--offline'];
    await assay('fs', code, ...flags, '-o', `${format}=${scanned}`);
    const merged = path.join(folder, 'all.bom');
    const { exitCode, stderr } = await assay('merge', '-f', format, '-o', merged, scanned);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/yarn\.lock: .*cannot/);
    const again = await assay('sbom', merged, ...flags, '-f', 'json');
    const report = JSON.parse(again.stdout) as {
      readonly results: readonly {
        readonly diagnostics: readonly { readonly gap?: string; readonly message: string }[];
      }[];
    };
    const gaps = report.results.flatMap(({ diagnostics }) =>
      diagnostics.filter(({ gap }) => gap !== undefined),
    );
    expect(gaps).toHaveLength(1);
    expect(gaps[0]).toMatchObject({
      gap: 'unreadable',
      message: expect.stringContaining('yarn.lock') as unknown,
    });
  });

  it.each([
    ['nothing', [], 2],
    ['a file that is not there', ['nowhere.json'], 3],
    ['an unknown format', ['-f', 'swid', 'x.json'], 2],
  ])('refuses %s', async (_, args, exitCode) => {
    expect((await assay('merge', ...args)).exitCode).toBe(exitCode);
  });
});
