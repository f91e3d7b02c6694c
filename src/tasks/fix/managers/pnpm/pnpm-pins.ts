/**
 * The manifests of the first run of pnpm, which pin each moved package to its version: a request of
 * the project to exactly this version, and requests of other packages by overrides.
 *
 * Source: pnpm documentation, "overrides" (`parent>name`, `parent@1.0.0>name`).
 */

import type { LockGraph } from '../javascript/lock-graph.ts';
import { exactRequest } from '../javascript/range-text.ts';
import type { Step } from '../../plan.ts';

/** The input of the pins. */
export interface PinRequest {
  readonly steps: readonly Step[];
  readonly graph: LockGraph;
}

/** The pins of a first run. */
export interface Pins {
  /** Values of requests of the project. */
  readonly requests: readonly PinnedRequest[];
  /** Overrides by their keys. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** A request of the project, and the version that it gets. */
export interface PinnedRequest {
  /** The directory of the project or member. */
  readonly directory: string;
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** Returns what is pinned. */
export function pinsOf({ steps, graph }: PinRequest): Pins {
  const moves = new Map(
    steps.flatMap((step) =>
      step.moves.map((move) => [`${move.name}\0${move.from}`, move] as const),
    ),
  );
  const requests: PinnedRequest[] = [];
  const overrides = new Map<string, string>();
  for (const { name, from, to } of moves.values()) {
    if (to === undefined) continue;
    const isOnly = graph.versionsOf(name).length === 1;
    if (isOnly) overrides.set(name, to);
    for (const edge of graph.requestsFor(name, from)) {
      if (edge.section === 'peerDependencies') continue;
      const value = edge.name === name ? to : `npm:${name}@${to}`;
      if (edge.from.isProject) {
        requests.push({
          directory: edge.from.path,
          section: edge.section,
          name: edge.name,
          value: exactRequest(edge.range ?? '', to),
        });
      } else if (!isOnly || edge.name !== name) {
        const parent = edge.from;
        const version = moves.get(`${parent.name}\0${parent.version}`)?.to ?? parent.version;
        const isOnlyParent = graph.versionsOf(parent.name).length === 1;
        overrides.set(
          `${isOnlyParent ? parent.name : `${parent.name}@${version}`}>${edge.name}`,
          value,
        );
      }
    }
  }
  return { requests, overrides };
}
