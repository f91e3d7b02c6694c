/**
 * Python packages that setuptools or distutils installed: `PKG-INFO` in a `.egg-info` or `EGG-INFO`
 * folder, or a single file `NAME.egg-info`.
 *
 * Source: setuptools documentation, "The Internal Structure of Python Eggs". Refused: what
 * `metadata.ts` refuses.
 */

import type { Cataloger } from '../cataloger.ts';
import { codeClaim, folderClaim } from './python-version-claims.ts';
import { readMetadata } from './metadata.ts';

export const eggInfo: Cataloger = {
  async read(file, siblings) {
    const result = readMetadata(file.path, await file.bytes());
    const packages = await Promise.all(
      result.packages.map(async (pkg) => ({
        ...pkg,
        versionClaims: [
          ...folderClaim(file.path, pkg),
          ...(await codeClaim(file.path, pkg, siblings)),
        ],
      })),
    );
    return { ...result, packages };
  },
};
