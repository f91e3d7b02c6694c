/**
 * Installed Python packages, each by the `METADATA` of its `.dist-info` folder.
 *
 * Source: Python packaging specifications, "Recording installed projects" (PEP 376, 427). Refused:
 * what `metadata.ts` refuses. The files of the package are listed in `RECORD` beside it, which
 * `record.ts` reads.
 */

import type { Cataloger } from '../cataloger.ts';
import { codeClaim, directUrl, folderClaim } from './python-version-claims.ts';
import { readMetadata } from './metadata.ts';

export const distInfo: Cataloger = {
  async read(file, siblings) {
    const result = readMetadata(file.path, await file.bytes());
    const origin = await directUrl(file.path, siblings);
    const packages = await Promise.all(
      result.packages.map(async (pkg) => ({
        ...pkg,
        ...origin,
        versionClaims: [
          ...folderClaim(file.path, pkg),
          ...(await codeClaim(file.path, pkg, siblings)),
        ],
      })),
    );
    return { ...result, packages };
  },
};
