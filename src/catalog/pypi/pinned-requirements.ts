/**
 * Requirements files of pip in images and root file systems: what they pin. A requirement without a version is a note,
 * because what is installed lies beside; see `requirements-file.ts`.
 */

import type { Cataloger } from '../cataloger.ts';
import { readRequirementsFile } from './requirements-file.ts';

export const pinnedRequirements: Cataloger = {
  read: (file, siblings) => readRequirementsFile(file, siblings, false),
};
