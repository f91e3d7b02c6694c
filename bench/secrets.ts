/**
 * The search for secrets: the prefilter alone, in one process over code that the build has made,
 * and scans of an image and a tree beside trivy, which looks for secrets in both. Trivy leaves out
 * whole directories by their names; Assay leaves out nothing.
 */

import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type * as SearchModule from '../src/rules/detect/secret/secret-search.ts';
import { bytesRead, inTurns, measure, measureCommand, type Bench } from './measure.ts';

const MODULES = fileURLToPath(new URL('../node_modules/', import.meta.url));
/** What the prefilter must reach, in MB of 10^6 bytes for each second of the processor. */
const WANTED_MB_PER_SECOND = 300;
/** As scans read bodies. */
const PIECE_BYTES = 64 * 1024;
const IMAGE = 'trixie-full';

/** Where things are, and how often they are measured. */
export interface SecretBenchOptions {
  readonly assay: string;
  /** With `oci/trixie-full`; absent: a directory is measured alone. */
  readonly images: string | undefined;
  /** With an unpacked `trivy`; absent: nothing is compared. */
  readonly peers: string | undefined;
  readonly folder: string;
  readonly rounds: number;
}

/** Measures all of it. */
export async function secretSearch(options: SecretBenchOptions): Promise<readonly Bench[]> {
  const lines = [await prefilter(options.rounds)];
  const { images, peers } = options;
  if (peers === undefined) {
    console.log('secrets beside trivy: skipped, they need --peers');
    return lines;
  }
  lines.push(compared('a tree', ['fs', path.join(MODULES, 'typescript')], options));
  if (images === undefined) console.log('secrets in an image: skipped, they need --images');
  else {
    const target = ['image', '--input', path.join(images, 'oci', IMAGE)];
    lines.push(compared(`OCI ${IMAGE}`, target, options));
  }
  return lines;
}

async function prefilter(rounds: number): Promise<Bench> {
  const built = new URL('../dist/lib/detect/secret/secret-search.js', import.meta.url).href;
  const { sharedSearcher } = (await import(built)) as typeof SearchModule;
  const searcher = sharedSearcher();
  const folder = path.join(MODULES, 'typescript/lib');
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bytes = Buffer.concat(names.map((name) => readFileSync(path.join(folder, name))));
  const speeds = Array.from({ length: rounds + 1 }, () => {
    const before = process.cpuUsage().user;
    for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
      searcher.countLiterals(bytes.subarray(at, at + PIECE_BYTES));
    }
    return bytes.length / (process.cpuUsage().user - before);
  });
  // The first round is slower: V8 has not optimized the loop.
  const middle = speeds.slice(1).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? NaN;
  return {
    bench: 'prefilter of secrets',
    of: `CPU of the prefilter / CPU at ${WANTED_MB_PER_SECOND} MB/s`,
    ratio: WANTED_MB_PER_SECOND / middle,
    target: 1,
    detail: { megabytes: bytes.length / 1e6, megabytesPerSecond: middle },
  };
}

/**
 * Inventory and secrets of Assay, and secrets of trivy, whose inventory needs its database. Both
 * with an empty cache.
 */
function compared(
  name: string,
  target: readonly string[],
  { assay, peers = '', folder, rounds }: SecretBenchOptions,
): Bench {
  const fresh = (cache: string): string => {
    const place = path.join(folder, cache);
    rmSync(place, { recursive: true, force: true });
    return place;
  };
  const quiet = ['--quiet', '--format', 'json'];
  const ours = (): readonly string[] => {
    const cache = ['--offline', '--allow-empty', '--cache-dir', fresh('secrets-of-assay')];
    return [assay, ...target, '--scanners', 'packages,secret', ...cache, ...quiet];
  };
  const trivy = path.join(peers, 'trivy');
  const theirs = (): readonly string[] => {
    const cache = ['--offline-scan', '--cache-dir', fresh('secrets-of-trivy')];
    return [...target, '--scanners', 'secret', ...cache, ...quiet];
  };
  const [cost, peer] = inTurns(rounds, [
    () => measure(ours()),
    () => measureCommand(trivy, theirs()),
  ]);
  return {
    bench: `secrets in ${name}`,
    of: 'CPU / trivy',
    ratio: cost.cpuMs / peer.cpuMs,
    target: 1.2,
    detail: {
      ...{ cpuMs: cost.cpuMs, trivyCpuMs: peer.cpuMs },
      ...{ rssMib: cost.rssMib, trivyRssMib: peer.rssMib },
      // With the program itself: tens of megabytes of either.
      megabytesRead: bytesRead(process.execPath, ours()) / 1e6,
      trivyMegabytesRead: bytesRead(trivy, theirs()) / 1e6,
    },
  };
}
