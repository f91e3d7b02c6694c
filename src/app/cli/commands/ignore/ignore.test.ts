import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;

beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => folder[Symbol.dispose]());

async function scanned(): Promise<void> {
  await folder.load({
    id: 'GHSA-aaaa-aaaa-aaaa',
    aliases: ['CVE-2024-0001'],
    name: 'lodash',
    fixed: '4.17.21',
  });
  folder.project('app', { lodash: '4.17.20' });
  await folder.run('fs', 'app', '-o', 'json=report.json');
}

const TRIVYIGNORE = [
  '\uFEFF# accepted by the web team',
  'CVE-2024-0001 exp:2025-12-31 # not reachable',
  '',
  '# gone with the last upgrade',
  'CVE-2020-0002   exp:2025-12-31',
  '\tCVE-2020-0003 exp:2025-01-01  # expired',
  'CVE-2020-0004 exp:soon',
  '# end',
].join('\r\n');

describe('assay ignore list', () => {
  it('says what is excepted, and with a report whether it is needed', async () => {
    await scanned();
    folder.write('.trivyignore', TRIVYIGNORE);
    folder.write(
      '.assayignore.yaml',
      'exceptions:\n  - package: lodash\n    owner: web\n    expires: 2025-07-01\n',
    );
    const { stdout } = await folder.run('ignore', 'list', 'report.json');
    expect(stdout.split('\n').map((line) => line.replaceAll(/ {2,}/gu, ' | '))).toEqual([
      'Where | State | What | Until | Owner | Reason',
      '.trivyignore:2 | used | CVE-2024-0001 | 2025-12-31 | not reachable',
      '.trivyignore:5 | stale | CVE-2020-0002 | 2025-12-31',
      '.trivyignore:6 | expired | CVE-2020-0003 | 2025-01-01 | expired',
      '.trivyignore:7 | unusable | CVE-2020-0004 | soon | "soon" is not a date as in exp:2026-01-31; the entry for "CVE-2020-0004" does not count',
      '.assayignore.yaml:2 | used | lodash | 2025-07-01 | web',
      '',
    ]);
    const json = await folder.run('ignore', 'list', '-f', 'json');
    expect(JSON.parse(json.stdout)).toMatchObject({
      schemaVersion: 1,
      files: [{ path: '.trivyignore' }, { path: '.assayignore.yaml' }],
      entries: [
        { state: 'counts', id: 'CVE-2024-0001' },
        { state: 'counts' },
        { state: 'expired' },
        { state: 'unusable' },
        { package: 'lodash', owner: 'web' },
      ],
    });
  });

  it('may find nothing', async () => {
    expect((await folder.run('ignore', 'list')).stdout).toBe('no ignore file here\n');
    folder.write('.trivyignore', '# nothing\n');
    expect((await folder.run('ignore', 'list')).stdout).toBe('no entries\n');
  });
});

describe('assay ignore prune', () => {
  it('leaves every other byte', async () => {
    await scanned();
    folder.write('.trivyignore', TRIVYIGNORE);
    const dry = await folder.run('ignore', 'prune', 'report.json', '--dry-run');
    expect(dry.stdout).toBe(
      'would be removed  .trivyignore:5  CVE-2020-0002  (no finding needs it)\n' +
        'would be removed  .trivyignore:6  CVE-2020-0003  (expired on 2025-01-01)\n' +
        'left     .trivyignore:7: "soon" is not a date as in exp:2026-01-31; the entry for "CVE-2020-0004" does not count\n',
    );
    expect(folder.read('.trivyignore')).toBe(TRIVYIGNORE);
    await folder.run('ignore', 'prune', 'report.json');
    expect(folder.read('.trivyignore')).toBe(
      TRIVYIGNORE.replace(
        'CVE-2020-0002   exp:2025-12-31\r\n\tCVE-2020-0003 exp:2025-01-01  # expired\r\n',
        '',
      ),
    );
    const again = await folder.run('ignore', 'prune', 'report.json', '-f', 'json');
    expect(JSON.parse(again.stdout)).toMatchObject({ removed: [], left: [{}] });
  });

  it('takes out only what expired where no report tells more', async () => {
    folder.write('.trivyignore', TRIVYIGNORE);
    await folder.run('ignore', 'prune');
    expect(folder.read('.trivyignore')).toBe(
      TRIVYIGNORE.replace('\tCVE-2020-0003 exp:2025-01-01  # expired\r\n', ''),
    );
    await folder.run('ignore', 'prune', '--as-of', '2027-01-01');
    expect(folder.read('.trivyignore')).not.toContain('CVE-2024-0001');
    expect((await folder.run('ignore', 'prune', '--as-of', '2024-01-01')).stdout).toMatch(/^left/u);
  });

  it('needs each report to tell all', async () => {
    await scanned();
    folder.write('.trivyignore', TRIVYIGNORE);
    await folder.run('fs', 'app', '-s', 'CRITICAL', '-o', 'json=brief.json');
    await folder.run('fs', 'app', '--scanners', 'packages', '-o', 'json=packages.json');
    for (const name of ['brief.json', 'packages.json']) {
      const { exitCode, stderr } = await folder.assay('ignore', 'prune', name);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('would look stale')]);
    }
    expect(folder.read('.trivyignore')).toBe(TRIVYIGNORE);
  });
});

describe('assay ignore add', () => {
  it('makes a file, and adds to the one that is there', async () => {
    await folder.run(
      'ignore',
      'add',
      'CVE-2024-0001',
      '--expires',
      '90d',
      '--owner',
      'web',
      '--reason',
      'not reachable',
    );
    expect(folder.read('.assayignore')).toBe(
      'CVE-2024-0001 exp:2025-08-30 owner:web # not reachable\n',
    );
    const again = await folder.run(
      'ignore',
      'add',
      'cve-2024-0001',
      'CVE-2024-0002',
      '--package',
      'lodash@4.17.20',
      '--path',
      'a/**',
      '--purl',
      'pkg:npm/lodash',
    );
    expect(again.stderr).toContain(
      'set --expires so that the exception does not outlive its reason',
    );
    await folder.run('ignore', 'add', 'CVE-2024-0001', '--expires', '2025-07-01');
    expect(folder.read('.assayignore')).toBe(
      'CVE-2024-0001 exp:2025-08-30 owner:web # not reachable\n' +
        'cve-2024-0001 package:lodash@4.17.20 path:a/** pkg:npm/lodash\n' +
        'CVE-2024-0002 package:lodash@4.17.20 path:a/** pkg:npm/lodash\n',
    );
  });

  it('writes what a scan then needs', async () => {
    await scanned();
    folder.write('.trivyignore.yaml', 'vulnerabilities:\r\n  # none\r\n');
    await folder.run(
      'ignore',
      'add',
      'CVE-2024-0001',
      '--expires',
      '30d',
      '--reason',
      'x: y',
      '--path',
      'package-lock.json',
    );
    expect(folder.read('.trivyignore.yaml')).toBe(
      'vulnerabilities:\r\n  - id: CVE-2024-0001\r\n    paths: ["package-lock.json"]\r\n    expired_at: 2025-07-01\r\n    statement: "x: y"\r\n  # none\r\n',
    );
    const { exitCode, stdout } = await folder.assay(
      'fs',
      'app',
      '--fail-on-stale-ignore',
      '--exit-code',
      '1',
      '--show-suppressed',
    );
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('.trivyignore.yaml:2')]);
  });

  it.each<[string, readonly string[], string]>([
    ['no id', [], 'no id given'],
    ['an id of two words', ['CVE-1 CVE-2'], '"CVE-1 CVE-2" is not an id'],
    [
      'an expiry that is past',
      ['CVE-1', '--expires', '2025-01-01'],
      '--expires cannot be "2025-01-01"',
    ],
    ['an expiry that is none', ['CVE-1', '--expires', 'soon'], '--expires cannot be "soon"'],
    ['a package URL that is none', ['CVE-1', '--purl', 'lodash'], '--purl cannot be "lodash"'],
    ['a path that is not a glob', ['CVE-1', '--path', '[a'], 'a "[" is not closed'],
    ['two files', ['CVE-1', '--ignorefile', 'a', '--ignorefile', 'b'], 'One file is added to.'],
    [
      'an owner for trivy',
      ['CVE-1', '--owner', 'x', '--ignorefile', '.trivyignore'],
      'cannot say --owner',
    ],
  ])('refuses %s', async (_, args, message) => {
    const { exitCode, stderr } = await folder.assay('ignore', 'add', ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});
