/**
 * References to actions, judged by repositories of git and by a ledger. The expected rules follow
 * from what the repository has.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { ask, type Asked } from '../../../../test/support/command-line.ts';
import { repositoryHost, type RepositoryHost } from '../../../../test/support/git-repositories.ts';
import { missingTool, needs } from '../../../../test/support/tools.ts';
import { loadShell, pipelineFindings } from '../../../rules/detect/pipeline/pipeline.ts';
import { quietContext } from '../../../core/base/context.ts';
import { formatLedger } from '../../../trust/ledger/ledger-text.ts';
import { EMPTY_LEDGER, recordSightings } from '../../../trust/ledger/ledger.ts';
import { runScan } from '../../../scan/pipeline/run-scan.ts';
import { knownReferences, type ReferenceAnswer } from './known-references.ts';

const noGit = missingTool('git');

let host: RepositoryHost | undefined;
let cwd: string;
/**
 * Commits of the repository: on the branch with and without a tag, and one that only its store has.
 */
let released = '1'.repeat(40);
let between = '2'.repeat(40);
let impostor: string;

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), 'assay-references-'));
  mkdirSync(join(cwd, 'app/.github/workflows'), { recursive: true });
  if (noGit !== undefined) return;
  host = repositoryHost();
  const { commit, git } = host.repository('example/deploy');
  released = commit('main');
  git('tag', 'v1.0.0', released);
  git('tag', 'v1', released);
  git('tag', 'both', released);
  between = commit('main');
  commit('main');
  git('branch', 'both', 'main');
  impostor = commit('fork', between);
  git('update-ref', '-d', 'refs/heads/fork');
});

afterAll(() => {
  host?.[Symbol.dispose]();
  rmSync(cwd, { recursive: true });
});

const NAMES =
  /pipeline\/(?:impostor-commit|ref-confusion|ref-version-mismatch|stale-action-refs)/gu;

async function audit(uses: string, ...args: readonly string[]): Promise<Asked> {
  const text = `name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ${uses}\n`;
  writeFileSync(join(cwd, 'app/.github/workflows/a.yml'), text);
  const env = { ASSAY_CACHE_DIR: join(cwd, 'cache') };
  const all = ['audit', join(cwd, 'app'), '--scanners', 'misconfig', ...args];
  return ask(all, { cwd, env, scan: runScan });
}

const rulesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(NAMES)].map(([name]) => name.replace('pipeline/', ''))),
];
const rulesOf = ({ stdout }: Asked): readonly string[] => rulesIn(stdout);

/** What is used, and the rules that report it. */
const USES: readonly (readonly [name: string, uses: () => string, rules: readonly string[]])[] = [
  ['a released commit', () => `example/deploy@${released} # v1.0.0`, []],
  ['a part of its version', () => `Example/Deploy/sub@${released} # v1`, []],
  ['another version', () => `example/deploy@${released} # v1.0.1`, ['ref-version-mismatch']],
  ['a commit between', () => `example/deploy@${between}`, ['stale-action-refs']],
  [
    'a commit of a fork',
    () => `example/deploy@${impostor} # v1.0.0`,
    ['impostor-commit', 'ref-version-mismatch', 'stale-action-refs'],
  ],
  [
    'a commit that nobody has',
    () => `example/deploy@${'E'.repeat(40)}`,
    ['impostor-commit', 'stale-action-refs'],
  ],
  ['a tag and branch', () => 'example/deploy@both', ['ref-confusion']],
  ['a tag', () => 'example/deploy@v1', []],
];

describe.skipIf(noGit !== undefined)(`references that git is asked about${needs(noGit)}`, () => {
  let answer: ReferenceAnswer;

  beforeAll(async () => {
    await loadShell();
    const steps = USES.map(([, uses]) => `      - uses: ${uses()}\n`).join('');
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n${steps}`;
    writeFileSync(join(cwd, 'app/.github/workflows/a.yml'), text);
    const question = {
      root: join(cwd, 'app'),
      host: { actionsUrl: host?.url ?? '', env: process.env },
    };
    answer = await knownReferences(question, quietContext());
  });

  it.each(USES)('%s', (_name, uses, rules) => {
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - uses: ${uses()}\n`;
    const settings = { references: answer.references, persona: 'pedantic' } as const;
    const notes: unknown[] = [];
    const path = '/.github/workflows/a.yml';
    const found = pipelineFindings(path, Buffer.from(text), settings, (note) => notes.push(note));
    expect(rulesIn(found.map(({ rule }) => rule).join(' ')).toSorted()).toEqual(rules);
    expect([notes, answer.diagnostics]).toEqual([[], []]);
  });

  it('are a gap where a repository does not answer, and are fixed where a commit has one version', async () => {
    const online = ['--online', '--actions-url', host?.url ?? '', '--fail-on', 'critical'];
    const asked = await audit('example/none@v1', ...online);
    expect([asked.exitCode, asked.stdout]).toEqual([
      6,
      expect.stringMatching(/example\/none gives no answer/u),
    ]);
    const { stdout } = await audit(`example/deploy@${released} # v1.0.1 x`, ...online, '--diff');
    expect(stdout).toMatch(/^\+ {6}- uses: example\/deploy@[0-9a-f]{40} # v1\.0\.0 x$/mu);
    const pinned = await audit('example/deploy@v1', ...online, '--diff');
    expect(pinned.stdout).toContain(`+      - uses: example/deploy@${released} # v1.0.0\n`);
  });

  it('need a network', async () => {
    const { exitCode, stderr } = await audit('example/deploy@v1', '--online', '--offline');
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/--offline forbids/u)]);
  });
});

describe('references that a ledger knows', () => {
  function record(ref: string, digest: string): void {
    const sighting = { kind: 'action', ref: `example/deploy@${ref}`, digest, from: 'x' } as const;
    const ledger = recordSightings(EMPTY_LEDGER, [sighting], '2026-01-01T00:00:00Z');
    writeFileSync(join(cwd, 'assay.lock'), formatLedger(ledger));
  }

  it('are compared with the versions that may not move', async () => {
    record('v1.0.0', released);
    expect(rulesOf(await audit(`example/deploy@${between} # v1.0.0`))).toEqual([
      'ref-version-mismatch',
    ]);
    expect(rulesOf(await audit(`example/deploy@${released} # v1.0.0`))).toEqual([]);
    record('v1', released);
    expect(rulesOf(await audit(`example/deploy@${between} # v1`))).toEqual([]);
  });

  it('are pinned by --fix as the ledger has recorded them, and named where it has not', async () => {
    record('v1', released);
    const workflow = join(cwd, 'app/.github/workflows/a.yml');
    const moving = await audit('example/deploy@v1', '--diff', '--fix=all');
    expect(moving.stdout).toContain(`+      - uses: example/deploy@${released} # v1\n`);
    record('v1.0.0', released);
    const fixed = await audit('example/deploy@v1.0.0', '--fix');
    expect(readFileSync(workflow, 'utf8')).toContain(
      `- uses: example/deploy@${released} # v1.0.0\n`,
    );
    expect(fixed.stderr).toMatch(/fixed: .*a\.yml:8 pipeline\/unpinned-uses: Pin the commit/u);
    expect(fixed.stderr).not.toMatch(/assay pin/u);
    const left = await audit('example/deploy@v2', '--fix');
    expect(readFileSync(workflow, 'utf8')).toContain('- uses: example/deploy@v2\n');
    expect(left.stderr).toMatch(/1 finding needs a commit .* run assay pin .*app --apply/u);
  });

  it('are listed as not asked where the ledger has no answer', async () => {
    record('v1.0.0', released);
    const known = await audit(`example/deploy@${released} # v1.0.0`);
    expect(known.stdout + known.stderr).not.toMatch(/not asked/u);
    rmSync(join(cwd, 'assay.lock'));
    const { stdout, exitCode } = await audit(
      `example/deploy@${released} # v1.0.0`,
      ...['--fail-on', 'critical'],
    );
    expect(stdout).toMatch(
      /not asked.*impostor-commit \(1 file\), ref-version-mismatch \(1 file\)/su,
    );
    expect(exitCode).toBe(0);
  });
});
