/** Command lines in the process of the test, for tests that do not test the process. */

import { runCommandLine } from '../../src/app/cli/shell/run.ts';

/** How a command line ended, and what it wrote. */
export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The directory of the command lines that run now, and how many there are. */
const running = { cwd: '', count: 0, before: '' };

/**
 * Runs a command line with the variables that `runBuilt` in `build.ts` passes. `cwd` is the working
 * directory of this process while it runs.
 *
 * @throws Error if a command line runs in another directory at the same time
 */
export async function runHere(
  args: readonly string[],
  { cwd, env }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Outcome> {
  let [stdout, stderr] = ['', ''];
  const { PATH = '', HOME = '' } = process.env;
  // Node.js prints warnings itself. They can contain what no output may.
  const warn = ({ name, message }: Error): void => void (stderr += `${name}: ${message}\n`);
  enter(cwd);
  process.on('warning', warn);
  try {
    const exitCode = await runCommandLine(args, {
      stdout: stream((text) => (stdout += text)),
      stderr: stream((text) => (stderr += text)),
      env: { PATH, HOME, XDG_CACHE_HOME: cwd, ...env },
      cwd,
    });
    return { exitCode, stdout, stderr };
  } finally {
    process.off('warning', warn);
    leave();
  }
}

/** Returns a stream that passes on what is written to it. */
export function stream(take: (text: string) => void): {
  write(text: string, done?: (error?: Error | null) => void): boolean;
} {
  return {
    write: (text, done) => {
      take(text);
      done?.();
      return true;
    },
  };
}

function enter(cwd: string): void {
  if (running.count > 0 && running.cwd !== cwd) {
    throw new Error(`a command line runs in "${running.cwd}", and another cannot in "${cwd}"`);
  }
  if (running.count === 0) {
    running.before = process.cwd();
    running.cwd = cwd;
    process.chdir(cwd);
  }
  running.count += 1;
}

function leave(): void {
  running.count -= 1;
  if (running.count === 0) process.chdir(running.before);
}
