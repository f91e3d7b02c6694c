/**
 * Real git repositories for tests, and a server that gives them on loopback as a host of many
 * repositories does.
 */

import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { freePort } from './free-port.ts';

const IDENTITY = {
  GIT_AUTHOR_NAME: 'a',
  GIT_AUTHOR_EMAIL: 'a@example.com',
  GIT_COMMITTER_NAME: 'a',
  GIT_COMMITTER_EMAIL: 'a@example.com',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_SYSTEM: '/dev/null',
};

/** A repository that a test fills. */
export interface TestRepository {
  /** The bare repository. */
  readonly folder: string;
  readonly git: (...args: readonly string[]) => string;
  /** Adds a commit on a branch, which begins at `from` if it is new, and returns its id. */
  readonly commit: (branch: string, from?: string) => string;
}

/** A folder of repositories, named `owner/repository`. */
export interface RepositoryHost extends Disposable {
  /** `file:` address of the folder. */
  readonly url: string;
  readonly folder: string;
  repository(name: string): TestRepository;
}

/** Makes an empty host. */
export function repositoryHost(): RepositoryHost {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-host-'));
  return {
    folder,
    url: pathToFileURL(folder).href,
    repository: (name) => makeRepository(path.join(folder, name)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function makeRepository(folder: string): TestRepository {
  mkdirSync(folder, { recursive: true });
  let count = 0;
  const git = (...args: readonly string[]): string => {
    const env = { ...process.env, ...IDENTITY };
    const all = ['-C', folder, '-c', 'protocol.file.allow=always', ...args];
    return execFileSync('git', all, { encoding: 'utf8', env, stdio: 'pipe' }).trim();
  };
  git('init', '-q', '--bare', '--initial-branch=main');
  // As hosts do, so that forks' commits can be fetched by their ids too.
  git('config', 'uploadpack.allowAnySHA1InWant', 'true');
  git('config', 'uploadpack.allowFilter', 'true');
  return {
    folder,
    git,
    commit(branch, from) {
      count += 1;
      const file = path.join(folder, 'assay-file');
      writeFileSync(file, `${branch} ${count}\n`);
      const blob = git('hash-object', '-w', file);
      const tree = execFileSync('git', ['-C', folder, 'mktree'], {
        input: `100644 blob ${blob}\taction.yml\n`,
        encoding: 'utf8',
      }).trim();
      rmSync(file);
      const heads = git('for-each-ref', '--format=%(objectname)', `refs/heads/${branch}`);
      const parent = heads === '' ? from : heads;
      const parents = parent === undefined ? [] : ['-p', parent];
      const id = git('commit-tree', tree, ...parents, '-m', `${branch} ${count}`);
      git('update-ref', `refs/heads/${branch}`, id);
      return id;
    },
  };
}

/** Serves a host by git's own protocol on a free port of loopback. */
export async function serveRepositories(
  host: RepositoryHost,
): Promise<AsyncDisposable & { readonly url: string }> {
  const port = await freePort();
  const args = ['daemon', '--export-all', '--reuseaddr', '--listen=127.0.0.1', `--port=${port}`];
  const server = spawn('git', [...args, `--base-path=${host.folder}`, host.folder], {
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  await listening(port);
  return {
    url: `git://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      // The daemon is a child of `git`, in the same process group.
      if (server.pid !== undefined) process.kill(-server.pid);
      await ended;
    },
  };
}

/** A busy machine takes its time to start a program. */
const START_LIMIT_MS = 120_000;

async function listening(port: number): Promise<void> {
  const end = Date.now() + START_LIMIT_MS;
  while (Date.now() < end) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isOpen) return;
    await sleep(50);
  }
  throw new Error('git daemon did not start');
}
