/**
 * Renders a template in a process of its own, which is ended when it takes too long or too much
 * memory. A thread would not do: V8 ends the whole process when one large value does not fit.
 */

import { spawn, type ChildProcessByStdio } from 'node:child_process';
import path from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import type { Context } from '../../../core/base/context.ts';
import { AssayError, errnoOf, errorMessage } from '../../../core/base/errors.ts';
import { onForcedExit } from '../../../core/base/forced-exit.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import type {
  TemplateFailure,
  TemplateJob,
  TemplateOutcome,
} from '../../../scan/report/template/job.ts';

/** A report of 250,000 findings has some 450 MB as text, and as much as objects. */
const HEAP_MIB = 1536;
/** UTF-8 takes at most three bytes for a unit of a string. */
const BYTES_PER_CHAR = 3;
const MAX_STDERR_CHARS = 64 * 1024;
/** The bundle has it beside the folder of its parts. */
const SCRIPT = path.join(import.meta.dirname, '../template-child.js');

/** The environment of the process that renders a template. */
export interface TemplateEnvironment {
  readonly context: Context;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The start parameters of the process. */
export interface TemplateProcess extends TemplateEnvironment {
  /** Arguments of Node that name the script. Default: that of the bundle. */
  readonly script?: readonly string[];
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

type LastLine =
  | { readonly isRendered: true; readonly notes: readonly string[] }
  | { readonly isRendered: false; readonly failure: TemplateFailure };

/** The end of the process. */
interface End {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isLate: boolean;
}

/**
 * Renders a report, which is given as its published JSON in pieces.
 *
 * @throws AssayError `USAGE` where the process cannot be started, `INTERRUPTED`; what reading the
 * pieces throws
 */
export async function renderInChildProcess(
  job: TemplateJob,
  data: AsyncIterable<string>,
  { context, env, script = [SCRIPT] }: TemplateProcess,
): Promise<TemplateOutcome> {
  throwIfInterrupted(context.signal);
  const child = spawn(process.execPath, [`--max-old-space-size=${HEAP_MIB}`, ...script], {
    // Settings of Node could lift the bound.
    env: { ...env, NODE_OPTIONS: '' },
    // V8 may leave a core file of a process that it ends. Most users may not write to the root
    // directory.
    cwd: path.parse(SCRIPT).root,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const stop = (): void => void child.kill('SIGKILL');
  const takeBack = onForcedExit(stop);
  context.signal.addEventListener('abort', stop, { once: true });
  try {
    const end = await endOf(child, {
      sending: sent(child, job, data),
      maxBytes: job.limits.outputChars * BYTES_PER_CHAR,
      wallMs: job.limits.wallMs,
    });
    throwIfInterrupted(context.signal);
    return outcomeOf(end, job);
  } finally {
    stop();
    takeBack();
    context.signal.removeEventListener('abort', stop);
  }
}

/** Hands job and data over. A process that has ended already needs no more of them. */
async function sent(child: Child, job: TemplateJob, data: AsyncIterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(inputOf(job, data)), child.stdin);
  } catch (error) {
    if (!['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE'].includes(errnoOf(error) ?? '')) {
      throw error;
    }
  }
}

async function* inputOf(job: TemplateJob, data: AsyncIterable<string>): AsyncGenerator<string> {
  yield `${JSON.stringify(job)}\n`;
  yield* data;
}

/** Promises that the caller waits for. */
interface Waiting {
  /** Ends when the process has all data. */
  readonly sending: Promise<void>;
  readonly maxBytes: number;
  readonly wallMs: number;
}

/** Waits for the end, but no longer than rendering may take once all data is there. */
async function endOf(child: Child, { sending, maxBytes, wallMs }: Waiting): Promise<End> {
  const stdout: Buffer[] = [];
  let [stdoutBytes, stderr, isLate] = [0, '', false];
  child.stdout.on('data', (piece: Buffer) => {
    stdoutBytes += piece.length;
    if (stdoutBytes <= maxBytes) stdout.push(piece);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-MAX_STDERR_CHARS);
  });
  const code = new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) => reject(notStarted(error)));
    child.on('close', resolve);
  });
  const [first] = await Promise.all([
    code,
    sending.then(() => {
      const timer = setTimeout(() => {
        isLate = true;
        child.kill('SIGKILL');
      }, wallMs);
      void code.finally(() => clearTimeout(timer)).catch(() => undefined);
    }),
  ]);
  return { code: first, stdout: Buffer.concat(stdout).toString('utf8'), stderr, isLate };
}

function notStarted(error: Error): AssayError {
  return new AssayError(
    'USAGE',
    `cannot start the process that renders templates: ${errorMessage(error)}`,
    {
      hint: 'Templates need to start Node a second time. All other formats do without.',
      cause: error,
    },
  );
}

function outcomeOf(
  { code, stdout, stderr, isLate }: End,
  { limits }: TemplateJob,
): TemplateOutcome {
  if (isLate) return failed(`it runs longer than ${limits.wallMs / 1000} seconds`);
  const last = lastLine(stderr);
  if (last?.isRendered === false) return last;
  if (last !== undefined && code === 0) return { ...last, text: stdout };
  // V8 and the kernel end it by a signal.
  return failed(
    code === null ? 'it needs too much memory' : `its process ended with exit code ${code}`,
  );
}

/**
 * Returns the outcome as the process has written it, after what Node may have to say; `undefined`
 * where it was ended before.
 */
function lastLine(stderr: string): LastLine | undefined {
  const line = stderr.trimEnd().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as LastLine;
  } catch {
    return undefined;
  }
}

function failed(message: string): TemplateOutcome {
  return { isRendered: false, failure: { message } };
}
