/**
 * Programs of Debian, unpacked without the records of their packages: each is found with its
 * version, or listed as unexplained without one.
 */

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import type { Inventory } from '../../src/core/model/package/package.ts';
import { scan } from '../../src/scan/pipeline/index.ts';
import { DEBIAN_PROGRAMS } from '../support/debian-programs.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs, run } from '../support/tools.ts';

/** What must be shown. */
const FEWEST = 15;
/** Between runs on one machine. */
const DOWNLOADS = join(tmpdir(), 'assay-test-debs');

/**
 * The packages as files; empty where there are no such tools, or no archive of Debian to be
 * reached.
 */
const FILES: ReadonlyMap<string, string> = download(DEBIAN_PROGRAMS.map(([deb]) => deb));
const FOUND = DEBIAN_PROGRAMS.flatMap(([deb, program]) => {
  const file = FILES.get(deb);
  return file === undefined ? [] : [{ deb, program, file }];
});

/** From the last run, or from the archive. */
function download(names: readonly string[]): ReadonlyMap<string, string> {
  if (missingForInterop('apt-get', 'apt-cache', 'dpkg-deb') !== undefined) return new Map();
  mkdirSync(DOWNLOADS, { recursive: true });
  try {
    const offered = run('apt-cache', ['madison', ...names]).split('\n');
    const known = filesByName();
    const lacking = new Set<string>(
      offered.map((line) => line.split('|')[0]?.trim() ?? '').filter((it) => it !== ''),
    );
    for (const name of known.keys()) lacking.delete(name);
    if (lacking.size > 0) {
      run('apt-get', ['download', '-q', '-o', 'APT::Sandbox::User=root', ...lacking], DOWNLOADS);
    }
  } catch {
    // Offline: what earlier runs got is enough, or the tests are skipped.
  }
  const files = filesByName();
  return new Map(
    names
      .flatMap((name) => [[name, files.get(name) ?? '']] as const)
      .filter(([, file]) => file !== ''),
  );
}

function filesByName(): ReadonlyMap<string, string> {
  const names = readdirSync(DOWNLOADS).filter((file) => file.endsWith('.deb'));
  return new Map(names.map((file) => [file.slice(0, file.indexOf('_')), join(DOWNLOADS, file)]));
}

/** What the project calls the version of a package. */
function upstreamVersion(deb: string): string {
  const whole = run('dpkg-deb', ['-f', deb, 'Version']).trim();
  const bare = whole.replace(/^\d+:/u, '').replace(/-[^-]*$/u, '');
  return bare
    .replace(/^.*\+really/u, '')
    .replace(/[+~].*$/u, '')
    .replace(/\.dfsg$/u, '');
}

const missing =
  missingForInterop('apt-get', 'apt-cache', 'dpkg-deb') ??
  (FILES.size < FEWEST ? 'an archive of Debian' : undefined);

describe.skipIf(missing !== undefined)(`programs without a package${needs(missing)}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-programs-'));
  const root = join(folder, 'root');
  let inventory: Inventory = { inventoryVersion: 1, packages: [] };

  beforeAll(async () => {
    for (const file of FILES.values()) execFileSync('dpkg-deb', ['-x', file, root]);
    writeStatus(root);
    inventory = await inventoryOf(root);
  }, 300_000);

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(FOUND.filter(isTelling))(
    'that of $deb is $program, in its version',
    ({ program, file }) => {
      const versions = inventory.packages
        .filter((pkg) => pkg.ecosystem === 'program' && pkg.name === program)
        .map(({ version }) => bareVersion(version));
      expect(versions).toEqual([bareVersion(upstreamVersion(file))]);
    },
  );

  it.each(FOUND.filter((row) => !isTelling(row)))(
    'that of $deb does not say what it is, and is listed as unexplained',
    ({ deb }) => {
      const files = inventory.accountability?.unexplained ?? [];
      // Debian 12 has some programs in `/bin`.
      const places = [`/usr/bin/${deb}`, `/bin/${deb}`];
      const file = files.find(({ location }) => places.includes(location.path));
      expect(file).toBeDefined();
      expect(file?.program).toBeUndefined();
    },
  );

  it('are all listed as explained by nobody, with what they say that they are', () => {
    const { accountability } = inventory;
    expect(accountability?.explainedCount).toBe(0);
    expect(unexplained(inventory)).toHaveLength(accountability?.executableCount ?? 0);
    const saying = accountability?.unexplained.filter(({ program }) => program !== undefined);
    expect(saying?.length).toBeGreaterThanOrEqual(FEWEST);
  });

  it('are not believed as a script, as a text, and under another name', async () => {
    const other = join(folder, 'other');
    const bin = join(other, 'usr/bin');
    mkdirSync(bin, { recursive: true });
    writeStatus(other);
    writeFileSync(join(bin, 'python3.11'), '#!/bin/sh\n# \0' + '3.11.4\0\n');
    writeFileSync(join(bin, 'nginx'), 'nginx/1.0.0\0');
    cpSync(join(root, 'usr/sbin/nginx'), join(bin, 'renamed'));
    const names = ['nginx', 'python3.11', 'renamed'];
    for (const name of names) chmodSync(join(bin, name), 0o755);
    const found = await inventoryOf(other);
    expect(found.packages.filter(({ ecosystem }) => ecosystem === 'program')).toEqual([]);
    expect([...unexplained(found)].sort()).toEqual(names.map((name) => `/usr/bin/${name}`));
  });
});

function isTelling({ program }: { readonly program: string | undefined }): boolean {
  return program !== undefined;
}

/** A system with one package, so that it has what to account for. */
function writeStatus(root: string): void {
  mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true });
  writeFileSync(
    join(root, 'var/lib/dpkg/status'),
    'Package: base-files\nStatus: install ok installed\nArchitecture: amd64\nVersion: 13.6\n',
  );
}

async function inventoryOf(root: string): Promise<Inventory> {
  const report = await scan({ targets: [{ reference: root, kind: 'rootfs' }] }, quietContext());
  return report.results[0]?.inventory ?? { inventoryVersion: 1, packages: [] };
}

function unexplained({ accountability }: Inventory): readonly string[] {
  return (accountability?.unexplained ?? []).map(({ location }) => location.path);
}

/**
 * Without the patch level, of which Debian's package of OpenSSH names another one than the program.
 */
function bareVersion(version: string): string {
  return version.replace(/p\d+$/u, '').replace(/\.([a-z])$/u, '$1');
}
