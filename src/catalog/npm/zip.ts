/**
 * Node packages in zip archives with a `node_modules` directory, as functions, their layers and releases are deployed.
 *
 * Source: AWS Lambda Developer Guide, "Deploy Node.js Lambda functions with .zip file archives" and "Working with layers"
 * (`nodejs/node_modules`). Written rules: a file that is no zip archive, a damaged one, and one without packages are left
 * alone, as data; archives of Yarn's caches are left to `yarn-zip.ts`. Nothing is refused.
 */

import { ParseError } from '../../base/errors.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { addZipped, openZipped } from './archived-packages.ts';

const YARN_FOLDER = '/.yarn/';

export const nodeZip: Cataloger = {
  async read(file, _siblings, { limits }) {
    const result = new CatalogBuilder(file.path);
    if (file.path.includes(YARN_FOLDER)) return result.done();
    try {
      await addZipped(result, await openZipped(file, limits));
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
    }
    return result.done();
  },
};
