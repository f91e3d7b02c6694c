/**
 * Go modules whose sources lie in `vendor/`, by the list that `go mod vendor` keeps of them.
 *
 * Source: the Go Modules Reference, "Vendoring"; `cmd/go/internal/modload/vendor.go`. A line
 * `# module version` begins a module, `## explicit` says that the main module requires it, and
 * other lines are its packages. Written rules: a module without packages is not there and not
 * listed; of `# module version => other version` the other is listed, and of one replaced by a
 * folder the module; lines that only name a replacement (without a version before the arrow) count
 * when packages follow. A line that names no package, and one of a module without a path or a
 * version that Go allows, is an unreadable row.
 */

import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { isLocalPath, PACKAGE_PATH } from './modules.ts';

/** The Go Modules Reference, "Versions". */
const VERSION = /^v\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,200})?$/;

interface Vendored {
  readonly name: string;
  readonly version: string;
  readonly line: number;
  isExplicit: boolean;
  hasPackages: boolean;
}

export const vendorModules: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const modules = new Map<string, Vendored>();
    let current: Vendored | undefined;
    for (const [index, text] of new TextDecoder()
      .decode(await file.bytes())
      .split('\n')
      .entries()) {
      const line = text.trimEnd();
      if (line.startsWith('## ')) {
        if (current !== undefined && /^## explicit(?:$|[; ])/.test(line)) current.isExplicit = true;
      } else if (line.startsWith('# ')) {
        current = moduleOf(line.slice(2), index + 1);
        if (current === undefined) {
          if (!isReplacementAlone(line)) result.unreadableRow(line, { line: index + 1 });
          continue;
        }
        const key = `${current.name} ${current.version}`;
        current = modules.get(key) ?? current;
        modules.set(key, current);
      } else if (line === '' || line.startsWith('#')) continue;
      else if (!PACKAGE_PATH.test(line)) result.unreadableRow(line, { line: index + 1 });
      else if (current !== undefined) current.hasPackages = true;
    }
    for (const { name, version, line, isExplicit, hasPackages } of modules.values()) {
      if (!hasPackages) continue;
      result.add({ name, version, line, relationship: isExplicit ? 'direct' : 'indirect' });
    }
    return result.done();
  },
};

function moduleOf(text: string, line: number): Vendored | undefined {
  const words = text.split(' ').filter((word) => word !== '');
  const arrow = words.indexOf('=>');
  const [name, version] = arrow === -1 ? words : words.slice(0, arrow);
  const [byName, byVersion] = arrow === -1 ? [] : words.slice(arrow + 1);
  const isModule = name !== undefined && PACKAGE_PATH.test(name);
  const isVersion = version === undefined || VERSION.test(version);
  if (!isModule || !isVersion || words.length - Math.max(arrow, 0) > (arrow === -1 ? 2 : 3))
    return undefined;
  const state = { line, isExplicit: false, hasPackages: false };
  if (byName !== undefined && byVersion !== undefined && !isLocalPath(byName)) {
    return { name: byName, version: byVersion, ...state };
  }
  return version === undefined ? undefined : { name, version, ...state };
}

/**
 * `# path => replacement`, which a wildcard replacement writes for a module that is not vendored.
 */
function isReplacementAlone(line: string): boolean {
  return /^# \S+ => \S+(?: \S+)?$/.test(line);
}
