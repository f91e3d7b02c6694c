/**
 * The name by which Node resolves an installed package: that of its directory.
 *
 * Source: Node.js documentation, "Modules: CommonJS modules", "Loading from node_modules folders".
 * `require('x')` loads `node_modules/x`, whatever the `package.json` in it contains. A file at
 * another place below an installed package, such as `node_modules/x/dist/esm/package.json`, only
 * holds settings of Node.
 */

import { isPackageName } from './package-name.ts';

const PLACE = /(?:^|\/)node_modules\/(?<name>(?:@[^/]+\/)?[^/.@][^/]*)\/package\.json$/;

/**
 * Returns the name of the package whose own `package.json` lies at a path, or `undefined` if the
 * path is no place of an installed package. Directories with a dot in front, such as `.bin` and
 * `.pnpm`, belong to tools.
 */
export function installedName(path: string): string | undefined {
  const name = PLACE.exec(path)?.groups?.['name'];
  return name !== undefined && isPackageName(name) ? name : undefined;
}
