/** Branches of git that change a ledger are merged without a conflict. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { changeLedger, loadLedger, loadSoundLedger } from '../../src/trust/ledger/ledger-file.ts';
import { recordSightings, type Sighting } from '../../src/trust/ledger/ledger.ts';
import { missingTool, needs } from '../support/tools.ts';

const noGit = missingTool('git');

const CONTEXT = quietContext();
let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-ledger-'));
  path = join(folder, 'assay.lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function git(...args: readonly string[]): string {
  const author = [
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    '-c',
    'init.defaultBranch=main',
  ];
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', ['-C', folder, ...author, ...args], {
    encoding: 'utf8',
    env,
    stdio: 'pipe',
  });
}

const image = (name: string, digit = 'a'): Sighting => ({
  kind: 'image',
  ref: `docker.io/library/${name}`,
  digest: `sha256:${digit.repeat(64)}`,
  from: 'docker.io',
});

async function record(rows: readonly Sighting[], day = 28): Promise<void> {
  await changeLedger(
    path,
    (ledger) => recordSightings(ledger, rows, `2026-11-${day}T07:00:00Z`),
    CONTEXT,
  );
}

const refsOf = async (): Promise<string[]> =>
  [...(await loadSoundLedger(path)).entries.values()].map(({ ref }) => ref).sort();

describe.skipIf(noGit !== undefined)(`branches that pin different things${needs(noGit)}`, () => {
  async function branch(name: string, rows: readonly Sighting[], day?: number): Promise<void> {
    git('checkout', '-q', '-b', name, 'main');
    await record(rows, day);
    git('add', '-A');
    git('commit', '-qm', name);
  }

  const CASES = [
    ['next to each other', ['b:1'], ['b:2']],
    ['at the ends', ['a:1'], ['z:1']],
    ['around those that were there', ['a:1', 'z:1'], ['m:0', 'm:2']],
    [
      'many at one place',
      Array.from({ length: 50 }, (_, n) => `p:${n}`),
      Array.from({ length: 50 }, (_, n) => `p:x${n}`),
    ],
    ['the same and others', ['b:1', 'c:1'], ['b:1', 'd:1']],
  ] as const;

  describe.each([
    ['one', 'two'],
    ['two', 'one'],
  ])('merge without a conflict, %s into %s', (from, into) => {
    it.each(CASES)('%s', async (_, first, second) => {
      git('init', '-q');
      await record([image('m:1')]);
      git('add', '-A');
      git('commit', '-qm', 'main');
      await branch(
        'one',
        first.map((name) => image(name)),
      );
      await branch(
        'two',
        second.map((name) => image(name)),
        29,
      );
      git('checkout', '-q', into);
      git('merge', '-q', '--no-edit', from);
      expect(git('status', '--porcelain')).toBe('');
      expect((await loadLedger(path)).problems).toEqual([]);
      const all = [...new Set(['m:1', ...first, ...second])].map(
        (name) => `docker.io/library/${name}`,
      );
      expect(await refsOf()).toEqual(all.sort());
      // The next change puts the lines in order.
      await record([image('last:1')]);
      const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
      expect(lines.slice(1)).toEqual([...new Set(lines.slice(1))].sort());
    });

    it('where both begin the ledger', async () => {
      git('init', '-q');
      git('commit', '-q', '--allow-empty', '-m', 'main');
      await branch('one', [image('a:1'), image('b:1')]);
      await branch('two', [image('a:2'), image('b:1')], 29);
      git('checkout', '-q', into);
      git('merge', '-q', '--no-edit', from);
      expect((await loadLedger(path)).problems).toEqual([]);
      expect(await refsOf()).toEqual(
        ['a:1', 'a:2', 'b:1'].map((name) => `docker.io/library/${name}`),
      );
    });

    it('where both see another digest of one reference, which a rebase keeps too', async () => {
      git('init', '-q');
      await record([image('m:1')]);
      git('add', '-A');
      git('commit', '-qm', 'main');
      await branch('one', [image('m:1', 'b')], 29);
      await branch('two', [image('m:1', 'c')], 30);
      git('checkout', '-q', into);
      git('rebase', '-q', from);
      const { ledger, problems } = await loadLedger(path);
      expect(problems).toEqual([]);
      const [entry] = ledger.entries.values();
      expect(entry?.seen.map(({ digest, firstAt }) => `${digest.slice(7, 8)} ${firstAt}`)).toEqual([
        'a 2026-11-28T07:00:00Z',
        'b 2026-11-29T07:00:00Z',
        'c 2026-11-30T07:00:00Z',
      ]);
    });
  });

  it('conflict without the attribute, and the marks are named with the way out', async () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'main');
    writeFileSync(join(folder, '.gitattributes'), 'assay.lock -merge=x merge\n');
    git('add', '-A');
    git('commit', '-qm', 'attributes');
    await branch('one', [image('a:1')]);
    await branch('two', [image('a:2')]);
    expect(() => git('merge', '-q', '--no-edit', 'one')).toThrow();
    const { problems, ledger } = await loadLedger(path);
    expect(problems.map(({ message }) => message)).toContainEqual(
      expect.stringContaining('is the mark of a conflict in git'),
    );
    expect(ledger.entries.size).toBe(2);
    await expect(record([image('a:3')])).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

it.skipIf(noGit !== undefined)(
  `writes attributes that are as git reads them, whatever the name of the ledger${needs(noGit)}`,
  async () => {
    git('init', '-q');
    path = join(folder, 'my [x] ledger');
    await record([image('a:1')]);
    expect(git('check-attr', 'merge', '--', 'my [x] ledger')).toContain('merge: union');
    expect(git('check-attr', 'merge', '--', 'my x ledger')).toContain('unspecified');
  },
);
