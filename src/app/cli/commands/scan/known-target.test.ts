/** A scan of what is known answers as one that knows nothing, whatever has changed since. */
import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../../../../../test/support/command-folder.ts';
import { makeImage, ociFiles, tarOf } from '../../../../../test/support/stored-images.ts';

let folder: CommandFolder;

const FLAWS = [
  { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'left', fixed: '2.0.0' },
  { id: 'GHSA-bbbb-bbbb-bbbb', name: 'right', fixed: '2.0.0', severity: 'LOW' },
] as const;

beforeEach(async () => {
  folder = new CommandFolder();
  await folder.load(...FLAWS);
  folder.project('app', { left: '1.0.0', right: '1.0.0' });
  const lock = folder.read('app/package-lock.json');
  const image = makeImage([[{ path: 'app/package-lock.json', body: lock }]]);
  folder.write('image.tar', tarOf(ociFiles([{ image, tag: 'latest' }])));
});
afterEach(() => folder[Symbol.dispose]());

describe.each<readonly [string, ...string[]]>([
  ['an image', 'image', '--input', 'image.tar'],
  ['a folder', 'fs', 'app'],
  ['a lockfile', 'fs', 'app/package-lock.json'],
])('%s that was scanned before', (_what, ...command) => {
  const scanned = (...flags: readonly string[]): Promise<Outcome> =>
    folder.assay(...command, ...flags);

  /** What a scan says now, which must be what it says where nothing is kept. */
  async function told(...flags: readonly string[]): Promise<string> {
    const warm = await scanned(...flags);
    rmSync(folder.path('.cache/layers'), { recursive: true });
    expect(warm).toEqual(await scanned(...flags));
    return warm.stdout;
  }

  beforeEach(async () => {
    const known = await scanned();
    expect(known.stdout).toContain('Total: 2');
    expect(await scanned()).toEqual(known);
  });

  it('is matched with advisories that came since', async () => {
    await folder.load({ id: 'GHSA-cccc-cccc-cccc', name: 'right', fixed: '3.0.0' });
    expect(await told()).toContain('Total: 3');
  });

  it('is matched with advisories that were changed since', async () => {
    await folder.load({ ...FLAWS[0], fixed: '1.0.0' });
    expect(await told()).toContain('Total: 1');
  });

  it('has what is known of its vulnerabilities since', async () => {
    folder.write(
      'kev.json',
      JSON.stringify({
        title: 'CISA Catalog of Known Exploited Vulnerabilities',
        catalogVersion: '2025.05.01',
        dateReleased: '2025-05-01T00:00:00Z',
        count: 1,
        vulnerabilities: [
          {
            cveID: 'CVE-2024-0001',
            dateAdded: '2025-05-01',
            knownRansomwareCampaignUse: 'Known',
            vulnerabilityName: 'Left flaw',
            shortDescription: 'It is exploited.',
          },
        ],
      }),
    );
    await folder.run('db', 'import', 'kev.json');
    expect(await told()).toContain('[exploited]');
  });

  it('has its advisories corrected, and no longer', async () => {
    const before = await told();
    const overrides = [{ id: 'CVE-2024-0001', reason: 'not ours', withdraw: true }];
    folder.write('advisories.override.json', JSON.stringify({ overrides }));
    expect(await told()).toContain('Total: 1');
    await scanned();
    rmSync(folder.path('advisories.override.json'));
    expect(await told()).toBe(before);
  });

  it('is matched with the records of whoever runs Assay', async () => {
    const record = {
      id: 'OWN-1',
      modified: '2025-01-01T00:00:00Z',
      affected: [
        {
          package: { ecosystem: 'npm', name: 'left' },
          ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
        },
      ],
    };
    folder.write('own.json', JSON.stringify(record));
    expect(await told('--advisories', 'own.json')).toContain('OWN-1');
    expect(await told()).not.toContain('OWN-1');
  });

  it('is judged by the exceptions that there are now, at the instant of the run', async () => {
    folder.write('.trivyignore', 'CVE-2024-0001 exp:2025-12-31\n');
    expect(await told()).toContain('Total: 1');
    expect(await told('--as-of', '2026-01-01')).toContain('Total: 2');
  });

  it('says how old the data is by the clock of the run', async () => {
    expect(await told('--as-of', '2025-07-01')).not.toBe(await told('--as-of', '2025-08-01'));
  });

  it('is refused where the data is too old by now', async () => {
    await told('--db-max-age', '9999d');
    const outcome = await scanned('--as-of', '2027-01-01', '--db-max-age', '30d');
    expect(outcome).toMatchObject({ exitCode: 4, stdout: '' });
  });

  it.each([
    ['-f', 'json'],
    ['-f', 'cyclonedx'],
    ['-f', 'spdx-json'],
    ['--severity', 'LOW'],
    ['--ignore-unfixed'],
    ['--vuln-severity-source', 'nvd'],
    ['--pkg-types', 'os'],
    ['--dependency-tree'],
    ['--list-all-pkgs'],
    ['--fail-on', 'high'],
  ])('is told of with %s %s as it would be without', async (...flags) => {
    await scanned();
    const [warm, again] = [await scanned(...flags), await scanned(...flags)];
    rmSync(folder.path('.cache/layers'), { recursive: true });
    const cold = await scanned(...flags);
    expect(plainly(warm)).toEqual(plainly(cold));
    expect(plainly(again)).toEqual(plainly(cold));
  });

  it('is forgotten with --clear-cache', async () => {
    await folder.run('image', '--clear-cache');
    expect(existsSync(folder.path('.cache/layers'))).toBe(false);
    expect((await scanned()).stdout).toContain('Total: 2');
  });
});

/** Without how long it took, and what a serial number, the layers and the clock say. */
function plainly({ exitCode, stdout, stderr }: Outcome): object {
  const text = stdout
    .replaceAll(/"durationMs": ?[\d.]+/g, '')
    .replaceAll(/"layerDigests": ?"\w+"/g, '')
    .replaceAll(/urn:uuid:[\da-f-]+/g, '');
  return { exitCode, stdout: text, stderr };
}
