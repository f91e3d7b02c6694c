/** What is said where nothing is left to assess. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { scannedTree, type Files } from '../../../test/support/scanned-files.ts';
import { AssayError } from '../../core/base/errors.ts';
import { isEmptyResult } from './chosen-packages.ts';
import { scan, type ScanRequest } from './index.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-empty-target-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A lockfile with so many packages that only development needs. */
function write(count: number): void {
  const names = Array.from({ length: count }, (_, at) => `node_modules/a${at}`);
  const packages = Object.fromEntries(names.map((name) => [name, { version: '1.0.0', dev: true }]));
  const lock = JSON.stringify({ lockfileVersion: 3, packages });
  writeFileSync(join(folder, 'package-lock.json'), lock);
}

async function refusal(request: Partial<ScanRequest> = {}): Promise<string> {
  const targets = [{ reference: folder, kind: 'directory' as const }];
  const error: unknown = await scan({ targets, ...request }).catch((thrown: unknown) => thrown);
  if (!(error instanceof AssayError)) return 'scanned';
  return `${error.code}: ${error.message}. ${error.hint ?? ''}`;
}

describe('a target without dependencies', () => {
  async function outcome(files: Files, request: Partial<ScanRequest> = {}): Promise<string> {
    return scannedTree(files, { allowEmpty: false, ...request }).then(
      () => 'scanned',
      (error: unknown) => (error instanceof AssayError ? error.code : String(error)),
    );
  }

  const own = { name: 'own', version: '1.0.0' };

  it.each<[string, Files]>([
    ['a package.json', { 'package.json': own }],
    [
      'a package.json of development alone',
      { 'package.json': { ...own, devDependencies: { a: '1' } } },
    ],
    ['a package-lock.json', { 'package-lock.json': { lockfileVersion: 3, packages: { '': own } } }],
    ['a requirements.txt', { 'requirements.txt': '\n' }],
    ['a pyproject.toml of tools', { 'pyproject.toml': '[tool.black]\nline-length = 100\n' }],
    ['a Pipfile', { Pipfile: '[packages]\n' }],
    ['a Gemfile', { Gemfile: 'source "https://rubygems.org"\n' }],
    ['a composer.json', { 'composer.json': { name: 'a/b', require: { php: '>=8' } } }],
    [
      'a Cargo.lock',
      { 'Cargo.lock': 'version = 4\n[[package]]\nname = "own"\nversion = "1.0.0"\n' },
    ],
  ])('passes where %s that requests nothing was read in full', async (_name, files) => {
    expect(await outcome(files)).toBe('scanned');
  });

  it.each<[string, Files]>([
    ['no file that is known', { 'README.md': 'x' }],
    ['a file of another name', { 'package.json.txt': '{}' }],
    ['nothing but sources', { 'src/main.c': 'int main;' }],
    [
      'a vendored lockfile',
      { 'node_modules/a/package-lock.json': { lockfileVersion: 3, packages: { '': own } } },
    ],
  ])('is refused where there is %s', async (_name, files) => {
    expect(await outcome(files)).toBe('NOTHING_TO_SCAN');
  });

  it('is refused where all that a lockfile pins is left out', async () => {
    const packages = { '': own, 'node_modules/a': { version: '1.0.0', dev: true } };
    const files = { 'package-lock.json': { lockfileVersion: 3, packages } };
    expect(await outcome(files)).toBe('NOTHING_TO_SCAN');
    expect(await outcome(files, { includeDevDependencies: true })).toBe('scanned');
  });

  it('is kept as such in the inventory, and judged alike when it is judged again', async () => {
    const { inventory, artifact, findings, diagnostics } = await scannedTree({
      'package.json': own,
    });
    expect(inventory.emptyManifests).toEqual([{ path: '/package.json', layer: 0 }]);
    expect(isEmptyResult({ inventory, artifact, findings, diagnostics })).toBe(false);
    const { emptyManifests, ...without } = inventory;
    expect(emptyManifests).toHaveLength(1);
    expect(isEmptyResult({ inventory: without, artifact, findings, diagnostics })).toBe(true);
  });
});

describe('a target of which nothing is left', () => {
  it.each([
    [
      1,
      /holds nothing to assess: 1 development dependency was left out\. --include-dev-deps scans it/,
    ],
    [
      3,
      /holds nothing to assess: 3 development dependencies were left out\. --include-dev-deps scans them/,
    ],
  ])('says that %i development dependencies were left out', async (count, text) => {
    write(count);
    expect(await refusal()).toMatch(text);
    expect(await refusal({ includeDevDependencies: true })).toBe('scanned');
  });

  it('names the types that were asked for', async () => {
    write(0);
    writeFileSync(join(folder, 'requirements.txt'), 'flask==3.0.0\n');
    expect(await refusal({ packageTypes: ['os'] })).toMatch(
      /NOTHING_TO_SCAN: .* nothing to assess: 1 package left out\. --pkg-types/,
    );
    expect(await refusal()).toBe('scanned');
  });
});
