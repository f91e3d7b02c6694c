/** Names of requirements files. */

import { baseName } from '../../../core/base/artifact-path.ts';

const NAME = /^(?:.*[._-])?requirements?(?:[._-].*)?\.(?:txt|pip)$/iu;
const FOLDER = /(?:^|\/)requirements\/[^/]+\.txt$/iu;

/** Returns whether a file is a requirements file by its name or its directory. */
export function isRequirementsName(path: string, isAlone: boolean): boolean {
  const name = baseName(path);
  return NAME.test(name) || FOLDER.test(path) || (isAlone && name.endsWith('.txt'));
}
