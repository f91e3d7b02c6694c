/**
 * Requirements files of pip in checkouts, used if no lockfile lists the packages; see
 * `requirements-file.ts`.
 */

import type { Cataloger } from '../cataloger.ts';
import { readRequirementsFile } from './requirements-file.ts';

export const requirements: Cataloger = {
  read: (file, siblings, context) =>
    readRequirementsFile(file, siblings, { listsUnpinned: true, context }),
};
