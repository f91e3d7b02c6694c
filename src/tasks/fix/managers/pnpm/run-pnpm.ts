/**
 * Runs pnpm in a copy, so that it writes the lockfile and nothing else, and runs nothing of the
 * project.
 *
 * Source: pnpm documentation, "pnpm install" and "Settings".
 */

import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import type { ProjectCopy } from '../../copy.ts';
import { managerEnvironment, runManager } from '../../run-manager.ts';
import { WITHOUT_COREPACK } from '../javascript/corepack.ts';

/** Flags win over every file and variable of pnpm's configuration. */
const COMMAND = [
  ...['pnpm', 'install', '--lockfile-only', '--ignore-scripts', '--ignore-pnpmfile'],
  ...['--no-frozen-lockfile', '--config.manage-package-manager-versions=false'],
  ...['--config.package-manager-strict=false', '--config.pm-on-fail=ignore'],
  ...['--config.update-notifier=false', '--config.node-options=', '--reporter=append-only'],
] as const;

/** A run of pnpm. */
export interface PnpmRun {
  /** The directory of the lockfile, relative to the target. */
  readonly directory: string;
  readonly env: Environment;
  /** Settings that the lockfile records, as flags. */
  readonly flags: readonly string[];
}

/**
 * Lets pnpm resolve the manifests and write the lockfile. @throws AssayError as {@link runManager}
 */
export async function runPnpm(
  copy: ProjectCopy,
  { directory, env, flags }: PnpmRun,
  context: Context,
): Promise<void> {
  await runManager(
    {
      command: [...COMMAND, ...flags],
      folder: join(copy.folder, directory),
      env: pnpmEnvironment(copy, env),
    },
    context,
  );
}

/** Returns the first number of pnpm's version. @throws AssayError as {@link runManager} */
export async function pnpmMajor(
  copy: ProjectCopy,
  env: Environment,
  context: Context,
): Promise<number> {
  const run = { folder: copy.folder, env: pnpmEnvironment(copy, env) };
  const { stdout } = await runManager({ ...run, command: ['pnpm', '--version'] }, context);
  return Number.parseInt(stdout.trim().split('\n').at(-1) ?? '', 10);
}

/**
 * The configuration of the user is written into the copy, without what would belong to any
 * registry.
 */
function pnpmEnvironment(copy: ProjectCopy, env: Environment): Environment {
  return managerEnvironment(env, (name) => name === 'PNPM_HOME', {
    ...WITHOUT_COREPACK,
    XDG_CONFIG_HOME: copy.aside,
    npm_config_userconfig: join(copy.aside, 'npmrc'),
    npm_config_globalconfig: join(copy.aside, 'npmrc-global'),
    npm_config_manage_package_manager_versions: 'false',
    npm_config_update_notifier: 'false',
  });
}
