/**
 * Finds and reads the `registries.conf` of this machine.
 *
 * Source: containers-registries.conf(5) and containers-registries.conf.d(5). A file of the user
 * takes the place of the system's; files below `registries.conf.d` are added in the order of their
 * names.
 *
 * Reads: `registries.conf`.
 */

import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { isMissing } from '../../core/base/exists.ts';
import type { Environment } from '../../core/model/artifact/environment.ts';
import {
  mergeRegistriesConf,
  NO_REGISTRIES_CONF,
  parseRegistriesConf,
  type RegistriesConf,
} from './registries-conf.ts';

/** Limit for a configuration file; real ones have some 4 KB. */
const MAX_CONF_BYTES = 4 * 1024 * 1024;
const SYSTEM = '/etc/containers/registries.conf';

/**
 * Loads the whole configuration, later files over earlier ones. `CONTAINERS_REGISTRIES_CONF` names
 * the main file, which must be there; then no other file counts but those of a folder of the same
 * name with `.d` at its end.
 *
 * @throws AssayError `CONFIG_INVALID`
 */
export async function loadRegistriesConf(
  env: Environment,
  system: string = SYSTEM,
): Promise<RegistriesConf> {
  const named = env['CONTAINERS_REGISTRIES_CONF'];
  if (named) {
    const main = await readConf(named);
    if (main === undefined) {
      throw new AssayError('CONFIG_INVALID', `there is no file "${named}"`, {
        hint: 'CONTAINERS_REGISTRIES_CONF names it: correct or unset it.',
      });
    }
    return mergeAll([main, ...(await readFolder(`${named}.d`))]);
  }
  const config = env['XDG_CONFIG_HOME'] || join(env['HOME'] ?? homedir(), '.config');
  const own = join(config, 'containers', 'registries.conf');
  const ownMain = await readConf(own);
  const ownParts = await readFolder(`${own}.d`);
  if (ownMain !== undefined) return mergeAll([ownMain, ...ownParts]);
  const systemMain = await readConf(system);
  return mergeAll([
    ...(systemMain === undefined ? [] : [systemMain]),
    ...(await readFolder(`${system}.d`)),
    ...ownParts,
  ]);
}

function mergeAll(parts: readonly RegistriesConf[]): RegistriesConf {
  let merged = NO_REGISTRIES_CONF;
  for (const part of parts) merged = mergeRegistriesConf(merged, part);
  return merged;
}

async function readFolder(folder: string): Promise<readonly RegistriesConf[]> {
  const names = await ifThere(folder, () => readdir(folder));
  const parts: RegistriesConf[] = [];
  for (const name of (names ?? []).filter((item) => item.endsWith('.conf')).sort()) {
    const part = await readConf(join(folder, name));
    if (part !== undefined) parts.push(part);
  }
  return parts;
}

async function readConf(path: string): Promise<RegistriesConf | undefined> {
  const text = await ifThere(path, () => readBoundedFile(path, { maxBytes: MAX_CONF_BYTES }));
  return text === undefined ? undefined : parseRegistriesConf(path, text.toString('utf8'));
}

async function ifThere<T>(path: string, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw new AssayError('CONFIG_INVALID', `cannot read "${path}": ${errorMessage(error)}`, {
      hint: 'Make it readable, or name another file with CONTAINERS_REGISTRIES_CONF.',
      cause: error,
    });
  }
}
