/** Runs a command of a cure in a shell, while servers of the test go on answering. */

import { spawn } from 'node:child_process';

export interface ShellOutcome {
  readonly exitCode: number | null;
  /** Both streams, for the message of a failure. */
  readonly output: string;
}

/** Runs one line in a POSIX shell in `cwd`, or in a system root by `chroot`. */
export function inShell(
  line: string,
  where: { readonly cwd: string; readonly root?: string; readonly env?: NodeJS.ProcessEnv },
): Promise<ShellOutcome> {
  const command = where.root === undefined ? 'sh' : 'chroot';
  const shell = where.root === undefined ? [] : [where.root, '/bin/sh'];
  const child = spawn(command, [...shell, '-c', line], {
    cwd: where.cwd,
    env: { PATH: process.env['PATH'], ...where.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}
