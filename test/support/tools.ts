/** Real tools that tests work with, and the reason when one is missing. */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Names the first command that is not there, `undefined` when all are. */
export function missingTool(...commands: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return commands.find(
    (command) => !folders.some((folder) => existsSync(path.join(folder, command))),
  );
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
