/**
 * Tools and packages of one image that another one does not have. Tools are the same by name.
 * Packages are the same by name and ecosystem, where all systems are one ecosystem: `bash` of
 * Debian and of Alpine is one package.
 */

import { compareText } from '../../../core/base/compare.ts';
import type {
  ImageFactSheet,
  ImageLosses,
  UnrunnablePackages,
} from '../../../core/model/report/base-comparison.ts';
import { TOOL_KINDS, type Tool, type ToolKind } from '../../../core/model/artifact/contents.ts';
import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { Package } from '../../../core/model/package/package.ts';

/** An image by its tools and packages. */
export interface ImageParts {
  readonly tools: ImageFactSheet['tools'];
  readonly packages: readonly Package[];
}

/** Returns what is lost by taking `other` in place of `first`. */
export function lossesAgainst(first: ImageParts, other: ImageParts): ImageLosses {
  const had = packagesByKey(first.packages);
  const has = packagesByKey(other.packages);
  const unrunnable = unrunnablePackages(first, other);
  const lost = [...had].filter(([key]) => !has.has(key)).map(([, pkg]) => pkg);
  return {
    tools: lostTools(first.tools, other.tools),
    packages: lost
      .map(({ ecosystem, name, version }) => ({ ecosystem, name, version }))
      .sort((a, b) => compareText(a.ecosystem, b.ecosystem) || compareText(a.name, b.name)),
    addedPackageCount: [...has.keys()].filter((key) => !had.has(key)).length,
    ...(unrunnable.length > 0 && { unrunnable }),
  };
}

/** Interpreters that run packages of a language. */
const INTERPRETERS: ReadonlyMap<Ecosystem, readonly string[]> = new Map<
  Ecosystem,
  readonly string[]
>([
  ['pypi', ['python', 'pypy']],
  ['npm', ['node', 'deno', 'bun']],
  ['rubygems', ['ruby', 'jruby']],
  ['maven', ['java']],
  ['packagist', ['php']],
  ['nuget', ['dotnet', 'mono']],
  ['luarocks', ['lua', 'luajit']],
  ['cran', ['R']],
  ['julia', ['julia']],
]);

/**
 * Returns the packages that are in the other image, and whose interpreter is in the first one
 * alone.
 */
function unrunnablePackages(first: ImageParts, other: ImageParts): readonly UnrunnablePackages[] {
  const [had, has] = [first.tools.interpreters, other.tools.interpreters];
  if (had === undefined || has === undefined) return [];
  return [...INTERPRETERS].flatMap(([ecosystem, names]) => {
    const packageCount = other.packages.filter((pkg) => pkg.ecosystem === ecosystem).length;
    const interpreters = had.map(({ name }) => name).filter((name) => names.includes(name));
    const isRunnable = has.some(({ name }) => names.includes(name));
    if (packageCount === 0 || interpreters.length === 0 || isRunnable) return [];
    return [{ ecosystem, packageCount, interpreters: [...new Set(interpreters)] }];
  });
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

/** Returns the first version of each package. */
function packagesByKey(packages: readonly Package[]): ReadonlyMap<string, Package> {
  const byKey = new Map<string, Package>();
  for (const pkg of packages) {
    const group = ECOSYSTEMS[pkg.ecosystem].kind === 'os' ? 'os' : pkg.ecosystem;
    const key = `${group} ${pkg.name}`;
    if (!byKey.has(key)) byKey.set(key, pkg);
  }
  return byKey;
}
