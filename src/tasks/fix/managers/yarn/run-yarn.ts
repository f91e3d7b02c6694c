/**
 * Runs Yarn in a copy, so that it writes the lockfile, and runs nothing of the project.
 *
 * Source: Yarn 1 documentation, "yarn install" and ".yarnrc"; Yarn documentation, "yarn install"
 * (`--mode=update-lockfile`) and "Settings". Yarn 1 cannot write a lockfile without installing;
 * what it installs is removed.
 */

import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Context } from '../../../../core/base/context.ts';
import type { Environment } from '../../../../core/model/artifact/environment.ts';
import type { ProjectCopy } from '../../copy.ts';
import { pathIn, type ProjectFile } from '../../project-files.ts';
import { managerEnvironment, runManager, type ManagerEnd } from '../../run-manager.ts';
import { WITHOUT_COREPACK } from '../javascript/corepack.ts';

/** Flags win over every file of Yarn 1's configuration. */
const CLASSIC = [
  ...[
    'yarn',
    'install',
    '--ignore-scripts',
    '--non-interactive',
    '--no-progress',
    '--no-bin-links',
  ],
  ...['--ignore-engines', '--no-node-version-check', '--network-timeout', '60000'],
] as const;
const BERRY = ['yarn', 'install', '--mode=update-lockfile'] as const;

/** The place in which Yarn runs. */
export interface YarnPlace {
  /** The directory of the lockfile, relative to the target. */
  readonly directory: string;
  readonly env: Environment;
  /** The directories of the project and its members, relative to that of the lockfile. */
  readonly members: readonly string[];
}

/**
 * Lets Yarn 1 install the manifests and write the lockfile. @throws AssayError as {@link
 * runManager}
 */
export async function runClassic(
  copy: ProjectCopy,
  { directory, env, members }: YarnPlace,
  context: Context,
): Promise<ManagerEnd> {
  const folder = join(copy.folder, directory);
  try {
    return await runManager({ command: CLASSIC, folder, env: yarnEnvironment(copy, env) }, context);
  } finally {
    for (const member of members) {
      await rm(join(folder, member, 'node_modules'), { recursive: true, force: true });
    }
  }
}

/**
 * The settings of one run of Yarn 2 or newer. The name of their file cannot be known before, so it
 * cannot be planted.
 */
export interface BerrySettings {
  readonly name: string;
  readonly file: ProjectFile;
}

/** Makes the file of settings for a directory. JSON is YAML too. */
export function berrySettings(directory: string, settings: object): BerrySettings {
  const name = `.assay-${randomBytes(8).toString('hex')}.yml`;
  const bytes = new TextEncoder().encode(`${JSON.stringify(settings)}\n`);
  return { name, file: { path: pathIn(directory, name), bytes } };
}

/**
 * Lets Yarn 2 or newer resolve the manifests and write the lockfile. @throws AssayError as {@link
 * runManager}
 */
export async function runBerry(
  copy: ProjectCopy,
  { directory, env }: YarnPlace,
  settings: BerrySettings,
  context: Context,
): Promise<ManagerEnd> {
  await copy.write([settings.file]);
  const folder = join(copy.folder, directory);
  const own = { ...yarnEnvironment(copy, env), YARN_RC_FILENAME: settings.name };
  return runManager({ command: BERRY, folder, env: own }, context);
}

/** Returns the version of Yarn. @throws AssayError as {@link runManager} */
export async function yarnVersion(
  copy: ProjectCopy,
  env: Environment,
  context: Context,
): Promise<string> {
  const own = { ...yarnEnvironment(copy, env), YARN_RC_FILENAME: berrySettings('', {}).name };
  const run = { command: ['yarn', '--version'], folder: copy.folder, env: own } as const;
  return (await runManager(run, context)).stdout.trim();
}

/**
 * The configuration of the user is written into the copy, without what would belong to any
 * registry.
 */
function yarnEnvironment(copy: ProjectCopy, env: Environment): Environment {
  return managerEnvironment(env, (name) => name === 'YARN_CACHE_FOLDER', {
    ...WITHOUT_COREPACK,
    YARN_IGNORE_PATH: '1',
    SKIP_YARN_COREPACK_CHECK: '1',
    npm_config_userconfig: join(copy.aside, 'npmrc'),
    npm_config_globalconfig: join(copy.aside, 'npmrc-global'),
  });
}
