/**
 * The registry that npm uses without any configuration. npm knows it itself, and it is asked for
 * it.
 */

import { execFile } from 'node:child_process';

import { childEnvironment, type Environment } from '../../core/model/artifact/environment.ts';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** Files with settings are read again, and have no registry: otherwise npm would not be asked. */
const QUESTION = ['config', 'get', 'registry'];

/**
 * Returns the default registry of the npm that the user's `PATH` leads to; `undefined` if there is
 * none, or if it does not answer. `folder` is one without a project.
 */
export function askNpmDefault(env: Environment, folder: string): Promise<string | undefined> {
  if (env['PATH'] === undefined) return Promise.resolve(undefined);
  const settings = {
    env: childEnvironment(env),
    cwd: folder,
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_ANSWER_BYTES,
    encoding: 'utf8',
  } as const;
  return new Promise((resolve) => {
    execFile('npm', QUESTION, settings, (error, stdout) => {
      const text = stdout.trim();
      resolve(error === null && /^https?:\/\/\S+$/u.test(text) ? text : undefined);
    });
  });
}
