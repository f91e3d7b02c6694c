/**
 * Building a base of made-up advisories against unpacking and parsing them; then looking some up,
 * as SQLite does.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultCacheDirectory } from '../src/core/base/cache-directory.ts';
import { inTurns, measure, type Bench } from './measure.ts';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const ASSAY = script('../dist/bin/assay.js');
const PEER = 'better-sqlite3@12.11.1';
const LOOK_UP_COUNT = '500';

interface Setup {
  /** For everything that is written. */
  readonly folder: string;
  /** Of each pair, at least five. */
  readonly rounds: number;
}

export function advisories(count: number, setup: Setup): readonly Bench[] {
  const rounds = Math.max(5, setup.rounds);
  const mirror = path.join(setup.folder, 'mirror');
  const cache = path.join(setup.folder, 'cache');
  const zip = path.join(mirror, 'osv/npm/all.zip');
  const base = path.join(cache, 'advisories');
  measure([script('synthetic-feed.mjs'), mirror, String(count)], false);
  const build = ['db', 'update', '--mirror', mirror, '--cache-dir', cache, '--quiet'];
  const [built, floor] = inTurns(rounds, [
    () => {
      rmSync(cache, { recursive: true, force: true });
      return measure([ASSAY, ...build]);
    },
    () => measure([script('feed-floor.mjs'), zip]),
  ]);
  const sizeBytes = readdirSync(base).reduce(
    (sum, name) => sum + statSync(path.join(base, name)).size,
    0,
  );
  const bench: Bench = {
    bench: `build of ${count} synthetic advisories`,
    of: 'CPU of `db update` / CPU of unzip and JSON.parse',
    ratio: built.cpuMs / floor.cpuMs,
    target: 1.3,
    detail: {
      cpuMs: built.cpuMs,
      floorCpuMs: floor.cpuMs,
      rssMib: built.rssMib,
      mibPer100k: (sizeBytes / count) * (100_000 / 1024 / 1024),
    },
  };
  return [bench, ...lookUps(count, { zip, base, folder: setup.folder, rounds })];
}

/** Each side in a process of its own, and both give parsed advisories. */
function lookUps(
  count: number,
  { zip, base, folder, rounds }: Setup & { readonly zip: string; readonly base: string },
): readonly Bench[] {
  const peer = installedPeer();
  if (peer === undefined) {
    console.log(`look-ups against SQLite: skipped, ${PEER} cannot be installed`);
    return [];
  }
  const built = path.join(folder, 'look-ups');
  const asked = [base, LOOK_UP_COUNT, String(count)];
  measure([script('bundle-look-ups.mjs'), built, ...asked], false);
  const database = path.join(folder, 'peer.db');
  measure([script('sqlite-build.mjs'), peer, zip, database], false);
  const [own, theirs] = inTurns(rounds, [
    () => measure([path.join(built, 'assay.js'), ...asked]),
    () => measure([script('sqlite-look-ups.mjs'), peer, database, LOOK_UP_COUNT, String(count)]),
  ]);
  if (own.output !== theirs.output) throw new Error(`${own.output} found, not ${theirs.output}`);
  return [
    {
      bench: `open and ${LOOK_UP_COUNT} look-ups among ${count} advisories`,
      of: `CPU / CPU of ${PEER}, whole processes`,
      ratio: own.cpuMs / theirs.cpuMs,
      target: 1,
      detail: {
        cpuMs: own.cpuMs,
        wallMs: own.wallMs,
        peerCpuMs: theirs.cpuMs,
        peerWallMs: theirs.wallMs,
        peerMibPer100k: (statSync(database).size / count) * (100_000 / 1024 / 1024),
        foundCount: Number(own.output),
      },
    },
  ];
}

/**
 * The folder in which the peer is; it is compiled there the first time. `undefined` where that
 * fails.
 */
function installedPeer(): string | undefined {
  const folder = path.join(defaultCacheDirectory(), 'bench', PEER);
  if (existsSync(path.join(folder, 'node_modules/better-sqlite3/build/Release'))) return folder;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--silent', '--no-save', '--no-audit', '--prefix', folder, PEER];
  const { status } = spawnSync('npm', args, { stdio: 'ignore' });
  return status === 0 ? folder : undefined;
}
