/** Finds the configuration file of a run. */

import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';

import type { Flag } from './flag.ts';
import type { ConfigFile } from './config-file.ts';

/** Looked for in the working folder, in this order; the first that is there is read. */
const FILE_NAMES = ['assay.yaml', 'trivy.yaml'] as const;
/** `--config none` reads no file at all. */
const NO_CONFIG = 'none';

/**
 * Returns the file that is named, else `assay.yaml` or `trivy.yaml` of the working folder;
 * `undefined` where none is there.
 *
 * @throws AssayError `CONFIG_INVALID` where it cannot be read, is not YAML, or a value is of the
 * wrong type
 */
export async function loadConfig(
  cwd: string,
  named: string | undefined,
  flags: readonly Flag[],
): Promise<ConfigFile | undefined> {
  if (named === NO_CONFIG) return undefined;
  if (named !== undefined) {
    const kind = basename(named).startsWith('trivy') ? 'trivy.yaml' : 'assay.yaml';
    const { readConfig } = await import('./read-config.ts');
    return readConfig(cwd, { path: named, kind, flags, isNamed: true });
  }
  const [first, ...others] = presentFiles(cwd, FILE_NAMES);
  if (first === undefined) return undefined;
  const { readConfig } = await import('./read-config.ts');
  const config = await readConfig(cwd, { path: first, kind: first, flags, isNamed: false });
  const [passedOver] = others;
  return passedOver === undefined ? config : { ...config, passedOver };
}

/** Returns those of the names that a directory has. */
export function presentFiles<Name extends string>(
  directory: string,
  names: readonly Name[],
): readonly Name[] {
  return names.filter((name) => existsSync(resolve(directory, name)));
}
