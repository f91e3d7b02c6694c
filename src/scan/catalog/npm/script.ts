/**
 * Scripts of Deno, which import packages by specifier: `npm:NAME@RANGE`, `jsr:@SCOPE/NAME@RANGE`.
 *
 * Source: the Deno manual, "Modules and dependencies", "Node and npm compatibility". Specifiers of
 * `import`, `export … from` and `import()` with a plain text are read. A `deno.lock` does not list
 * packages of JSR, so that they are requests only where there is none. `node:` and addresses
 * request nothing of a registry. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberAt } from '../line-number.ts';
import { hasLockAbove } from './deno-json.ts';

const IMPORT =
  /(?:\bfrom|\bimport|\bimport\s{0,5}\()\s{0,20}["'](?<specifier>(?<prefix>npm|jsr):[^"'\n]{1,300})["']/g;
const PACKAGE = /^(?:npm|jsr):\/?(?<name>(?:@[^/@]+\/)?[^/@]+)(?:@(?<range>[^/]+))?(?:\/.*)?$/;

export const denoScript: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    const isLocked = hasLockAbove(file.path, siblings);
    const requests = new Map<string, RequestedPackage>();
    for (const { groups, index } of text.matchAll(IMPORT)) {
      const { specifier = '', prefix } = groups ?? {};
      const { name, range = '' } = PACKAGE.exec(specifier)?.groups ?? {};
      if (name === undefined || (prefix === 'jsr' && isLocked)) continue;
      const version = prefix === 'npm' ? exactlyAllowed('npm', range) : undefined;
      const full = prefix === 'jsr' ? `jsr:${name}` : name;
      requests.set(`${full}@${range}`, {
        name: full,
        range,
        line: lineNumberAt(text, index),
        ...(version !== undefined && { version }),
      });
    }
    if (requests.size > 0) {
      result.requests({ requests: [...requests.values()], leavesIndirect: true, addsPins: true });
    }
    return result.done();
  },
};
