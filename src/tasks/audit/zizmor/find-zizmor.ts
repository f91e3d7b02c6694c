/**
 * The configuration of zizmor: in the working directory, the audited one, or their `.github`.
 * Source: the documentation of zizmor, "Discovery". Parents are not searched.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import { pipeline } from '../../../rules/detect/pipeline/pipeline.ts';
import { readZizmorFile, type ZizmorFile } from './zizmor-file.ts';

/** Larger ones are not written by hand. */
const MAX_BYTES = 1 << 20;

const NAMES = ['zizmor.yml', 'zizmor.yaml', '.github/zizmor.yml', '.github/zizmor.yaml'];

/** A configuration with the name that messages and the verdict show. */
export interface FoundZizmor {
  readonly path: string;
  readonly file: ZizmorFile;
}

/** Returns the name of the first configuration in a directory. */
export function zizmorName(cwd: string): string | undefined {
  return NAMES.find((name) => existsSync(resolve(cwd, name)));
}

/**
 * Reads the first configuration in one of some directories. One that cannot be read has no effect
 * but a note.
 */
export async function findZizmor(
  ...directories: readonly string[]
): Promise<FoundZizmor | undefined> {
  const directory = directories.find((one) => zizmorName(one) !== undefined);
  const path = directory === undefined ? undefined : zizmorName(directory);
  if (directory === undefined || path === undefined) return undefined;
  const audits = pipeline.rules.flatMap(({ aliases }) => aliases);
  try {
    const bytes = await readBoundedFile(resolve(directory, path), {
      maxBytes: MAX_BYTES,
      within: directory,
    });
    return { path, file: readZizmorFile(path, bytes, audits) };
  } catch (error) {
    const message =
      error instanceof ParseError ? error.message : `cannot read "${path}": ${errorMessage(error)}`;
    const notes = [`${message}; the configuration of zizmor has no effect`];
    return { path, file: { ignored: [], settings: {}, keys: [], notes } };
  }
}
