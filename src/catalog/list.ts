/**
 * All catalogers: one row a format, cheap and always loaded; the rows stand in `rows/`, a file for a family of formats.
 * The code behind a row is loaded when a file is wanted.
 */

import type { Artifact } from '../model/artifact.ts';
import type { CatalogerRow } from './cataloger.ts';
import { BINARY_ROWS } from './rows/binary.ts';
import { MAVEN_ROWS } from './rows/java.ts';
import { NPM_ROWS } from './rows/javascript.ts';
import { NATIVE_ROWS } from './rows/native.ts';
import { OTHER_ROWS } from './rows/other.ts';
import { PLATFORM_ROWS } from './rows/platform.ts';
import { PYTHON_ROWS } from './rows/python.ts';
import { SBOM_ROWS } from './rows/sbom.ts';
import { SCRIPTING_ROWS } from './rows/scripting.ts';
import { SYSTEM_ROWS } from './rows/system.ts';

export const CATALOGERS: readonly CatalogerRow[] = [
  ...SYSTEM_ROWS,
  ...NPM_ROWS,
  ...PYTHON_ROWS,
  ...MAVEN_ROWS,
  ...NATIVE_ROWS,
  ...SCRIPTING_ROWS,
  ...PLATFORM_ROWS,
  ...BINARY_ROWS,
  ...SBOM_ROWS,
  ...OTHER_ROWS,
];

/** The catalogers that read artifacts of a kind. */
export function catalogersOf(kind: Artifact['kind']): readonly CatalogerRow[] {
  return CATALOGERS.filter(({ artifacts }) =>
    artifacts === undefined ? kind !== 'sbom' : artifacts.includes(kind),
  );
}
