import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

import {
  repositoryHost,
  serveRepositories,
  type RepositoryHost,
  type TestRepository,
} from '../support/git-repositories.ts';
import { missingTool, needs } from '../support/tools.ts';
import { quietContext } from '../../src/core/base/context.ts';
import { makeGitResolver } from '../../src/tasks/pin/resolve-action.ts';
import type {
  ReferenceQuestion,
  ResolutionResult,
  ResolverOptions,
} from '../../src/tasks/pin/resolvers.ts';

const noGit = missingTool('git');

const CONTEXT = quietContext({ fetch: globalThis.fetch });
const ENV = { PATH: process.env['PATH'], HOME: '/nonexistent', GIT_CONFIG_SYSTEM: '/dev/null' };

let host: RepositoryHost;
let repository: TestRepository;
/** Ids of commits by what they are for. */
const id: Record<string, string> = {};

beforeAll(() => {
  host = repositoryHost();
  repository = host.repository('acme/build');
  const { git, commit } = repository;
  id['first'] = commit('main');
  git('tag', 'v1.0.0', id['first']);
  git('tag', 'v1.0', id['first']);
  git('tag', 'v1', id['first']);
  git('tag', 'old', id['first']);
  id['second'] = commit('main');
  git('tag', '-a', '-m', 'x', 'v1.1.0', id['second']);
  id['object'] = git('rev-parse', 'refs/tags/v1.1.0');
  // A tag of a tag.
  git('tag', '-a', '-m', 'x', 'v1.1', 'refs/tags/v1.1.0');
  id['untagged'] = commit('main');
  id['third'] = commit('release', id['second']);
  git('tag', 'v2.0.0-rc.1', id['third']);
  id['alone'] = commit('gone', id['first']);
  git('tag', 'v1.2.0', id['alone']);
  git('update-ref', '-d', 'refs/heads/gone');
  commit('twice', id['first']);
  git('tag', 'twice', id['first']);
  git('tag', id['untagged'], id['first']);
  git('tag', 'of-tree', git('rev-parse', `${id['first']}^{tree}`));
  // The store of a host has the commits of forks, and gives them by their ids.
  const fork = host.repository('mallory/build');
  fork.git('fetch', '-q', repository.folder, '+refs/heads/*:refs/heads/*');
  id['impostor'] = fork.commit('main');
  git('fetch', '-q', fork.folder, '+refs/heads/main:refs/pull/1/head');
});
afterAll(() => host[Symbol.dispose]());

const options = (changes: Partial<ResolverOptions> = {}): ResolverOptions => ({
  registry: {},
  isBranchOnly: false,
  actionsUrl: host.url,
  env: ENV,
  cwd: '/',
  ...changes,
});

function ask(
  ref: string,
  question: Partial<ReferenceQuestion> = {},
  changes: Partial<ResolverOptions> = {},
): Promise<ResolutionResult> {
  const value = `acme/build@${ref}`;
  const resolver = makeGitResolver(options(changes), CONTEXT);
  return resolver.resolve({ kind: 'action', mode: 'pin', value, ...question }, CONTEXT);
}

describe.skipIf(noGit !== undefined)(`a tag or branch${needs(noGit)}`, () => {
  it.each([
    ['lightweight', 'v1.0.0', 'first', 'v1.0.0'],
    ['that moves', 'v1', 'first', 'v1.0.0'],
    ['annotated', 'v1.1.0', 'second', 'v1.1.0'],
    ['of a tag', 'v1.1', 'second', 'v1.1.0'],
    ['that is no version', 'old', 'first', 'v1.0.0'],
    ['of a prerelease', 'v2.0.0-rc.1', 'third', 'v2.0.0-rc.1'],
    ['written in full', 'refs/tags/v1', 'first', 'v1.0.0'],
    ['that is a branch', 'release', 'third', 'v2.0.0-rc.1'],
    ['that is a branch without a tag', 'main', 'untagged', 'main'],
    ['that is a branch in full', 'refs/heads/twice', undefined, 'twice'],
  ])('%s is peeled to its commit', async (_, ref, commit, version) => {
    const answer = await ask(ref);
    expect(answer).toMatchObject({
      ok: true,
      version,
      notes: [],
      source: `${host.url}/acme/build`,
    });
    if (!answer.ok) return;
    const expected = commit === undefined ? answer.digest : String(id[commit]);
    expect(answer.pinned).toBe(`acme/build@${expected}`);
    expect(answer.ledgerKey).toBe(
      `action acme/build@${ref.replace(/^refs\/(?:tags|heads)\//u, '')}`,
    );
  });

  it('keeps the path of an action, and names the repository in the ledger', async () => {
    const value = 'Acme/Build/.github/workflows/x.yml@v1';
    const changes = { value };
    mkdirSync(join(host.folder, 'Acme'));
    const upper = host.repository('Acme/Build');
    upper.git('fetch', '-q', repository.folder, '+refs/*:refs/*');
    expect(await ask('', changes)).toMatchObject({
      pinned: `Acme/Build/.github/workflows/x.yml@${String(id['first'])}`,
      ledgerKey: 'action acme/build@v1',
    });
  });

  it('of any repository is resolved by its address', async () => {
    const url = `${host.url}/acme/build`;
    const value = `${url}@v1.1.0`;
    expect(await ask('', { kind: 'git-repository', value })).toMatchObject({
      ok: true,
      pinned: `${url}@${String(id['second'])}`,
      version: 'v1.1.0',
      ledgerKey: `git ${url}@v1.1.0`,
    });
  });
});

describe.skipIf(noGit !== undefined)(`a commit that is written${needs(noGit)}`, () => {
  it.each([
    ['of a tag', 'first', 'v1.0.0', []],
    ['of a moving tag', 'first', 'v1', []],
    ['of an annotated tag', 'second', 'v1.1.0', []],
    ['of a branch', 'third', 'release', []],
    ['without a comment', 'second', undefined, []],
    ['with the version of another commit', 'first', 'v1.1.0', ['lying-comment']],
    ['with a version that does not exist', 'first', 'v9.9.9', ['lying-comment']],
    ['with a moving version of another one', 'third', 'v1', ['lying-comment']],
  ])('%s is checked with its comment', async (_, commit, version, notes) => {
    const answer = await ask(String(id[commit]), version === undefined ? {} : { version });
    expect(answer.ok ? answer.notes.map((note) => note.id) : answer.id).toEqual(notes);
    expect(answer).toMatchObject({ pinned: `acme/build@${String(id[commit])}` });
  });

  it('that only a tag reaches is named, and refused with --branch-only', async () => {
    const message = `only a tag reaches "v1.2.0" of acme/build (${String(id['alone']).slice(0, 12)}), no branch`;
    expect(await ask('v1.2.0')).toMatchObject({
      ok: true,
      digest: id['alone'],
      notes: [{ id: 'tag-only', message }],
    });
    expect(await ask(String(id['alone']))).toMatchObject({ notes: [{ id: 'tag-only' }] });
    for (const ref of ['v1.2.0', String(id['alone'])]) {
      expect(await ask(ref, {}, { isBranchOnly: true })).toMatchObject({
        ok: false,
        status: 'refused',
        id: 'tag-only',
      });
    }
    expect(await ask('v1.1.0', {}, { isBranchOnly: true })).toMatchObject({ ok: true, notes: [] });
  });

  it('of a fork is refused although the server gives it by its id', async () => {
    const commit = String(id['impostor']);
    const probe = host.repository('probe/probe');
    probe.git('fetch', '-q', `${host.url}/acme/build`, commit);
    expect(probe.git('cat-file', '-t', commit)).toBe('commit');
    expect(await ask(commit, { version: 'v1.1.0' })).toMatchObject({
      ok: false,
      status: 'refused',
      id: 'impostor-commit',
      message: `neither a branch nor a tag of acme/build reaches ${commit.slice(0, 12)}; it may come from a fork`,
    });
  });
});

describe.skipIf(noGit !== undefined)(`refused or named${needs(noGit)}`, () => {
  it.each([
    ['the id of a tag object', 'object', 'refused', 'tag-object'],
    ['a commit that is nowhere', '1'.repeat(40), 'refused', 'impostor-commit'],
    ['a name that is a branch and a tag', 'twice', 'refused', 'ambiguous-ref'],
    ['a tag named like a commit', 'untagged', 'refused', 'ambiguous-ref'],
    ['a tag of a tree', 'of-tree', 'refused', 'not-a-commit'],
    ['a name that is nothing', 'v9', 'unresolved', 'not-found'],
    ['a short commit', 'abcdef1', 'unresolved', 'not-found'],
    ['a pull request', 'refs/pull/1/head', 'unresolved', 'not-found'],
  ])('is %s', async (_, ref, status, problem) => {
    const answer = await ask(id[ref] ?? ref);
    expect(answer).toMatchObject({ ok: false, status, id: problem });
    if (!answer.ok) expect(answer.advice).not.toBe('');
  });

  it('names the commit that an ambiguous name and a tag object stand for', async () => {
    expect(await ask(String(id['object']))).toMatchObject({
      message: expect.stringContaining('is the id of the tag "v1.1.0" itself') as string,
      advice: `Write the commit of the tag: acme/build@${String(id['second'])}`,
    });
    expect(await ask('twice')).toMatchObject({
      advice: `Write the commit that is meant: acme/build@${String(id['first'])}`,
    });
  });

  it.each([
    ['a repository that is not there', { value: 'acme/none@v1' }, 'not-found'],
    ['no name', { value: 'build@v1' }, 'not-a-reference'],
    ['a path', { value: '../../etc@v1' }, 'not-a-reference'],
    ['a name without a version', { value: 'acme/build' }, 'not-a-reference'],
    ['a program', { kind: 'git-repository', value: 'ext::sh -c true@v1' }, 'not-a-reference'],
    ['an option', { kind: 'git-repository', value: '--upload-pack=x@v1' }, 'not-a-reference'],
    ['a local path', { kind: 'git-repository', value: '/etc@v1' }, 'not-a-reference'],
  ] as const)('is %s', async (_, question, problem) => {
    expect(await ask('', question)).toMatchObject({ ok: false, id: problem });
  });

  it('is a host that is down, and everything without a network', async () => {
    const down = await ask('v1', {}, { actionsUrl: 'git://127.0.0.1:1' });
    expect(down).toMatchObject({ ok: false, status: 'unresolved', id: 'network' });
    const resolver = makeGitResolver(options({ actionsUrl: 'https://git.example' }), CONTEXT);
    const question = { kind: 'action', mode: 'pin', value: 'acme/build@v1' } as const;
    expect(await resolver.resolve(question, quietContext())).toMatchObject({ id: 'offline' });
  });
});

describe.skipIf(noGit !== undefined)(`an update${needs(noGit)}`, () => {
  it.each([
    [
      'of a commit to the newest release of its major version',
      'first',
      undefined,
      'v1.2.0',
      'alone',
    ],
    ['whose comment lies about the major version', 'first', 'v2.0.0', 'v1.2.0', 'alone'],
    ['of a branch', 'second', 'main', 'main', 'untagged'],
    ['of a prerelease without a release', 'third', undefined, 'v2.0.0-rc.1', 'third'],
  ])('%s', async (...[, commit, version, newest, expected]) => {
    const question = { mode: 'update', ...(version !== undefined && { version }) } as const;
    expect(await ask(String(id[commit]), question)).toMatchObject({
      ok: true,
      pinned: `acme/build@${String(id[expected])}`,
      version: newest,
    });
  });

  it('of a commit without a version is not guessed', async () => {
    expect(await ask('2'.repeat(40), { mode: 'update' })).toMatchObject({
      ok: false,
      status: 'unresolved',
      id: 'no-version',
    });
  });
});

describe.skipIf(noGit !== undefined)(`a server${needs(noGit)}`, () => {
  it('is asked over the network, and its hooks and filters have no effect', async () => {
    await using daemon = await serveRepositories(host);
    const trap = join(host.folder, 'trapped');
    const hook = join(repository.folder, 'hooks', 'reference-transaction');
    mkdirSync(join(repository.folder, 'hooks'), { recursive: true });
    writeFileSync(hook, `#!/bin/sh\ntouch ${trap}\n`, { mode: 0o755 });
    repository.git('config', 'uploadpack.allowFilter', 'false');
    const url = { actionsUrl: daemon.url };
    expect(await ask('v1.2.0', {}, url)).toMatchObject({ ok: true, notes: [{ id: 'tag-only' }] });
    expect(await ask(String(id['impostor']), {}, url)).toMatchObject({ id: 'impostor-commit' });
    expect(existsSync(trap)).toBe(false);
    repository.git('config', 'uploadpack.allowFilter', 'true');
  });

  it('leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-empty-'));
    vi.stubEnv('TMPDIR', folder);
    expect(await ask(String(id['impostor']))).toMatchObject({ id: 'impostor-commit' });
    expect(await ask('v1.2.0')).toMatchObject({ ok: true });
    vi.unstubAllEnvs();
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
