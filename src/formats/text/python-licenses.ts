/**
 * Licenses in the core metadata of a Python package.
 *
 * Source: Python packaging specifications, "Core metadata specifications" 2.4; PEP 639.
 */

import type { Stanza } from './deb822.ts';

/** The fields that licenses are read from. */
export const PYTHON_LICENSE_FIELDS = ['License', 'License-Expression', 'Classifier'] as const;

const LICENSE_CLASSIFIER = 'License ::';
/** `License` may hold the whole text of a licence; a name is shorter than this. */
const MAX_LICENSE_LENGTH = 100;

/** Returns the expression, else the name in `License`, else the classifiers. */
export function pythonLicenses(header: Stanza): readonly string[] {
  const expression = header.get('License-Expression');
  if (expression !== undefined && expression !== '') return [expression];
  const license = header.get('License') ?? '';
  const isName = license !== '' && !license.includes('\n') && license.length <= MAX_LICENSE_LENGTH;
  if (isName && license.toUpperCase() !== 'UNKNOWN') return [license];
  const names = new Set<string>();
  for (const classifier of header.all('Classifier')) {
    const parts = classifier.split(' :: ');
    const name = parts.at(-1);
    if (
      classifier.startsWith(LICENSE_CLASSIFIER) &&
      name !== undefined &&
      name !== 'OSI Approved'
    ) {
      names.add(name);
    }
  }
  return [...names];
}
