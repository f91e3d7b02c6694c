/**
 * `assay pin` against git repositories on loopback: tags of both kinds, impostors, names with two
 * meanings, comments that lie.
 */

import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { CommandFolder, type Outcome } from '../support/command-folder.ts';
import {
  repositoryHost,
  serveRepositories,
  type RepositoryHost,
  type TestRepository,
} from '../support/git-repositories.ts';
import { missingTool, needs } from '../support/tools.ts';

const noGit = missingTool('git');

const WORKFLOW = 'src/.github/workflows/ci.yml';

describe.skipIf(noGit !== undefined)(`assay pin and repositories of actions${needs(noGit)}`, () => {
  let folder: CommandFolder;
  let host: RepositoryHost;
  let server: Awaited<ReturnType<typeof serveRepositories>>;
  let tool: TestRepository;
  let name = '';
  let count = 0;

  beforeAll(async () => {
    folder = new CommandFolder();
    host = repositoryHost();
    server = await serveRepositories(host);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    host[Symbol.dispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(() => {
    count += 1;
    name = `acme/tool${count}`;
    tool = host.repository(name);
    rmSync(folder.path('src'), { recursive: true, force: true });
    rmSync(folder.path('assay.lock'), { force: true });
  });

  const pin = (...args: readonly string[]): Promise<Outcome> =>
    folder.assay('pin', 'src', '--offline=false', '--actions-url', server.url, ...args);

  function workflow(...uses: readonly string[]): string {
    const steps = uses.map((text) => `      - uses: ${text}\n`).join('');
    return `on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n${steps}`;
  }
  const write = (...uses: readonly string[]): string => folder.write(WORKFLOW, workflow(...uses));
  const read = (): string => folder.read(WORKFLOW);

  it('writes the commit of tags, lightweight and annotated, with the most specific version', async () => {
    const one = tool.commit('main');
    tool.git('tag', 'v1.0.0', one);
    const two = tool.commit('main');
    tool.git('tag', '-a', '-m', 'two', 'v2.0.1', two);
    tool.git('tag', '-a', '-m', 'two', 'v2', two);
    write(`${name}@v1.0.0`, `"${name}/sub/path@v2"   # needed`, './local', `${name}@main`);
    const { exitCode, stderr } = await pin('--apply');
    expect([exitCode, stderr]).toEqual([0, '']);
    const pinned = workflow(
      `${name}@${one} # v1.0.0`,
      `"${name}/sub/path@${two}"   # v2.0.1 needed`,
      './local',
      `${name}@${two} # v2.0.1`,
    );
    expect(read()).toBe(pinned);
    const again = await pin('--apply');
    expect([again.exitCode, read()]).toEqual([0, pinned]);
  });

  it.each(['lightweight', 'annotated'])(
    'catches a %s tag that moves between two runs',
    async (kind) => {
      const one = tool.commit('main');
      const move = (commit: string): string =>
        kind === 'annotated'
          ? tool.git('tag', '-f', '-a', '-m', 'x', 'v1.0.0', commit)
          : tool.git('tag', '-f', 'v1.0.0', commit);
      move(one);
      write(`${name}@v1.0.0`);
      await pin('--apply', '--ledger');
      const two = tool.commit('main');
      move(two);
      const { stdout, exitCode } = await pin('--ledger');
      // The comment names the version that has moved away.
      expect(stdout).toContain(`the comment beside ${name}@${one} names v1.0.0`);
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`which is commit ${two.slice(0, 12)}`);
      expect(read()).toBe(workflow(`${name}@${one} # v1.0.0`));
    },
  );

  it('refuses a commit of a fork, which neither a branch nor a tag reaches', async () => {
    tool.git('tag', 'v1.0.0', tool.commit('main'));
    const impostor = tool.commit('fork');
    tool.git('update-ref', '-d', 'refs/heads/fork');
    write(`${name}@${impostor} # v1.0.0`);
    const { exitCode, stdout } = await pin('--apply');
    expect(exitCode).toBe(7);
    expect(stdout).toContain(`reaches ${impostor.slice(0, 12)}; it may come from a fork`);
  });

  it('names a commit that only a tag reaches, and refuses it with --branch-only', async () => {
    tool.commit('main');
    const release = tool.commit('release');
    tool.git('tag', 'v1.0.0', release);
    tool.git('update-ref', '-d', 'refs/heads/release');
    write(`${name}@v1.0.0`);
    const refused = await pin('--apply', '--branch-only');
    expect(refused.exitCode).toBe(7);
    expect(read()).toBe(workflow(`${name}@v1.0.0`));
    const named = await pin('--apply');
    expect(named.exitCode).toBe(0);
    expect(named.stdout).toContain(`only a tag reaches "v1.0.0" of ${name}`);
    expect(read()).toBe(workflow(`${name}@${release} # v1.0.0`));
  });

  it('refuses the id of a tag object', async () => {
    tool.git('tag', '-a', '-m', 'x', 'v1.0.0', tool.commit('main'));
    const object = tool.git('rev-parse', 'refs/tags/v1.0.0');
    write(`${name}@${object}`);
    const { exitCode, stdout } = await pin('--apply');
    expect(exitCode).toBe(7);
    expect(stdout).toContain('is the id of the tag "v1.0.0" itself, not of a commit');
  });

  it('refuses a name that is a branch and a tag', async () => {
    tool.git('update-ref', 'refs/tags/v1', tool.commit('main'));
    tool.commit('v1');
    write(`${name}@v1`);
    const { exitCode, stdout } = await pin('--apply');
    expect(exitCode).toBe(7);
    expect(stdout).toMatch(/"v1" of \S+ is a branch \(\w+\) and a tag/u);
    expect(read()).toBe(workflow(`${name}@v1`));
  });

  it('names a comment that lies, and leaves the commit', async () => {
    const one = tool.commit('main');
    tool.git('tag', 'v1.0.0', one);
    tool.git('tag', 'v2.0.0', tool.commit('main'));
    write(`${name}@${one} # v2.0.0`);
    const { exitCode, stdout } = await pin('--apply');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('names v2.0.0, which is commit');
    expect(stdout).toContain('FAIL  a comment names another version than its commit has');
    expect(read()).toBe(workflow(`${name}@${one} # v2.0.0`));
    const sarif = await pin('-f', 'sarif');
    expect(sarif.stdout).toContain('"ruleId": "pin/lying-comment"');
  });

  it('takes the newest version of the same major version, and the newest old enough', async () => {
    const commits = new Map<string, string>();
    const release = (version: string): void => {
      const commit = tool.commit('main');
      commits.set(version, commit);
      tool.git('tag', version, commit);
    };
    for (const version of ['v1.0.0', 'v1.1.0', 'v2.0.0']) release(version);
    const at = (version: string): string =>
      workflow(`${name}@${commits.get(version) ?? ''} # ${version}`);
    const day = (date: string, ...more: readonly string[]): Promise<Outcome> =>
      pin('--update', '--apply', '--as-of', date, '--fail-on', 'malicious', ...more);
    await folder.load({ id: 'GHSA-aaaa-aaaa-aaaa', name: 'lodash', fixed: '4.17.21' });
    folder.write(WORKFLOW, at('v1.0.0'));
    const first = await day('2026-03-01', '--min-age', '7d');
    expect([first.exitCode, read()]).toEqual([0, at('v1.0.0')]);
    release('v1.2.0');
    const later = await day('2026-03-09', '--min-age', '7d');
    expect([later.exitCode, later.stderr, read()]).toEqual([
      0,
      expect.not.stringContaining('ERROR'),
      at('v1.1.0'),
    ]);
    const now = await day('2026-03-09');
    expect([now.exitCode, read()]).toEqual([0, at('v1.2.0')]);
  });
});
