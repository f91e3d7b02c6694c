/**
 * The files whose content rules of repositories look at. The list of detectors is loaded by every
 * scan, so this table is small; what the files mean is in `file-kinds.ts`.
 */

import type { FileSelector } from '../../../core/model/catalog/catalog.ts';

const DIRECTORIES = ['/', '/.github/', '/.gitlab/', '/docs/'];
const NAMES = [
  'CODEOWNERS',
  ...['SECURITY.md', 'security.md', 'Security.md', 'SECURITY.rst', 'SECURITY.txt', 'SECURITY'],
  ...['', '.json', '.json5'].flatMap((end) => [`renovate${end}`, `.renovaterc${end}`]),
];

/** See the module comment. */
export const REPOSITORY_FILES: FileSelector = {
  paths: [
    ...DIRECTORIES.flatMap((directory) => NAMES.map((name) => directory + name)),
    ...['/.github/rulesets/', '/.github/branch-protection/', '/package.json', '/pyproject.toml'],
  ],
};
