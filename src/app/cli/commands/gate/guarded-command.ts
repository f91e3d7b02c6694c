/** Runs the command that a gate guards, as if it had been started in its place. */

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

import { AssayError, errorMessage } from '../../../../core/base/errors.ts';
import { withoutForcedExit } from '../../../../core/base/forced-exit.ts';
import { redact } from '../../../../core/base/redact.ts';
import type { Io } from '../../../../core/base/io.ts';

/** Exit codes of shells: a command that does not exist, and one that cannot be run. */
const NOT_FOUND = 127;
const NOT_RUNNABLE = 126;
/** A signal's number is added to this, as shells do. */
const BY_SIGNAL = 128;

const PASSED_ON: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2'];

/**
 * Runs a program with the streams of this process and no shell in between, and passes signals on to
 * it.
 *
 * @returns its exit code; 128 and the number of the signal that ended it; 127 where it is not
 * found, 126 where it cannot be run, both said on standard error. @throws AssayError `USAGE` for an
 * empty command
 */
export function runGuarded(words: readonly string[], io: Io): Promise<number> {
  const [program = '', ...args] = words;
  if (program === '') {
    throw new AssayError('USAGE', 'no command behind --', {
      hint: 'Name one: assay gate report.json -- docker push app:1.2',
    });
  }
  // The command decides how a signal ends it.
  return withoutForcedExit(() => runChild(program, args, io));
}

function runChild(program: string, args: readonly string[], io: Io): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: 'inherit', cwd: io.cwd, env: { ...io.env } });
    const pass = (signal: NodeJS.Signals): void => {
      // The terminal sends its own to all of its processes.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of PASSED_ON) process.on(signal, pass);
    const end = (exitCode: number): void => {
      for (const signal of PASSED_ON) process.off(signal, pass);
      resolve(exitCode);
    };
    child.on('error', (error) => {
      const isAbsent = 'code' in error && error.code === 'ENOENT';
      io.stderr.write(`ERROR cannot run "${program}": ${redact(errorMessage(error))}\n`);
      end(isAbsent ? NOT_FOUND : NOT_RUNNABLE);
    });
    child.on('exit', (code, signal) => {
      end(signal === null ? (code ?? 0) : BY_SIGNAL + constants.signals[signal]);
    });
  });
}
