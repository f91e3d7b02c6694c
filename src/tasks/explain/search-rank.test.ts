/** The order of what `assay cve search` finds. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zip } from '../../../test/support/zip.ts';
import { quietContext } from '../../core/base/context.ts';
import { importIntoBase } from '../../advisories/base/index.ts';
import { runCommandLine } from '../../app/cli/shell/run.ts';

const NOW = '2026-01-01';
let cwd = '';

/**
 * Each record: id, ecosystem, package, title, description. Newer ids are worse matches, so that age
 * decides nothing.
 */
const RECORDS: readonly (readonly [string, string, string, string, string])[] = [
  ['CVE-2020-0001', 'Maven', 'bell:bell', 'Overflow', ''],
  ['CVE-2020-0002', 'npm', '@tower/bell', 'Overflow', ''],
  ['CVE-2020-0003', 'Go', 'example.test/tower/bell', 'Overflow', ''],
  ['CVE-2020-0004', 'npm', 'bell', 'Overflow', ''],
  ['CVE-2021-0001', 'Maven', 'org.tower:bell-core', 'Overflow in Bell', ''],
  ['CVE-2022-0001', 'Maven', 'org.tower.bell:rope', 'Overflow', ''],
  ['CVE-2023-0001', 'PyPI', 'tower', 'Overflow of the (bell)', ''],
  ['CVE-2024-0001', 'npm', 'bells', 'Overflow', ''],
  ['CVE-2024-0002', 'npm', 'tower', 'Overflow of the bellows', ''],
  ['CVE-2025-0001', 'npm', 'rope', 'Overflow', 'Never ring the bell.'],
  ['CVE-2018-0001', 'npm', 'drum', 'Noise', ''],
  ['CVE-2024-0101', 'npm', 'drummer', 'Noise of a drum', 'A drum is beaten.'],
  ['CVE-2018-0002', 'npm', 'x', 'Leak of the whistle', ''],
  ['CVE-2024-0102', 'npm', 'y', 'Noise', 'The whistle has a leak.'],
  ['CVE-2018-0003', 'npm', 'fife-core', 'Noise', ''],
  ['CVE-2024-0103', 'npm', 'fifes', 'Noise', ''],
  ['CVE-2018-0005', 'npm', 'q', 'A flaw of the gong', ''],
  ['CVE-2024-0105', 'npm', 'gongs', 'Noise', ''],
  ['CVE-2018-0004', 'PyPI', 'Big_Horn', 'Noise', ''],
  ['CVE-2024-0104', 'PyPI', 'big-horns', 'Noise of a big-horn', ''],
];

beforeAll(async () => {
  cwd = mkdtempSync(path.join(tmpdir(), 'assay-search-'));
  for (const ecosystem of new Set(RECORDS.map(([, one]) => one))) {
    const members = RECORDS.filter(([, one]) => one === ecosystem).map(
      ([id, , name, summary, details]) => ({
        name: `${id}.json`,
        body: JSON.stringify({
          id,
          modified: '2025-03-04T05:06:07Z',
          summary,
          details,
          affected: [
            {
              package: { ecosystem, name },
              ranges: [
                {
                  type: ecosystem === 'PyPI' || ecosystem === 'Maven' ? 'ECOSYSTEM' : 'SEMVER',
                  events: [{ introduced: '0' }],
                },
              ],
            },
          ],
        }),
      }),
    );
    const folder = path.join(cwd, 'mirror/osv', ecosystem);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'all.zip'), zip(members));
  }
  await importIntoBase(
    { folder: path.join(cwd, 'cache/advisories'), paths: [path.join(cwd, 'mirror')] },
    quietContext({ now: () => Date.parse(NOW) }),
  );
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

async function found(text: string): Promise<readonly string[]> {
  let stdout = '';
  const write = (piece: string, done?: () => void): boolean => {
    stdout += piece;
    done?.();
    return true;
  };
  const io = { stdout: { write }, stderr: { write: () => true }, env: {}, cwd };
  await runCommandLine(
    ['cve', 'search', ...text.split(' '), '-f', 'json', '--cache-dir', 'cache', '--offline'],
    io,
  );
  return (JSON.parse(stdout) as { hits: { id: string }[] }).hits.map(({ id }) => id);
}

describe('the order of search results', () => {
  it('begins with the exact name of a package and ends with descriptions', async () => {
    const ids = await found('bell');
    const exact = ['CVE-2020-0001', 'CVE-2020-0002', 'CVE-2020-0003', 'CVE-2020-0004'];
    expect(ids.slice(0, 4).toSorted()).toEqual(exact);
    expect(ids.slice(4)).toEqual([
      'CVE-2021-0001', // a word of the name, and of the title
      'CVE-2022-0001', // a word of the name
      'CVE-2023-0001', // a word of the title
      'CVE-2024-0002', // a part of a word of the title
      'CVE-2024-0001', // a part of a word of the name
      'CVE-2025-0001', // the description
    ]);
  });

  it.each([
    ['an id', 'cve-2025-0001', 'CVE-2025-0001'],
    ['a name with its group', 'org.tower:bell-core', 'CVE-2021-0001'],
    ['a name without its group', 'bell-core', 'CVE-2021-0001'],
    ['a name with its scope', '@tower/bell', 'CVE-2020-0002'],
    ['a path', 'example.test/tower/bell', 'CVE-2020-0003'],
    ['two words of a title', 'overflow bellows', 'CVE-2024-0002'],
    ['the exact name, before a newer title and part of a name', 'drum', 'CVE-2018-0001'],
    ['all words in the title, before a newer description', 'whistle leak', 'CVE-2018-0002'],
    ['a word of a name, before a part of a newer name', 'fife', 'CVE-2018-0003'],
    ['a word of a title, before a part of a newer name', 'gong', 'CVE-2018-0005'],
    ['the exact name in its normal form', 'big-horn', 'CVE-2018-0004'],
  ])('puts first what has %s', async (_case, text, id) => {
    expect((await found(text))[0]).toBe(id);
  });
});
