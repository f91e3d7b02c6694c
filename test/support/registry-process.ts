/** `assay registry` as a process of its own. */

import { spawn, type ChildProcess } from 'node:child_process';

/** A running registry. */
export interface RegistryProcess {
  readonly child: ChildProcess;
  /** With a slash at its end. */
  readonly url: string;
}

/**
 * Starts the command on a free port of loopback, without advisory data of its own. `home` is its
 * working directory and its home.
 *
 * @throws Error with what it printed, if it ends
 */
export async function startRegistryProcess(
  script: string,
  { home, data, uplink }: { readonly home: string; readonly data: string; readonly uplink: string },
): Promise<RegistryProcess> {
  const args = ['registry', '--listen', '127.0.0.1:0', '--data', data, '--uplink', uplink];
  const child = spawn(
    process.execPath,
    [script, ...args, '--skip-db-update', '--allow-incomplete'],
    {
      cwd: home,
      env: { PATH: process.env['PATH'], HOME: home, npm_config_registry: uplink },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      const found = /^registry: (?<url>\S+)\n/mu.exec(text)?.groups?.['url'];
      if (found !== undefined) resolve(found);
    });
    child.once('close', () => reject(new Error(text)));
  });
  return { child, url };
}
