import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { base62, crc32 } from '../../../../test/support/secret-corpus/checksums.ts';
import { randomOf } from '../../../../test/support/secret-corpus/random-text.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import { quietContext } from '../../../core/base/context.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { searchStaged } from '../staged.ts';
import { searchHistory } from './search-history.ts';

const noGit = missingTool('git');

const random = randomOf(77);

function token(): string {
  const body = random.fill('{an:30}');
  return `ghp_${body}${base62(crc32(Buffer.from(body)), 6)}`;
}

const COMMITS = 5000;
const TOKENS = {
  deleted: token(),
  rebased: token(),
  merged: token(),
  inTag: token(),
  kept: token(),
};

let folder = '';
const ids = new Map<number, string>();
let drafts: readonly RuleDraft[] = [];

const git = (...args: readonly string[]): string =>
  execFileSync(
    'git',
    ['-C', folder, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', ...args],
    {
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    },
  );
const place = () => ({ at: ['-C', folder], protocols: '', env: { PATH: process.env['PATH'] } });

/** A stream of git-fast-import: one line of commits, and branches beside it. */
function stream(): string {
  const lines: string[] = [];
  let mark = 0;
  const commit = (ref: string, from: readonly number[], changes: readonly string[]): number => {
    mark += 1;
    lines.push(
      `commit ${ref}`,
      `mark :${mark}`,
      `committer Ann <ann@example.org> ${1_700_000_000 + mark} +0000`,
    );
    lines.push('data 1', 'm');
    for (const [index, one] of from.entries())
      lines.push(`${index === 0 ? 'from' : 'merge'} :${one}`);
    lines.push(...changes);
    return mark;
  };
  const file = (path: string, text: string): string =>
    `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}`;
  let tip = commit('refs/heads/main', [], [file('readme', 'x\n')]);
  for (let number = 2; number <= COMMITS; number += 1) {
    const changes = [file(`src/f${number % 50}.txt`, `line ${number}\n`)];
    if (number === 1000) changes.push(file('deploy.env', `TOKEN=${TOKENS.deleted}\n`));
    // The file changes and the secret stays.
    if (number === 1500) changes.push(file('deploy.env', `A=1\nTOKEN=${TOKENS.deleted}\n`));
    if (number === 2000) changes.push('D deploy.env');
    if (number === 3000) changes.push(file('kept.env', `TOKEN=${TOKENS.kept}\n`));
    tip = commit('refs/heads/main', [tip], changes);
  }
  const base = 4000;
  const before = commit(
    'refs/heads/before',
    [base],
    [file('rebased.env', `TOKEN=${TOKENS.rebased}\n`)],
  );
  commit('refs/heads/after', [base + 10], [file('rebased.env', `TOKEN=${TOKENS.rebased}\n`)]);
  const side = commit('refs/heads/side', [base], [file('side.txt', 'a\n')]);
  commit('refs/heads/merging', [base + 20, side], [file('merge.env', `TOKEN=${TOKENS.merged}\n`)]);
  const tagged = commit('refs/heads/gone', [before], [file('tag.env', `TOKEN=${TOKENS.inTag}\n`)]);
  lines.push(
    'tag v1',
    `from :${tagged}`,
    'tagger Ann <ann@example.org> 1700009000 +0000',
    'data 1',
    'm',
  );
  lines.push(
    'reset refs/heads/gone',
    'from 0000000000000000000000000000000000000000',
    '',
    'done',
    '',
  );
  return lines.join('\n');
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assay-history-'));
  git('init', '-q', '-b', 'main');
  const marks = join(folder, '.git', 'marks');
  execFileSync(
    'git',
    ['-C', folder, 'fast-import', '--quiet', '--done', `--export-marks=${marks}`],
    {
      input: stream(),
    },
  );
  const { readFileSync } = await import('node:fs');
  for (const line of readFileSync(marks, 'utf8').trim().split('\n')) {
    const [mark = '', id = ''] = line.split(' ');
    ids.set(Number(mark.slice(1)), id);
  }
  git('reset', '-q', '--hard', 'main');
  drafts = (await searchHistory(place(), undefined, quietContext())).drafts;
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The first and the last commit of the only finding at a path. */
function commitsAt(path: string): readonly string[] {
  const found = drafts.filter(({ location }) => location.path === path);
  expect(found).toHaveLength(1);
  return [...(found[0]?.message ?? '').matchAll(/commit: (?<id>[0-9a-f]{12})/gu)].map(
    ({ groups }) => groups?.['id'] ?? '',
  );
}

const short = (mark: number): string => (ids.get(mark) ?? '').slice(0, 12);

describe.skipIf(noGit !== undefined)(`the history of 5,000 commits${needs(noGit)}`, () => {
  it('has each secret once', () => {
    expect(drafts.map(({ location }) => location.path).sort()).toEqual([
      ...['/deploy.env', '/kept.env', '/merge.env', '/rebased.env', '/tag.env'],
    ]);
    expect(JSON.stringify(drafts)).not.toMatch(
      new RegExp(
        Object.values(TOKENS)
          .map((one) => one.slice(8))
          .join('|'),
        'u',
      ),
    );
  });

  it.each([
    ['a deleted file', '/deploy.env', 1000, 1999],
    ['a file that is still there', '/kept.env', 3000, COMMITS],
    ['a merge that no parent is like', '/merge.env', COMMITS + 4, COMMITS + 4],
    ['a tag alone', '/tag.env', COMMITS + 5, COMMITS + 5],
  ])('names the commits of %s', (_name, path, first, last) => {
    expect(commitsAt(path)).toEqual([short(first), short(last)]);
  });

  it('names both ends of what was rebased', () => {
    const [first, last] = commitsAt('/rebased.env');
    const both = [COMMITS + 1, COMMITS + 2, COMMITS + 5].map(short);
    expect(both).toContain(first);
    expect(both).toContain(last);
    expect(drafts.find(({ location }) => location.path === '/rebased.env')?.message).toContain(
      '2023-11-14, Ann',
    );
  });
});

describe.skipIf(noGit !== undefined)(`what is staged${needs(noGit)}`, () => {
  it('is searched, and nothing else', async () => {
    const staged = token();
    writeFileSync(join(folder, 'loose.env'), `TOKEN=${token()}\n`);
    writeFileSync(join(folder, 'new file.env'), `TOKEN=${staged}\n`);
    git('add', 'new file.env');
    writeFileSync(join(folder, 'new file.env'), 'TOKEN=\n');
    const { drafts: found, diagnostics } = await searchStaged(place(), undefined, quietContext());
    expect(diagnostics).toEqual([]);
    expect(
      found.map(({ location, rule }) => `${rule} ${location.path}:${location.line ?? ''}`),
    ).toEqual(['secret/github-personal-token /new file.env:1']);
  });

  it('is searched however many files there are, and what is missing is a gap', async () => {
    writeFileSync(join(folder, 'one.env'), `TOKEN=${token()}\n`);
    const blob = git('hash-object', '-w', 'one.env').trim();
    const folders = 'n'.repeat(200).concat('/').repeat(4);
    const names = Array.from({ length: 1400 }, (_, index) => `${folders}${index}.env`);
    const index = names.map((name) => `100644 ${blob}\t${name}\n`).join('');
    const missing = `100644 ${'1'.repeat(40)}\tmissing.env\n`;
    execFileSync('git', ['-C', folder, 'update-index', '--index-info'], { input: index + missing });
    const { drafts, diagnostics } = await searchStaged(place(), undefined, quietContext());
    const found = new Set(drafts.map(({ location }) => location.path));
    expect(names.filter((name) => !found.has(`/${name}`))).toEqual([]);
    expect(diagnostics).toMatchObject([
      {
        gap: 'unread',
        message: expect.stringContaining('does not have 1 file of what is staged') as string,
      },
    ]);
  });
});
