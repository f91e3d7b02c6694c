/**
 * The files of the first run of npm: manifests that pin each moved package to its version, and a lockfile without the packages
 * that move, so that npm resolves them anew.
 */

import { isJsonObject, readJson, type JsonObject, type JsonValue } from '../../../format/json.ts';
import type { ProjectFile } from '../../manager.ts';
import type { Move, Step } from '../../plan.ts';
import { isProjectNode, type LockEdge, type LockGraph } from './lock-graph.ts';
import { exactRequest } from './range-text.ts';

/** What the files are made from. */
interface PinnedRequest {
  /** The manifests of the plan; the first one is the root's. */
  readonly manifests: readonly ProjectFile[];
  readonly lockfile: ProjectFile;
  readonly steps: readonly Step[];
  readonly graph: LockGraph;
  readonly manifestOf: (nodePath: string) => string;
}

/** Returns the files. They are written for npm alone and never shown. */
export function pinnedFiles(request: PinnedRequest): readonly ProjectFile[] {
  const { manifests, lockfile, steps, graph, manifestOf } = request;
  const moves = uniqueMoves(steps);
  const documents = new Map(manifests.map(({ path, bytes }) => [path, mutableCopy(readJson(path, bytes))]));
  const root = documents.get(manifestOf('')) ?? {};
  const overridden = new Set(
    steps.flatMap(({ kind, moves: [first] }) => (kind === 'override' ? [`${first.name}\0${first.from}`] : [])),
  );
  for (const move of moves.values()) {
    const { to } = move;
    if (to === undefined) continue;
    for (const edge of graph.requestsFor(move.name, move.from)) {
      if (edge.section === 'peerDependencies') continue;
      if (isProjectNode(edge.from)) pinRequest(documents.get(manifestOf(edge.from.path)), edge, to);
      else pinDependent(root, edge, to, moves);
    }
    if (overridden.has(`${move.name}\0${move.from}`)) pinOverride(root, move.name, to);
  }
  return [
    ...[...documents].map(([path, document]) => ({ path, bytes: encode(document) })),
    { path: lockfile.path, bytes: encode(withoutMoved(lockfile, moves), layoutOf(lockfile.bytes)) },
  ];
}

interface Layout {
  readonly unit: string;
  readonly newline: string;
}

/** npm writes a lockfile with the indentation and the line ends that it has. */
function layoutOf(bytes: Uint8Array): Layout {
  const start = new TextDecoder().decode(bytes.subarray(0, 256));
  const groups = /^\s*\{(?<newline>\r?\n)(?<unit>[\t ]+)/u.exec(start)?.groups;
  return { unit: groups?.['unit'] ?? '', newline: groups?.['newline'] ?? '\n' };
}

function encode(value: unknown, { unit, newline }: Layout = { unit: '', newline: '\n' }): Uint8Array {
  const text = `${JSON.stringify(value, null, unit)}\n`;
  return new TextEncoder().encode(newline === '\n' ? text : text.replaceAll('\n', newline));
}

type Mutable = Record<string, unknown>;

function mutableCopy(value: JsonObject): Mutable {
  return JSON.parse(JSON.stringify(value)) as Mutable;
}

function uniqueMoves(steps: readonly Step[]): ReadonlyMap<string, Move> {
  return new Map(
    steps.flatMap(({ moves }) => moves.map((move) => [`${move.name}\0${move.from}`, move] as const)),
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

/** An override for the requests of one package at the version that it has after the plan. */
function pinDependent(
  root: Mutable,
  { from, name, range }: LockEdge,
  to: string,
  moves: ReadonlyMap<string, Move>,
): void {
  const version = moves.get(`${from.name}\0${from.version}`)?.to ?? from.version;
  const overrides = memberOf(root, 'overrides');
  const key = `${from.name}@${version}`;
  const nested = typeof overrides[key] === 'string' ? { '.': overrides[key] } : memberOf(overrides, key);
  overrides[key] = { ...nested, [name]: exactRequest(range, to) };
}

/** The override of the plan, with the version in place of its range. */
function pinOverride(root: Mutable, name: string, to: string): void {
  const overrides = memberOf(root, 'overrides');
  for (const [key, value] of Object.entries(overrides)) {
    const isOwn = key === name || key.startsWith(`${name}@`);
    if (isOwn && value === `^${to}`) overrides[key] = to;
  }
}

/** The lockfile without the moved packages and what lies inside them. */
function withoutMoved({ path, bytes }: ProjectFile, moves: ReadonlyMap<string, Move>): JsonObject {
  const root = readJson(path, bytes);
  const packages = isJsonObject(root['packages']) ? root['packages'] : {};
  const isMoved = ([key, row]: readonly [string, JsonValue | undefined]): boolean => {
    if (isProjectNode({ path: key }) || !isJsonObject(row)) return false;
    const name = typeof row['name'] === 'string' ? row['name'] : key.replace(/^.*node_modules\//u, '');
    return moves.has(`${name}\0${String(row['version'])}`);
  };
  const gone = Object.entries(packages).filter(isMoved).map(([key]) => `${key}/`);
  const kept = Object.entries(packages).filter(([key]) => !gone.some((prefix) => `${key}/`.startsWith(prefix)));
  // npm reads `packages`; the older form beside it would bring the packages back.
  const { dependencies: _, ...rest } = root;
  return { ...rest, packages: Object.fromEntries(kept) };
}
