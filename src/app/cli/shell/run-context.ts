/**
 * Builds the context of a run from the common flags: clock, log, progress, network, and what ends
 * it early.
 */

import { resolve } from 'node:path';

import { defaultCacheDirectory } from '../../../core/base/cache-directory.ts';
import { DEFAULT_LIMITS, type Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { redact } from '../../../core/base/redact.ts';
import { stripControl } from '../../../core/base/strip-control.ts';
import { escapeWorkflowCommands } from '../../../core/base/workflow-commands.ts';
import {
  runForcedExitCleanups,
  isForcedExitDisabled,
  registerSignalHandlers,
} from '../../../core/base/forced-exit.ts';
import { EXIT_CODES } from '../../../core/model/report/exit-codes.ts';
import type { FlagValues } from '../commands/command.ts';
import { printError } from './exit-code.ts';
import { limitsOf } from './options/limits.ts';
import { LIMIT_FLAGS } from './options/target-flags.ts';
import { createLog, type LogLevel } from '../print/log.ts';
import { createNetwork } from '../../../core/net/network.ts';
import { createProgress, type ProgressDisplay } from '../print/progress.ts';
import { limitHeapGrowth } from './heap-growth.ts';
import { readInstant } from '../../config/values.ts';
import type { Io, OutputStream } from '../../../core/base/io.ts';
import { readDuration } from '../../config/values.ts';

/** A context, and the way to end what it holds: signal handlers and a timer. */
export interface RunContext extends Disposable {
  readonly context: Context;
  /** Absent: the run shows no progress. */
  readonly progress: ProgressDisplay | undefined;
}

/**
 * Creates the context of a run from its common flags.
 *
 * @throws AssayError `USAGE` for a malformed `--timeout`, `--as-of` or bound, and as
 * {@link createNetwork} does.
 */
export function createContext(flags: FlagValues, io: Io): RunContext {
  const asOf = flags.text('as-of');
  const now = asOf === undefined ? undefined : readInstant('as-of', asOf);
  const timeout = flags.text('timeout');
  const timeoutMs = timeout === undefined ? 0 : readDuration('timeout', timeout);

  const progress = showsProgress(flags, io) ? createProgress(io.stderr, Date.now) : undefined;
  const print = (line: string): void => {
    progress?.clear();
    io.stderr.write(`${line}\n`);
  };
  const log = createLog(logLevel(flags), print);
  const trace = (line: string): void =>
    print(escapeWorkflowCommands(`HTTP  ${stripControl(redact(line))}`));
  const stop = stopSignal(timeoutMs, timeout ?? '', io.stderr);
  return {
    progress,
    context: {
      signal: io.signal === undefined ? stop.signal : AbortSignal.any([stop.signal, io.signal]),
      log,
      progress: progress?.show ?? ignore,
      now: now === undefined ? Date.now : () => now,
      ...(flags.isOn('offline')
        ? { fetch: undefined }
        : createNetwork({
            cacert: flags.text('cacert'),
            ...(flags.isOn('trace-http') && { trace }),
            cwd: io.cwd,
            env: io.env,
          })),
      limits: flags.hasAny(LIMIT_FLAGS) ? limitsOf(flags) : DEFAULT_LIMITS,
      onMuchHeld: limitHeapGrowth,
    },
    [Symbol.dispose]: () => {
      progress?.clear();
      stop[Symbol.dispose]();
    },
  };
}

/** Takes events that no display shows. */
function ignore(): void {}

/** Returns `--cache-dir`, else the user's cache directory on the platform. */
export function cacheFolder(flags: FlagValues, io: Io): string {
  const given = flags.text('cache-dir');
  return given === undefined ? defaultCacheDirectory(io.env) : resolve(io.cwd, given);
}

/**
 * Returns whether a stream takes colours; standard output by default. Sources: no-color.org,
 * force-color.org, bixense.com/clicolors.
 */
export function usesColor(io: Io, stream: OutputStream = io.stdout): boolean {
  const force = io.env['FORCE_COLOR'];
  if (force !== undefined && force !== '') return force !== '0';
  const forbidden = io.env['NO_COLOR'];
  if (forbidden !== undefined && forbidden !== '') return false;
  const asked = io.env['CLICOLOR_FORCE'] ?? '';
  if (asked !== '' && asked !== '0') return true;
  if (io.env['CLICOLOR'] === '0') return false;
  return stream.isTTY === true && io.env['TERM'] !== 'dumb';
}

function logLevel(flags: FlagValues): LogLevel {
  if (flags.isOn('debug')) return 'debug';
  return flags.isOn('quiet') ? 'none' : 'info';
}

function showsProgress(flags: FlagValues, io: Io): boolean {
  const isSilenced = flags.isOn('quiet') || flags.isOn('no-progress') || flags.isOn('debug');
  return io.stderr.isTTY === true && !isSilenced && io.env['TERM'] !== 'dumb';
}

/**
 * A run that a signal ends has so long to end by itself; with the rest of its work it ends within
 * two seconds.
 */
const GRACE_MS = 1000;

/**
 * Ends the process where the run does not: it may wait for a disk, or for a reader of its output.
 */
function endByForce(error: AssayError, stderr: OutputStream): void {
  if (isForcedExitDisabled()) return;
  runForcedExitCleanups();
  printError(error, stderr, false);
  process.exit(EXIT_CODES.interrupted);
}

/**
 * Aborts on SIGINT, SIGTERM and after the time-out (0: never); the reason is the error to end with.
 */
function stopSignal(
  timeoutMs: number,
  timeout: string,
  stderr: OutputStream,
): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  let force: NodeJS.Timeout | undefined;
  // Once: a second signal has its default action and ends the process at once.
  const interrupt = (name: NodeJS.Signals): void => {
    const error = new AssayError('INTERRUPTED', `ended by ${name}`);
    force = setTimeout(() => endByForce(error, stderr), GRACE_MS);
    controller.abort(error);
  };
  const restore = (): void => {
    // A second signal has its default action.
    if (controller.signal.aborted) return;
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
  };
  const remove = (): void => {
    process.off('SIGINT', interrupt);
    process.off('SIGTERM', interrupt);
  };
  restore();
  const takeBack = registerSignalHandlers({ remove, restore });
  const expire = (): void =>
    controller.abort(
      new AssayError('TIMEOUT', `not done within "${timeout}"`, {
        hint: 'Give it more time with --timeout.',
      }),
    );
  const timer = timeoutMs > 0 ? setTimeout(expire, Math.min(timeoutMs, MAX_TIMER_MS)) : undefined;
  timer?.unref();
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      takeBack();
      remove();
      clearTimeout(timer);
      // The run is over. It may yet be held open, as by a read that never ends.
      force?.unref();
    },
  };
}

/** Longest delay of a timer; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;
