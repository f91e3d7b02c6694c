/** Commands about advisory data, on a real store. */

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder } from '../../../../../test/support/command-folder.ts';

let folder: CommandFolder;
beforeEach(() => {
  folder = new CommandFolder();
});
afterEach(() => folder[Symbol.dispose]());

function record(id: string): string {
  const affected = [{ package: { ecosystem: 'npm', name: 'left' }, versions: ['1.0.0'] }];
  return JSON.stringify({ id, modified: '2024-01-01T00:00:00Z', affected });
}

describe('db import', () => {
  it('resolves its paths, and answers as JSON', async () => {
    folder.write('a.json', record('GHSA-aaaa-aaaa-aaaa'));
    folder.write('b/b.json', record('GHSA-bbbb-bbbb-bbbb'));
    const { stdout } = await folder.run('db', 'import', 'a.json', folder.path('b'), '-f', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ sets: [{ feed: 'osv', recordCount: 2 }] });
  });

  it('needs a file', async () => {
    expect((await folder.assay('db', 'import')).exitCode).toBe(2);
  });
});

describe('db status', () => {
  it('ends with 4 where nothing is loaded', async () => {
    const { exitCode, stderr } = await folder.assay('db', 'status');
    expect([exitCode, stderr]).toEqual([4, expect.stringContaining('assay db update')]);
  });

  it('shows what is loaded, its size and its directory', async () => {
    await folder.load({ id: 'GHSA-aaaa-aaaa-aaaa', name: 'left', fixed: '2.0.0' });
    const { exitCode, stdout } = await folder.assay('db', 'status');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/\nosv {3}npm [^]*\n[\d.]+ k?B in \S+\.cache\/advisories\n$/u);
  });
});

describe('db update', () => {
  it('takes a missing network for missing data', async () => {
    expect((await folder.assay('db', 'update', '--offline')).exitCode).toBe(4);
  });

  it.each(['https://[x', '', 'ftp://mirror.example/a', 'https://a%zz@mirror.example/'])(
    'refuses the mirror "%s"',
    async (mirror) => {
      const { exitCode, stderr } = await folder.assay('db', 'update', `--mirror=${mirror}`);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('--mirror')]);
    },
  );
});
