/**
 * Never a quiet zero: what could hide findings is named, and a gate answers INCOMPLETE; what could
 * not is only a note.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMemoryReader } from '../../src/advisories/store/memory-reader.ts';
import { quietContext } from '../../src/core/base/context.ts';
import type { Advisory, AdvisoryNeed } from '../../src/core/model/advisory/advisory.ts';
import type { GapKind } from '../../src/core/model/finding/finding.ts';
import type { Report } from '../../src/core/model/report/report.ts';
import { scan, type ScanRequest } from '../../src/scan/pipeline/index.ts';
import { affects, anAdvisory, below } from '../support/model.ts';

const NPM: AdvisoryNeed = { ecosystem: 'npm' };
const DEBIAN_12: AdvisoryNeed = { ecosystem: 'debian', release: '12' };
const DEBIAN_OS = { 'etc/os-release': 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n' };
const STATUS =
  'Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2\n';
const LOCK = lockfile({ lodash: '4.17.20' });

/** One thing that could hide findings. */
interface GapCase {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  /** What advisory data is loaded for. */
  readonly needs: readonly AdvisoryNeed[];
  readonly gap: GapKind;
  /** What the report must name. */
  readonly named: string;
}

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'assay-honest-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('gaps', () => {
  it.each<GapCase>([
    {
      what: 'an unreadable row',
      files: {
        ...DEBIAN_OS,
        'var/lib/dpkg/status': `${STATUS}\nPackage: broken\nStatus: install ok installed\n`,
      },
      needs: [DEBIAN_12],
      gap: 'unreadable',
      named: 'broken',
    },
    {
      what: 'an unreadable database',
      files: {
        ...DEBIAN_OS,
        'var/lib/dpkg/status': '\u0000\u0001 no database\n',
        'app/package-lock.json': LOCK,
      },
      needs: [DEBIAN_12, NPM],
      gap: 'unreadable',
      named: '/var/lib/dpkg/status',
    },
    {
      what: 'an unreadable lockfile',
      files: {
        ...DEBIAN_OS,
        'var/lib/dpkg/status': STATUS,
        'app/package-lock.json': '{"packages":',
      },
      needs: [DEBIAN_12, NPM],
      gap: 'unreadable',
      named: '/app/package-lock.json',
    },
    {
      what: 'an unknown system',
      files: {
        'etc/os-release': 'ID=parrot\nID_LIKE=debian\nVERSION_ID="12"\n',
        'var/lib/dpkg/status': STATUS,
        'app/package-lock.json': LOCK,
      },
      needs: [DEBIAN_12, NPM],
      gap: 'unknownSystem',
      named: 'parrot',
    },
    {
      what: 'packages of a system that does not say what it is',
      files: { 'var/lib/dpkg/status': STATUS, 'app/package-lock.json': LOCK },
      needs: [DEBIAN_12, NPM],
      gap: 'unknownSystem',
      named: 'system',
    },
    {
      what: 'an ecosystem without data',
      files: { ...DEBIAN_OS, 'var/lib/dpkg/status': STATUS, 'app/package-lock.json': LOCK },
      needs: [DEBIAN_12],
      gap: 'noAdvisoryData',
      named: 'Node.js: 1 package (lodash)',
    },
  ])('$what is named, and a gate is incomplete', async ({ files, needs, gap, named }) => {
    write(files);
    const asked = await judged(needs, { failOn: [{ text: 'critical', atLeast: 'critical' }] });
    expect(asked.verdict).toMatchObject({ status: 'incomplete', exitCode: 6 });
    expect(gapsOf(asked)).toContainEqual({ gap, text: expect.stringContaining(named) as string });

    const allowed = await judged(needs, {
      failOn: [{ text: 'critical', atLeast: 'critical' }],
      allowIncomplete: [gap],
    });
    expect(allowed.verdict).toMatchObject({ status: 'pass', exitCode: 0 });
    const notAsked = await judged(needs, {});
    expect(notAsked.verdict).toMatchObject({ status: 'notAsked', exitCode: 0 });
  });

  it('a version that an advisory cannot order is a gap; where no advisory names the package it is none', async () => {
    write({ 'package-lock.json': lockfile({ lodash: 'not a version', other: 'nor this' }) });
    const known = anAdvisory('GHSA-aaaa', { affected: [affects('lodash', [below('4.17.21')])] });
    const report = await judged([NPM], { exitCode: 1 }, [known]);
    expect(report.verdict).toMatchObject({ status: 'incomplete', exitCode: 6 });
    const gaps = gapsOf(report).filter(({ gap }) => gap === 'unorderedVersion');
    expect(gaps).toEqual([
      { gap: 'unorderedVersion', text: expect.stringContaining('lodash') as string },
    ]);
  });

  it('no package with data ends the run with an error', async () => {
    write({ ...DEBIAN_OS, 'var/lib/dpkg/status': STATUS });
    await expect(judged([NPM], {})).rejects.toMatchObject({ code: 'ADVISORY_DATA_MISSING' });
  });

  it('nothing to scan is an error, unless it is allowed', async () => {
    write({ 'readme.txt': 'nothing here' });
    await expect(judged([NPM], {})).rejects.toMatchObject({ code: 'NOTHING_TO_SCAN' });
    const report = await judged([NPM], { exitCode: 1 }, [], { allowEmpty: true });
    expect(report.verdict.status).toBe('pass');
  });

  it('a file without packages may be an image, and the error says how to scan it', async () => {
    write({ 'x.tar': 'nothing here' });
    const reference = path.join(root, 'x.tar');
    const more = { targets: [{ reference, kind: 'directory' }] } as const;
    await expect(judged([NPM], {}, [], more)).rejects.toMatchObject({
      code: 'NOTHING_TO_SCAN',
      hint: expect.stringContaining(`assay image --input ${reference}.`) as string,
    });
  });

  it('packages of one system under the name of another are called what they are', async () => {
    write({ ...DEBIAN_OS, 'var/lib/dpkg/status': STATUS });
    const more = { distro: { id: 'alpine', versionId: '3.19' } };
    await expect(judged([NPM], {}, [], more)).rejects.toMatchObject({
      code: 'ADVISORY_DATA_MISSING',
      message: expect.stringContaining(
        '1 package of Debian (bash) cannot be matched as alpine 3.19; "--distro NAME/VERSION"',
      ) as string,
    });
  });
});

describe('notes that are no gaps', () => {
  it('a package.json without version, and broken files below test folders', async () => {
    write({
      'package-lock.json': LOCK,
      'node_modules/x/package.json': '{"name":"x"}',
      'test/fixtures/package-lock.json': '{"packages":',
    });
    const tree = { targets: [{ reference: root, kind: 'directory' }] } as const;
    const report = await judged([NPM], { exitCode: 1 }, [], tree);
    expect(report.verdict.status).toBe('pass');
    const notes = report.results.flatMap(({ diagnostics }) =>
      diagnostics.map(({ location }) => location?.path),
    );
    expect(notes).toContain('/test/fixtures/package-lock.json');
    expect(notes).toContain('/node_modules/x/package.json');
    // In a root file system the name of a directory proves nothing.
    const system = await judged([NPM], { exitCode: 1 });
    expect(system.verdict.status).toBe('incomplete');
    expect(gapsOf(system)).toMatchObject([{ gap: 'unreadable' }]);
  });

  it('an ordinary Node image passes', async () => {
    const modules = path.join(path.dirname(path.dirname(process.execPath)), 'lib/node_modules');
    if (!existsSync(path.join(modules, 'npm'))) return;
    write({ ...DEBIAN_OS, 'var/lib/dpkg/status': STATUS, 'app/package-lock.json': LOCK });
    cpSync(path.join(modules, 'npm'), path.join(root, 'usr/local/lib/node_modules/npm'), {
      recursive: true,
    });
    const report = await judged([DEBIAN_12, NPM], { exitCode: 1 });
    expect(gapsOf(report)).toEqual([]);
    expect(report.verdict.status).toBe('pass');
    expect(report.results[0]?.inventory.packages.length).toBeGreaterThan(100);
  });
});

describe('links', () => {
  it('stay inside the root, and are followed inside it', async () => {
    write({ ...DEBIAN_OS, 'usr/lib/dpkg-data/status': STATUS });
    mkdirSync(path.join(root, 'var/lib'), { recursive: true });
    symlinkSync('/usr/lib/dpkg-data', path.join(root, 'var/lib/dpkg'));
    symlinkSync('../../../../../../../../etc/passwd', path.join(root, 'package-lock.json'));
    symlinkSync(path.join(tmpdir()), path.join(root, 'out'));
    const report = await judged([DEBIAN_12], { exitCode: 1 });
    expect(report.results[0]?.inventory.packages.map(({ name }) => name)).toEqual(['bash']);
  });
});

function judged(
  needs: readonly AdvisoryNeed[],
  policy: NonNullable<ScanRequest['policy']>,
  advisories: readonly Advisory[] = [],
  more: Partial<ScanRequest> = {},
): Promise<Report> {
  const loaded = {
    feed: 'test',
    recordCount: 1,
    dataAt: '2026-01-01T00:00:00Z',
    fetchedAt: '2026-01-01T00:00:00Z',
  };
  const reader = createMemoryReader(advisories, ({ ecosystem, release }) =>
    needs.some((need) => need.ecosystem === ecosystem && need.release === release) ? [loaded] : [],
  );
  return scan(
    {
      targets: [{ reference: root, kind: 'rootfs' }],
      advisories: { open: () => Promise.resolve(reader) },
      policy,
      ...more,
    },
    quietContext({ now: () => Date.parse('2026-01-01') }),
  );
}

function gapsOf(report: Report): readonly { gap: GapKind; text: string }[] {
  return report.results.flatMap(({ diagnostics }) =>
    diagnostics.flatMap(({ gap, message, location }) =>
      gap === undefined ? [] : [{ gap, text: `${message} ${location?.path ?? ''}` }],
    ),
  );
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const target = path.join(root, name);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

function lockfile(versions: Readonly<Record<string, string>>): string {
  const packages: Record<string, object> = { '': { name: 'app', version: '1.0.0' } };
  for (const [name, version] of Object.entries(versions))
    packages[`node_modules/${name}`] = { version };
  return JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, packages });
}
