/**
 * The package as others import it: built from the present sources, through its exports and nothing
 * else.
 */

import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const missing = missingForInterop();

let folder: string;

beforeAll(() => {
  if (missing !== undefined) return;
  folder = mkdtempSync(path.join(tmpdir(), 'assay-library-'));
  cpSync(path.join(ROOT, 'package.json'), path.join(folder, 'package.json'));
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  const tsc = createRequire(import.meta.url).resolve('typescript/lib/tsc.js');
  const out = ['--outDir', path.join(folder, 'dist/lib')];
  // Types are checked elsewhere, and nothing here reads them.
  const args = [tsc, '-p', 'tsconfig.build.json', ...out, '--noCheck', '--declaration', 'false'];
  execFileSync(process.execPath, args, { cwd: ROOT, stdio: 'pipe' });
  mkdirSync(path.join(folder, 'app'));
  const lock = {
    name: 'app',
    version: '1.0.0',
    lockfileVersion: 3,
    packages: { '': { name: 'app' }, 'node_modules/lodash': { version: '4.17.20' } },
  };
  writeFileSync(path.join(folder, 'app/package-lock.json'), JSON.stringify(lock));
});

afterAll(() => {
  if (missing === undefined) rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(missing !== undefined)(`the package${needs(missing)}`, () => {
  it('scans, decides and renders', () => {
    const output = consumer(`
      import { scan, rematch } from 'assay';
      import { renderReport } from 'assay/report';
      import { applyDisplayFilter } from 'assay/model';
      const report = await scan({ targets: [{ reference: 'app', kind: 'directory' }] });
      const again = await rematch(report, {});
      const pieces = [];
      for await (const piece of renderReport(applyDisplayFilter(again), 'table')) pieces.push(piece);
      console.log(JSON.stringify({
        names: report.results[0].inventory.packages.map(({ id }) => id),
        status: again.verdict.status,
        tool: report.tool,
        table: pieces.join('').includes('Packages: 1 '),
      }));
    `);
    expect(JSON.parse(output)).toEqual({
      names: ['pkg:npm/lodash@4.17.20'],
      status: 'notAsked',
      tool: { name: 'assay', version: '0.1.0' },
      table: true,
    });
  });

  it('gives errors with codes', () => {
    const output = consumer(`
      import { AssayError, scan } from 'assay';
      const error = await scan({ targets: [{ reference: './nothing-here' }] }).catch((error) => error);
      console.log(error instanceof AssayError, error.code);
    `);
    expect(output.trim()).toBe('true NOT_FOUND');
  });

  it('orders versions, reads references, package URLs and vectors', () => {
    const output = consumer(`
      import { parseImageReference } from 'assay';
      import { compareVersions, satisfies, outside, isValidVersion, normalizeVersion, versFromNative } from 'assay/version';
      import { parsePackageUrl, formatPackageUrl, cvssScores } from 'assay/model';
      console.log(JSON.stringify([
        compareVersions('deb', '1:2.0~rc1-1', '1:2.0-1'),
        compareVersions('npm', 'not a version', '1.0.0') ?? null,
        satisfies('npm', '1.2.3', '^1.2.0'),
        satisfies('pypi', '2.0rc1', '>=1.0,<2.0'),
        outside('npm', '3.0.0', '^1.2.0'),
        isValidVersion('semver', '1.2'),
        normalizeVersion('pypi', 'v1.0.RC1'),
        versFromNative('npm', '^1.2.0'),
        parseImageReference('debian:12').domain,
        formatPackageUrl(parsePackageUrl('pkg:NPM/%40babel/core@7.0.0')),
        cvssScores('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H').base,
      ]));
    `);
    expect(JSON.parse(output)).toEqual([
      -1,
      null,
      true,
      false,
      'above',
      false,
      '1.0rc1',
      'vers:npm/>=1.2.0|<2.0.0',
      'docker.io',
      'pkg:npm/%40babel/core@7.0.0',
      9.8,
    ]);
  });

  it('lets nobody reach its rooms', () => {
    const output = consumer(`
      console.log(await import('assay/scan').then(() => 'open', (error) => error.code));
    `);
    expect(output.trim()).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });
});

/** Runs a module beside the package, which it imports by its own name. */
function consumer(source: string): string {
  const file = path.join(folder, 'consumer.mjs');
  writeFileSync(file, source);
  return execFileSync(process.execPath, [file], { cwd: folder, encoding: 'utf8' });
}
