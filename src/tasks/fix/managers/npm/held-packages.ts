/**
 * Packages that npm would renew although no step moves them.
 *
 * Source: npm documentation, "npm install": a package of the lockfile stays while the requests that
 * find it accept it. If a package gets another version and its new request does not accept what the
 * old one found, npm removes the found package together with all packages that only it requires,
 * and resolves those anew to the newest releases in their ranges. A plan changes no more packages
 * than it names, so that such packages are pinned to the versions that the lockfile has.
 */

import { compareVersions } from '../../../../core/version/index.ts';
import type { Move, Step } from '../../plan.ts';
import type { LockGraph } from '../javascript/lock-graph.ts';
import type { Replaced } from '../javascript/overrides.ts';
import { accepts } from '../javascript/range-text.ts';

/** A renewed package: `from` is the version that npm chose, `to` the one that it keeps. */
export interface HeldPackage extends Replaced {
  /** The graph in which npm has renewed it. */
  readonly graph: LockGraph;
}

/**
 * Returns the packages that `after` has in versions of which neither `before` nor a step knows, if
 * `before` has another version that all requests accept. A package whose new version is required by
 * a request is not among them.
 */
export function heldPackages(
  before: LockGraph,
  after: LockGraph,
  steps: readonly Step[],
): readonly HeldPackage[] {
  const moves = steps.flatMap((step): readonly Move[] => step.moves);
  const known = new Set(before.nodes.map(({ name, version }) => `${name}\0${version}`));
  const sources = new Set(moves.map(({ name, from }) => `${name}\0${from}`));
  const targets = new Set(moves.map(({ name, to }) => `${name}\0${to ?? ''}`));
  const renewed = new Map(
    after.nodes
      .filter(({ isProject }) => !isProject)
      .map((node) => [`${node.name}\0${node.version}`, node] as const)
      .filter(([key]) => !known.has(key) && !targets.has(key)),
  );
  return [...renewed.values()].flatMap(({ name, version }): readonly HeldPackage[] => {
    const requests = after.requestsFor(name, version);
    const [to] = before
      .versionsOf(name)
      .filter((old) => !sources.has(`${name}\0${old}`))
      .filter((old) => requests.every(({ range }) => accepts(range ?? '', old)))
      .sort((a, b) => compareVersions('npm', b, a) ?? 0);
    return to === undefined ? [] : [{ name, from: version, to, graph: after }];
  });
}
