/** Catalogers of Visual Studio Code extensions. */

import type { CatalogerRow } from '../cataloger.ts';

/** The rows of Visual Studio Code extensions, in the order in which they are tried. */
export const VSCODE_ROWS: readonly CatalogerRow[] = [
  {
    id: 'vscode/extensions-json',
    ecosystem: 'vscode',
    presence: 'installed',
    files: { suffixes: ['/extensions/extensions.json'] },
    version: 1,
    load: async () => (await import('../vscode/extensions-json.ts')).extensionsJson,
  },
];
