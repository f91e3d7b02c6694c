/**
 * Requirements files of pip in images and root file systems: what they pin. A requirement without a
 * version is a note, because what is installed lies beside; see `requirements-file.ts`. Inside an
 * installed package such a file is the package's own data: Mercurial's
 * `helptext/internals/requirements.txt` is a text about something else. What cannot be read there
 * is a note.
 */

import type { CatalogResult } from '../../../core/model/catalog/catalog.ts';
import type { Cataloger } from '../cataloger.ts';
import { readRequirementsFile } from './requirements-file.ts';

const INSIDE_PACKAGE = /\/(?:site|dist)-packages\/[^/]+\//;

export const pinnedRequirements: Cataloger = {
  async read(file, siblings, context) {
    // What is installed lies beside, so no range is asked.
    const precise = { ...context, detectionPriority: 'precise' as const };
    const options = { listsUnpinned: false, context: precise };
    const result = await readRequirementsFile(file, siblings, options);
    return INSIDE_PACKAGE.test(file.path) ? withoutUnreadable(result) : result;
  },
};

function withoutUnreadable({ diagnostics = [], ...result }: CatalogResult): CatalogResult {
  const notes = diagnostics.map(({ gap, ...diagnostic }) => ({
    ...diagnostic,
    ...(gap !== undefined && gap !== 'unreadable' && { gap }),
  }));
  return { ...result, ...(notes.length > 0 && { diagnostics: notes }) };
}
