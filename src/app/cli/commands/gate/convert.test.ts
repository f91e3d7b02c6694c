import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';
import type { Report } from '../../../../core/model/report/report.ts';

let folder: CommandFolder;

beforeAll(async () => {
  folder = new CommandFolder();
  await folder.load(
    { id: 'GHSA-aaaa-aaaa-aaaa', aliases: ['CVE-2024-0001'], name: 'lodash', fixed: '4.17.21' },
    { id: 'GHSA-bbbb-bbbb-bbbb', name: 'minimist', fixed: '1.2.6', severity: 'LOW' },
  );
  folder.project('a', { lodash: '4.17.20', minimist: '1.2.5', same: '1.0.0' });
  folder.write('empty/README', 'nothing to scan\n');
  folder.write('ignore', 'GHSA-bbbb-bbbb-bbbb\n');
  const outputs = ['json=a.json', 'table=a.txt', 'cyclonedx=a.cdx.json', 'spdx-json=a.spdx.json'];
  const asked = ['--fail-on', 'high', '--ignorefile', 'ignore', '-o', 'verdict=a.verdict.json'];
  const { exitCode } = await folder.assay(
    'fs',
    'a',
    ...outputs.flatMap((o) => ['-o', o]),
    ...asked,
  );
  expect(exitCode).toBe(1);
  await folder.run('fs', 'a', '--severity', 'CRITICAL', '-o', 'json=brief.json');
  await folder.run('fs', 'empty', '--allow-empty', '-o', 'json=empty.json');
});

afterAll(() => folder[Symbol.dispose]());

describe('assay convert', () => {
  it.each([
    ['table', 'a.txt'],
    ['json', 'a.json'],
    ['verdict', 'a.verdict.json'],
    ['cyclonedx', 'a.cdx.json'],
    ['spdx-json', 'a.spdx.json'],
  ])('writes %s as the scan itself did', async (format, name) => {
    const { stdout } = await folder.run('convert', '-f', format, 'a.json');
    expect(stdout).toBe(folder.read(name));
  });

  it('writes several files', async () => {
    await folder.run('convert', '-o', 'table=b.txt', '-o', 'cyclonedx=b.cdx.json', 'a.json');
    expect(folder.read('b.txt')).toBe(folder.read('a.txt'));
    expect(folder.read('b.cdx.json')).toBe(folder.read('a.cdx.json'));
  });

  it.each<[string, readonly string[], number]>([
    ['the verdict of the scan does not fail it', ['a.json'], 0],
    ['a gate', ['a.json', '--exit-code', '3'], 3],
    ['a gate on what is shown', ['a.json', '--exit-code', '3', '-s', 'CRITICAL'], 0],
    ['no gate', ['a.json', '--exit-code', '0'], 0],
    ['a gate on what was left out', ['brief.json', '--exit-code', '1'], 6],
    ['the same, let pass', ['brief.json', '--exit-code', '1', '--allow-incomplete'], 0],
    ['nothing in it', ['empty.json'], 0],
    ['a gate on nothing', ['empty.json', '--exit-code', '1'], 8],
    ['the same, let pass', ['empty.json', '--exit-code', '1', '--allow-empty'], 0],
    ['no report', [], 2],
    ['two reports', ['a.json', 'brief.json'], 2],
    ['an unknown severity', ['a.json', '-s', 'HUGE'], 2],
    ['an unknown format', ['a.json', '-f', 'odt'], 2],
    ['a report that is not there', ['none.json'], 3],
    ['a bill of materials', ['a.cdx.json'], 3],
    ['a folder', ['a'], 3],
  ])('%s', async (_, args, exitCode) => {
    expect((await folder.assay('convert', ...args)).exitCode).toBe(exitCode);
  });

  it('reads a report with a byte order mark, and names another encoding', async () => {
    folder.write('mark.json', `\ufeff${folder.read('a.json')}`);
    expect(await folder.assay('convert', 'mark.json')).toMatchObject({ exitCode: 0 });
    folder.write('wide.json', Buffer.from(`\ufeff${folder.read('a.json')}`, 'utf16le'));
    const { exitCode, stderr } = await folder.assay('convert', 'wide.json');
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('in UTF-16')]);
    expect(stderr).toContain('save it as UTF-8');
  });

  it('refuses a report that does not hold together', async () => {
    folder.write('cut.json', folder.read('a.json').replace(/"packageId": ?"/, '$&x'));
    const { exitCode, stderr } = await folder.assay('convert', 'cut.json');
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining('does not hold together')]);
  });

  async function converted(...flags: readonly string[]): Promise<Report['results'][0]> {
    const { stdout } = await folder.run('convert', '-f', 'json', 'a.json', ...flags);
    const { results } = JSON.parse(stdout) as Report;
    return results[0] ?? expect.fail('no artifact');
  }

  it('shows what is asked for, and what decided', async () => {
    expect((await converted()).findings).toHaveLength(2);
    const { findings, notShown } = await converted('--severity', 'CRITICAL');
    expect(findings.map(({ severity }) => severity)).toEqual(['high']);
    expect(notShown).toMatchObject({ low: 1, high: 0 });
  });

  it('decides anew where a filter asks for it', async () => {
    expect((await converted()).suppressed).toMatchObject([{ by: 'ignore' }]);
    expect((await converted('--ignore-status', 'affected')).suppressed).toEqual([]);
    folder.write('other', 'CVE-2024-0001\n');
    const { suppressed } = await converted('--ignorefile', 'other');
    expect(suppressed).toMatchObject([{ by: 'ignore', from: 'other:1' }]);
  });
});
