/**
 * Circles of symlinks: a path that leads through a link whose own target leads through it again.
 *
 * Source: `path_resolution(7)`; Linux answers ELOOP for them as for chains that are too long.
 */

import { childOf, MAX_STEPS, segmentsOf, type DirectoryNode, type TreeNode } from './root-tree.ts';

/** Bounds the search for a circle, which ordinary images never ask for. */
const MAX_CIRCLE_STEPS = 16 * MAX_STEPS;

/**
 * Limit of all searches in one root: a cycle is found in a few steps, and a hostile image can have
 * 100,000 long chains.
 */
const MAX_ALL_STEPS = 1_000_000;

/** Steps that searches in one root may still take. */
export interface CycleBudget {
  stepsLeft: number;
}

/** Creates the budget of steps that all searches for cycles in one tree share. */
export function createCycleBudget(): CycleBudget {
  return { stepsLeft: MAX_ALL_STEPS };
}

/**
 * Returns whether a path leads through a symlink whose own target leads through it again. No
 * runtime ever gets to the end of such a path, however many links it follows; a chain that is
 * merely long is none, nor is one for which the budget is used up.
 */
export function hasSymlinkCycle(root: DirectoryNode, path: string, budget: CycleBudget): boolean {
  const names: string[] = [];
  const nodes: (TreeNode | undefined)[] = [root];
  const ahead: (string | OpenLink)[] = segmentsOf(path).reverse();
  /** Places of the symlinks whose targets are being followed. */
  const open = new Set<string>();
  for (let step = 0; ahead.length > 0 && step <= MAX_CIRCLE_STEPS; step += 1) {
    if (budget.stepsLeft <= 0) return false;
    budget.stepsLeft -= 1;
    const next = ahead.pop() ?? '';
    if (typeof next !== 'string') {
      open.delete(next.place);
      continue;
    }
    if (next === '..') {
      if (names.pop() !== undefined) nodes.pop();
      continue;
    }
    const child = childOf(nodes.at(-1), next);
    if (child?.kind !== 'symlink') {
      names.push(next);
      nodes.push(child);
      continue;
    }
    const place = `/${[...names, next].join('/')}`;
    if (open.has(place)) return true;
    open.add(place);
    ahead.push({ place });
    if (child.target.startsWith('/')) {
      names.length = 0;
      nodes.length = 1;
    }
    for (const name of segmentsOf(child.target).reverse()) ahead.push(name);
  }
  return false;
}

/** Marks the end of a symlink's target among the names that are ahead. */
interface OpenLink {
  readonly place: string;
}
