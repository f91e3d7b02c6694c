/**
 * The manifests of the first run of npm, which pin each moved package to its version: a request of
 * the project to exactly this version, and requests of other packages by overrides.
 *
 * npm applies an override of a package at a version (`a@1.0.0`) only to exact requests for it, so
 * that names without a version are used wherever the lockfile has one version of the package.
 */

import { readJson, type JsonObject } from '../../../../formats/text/json/json.ts';
import type { Move, Step } from '../../plan.ts';
import type { ProjectFile } from '../../project-files.ts';
import type { LockEdge, LockGraph, LockNode } from '../javascript/lock-graph.ts';
import type { Replaced } from '../javascript/overrides.ts';
import { exactRequest } from '../javascript/range-text.ts';
import type { HeldPackage } from './held-packages.ts';

/** What the files are made from. */
export interface PinnedRequest {
  /** The manifests of the plan; the first one is the root's. */
  readonly manifests: readonly ProjectFile[];
  readonly steps: readonly Step[];
  readonly graph: LockGraph;
  readonly manifestOf: (nodePath: string) => string;
  /** Packages that keep their versions although npm would renew them. */
  readonly held: readonly HeldPackage[];
}

/** Returns the files. They are written for npm alone and never shown. */
export function pinnedFiles(request: PinnedRequest): readonly ProjectFile[] {
  const { manifests, steps, graph, held } = request;
  const moves = uniqueMoves(steps);
  const documents = new Map(
    manifests.map(({ path, bytes }) => [path, mutableCopy(readJson(path, bytes))]),
  );
  const pinned: PinnedDocuments = {
    root: documents.get(request.manifestOf('')) ?? {},
    manifestOf: ({ path }) => documents.get(request.manifestOf(path)),
  };
  const overridden = new Set(
    steps.flatMap(({ kind, moves: [first] }) =>
      kind === 'override' ? [`${first.name}\0${first.from}`] : [],
    ),
  );
  for (const move of moves.values()) {
    const { to } = move;
    if (to === undefined) continue;
    pinPackage(pinned, { ...move, to }, { moves, graph });
    if (overridden.has(`${move.name}\0${move.from}`)) pinOverride(pinned.root, move.name, to);
  }
  for (const one of held) pinPackage(pinned, one, { moves: new Map(), graph: one.graph });
  return [...documents].map(([path, document]) => ({
    path,
    bytes: new TextEncoder().encode(`${JSON.stringify(document)}\n`),
  }));
}

type Mutable = Record<string, unknown>;

interface PinnedDocuments {
  readonly root: Mutable;
  /** Returns the manifest of the project or of a member. */
  readonly manifestOf: (node: LockNode) => Mutable | undefined;
}

/** Pins all requests that find a version of a package in a graph. */
function pinPackage(
  { root, manifestOf }: PinnedDocuments,
  { name, from, to }: Replaced,
  { moves, graph }: { readonly moves: ReadonlyMap<string, Move>; readonly graph: LockGraph },
): void {
  const edges = graph.requestsFor(name, from).filter(isPinned);
  const own = edges.filter((edge) => edge.from.isProject);
  for (const edge of own) pinRequest(manifestOf(edge.from), edge, to);
  if (own.length === 0 && graph.versionsOf(name).length === 1) {
    memberOf(root, 'overrides')[name] = to;
    return;
  }
  for (const edge of edges) {
    if (!edge.from.isProject) pinDependent(root, edge, to, { moves, graph });
  }
}

function mutableCopy(value: JsonObject): Mutable {
  return JSON.parse(JSON.stringify(value)) as Mutable;
}

function uniqueMoves(steps: readonly Step[]): ReadonlyMap<string, Move> {
  return new Map(
    steps.flatMap(({ moves }) =>
      moves.map((move) => [`${move.name}\0${move.from}`, move] as const),
    ),
  );
}

function memberOf(document: Mutable, name: string): Mutable {
  const value = document[name];
  if (typeof value === 'object' && value !== null) return value as Mutable;
  const made: Mutable = {};
  document[name] = made;
  return made;
}

function pinRequest(document: Mutable | undefined, edge: LockEdge, to: string): void {
  if (document === undefined) return;
  const section = memberOf(document, edge.section);
  const now = section[edge.name];
  if (typeof now === 'string') section[edge.name] = exactRequest(now, to);
}

/** What a peer requests is installed by others. */
function isPinned({ section }: LockEdge): boolean {
  return section !== 'peerDependencies';
}

/** An override for the requests of one package, at the version that it has after the plan. */
function pinDependent(
  root: Mutable,
  { from, name, range }: LockEdge,
  to: string,
  { moves, graph }: { readonly moves: ReadonlyMap<string, Move>; readonly graph: LockGraph },
): void {
  const version = moves.get(`${from.name}\0${from.version}`)?.to ?? from.version;
  const overrides = memberOf(root, 'overrides');
  const key = graph.versionsOf(from.name).length === 1 ? from.name : `${from.name}@${version}`;
  const known = overrides[key];
  const nested = typeof known === 'string' ? { '.': known } : memberOf(overrides, key);
  overrides[key] = { ...nested, [name]: exactRequest(range ?? '', to) };
}

/** The override of the plan, with the version in place of its range. */
function pinOverride(root: Mutable, name: string, to: string): void {
  const overrides = memberOf(root, 'overrides');
  for (const [key, value] of Object.entries(overrides)) {
    const isOwn = key === name || key.startsWith(`${name}@`);
    if (isOwn && value === `^${to}`) overrides[key] = to;
  }
}
