/**
 * The tree of `--dependency-tree` in the layout of trivy: for each package with findings the direct
 * dependencies that lead to it.
 *
 * Source: output of `trivy convert --dependency-tree`, version 0.44, for generated reports. A
 * direct dependency has no lines below it. Ways of more than one step are not drawn; the direct
 * dependencies at their ends follow one line for all that was omitted.
 */

import { appendTo } from '../../../core/base/maps.ts';
import { stripControl } from '../../../core/base/strip-control.ts';

/** A package of a result with the members of trivy's JSON that the tree is made of. */
export interface TrivyTreePackage {
  /** `ID`, to which `DependsOn` refers. */
  readonly id: string;
  /** `Indirect`. */
  readonly isIndirect: boolean;
  readonly dependsOn: readonly string[];
}

const HEAD = 'Dependency Origin Tree (Reversed)';

/**
 * Draws the tree; empty where no package of the result depends on another. `counts` has a text for
 * each id.
 */
export function trivyTree(
  target: string,
  packages: Iterable<TrivyTreePackage>,
  counts: ReadonlyMap<string, string>,
): string {
  const all = [...packages];
  const parents = parentsOf(all);
  if (parents.size === 0) return '';
  const listed = all.filter(({ id }) => counts.has(id));
  const lines = listed.flatMap(({ id, isIndirect }, index) =>
    branch(
      {
        text: `${id}, (${counts.get(id) ?? ''})`,
        below: isIndirect ? dependents(id, parents) : [],
      },
      index === listed.length - 1,
    ),
  );
  return `\n${[HEAD, '='.repeat(HEAD.length), stripControl(target), ...lines].join('\n')}\n`;
}

/** Packages that name an id as a dependency, in the order of the result. */
type Parents = ReadonlyMap<string, readonly TrivyTreePackage[]>;

function parentsOf(packages: readonly TrivyTreePackage[]): Parents {
  const parents = new Map<string, TrivyTreePackage[]>();
  for (const pkg of packages) {
    for (const dependency of pkg.dependsOn) appendTo(parents, dependency, pkg);
  }
  return parents;
}

interface TreeNode {
  readonly text: string;
  readonly below: readonly TreeNode[];
}

/**
 * Returns the direct dependencies that depend on a package, then those that lead to it through
 * others. A package that nothing depends on ends such a way too.
 */
function dependents(id: string, parents: Parents): readonly TreeNode[] {
  const near = new Set(directOf(parents.get(id) ?? []));
  near.delete(id);
  const far = new Set<string>();
  const visited = new Set([id]);
  const pending = [id];
  for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
    for (const parent of parents.get(current) ?? []) {
      if (visited.has(parent.id)) continue;
      if (parent.isIndirect && parents.has(parent.id)) {
        visited.add(parent.id);
        pending.push(parent.id);
      } else if (current !== id) {
        far.add(parent.id);
      }
    }
  }
  const leaves = [...near].map((text) => ({ text, below: [] }));
  const first = new Set(parents.get(id)?.map((parent) => parent.id));
  const others = [...far].filter((one) => !first.has(one));
  if (others.length === 0) return leaves;
  const omitted = others.sort().map((text) => ({ text, below: [] }));
  return [...leaves, { text: '...(omitted)...', below: omitted }];
}

function directOf(packages: readonly TrivyTreePackage[]): readonly string[] {
  return packages.filter(({ isIndirect }) => !isIndirect).map(({ id }) => id);
}

function branch({ text, below }: TreeNode, isLast: boolean): readonly string[] {
  const stem = isLast ? '    ' : '│   ';
  return [
    (isLast ? '└── ' : '├── ') + stripControl(text),
    ...below
      .flatMap((node, index) => branch(node, index === below.length - 1))
      .map((line) => stem + line),
  ];
}
