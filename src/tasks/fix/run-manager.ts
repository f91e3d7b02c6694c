/**
 * Runs a package manager in a copy of a project: without a terminal and without a shell, with
 * chosen variables of the environment, a time limit, and a limit on the output that is kept.
 */

import { spawn } from 'node:child_process';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import { onForcedExit } from '../../core/base/forced-exit.ts';
import { throwIfInterrupted } from '../../core/base/interrupt.ts';
import { redact } from '../../core/base/redact.ts';
import { stripControl } from '../../core/base/strip-control.ts';
import { systemCode } from '../../core/base/system-code.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';

/** One run of a package manager. */
export interface ManagerRun {
  /** The program and its arguments. */
  readonly command: readonly [string, ...string[]];
  /** The working directory; absolute. */
  readonly folder: string;
  /** All variables that the program gets. */
  readonly env: Environment;
}

/** The end of a run. */
export interface ManagerEnd {
  /** Standard output, up to {@link MAX_OUTPUT_CHARS}. */
  readonly stdout: string;
  readonly stderr: string;
}

/** A resolution over a slow network takes a minute or two. */
const TIMEOUT_MS = 10 * 60 * 1000;
const MAX_OUTPUT_CHARS = 1024 * 1024;
/** The last lines show why a manager failed. */
const SHOWN_LINES = 20;

/** Variables that every package manager gets. */
const PASSED: ReadonlySet<string> = new Set([
  ...[
    'PATH',
    'HOME',
    'USER',
    'LOGNAME',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SYSTEMROOT',
    'APPDATA',
    'LOCALAPPDATA',
  ],
  ...[
    'USERPROFILE',
    'XDG_CACHE_HOME',
    'XDG_CONFIG_HOME',
    'XDG_DATA_HOME',
    'SSL_CERT_FILE',
    'SSL_CERT_DIR',
  ],
  ...[
    'HTTP_PROXY',
    'HTTPS_PROXY',
    'NO_PROXY',
    'http_proxy',
    'https_proxy',
    'no_proxy',
    'NODE_EXTRA_CA_CERTS',
  ],
]);

/**
 * Returns the environment of a package manager: what every manager gets, the variables of the user
 * that `isOwn` chooses, and the settings of this run.
 */
export function managerEnvironment(
  env: Environment,
  isOwn: (name: string) => boolean,
  settings: Readonly<Record<string, string>>,
): Environment {
  const kept = Object.entries(env).filter(([name]) => PASSED.has(name) || isOwn(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C', CI: 'true', ...settings };
}

/**
 * Runs a package manager to its end.
 *
 * @throws AssayError `USAGE` if it is not installed or fails, with its last lines; `TIMEOUT`,
 * `INTERRUPTED`
 */
export async function runManager(run: ManagerRun, context: Context): Promise<ManagerEnd> {
  throwIfInterrupted(context.signal);
  const [program, ...args] = run.command;
  const end = await startAndWait(program, args, run, context);
  throwIfInterrupted(context.signal);
  if (end.isLate) {
    throw new AssayError(
      'TIMEOUT',
      `${program} did not end within ${TIMEOUT_MS / 60_000} minutes`,
      {
        hint: 'Check the connection to the registry. No file of the project was changed.',
      },
    );
  }
  if (end.code === 0) return end;
  const how =
    end.signal === null ? `ended with exit code ${end.code}` : `was ended by ${end.signal}`;
  const shown = `${[program, ...args].join(' ')} ${how}`;
  throw new AssayError('USAGE', `${shown}:\n${lastLines(`${end.stdout}\n${end.stderr}`)}`, {
    hint: 'No file of the project was changed.',
  });
}

interface RawEnd extends ManagerEnd {
  readonly code: number;
  readonly signal: string | null;
  readonly isLate: boolean;
}

function startAndWait(
  program: string,
  args: readonly string[],
  { folder, env }: ManagerRun,
  context: Context,
): Promise<RawEnd> {
  const child = spawn(program, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8');
    child[name].on('data', (piece: string) => {
      output[name] = (output[name] + piece).slice(-MAX_OUTPUT_CHARS);
    });
  }
  const stop = (): void => {
    if (child.pid === undefined) return;
    try {
      // The manager leads a process group, so the programs that it started end too.
      process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    stop();
  }, TIMEOUT_MS);
  const takeBack = onForcedExit(stop);
  context.signal.addEventListener('abort', stop, { once: true });
  return new Promise<RawEnd>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(program, error)));
    child.on('close', (code, signal) => resolve({ ...output, code: code ?? -1, signal, isLate }));
  }).finally(() => {
    clearTimeout(timer);
    context.signal.removeEventListener('abort', stop);
    takeBack();
  });
}

function lastLines(text: string): string {
  const lines = redact(text).split('\n').map(stripControl);
  return lines
    .filter((line) => line.trim() !== '')
    .slice(-SHOWN_LINES)
    .join('\n');
}

function notStarted(program: string, cause: Error): AssayError {
  const isNotThere = systemCode(cause) === 'ENOENT';
  return new AssayError(
    'USAGE',
    isNotThere ? `${program} is not installed` : `${program} cannot be run: ${cause.message}`,
    {
      hint: `Install ${program}, or plan without trying: assay fix --offline`,
      cause,
    },
  );
}
