/**
 * The configuration of zizmor: in the working directory or its `.github`. Source: the documentation
 * of zizmor, "Discovery". Parents of the working directory are not searched.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import { AssayError, errorMessage, ParseError } from '../../../core/base/errors.ts';
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

/** Reads the first configuration in a directory. @throws AssayError `CONFIG_INVALID` */
export async function findZizmor(cwd: string): Promise<FoundZizmor | undefined> {
  const path = zizmorName(cwd);
  if (path === undefined) return undefined;
  const audits = pipeline.rules.flatMap(({ aliases }) => aliases);
  try {
    const bytes = await readBoundedFile(resolve(cwd, path), { maxBytes: MAX_BYTES, within: cwd });
    return { path, file: readZizmorFile(path, bytes, audits) };
  } catch (error) {
    if (error instanceof AssayError && error.code === 'CONFIG_INVALID') throw error;
    const message =
      error instanceof ParseError ? error.message : `cannot read "${path}": ${errorMessage(error)}`;
    throw new AssayError('CONFIG_INVALID', message, {
      hint: 'The file is the configuration of zizmor. With -c FILE it is not read.',
      cause: error,
    });
  }
}
