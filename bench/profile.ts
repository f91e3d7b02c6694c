/**
 * Where the time of one cold scan goes, by rooms of the source: V8's samples of the threads that
 * run JavaScript, of the build in many files (whose functions have their rooms in their addresses),
 * with V8's usual flags.
 */

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { measure } from './measure.ts';

const MAIN = fileURLToPath(new URL('../dist/lib/cli/main.js', import.meta.url));
const ROOM = /\/dist\/lib\/(?<room>[^/]+)\//;
/** Functions of Node that are no JavaScript, by what they do; others count for who calls them. */
const NATIVE: ReadonlyMap<string, string> = new Map([
  ['(garbage collector)', 'garbage'],
  ['(idle)', 'idle'],
  ['(program)', 'Node'],
  ['(root)', 'Node'],
  ['update', 'digests'],
  ['digest', 'digests'],
  ['read', 'reading'],
  ['readBuffers', 'reading'],
  ['writeSync', 'inflating'],
]);
const NODE_PARTS: readonly (readonly [part: string, what: string])[] = [
  ['crypto', 'digests'],
  ['zlib', 'inflating'],
  ['modules', 'Node'],
];
/** A millisecond: each sample interrupts what it samples, readings above all. */
const INTERVAL_US = '1000';

interface Frame {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string };
  readonly children?: readonly number[];
}

interface Profile {
  readonly nodes: readonly Frame[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/**
 * Milliseconds by room, those of other threads last: V8's compiler and collector, and unpacking and
 * reading ahead.
 */
export function profileScan(
  target: string,
  verify: string,
  folder: string,
): ReadonlyMap<string, number> {
  const [profiles, cache] = [path.join(folder, 'profiles'), path.join(folder, 'profile-cache')];
  mkdirSync(profiles);
  const sampled = [
    '--cpu-prof',
    `--cpu-prof-interval=${INTERVAL_US}`,
    `--cpu-prof-dir=${profiles}`,
  ];
  const scan = ['image', '--input', target, '--verify', verify, '--scanners', 'packages'];
  const quiet = ['--quiet', '--cache-dir', cache, '-o', path.join(folder, 'out')];
  const { cpuMs } = measure([...sampled, MAIN, ...scan, ...quiet]);
  const rooms = new Map<string, number>();
  for (const name of readdirSync(profiles)) {
    const profile = JSON.parse(readFileSync(path.join(profiles, name), 'utf8')) as Profile;
    addProfile(profile, rooms);
  }
  for (const made of [profiles, cache]) rmSync(made, { recursive: true, force: true });
  rooms.delete('idle');
  const sum = [...rooms.values()].reduce((total, ms) => total + ms, 0);
  const inOrder = [...rooms].sort(([, a], [, b]) => b - a);
  return new Map([...inOrder, ['other threads', Math.max(0, cpuMs - sum)], ['all', cpuMs]]);
}

function addProfile(profile: Profile, rooms: Map<string, number>): void {
  const roomOf = roomsOf(profile.nodes);
  for (const [at, id] of profile.samples.entries()) {
    const room = roomOf.get(id) ?? 'Node';
    rooms.set(room, (rooms.get(room) ?? 0) + (profile.timeDeltas[at] ?? 0) / 1000);
  }
}

/** Of each frame. Parents come before their children. */
function roomsOf(nodes: readonly Frame[]): ReadonlyMap<number, string> {
  const rooms = new Map<number, string>();
  for (const { id, callFrame, children = [] } of nodes) {
    const room = ownRoom(callFrame) ?? rooms.get(id) ?? 'Node';
    rooms.set(id, room);
    for (const child of children) rooms.set(child, room);
  }
  return rooms;
}

function ownRoom({ functionName, url }: Frame['callFrame']): string | undefined {
  if (url === '') return NATIVE.get(functionName);
  if (url.startsWith('wasm:')) return 'WebAssembly';
  // Whatever else Node does in JavaScript of its own is done for who asked for it.
  if (url.startsWith('node:')) return NODE_PARTS.find(([part]) => url.includes(part))?.[1];
  return ROOM.exec(url)?.groups?.['room'] ?? 'libraries';
}
