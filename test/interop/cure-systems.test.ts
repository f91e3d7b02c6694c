/**
 * Every command that a cure prints for a system is run in its root by the real package manager, and
 * clears what it says.
 */

import { mkdirSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ApkRepository } from '../support/apk-repository.ts';
import { CommandFolder } from '../support/command-folder.ts';
import { DebRepository } from '../support/deb-repository.ts';
import { debianRoot } from '../support/images.ts';
import { missingForInterop } from '../support/interop.ts';
import { inShell } from '../support/run-command.ts';
import { sharedPath } from '../support/shared.ts';
import { needs, run } from '../support/tools.ts';

const SAMPLES = sharedPath('samples/alpine');
const ALPINE = [
  ['3.9.6', '3.9'],
  ['3.20.3', '3.20'],
] as const;

let folder: CommandFolder;

beforeAll(() => {
  folder = new CommandFolder();
});

afterAll(() => {
  folder[Symbol.dispose]();
});

interface VerdictFile {
  readonly status: string;
  readonly causes: readonly { readonly findings: readonly { readonly id: string }[] }[];
  readonly cure?: {
    readonly clears: readonly string[];
    readonly commands?: readonly { readonly command: string; readonly place?: string }[];
  };
}

/** Scans a root; only the packages of the test have advisories. */
async function judged(root: string): Promise<VerdictFile> {
  const flags = [
    '--fail-on',
    'low',
    '--allow-incomplete',
    '--verify',
    'none',
    '--as-of',
    '2026-06-01',
  ];
  await folder.assay('rootfs', root, ...flags, '-o', 'verdict=v.json');
  return folder.json('v.json') as VerdictFile;
}

async function load(ecosystem: string, names: readonly string[], fixed: string): Promise<void> {
  for (const [index, name] of names.entries()) {
    const id = `TEST-${ecosystem.replaceAll(/[^a-z\d]/giu, '-')}-${index}`;
    const ranges = [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }];
    const record = {
      id,
      modified: '2026-05-30T00:00:00Z',
      affected: [{ package: { ecosystem, name }, ranges }],
      severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    };
    folder.write(`records/${id}.json`, JSON.stringify(record));
  }
  await folder.run('db', 'import', 'records');
}

async function inRoot(line: string, root: string): Promise<void> {
  const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' };
  const { exitCode, output } = await inShell(line, {
    cwd: folder.cwd,
    root: folder.path(root),
    env,
  });
  if (exitCode !== 0) throw new Error(`${line}: ${output}`);
}

/** The cure, done and scanned again. */
async function cure(root: string, command: string): Promise<void> {
  const before = await judged(root);
  expect(before.status).toBe('fail');
  const { commands = [], clears = [] } = before.cure ?? {};
  expect(commands).toEqual([{ command, place: `in the root ${root}` }]);
  expect(clears.length).toBeGreaterThan(1);
  for (const one of commands) await inRoot(one.command, root);
  const after = await judged(root);
  expect([after.status, after.causes.flatMap(({ findings }) => findings)]).toEqual(['pass', []]);
}

const noRoot = process.getuid?.() === 0 ? undefined : 'root';
const noApt = noRoot ?? missingForInterop('mmdebstrap', 'dpkg-deb', 'chroot', 'tar');
describe.skipIf(noApt !== undefined)(`a cure for apt${needs(noApt)}`, () => {
  it('upgrades what is installed, and nothing else', async () => {
    const root = 'debian';
    mkdirSync(folder.path(root));
    run('tar', ['-xf', debianRoot('trixie'), '-C', folder.path(root), '--exclude=./dev/*']);
    const repository = new DebRepository(folder.path(root));
    const packages = (version: string): Parameters<DebRepository['publish']>[0] => [
      { name: 'cure-lib', version, source: 'cure-source', depends: `cure-data (= ${version})` },
      { name: 'cure-data', version, source: 'cure-source' },
      { name: 'cure++', version, source: 'cure++' },
      { name: 'cure-other', version, source: 'cure-source' },
    ];
    repository.publish(packages('1:1.0-1'));
    await inRoot('apt-get update && apt-get install -y cure-lib cure++', root);
    await load('Debian:13', ['cure-source', 'cure++'], '1:1.0-1+deb13u1');
    repository.publish(packages('1:1.0-1+deb13u2'));
    await cure(
      root,
      'apt-get update && apt-get install -y --only-upgrade cure++ cure-data cure-lib',
    );
    expect(
      run('chroot', [
        folder.path(root),
        'dpkg-query',
        '-W',
        '-f',
        '${Package} ${Version}\n',
        'cure*',
      ]),
    ).not.toMatch(/cure-other \d/u);
    rmSync(folder.path(root), { recursive: true });
  });
});

const noApk = noRoot ?? (SAMPLES === undefined ? '../shared' : missingForInterop('chroot', 'tar'));
describe.skipIf(noApk !== undefined)(`a cure for apk${needs(noApk)}`, () => {
  it.each(ALPINE)('upgrades what is installed, in Alpine %s', async (version, release) => {
    const root = `alpine-${release}`;
    mkdirSync(folder.path(root));
    const tar = `${SAMPLES ?? ''}/alpine-minirootfs-${version}-x86_64.tar.gz`;
    run('tar', ['-xzf', tar, '-C', folder.path(root), '--exclude=./dev/*']);
    const repository = new ApkRepository(folder.path(root), 'x86_64');
    const packages = (one: string): Parameters<ApkRepository['publish']>[0] => [
      { name: 'cure-lib', version: one, origin: 'cure-source', depends: [`cure-data=${one}`] },
      { name: 'cure-data', version: one, origin: 'cure-source' },
      { name: 'cure++', version: one, origin: 'cure++' },
      { name: 'cure-other', version: one, origin: 'cure-source' },
    ];
    repository.publish(packages('1.0-r0'));
    // One with its version pinned, as Dockerfiles do.
    await inRoot('apk add --no-cache cure-lib cure++=1.0-r0', root);
    await load(`Alpine:v${release}`, ['cure-source', 'cure++'], '1.0-r2');
    repository.publish(packages('1.0-r3'));
    await cure(root, 'apk add --no-cache --upgrade cure++ cure-data cure-lib');
  });
});
