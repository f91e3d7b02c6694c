/**
 * The image storage of Podman, Buildah and CRI-O.
 *
 * Source: containers-storage.conf(5). Without root a storage lies in the home folder, and the
 * `graphroot` of the system's configuration does not count.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';

import { parse, TomlError } from 'smol-toml';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { exists, isMissing } from '../../../core/base/exists.ts';
import { fileError } from '../file-error.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';

/** Drivers whose layers are plain folders. */
export type StorageDriver = 'overlay' | 'vfs';

/** One storage: the folder, and how its layers lie in it. */
export interface StorageRoot {
  readonly folder: string;
  readonly driver: StorageDriver;
}

const SYSTEM_FILES = ['/etc/containers/storage.conf', '/usr/share/containers/storage.conf'];
const DRIVERS: readonly StorageDriver[] = ['overlay', 'vfs'];
const MAX_CONF_BYTES = 1024 * 1024;

/**
 * Returns the storages that are there: the user's own first, then those that are only read.
 *
 * @throws AssayError `NOT_FOUND` where there is none, or its driver is not known; `USAGE` for a
 * configuration that is no TOML
 */
export async function storageRoots(
  env: Environment,
  isRoot = process.getuid?.() === 0,
): Promise<readonly StorageRoot[]> {
  const conf = await readConf(env, isRoot);
  const folders = [conf.graphRoot, ...conf.additional];
  const roots: StorageRoot[] = [];
  for (const folder of folders) {
    const driver = await driverOf(folder, conf.driver);
    if (driver !== undefined) roots.push({ folder, driver });
  }
  if (roots.length > 0) return roots;
  throw new AssayError('NOT_FOUND', `there is no storage of images at ${folders.join(', ')}`, {
    hint: 'If it is elsewhere, set CONTAINERS_STORAGE_CONF=/PATH to its configuration file.',
  });
}

interface Conf {
  readonly graphRoot: string;
  readonly driver: string | undefined;
  readonly additional: readonly string[];
}

async function readConf(env: Environment, isRoot: boolean): Promise<Conf> {
  const home = filled(env['HOME']) ?? homedir();
  const data = filled(env['XDG_DATA_HOME']) ?? join(home, '.local/share');
  const usual = isRoot ? '/var/lib/containers/storage' : join(data, 'containers/storage');
  const chosen = filled(env['CONTAINERS_STORAGE_CONF']);
  const own = join(filled(env['XDG_CONFIG_HOME']) ?? join(home, '.config'), 'containers');
  const files =
    chosen === undefined
      ? [...(isRoot ? [] : [join(own, 'storage.conf')]), ...SYSTEM_FILES]
      : [chosen];
  for (const file of files) {
    const storage = await readStorageTable(file, file === chosen);
    if (storage === undefined) continue;
    const isSystem = SYSTEM_FILES.includes(file);
    const graphRoot =
      isSystem && !isRoot ? text(storage, 'rootless_storage_path') : text(storage, 'graphroot');
    return {
      graphRoot: graphRoot === undefined ? usual : expand(graphRoot, env, home),
      driver: filled(env['STORAGE_DRIVER']) ?? text(storage, 'driver'),
      additional: additionalStores(storage),
    };
  }
  return { graphRoot: usual, driver: filled(env['STORAGE_DRIVER']), additional: [] };
}

type Table = Readonly<Record<string, unknown>>;

/** Returns the table `storage`; `undefined` where there is no such file. */
async function readStorageTable(path: string, isChosen: boolean): Promise<Table | undefined> {
  let bytes: Buffer;
  try {
    bytes = await readBoundedFile(path, { maxBytes: MAX_CONF_BYTES });
  } catch (error) {
    if (!isChosen && isMissing(error)) return undefined;
    throw fileError(error, path);
  }
  try {
    const table: unknown = parse(bytes.toString());
    return tableIn(table, 'storage') ?? {};
  } catch (error) {
    if (!(error instanceof TomlError || error instanceof RangeError)) throw error;
    const [reason = ''] = error.message.split('\n', 1);
    throw new AssayError('USAGE', `cannot read "${path}": ${reason}`, {
      hint: 'Repair it, or name another: CONTAINERS_STORAGE_CONF=/PATH',
      cause: error,
    });
  }
}

function additionalStores(storage: Table): readonly string[] {
  const stores = tableIn(storage, 'options')?.['additionalimagestores'];
  return Array.isArray(stores) ? stores.filter((item) => typeof item === 'string') : [];
}

function tableIn(value: unknown, key: string): Table | undefined {
  const inner = isTable(value) ? value[key] : undefined;
  return isTable(inner) ? inner : undefined;
}

function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(table: Table, key: string): string | undefined {
  const value = table[key];
  return typeof value === 'string' ? filled(value) : undefined;
}

/** Expands variables in paths of users, as the manual page describes. */
function expand(path: string, env: Environment, home: string): string {
  return path
    .replaceAll('$HOME', () => home)
    .replaceAll('$UID', () => String(process.getuid?.() ?? 0))
    .replaceAll('$USER', () => env['USER'] ?? '');
}

/** Returns the driver that the folder is laid out for; `undefined` where there are no images. */
async function driverOf(
  folder: string,
  named: string | undefined,
): Promise<StorageDriver | undefined> {
  if (named !== undefined && !isKnown(named)) {
    throw new AssayError('NOT_FOUND', `the storage at ${folder} has the driver "${named}"`, {
      hint: 'Read are overlay and vfs; save the image and scan the file: podman save -o FILE IMAGE',
    });
  }
  for (const driver of named === undefined ? DRIVERS : [named]) {
    if (await exists(join(folder, `${driver}-images/images.json`))) return driver;
  }
  return undefined;
}

function isKnown(driver: string): driver is StorageDriver {
  return DRIVERS.some((known) => known === driver);
}

function filled(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}
