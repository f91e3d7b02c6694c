/**
 * What one image has and another one has not. Tools are the same by name. Packages are the same by name and ecosystem, where
 * all systems are one ecosystem: `bash` of Debian and of Alpine is one package.
 */

import { compareText } from '../../base/compare.ts';
import type { ImageFactSheet, ImageLosses } from '../../model/base-comparison.ts';
import { TOOL_KINDS, type Tool, type ToolKind } from '../../model/contents.ts';
import { ECOSYSTEMS } from '../../model/ecosystem.ts';
import type { Package } from '../../model/package.ts';

/** An image by its tools and packages. */
export interface ImageParts {
  readonly tools: ImageFactSheet['tools'];
  readonly packages: readonly Package[];
}

/** Returns what is lost by taking `other` in place of `first`. */
export function lossesAgainst(first: ImageParts, other: ImageParts): ImageLosses {
  const had = packagesByKey(first.packages);
  const has = packagesByKey(other.packages);
  const lost = [...had].filter(([key]) => !has.has(key)).map(([, pkg]) => pkg);
  return {
    tools: lostTools(first.tools, other.tools),
    packages: lost
      .map(({ ecosystem, name, version }) => ({ ecosystem, name, version }))
      .sort((a, b) => compareText(a.ecosystem, b.ecosystem) || compareText(a.name, b.name)),
    addedPackageCount: [...has.keys()].filter((key) => !had.has(key)).length,
  };
}

function lostTools(
  had: ImageFactSheet['tools'],
  has: ImageFactSheet['tools'],
): ImageLosses['tools'] {
  const lost: Partial<Record<ToolKind, readonly Tool[]>> = {};
  for (const kind of TOOL_KINDS) {
    const [before, after] = [had[kind], has[kind]];
    if (before === undefined || after === undefined) continue;
    const names = new Set(after.map(({ name }) => name));
    lost[kind] = before.filter(({ name }) => !names.has(name));
  }
  return lost;
}

/** The first version of each package. */
function packagesByKey(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const byKey = new Map<string, Package>();
  for (const pkg of packages) {
    const group = ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : pkg.ecosystem;
    const key = `${group} ${pkg.name}`;
    if (!byKey.has(key)) byKey.set(key, pkg);
  }
  return byKey;
}
