/**
 * Runs git without executing anything of a repository and without prompting.
 *
 * Source: git(1), "Environment variables"; git-config(1). No hooks, no file-system monitor, no
 * submodules, no filters (none is needed, as nothing is checked out), no fetching of missing
 * objects, no prompts: the program has no terminal. The user's own configuration counts, since it
 * holds proxies and credential helpers.
 */

import { spawn, type ChildProcess, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { systemCode } from '../../core/base/system-code.ts';
import { childEnvironment, type Environment } from '../../core/model/artifact/environment.ts';

/** The directory and the permissions of git. */
export interface GitPlace {
  /** Arguments that name the repository. */
  readonly at: readonly string[];
  /** Protocols that may be spoken, as in `https:ssh`; empty for none. */
  readonly protocols: string;
  readonly env: Environment;
  /**
   * Set for a repository that is receiving a push, inside one of its hooks. The pushed objects are
   * in quarantine then, and git finds them only through the variables that its hooks get. Absent
   * for a repository that is scanned: the variables would lead git to objects of another
   * repository.
   *
   * Source: git-receive-pack(1), "Quarantine environment".
   */
  readonly isReceiving?: true;
}

/** The end of a git process. */
export interface GitExit {
  readonly code: number;
  /** The end of what it wrote on standard error. */
  readonly stderr: string;
}

/** A running git process. */
export interface RunningGit {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly end: Promise<GitExit>;
  /** Ends it, where it still runs. */
  stop(): void;
}

const CONFIGURATION = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'credential.interactive=false',
  'fetch.recurseSubmodules=no',
  'fetch.writeCommitGraph=false',
  'gc.auto=0',
  'maintenance.auto=false',
  'transfer.bundleURI=false',
  'advice.detachedHead=false',
];

/** They would lead git to another repository than the one that is meant. */
const DROPPED = new Set([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_COMMON_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_NAMESPACE',
  'GIT_TEMPLATE_DIR',
  'GIT_GRAFT_FILE',
  'GIT_SHALLOW_FILE',
  'GIT_REPLACE_REF_BASE',
  'GIT_EXTERNAL_DIFF',
  'GIT_PROTOCOL_FROM_USER',
  // Inside a quarantine git refuses to update refs, also those of a temporary repository.
  'GIT_QUARANTINE_PATH',
]);

/**
 * Variables with the place of a push's objects until it is accepted; passed on only if
 * {@link GitPlace.isReceiving} is set.
 */
const QUARANTINE = new Set([
  'GIT_OBJECT_DIRECTORY',
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_QUARANTINE_PATH',
]);

const MAX_STDERR_CHARS = 16 * 1024;

/**
 * Starts git so that no program or hook of the repository runs and no prompt appears.
 *
 * @throws AssayError `NOT_FOUND` from `end` where git is not installed.
 */
export function startGit(args: readonly string[], place: GitPlace, context: Context): RunningGit {
  throwIfInterrupted(context.signal);
  const config = CONFIGURATION.flatMap((entry) => ['-c', entry]);
  // In a session of its own it has no terminal to ask on.
  const child = spawn('git', ['--no-pager', ...place.at, ...config, ...args], {
    env: gitEnvironment(place),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  // What git no longer reads is not an error: its end says why.
  child.stdin.on('error', () => undefined);
  const end = endOf(child, context);
  // A reader of the output gets the error first.
  end.catch(() => undefined);
  return { stdin: child.stdin, stdout: child.stdout, end, stop: () => endGroup(child) };
}

/** Runs it to its end. `text` is what it wrote, up to a mebibyte. */
export async function runGit(
  args: readonly string[],
  place: GitPlace,
  context: Context,
): Promise<GitExit & { readonly text: string }> {
  const git = startGit(args, place, context);
  git.stdin.end();
  let text = '';
  git.stdout.setEncoding('utf8');
  git.stdout.on('data', (piece: string) => {
    if (text.length < 1024 * 1024) text += piece;
  });
  return { ...(await git.end), text };
}

function gitEnvironment({ env, protocols, isReceiving }: GitPlace): NodeJS.ProcessEnv {
  const kept = Object.entries(childEnvironment(env)).filter(
    ([name]) => !DROPPED.has(name) || (isReceiving === true && QUARANTINE.has(name)),
  );
  return {
    ...Object.fromEntries(kept),
    GIT_TERMINAL_PROMPT: '0',
    SSH_ASKPASS_REQUIRE: 'never',
    GIT_ALLOW_PROTOCOL: protocols,
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_LFS_SKIP_SMUDGE: '1',
    LC_ALL: 'C',
  };
}

function endOf(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  context: Context,
): Promise<GitExit> {
  let stderr = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (piece: string) => {
    stderr = (stderr + piece).slice(-MAX_STDERR_CHARS);
  });
  const { signal } = context;
  const stop = (): void => endGroup(child);
  const takeBack = onForcedExit(stop);
  return new Promise<GitExit>((resolve, reject) => {
    const interrupt = (): void => {
      stop();
      try {
        throwIfInterrupted(signal);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    };
    signal.addEventListener('abort', interrupt, { once: true });
    child.on('error', (error) => reject(notStarted(error)));
    child.on('close', (code) => {
      signal.removeEventListener('abort', interrupt);
      resolve({ code: code ?? -1, stderr });
    });
  }).finally(takeBack);
}

/** Ends git and the programs that it has started, as those that speak HTTPS or SSH. */
function endGroup(child: Pick<ChildProcess, 'pid' | 'exitCode' | 'signalCode' | 'kill'>): void {
  const { pid, exitCode, signalCode } = child;
  if (pid === undefined || exitCode !== null || signalCode !== null) return;
  try {
    // It leads a process group of its own, as it was started detached.
    process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  } catch {
    child.kill('SIGKILL');
  }
}

function notStarted(cause: Error): AssayError {
  const isMissing = systemCode(cause) === 'ENOENT';
  const reason = isMissing ? 'is not installed' : `cannot be run: ${cause.message}`;
  return new AssayError('NOT_FOUND', `the program git ${reason}`, {
    hint: 'Install it, or scan a folder that is checked out: assay fs DIR',
    cause,
  });
}
