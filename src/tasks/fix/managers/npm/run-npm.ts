/**
 * Runs npm in a copy, so that it writes the lockfile and nothing else, and runs nothing of the
 * project.
 */

import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import type { ProjectCopy } from '../../copy.ts';
import { managerEnvironment, runManager } from '../../run-manager.ts';

/** Flags win over every file and variable of npm's configuration. */
const COMMAND = [
  ...[
    'npm',
    'install',
    '--package-lock-only',
    '--ignore-scripts',
    '--git=git',
    '--no-audit',
    '--no-fund',
  ],
  ...[
    '--no-update-notifier',
    '--no-progress',
    '--no-save-exact',
    '--no-dry-run',
    '--no-global',
    '--logs-max=0',
  ],
  ...['--node-options=', '--shell=/bin/sh', '--script-shell=/bin/sh', '--loglevel=error'],
] as const;

/** The user's own settings and what they refer to. */
const OWN = /^(?:npm_config_|NPM_CONFIG_|NPM_|NODE_AUTH_TOKEN$)/u;

/**
 * Lets npm resolve the manifests and write the lockfile. @throws AssayError as {@link runManager}
 */
export async function runNpm(
  copy: ProjectCopy,
  { directory, env }: { readonly directory: string; readonly env: Environment },
  context: Context,
): Promise<void> {
  await runManager(
    {
      command: [...COMMAND],
      folder: join(copy.folder, directory),
      env: managerEnvironment(env, (name) => OWN.test(name), {}),
    },
    context,
  );
}
