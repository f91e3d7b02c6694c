/** External programs that tests start, and the reason when one is missing. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Returns the first command that is not installed, `undefined` if all are. */
export function missingTool(...commands: readonly string[]): string | undefined {
  return commands.find((command) => toolPath(command) === undefined);
}

/** Returns the file of a command, as a shell finds it; `undefined` if it is not installed. */
export function toolPath(command: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.map((folder) => path.join(folder, command)).find((file) => existsSync(file));
}

/**
 * Returns the end of the title of a test that is skipped for `reason`, and an empty text if nothing
 * is missing. The closing lines of a run are made from these ends: see `skipped-tests.ts`.
 */
export function needs(reason: string | undefined): string {
  return reason === undefined ? '' : ` (needs ${reason})`;
}

/** Returns `root` unless the process may do everything, as what mounts or owns files has to. */
export function missingRoot(): string | undefined {
  return process.getuid?.() === 0 ? undefined : 'root';
}

/**
 * Runs a command and returns its standard output; what it prints on standard error comes with the
 * error.
 */
export function run(command: string, args: readonly string[], cwd?: string): string {
  return execFileSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
  });
}
