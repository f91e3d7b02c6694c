/**
 * The moves that give a package another version: its own, and those of the packages that request it
 * and do not accept the new version. A package that the project requests itself gets another range
 * in the manifest that owns the request.
 */

import { compareVersions, isValidVersion } from '../../../../core/version/index.ts';
import type { NpmVersions } from '../../../../clients/package-index/npm-registry.ts';
import { allows, changeBetween, type Allowance } from '../../allowance.ts';
import type { ManifestEdit, Move } from '../../plan.ts';
import type { LockEdge, LockGraph } from './lock-graph.ts';
import { accepts, isVersionRequest, requestFor } from './range-text.ts';

/** The input of the search for moves. */
export interface MoveSearch {
  readonly graph: LockGraph;
  readonly allowance: Allowance;
  /** Returns the path of the manifest of the project or of a member. */
  readonly manifestOf: (nodePath: string) => string;
  /**
   * Returns the versions of a package; `undefined` if no registry is asked, or the registry does
   * not have it.
   */
  readonly versionsOf: (name: string) => Promise<NpmVersions | undefined>;
}

/** Moves that belong together. */
export interface MoveSet {
  readonly moves: readonly [Move, ...Move[]];
  readonly edits: readonly ManifestEdit[];
}

/** Reasons for missing moves. `isPeer`: a peer dependency forbids them, which is not overridden. */
export interface Blocked {
  readonly reason: string;
  readonly isPeer: boolean;
}

/** Longer chains of packages that do not accept each other's versions are not followed. */
const MAX_DEPTH = 8;
/** Requests and releases that are looked at for one version; real lockfiles take some hundred. */
const MAX_VISITS = 2000;
/** Releases of a package that are tried, lowest first, if it does not accept the new version. */
const MAX_PARENTS = 3;

/** Returns the moves that give every copy of a version another version. */
export async function findMoves(
  move: Move & { readonly to: string },
  search: MoveSearch,
): Promise<MoveSet | Blocked> {
  const state: State = { moves: new Map(), edits: new Map(), depth: 0, effort: { visits: 0 } };
  const blocked = await add(move, search, state);
  if (blocked !== undefined) return blocked;
  const [first = move, ...others] = state.moves.values();
  return { moves: [first, ...others], edits: [...state.edits.values()] };
}

interface State {
  readonly moves: Map<string, Move>;
  readonly edits: Map<string, ManifestEdit>;
  readonly depth: number;
  /** The shared effort of all branches of the search. */
  readonly effort: { visits: number };
}

async function add(
  move: Move & { readonly to: string },
  search: MoveSearch,
  state: State,
): Promise<Blocked | undefined> {
  const { name, from, to } = move;
  const key = `${name}\0${from}`;
  const known = state.moves.get(key);
  if (known !== undefined) {
    return known.to === to ? undefined : blocked(`${name} would need two versions at once`);
  }
  if (state.depth > MAX_DEPTH)
    return blocked(`${name} is bound by a chain of more than ${MAX_DEPTH} packages`);
  state.moves.set(key, move);
  for (const edge of search.graph.requestsFor(name, from)) {
    state.effort.visits += 1;
    if (state.effort.visits > MAX_VISITS) {
      return blocked(`more than ${MAX_VISITS} requests and releases would have to be looked at`);
    }
    const problem = edge.from.isProject
      ? addRequest(edge, move, search, state)
      : await addDependent(edge, move, search, { ...state, depth: state.depth + 1 });
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** A request of the project. Its level is bounded, whether the range is edited or not. */
function addRequest(
  edge: LockEdge,
  { name, from, to, level }: Move & { readonly to: string },
  { allowance, manifestOf }: MoveSearch,
  state: State,
): Blocked | undefined {
  const place = edge.catalog ?? { ...edge, manifest: manifestOf(edge.from.path) };
  const { manifest } = place;
  const range = edge.range ?? '';
  if (!isVersionRequest(range)) {
    return blocked(
      `"${manifest}" requests ${name} as "${range}", which is not a range of versions`,
    );
  }
  if (!allows(allowance, name, level)) {
    return blocked(`${name} ${from} to ${to} is a ${level} change, which --allow does not permit`);
  }
  if (accepts(range, to)) return undefined;
  if (edge.section === 'peerDependencies') {
    const reason = `"${manifest}" holds ${name} at "${range}" by a peer dependency`;
    return { reason, isPeer: true };
  }
  const { section, name: ownName } = place;
  state.edits.set(`${manifest}\0${section}\0${ownName}`, {
    manifest,
    section,
    name: ownName,
    from: range,
    to: requestFor(range, to),
  });
  return undefined;
}

/** A request of a package, which must move if it does not accept the new version. */
async function addDependent(
  edge: LockEdge,
  { name, to }: Move & { readonly to: string },
  search: MoveSearch,
  state: State,
): Promise<Blocked | undefined> {
  const owner = `${edge.from.name} ${edge.from.version}`;
  const asked = edge.range ?? (await registryRange(edge, search));
  if (asked === undefined) {
    return blocked(
      `the range that ${owner} requires is not in the lockfile, and no registry is asked`,
    );
  }
  if (accepts(asked, to)) return undefined;
  if (edge.section === 'peerDependencies') {
    const reason = `${name} ${to} is forbidden by a peer dependency: ${owner} requires "${asked}"`;
    return { reason, isPeer: true };
  }
  const bound = `bound by ${owner}, which requires ${name} "${asked}"`;
  const versions = await search.versionsOf(edge.from.name);
  if (versions === undefined) return blocked(bound);
  const isFree = (version: string): boolean => {
    const range = versions.get(version)?.get(edge.name);
    return range === undefined || accepts(range, to);
  };
  const newer = releasesAbove(edge.from.version, versions).filter(isFree);
  let last: Blocked = blocked(
    `${bound}; no newer release of ${edge.from.name} accepts ${name} ${to}`,
  );
  for (const [rank, version] of newer.slice(0, MAX_PARENTS).entries()) {
    const before = { ...state, moves: new Map(state.moves), edits: new Map(state.edits) };
    const level = changeBetween(edge.from.version, version);
    const move = { name: edge.from.name, from: edge.from.version, to: version, level, rank };
    const problem = await add(move, search, state);
    if (problem === undefined) return undefined;
    restore(state, before);
    last = { reason: `${bound}; ${problem.reason}`, isPeer: problem.isPeer };
  }
  return last;
}

/** Returns the range of a request that the lockfile does not have. */
async function registryRange(
  { from, name }: LockEdge,
  { versionsOf }: MoveSearch,
): Promise<string | undefined> {
  return (await versionsOf(from.name))?.get(from.version)?.get(name);
}

function restore(state: State, before: State): void {
  for (const part of ['moves', 'edits'] as const) {
    const map: Map<string, unknown> = state[part];
    map.clear();
    for (const [key, value] of before[part]) map.set(key, value);
  }
}

/**
 * Returns the releases above a version, lowest first. A pre-release is taken only if the version is
 * one itself.
 */
export function releasesAbove(version: string, versions: NpmVersions): readonly string[] {
  const isPre = (text: string): boolean => /^[^+]*-/u.test(text);
  return [...versions.keys()]
    .filter((one) => isValidVersion('npm', one) && (isPre(version) || !isPre(one)))
    .filter((one) => (compareVersions('npm', one, version) ?? 0) > 0)
    .sort((a, b) => compareVersions('npm', a, b) ?? 0);
}

function blocked(reason: string): Blocked {
  return { reason, isPeer: false };
}
