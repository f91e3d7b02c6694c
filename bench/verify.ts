/** What verification costs: against a scan without it, against a peer, and in memory. */

import { rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { inTurns, measure, measureCommand, type Bench, type Cost } from './measure.ts';

export interface VerifyBench {
  /** The command, as `measure` takes it, up to the target. */
  readonly assay: string;
  /** Emptied before each scan. */
  readonly cache: string;
  readonly out: string;
  readonly rounds: number;
  /** The folder that `peers.sh DIR install` filled; absent: no peer. */
  readonly peers?: string;
}

/** Above this size an image is one that the bar of memory is for. */
const LARGE_BYTES = 1_000_000_000;

/** `full` against `none` on one OCI image, cold. */
export function verifyCost(target: string, bench: VerifyBench): Bench {
  const [full, none] = inTurns(bench.rounds, [
    () => scan(target, 'full', bench),
    () => scan(target, 'none', bench),
  ]);
  return {
    bench: `verify of ${nameOf(target)}`,
    of: 'CPU of a cold scan with --verify full / with --verify none',
    ratio: full.cpuMs / none.cpuMs,
    target: 1.7,
    detail: { ...figures('full', full), ...figures('none', none) },
  };
}

/** Peak memory of a cold scan of a large image, in the form that takes more of it. */
export function verifyMemory(target: string, bench: VerifyBench): Bench {
  const [full] = inTurns(bench.rounds, [
    () => scan(target, 'full', bench),
    () => measure(['-e', '0']),
  ]);
  return {
    bench: `memory of ${nameOf(target)}`,
    of: 'MB at most of a cold scan with --verify full',
    ratio: (full.rssMib * 1024 * 1024) / 1e6,
    target: 250,
    detail: figures('full', full),
  };
}

/** A `docker save` archive, hashed and verified, against a peer's plain scan. */
export function verifyAgainstPeer(target: string, bench: VerifyBench): readonly Bench[] {
  const { peers } = bench;
  if (peers === undefined) return [];
  const [full, peer] = inTurns(bench.rounds, [
    () => scan(target, 'full', bench),
    () => trivy(target, peers),
  ]);
  return [
    {
      bench: `verify against trivy of ${nameOf(target)}`,
      of: 'CPU of a cold scan with --verify full / CPU of an inventory by trivy',
      ratio: full.cpuMs / peer.cpuMs,
      target: 0.8,
      detail: { ...figures('full', full), ...figures('trivy', peer) },
    },
  ];
}

/** Whether a `docker save` archive unpacks to more than a gigabyte. */
export function isLarge(archive: string): boolean {
  return statSync(archive).size > LARGE_BYTES;
}

function scan(target: string, verify: 'full' | 'none', { assay, cache, out }: VerifyBench): Cost {
  rmSync(cache, { recursive: true, force: true });
  const what = ['image', '--input', target, '--scanners', 'packages', '--allow-empty'];
  const how = ['--verify', verify, '--quiet', '--cache-dir', cache, '-f', 'json', '-o', out];
  return measure([assay, ...what, ...how]);
}

/**
 * As `peers.sh DIR trivy TARGET` runs it: jars are left out, because its Java database cannot be
 * had.
 */
function trivy(target: string, peers: string): Cost {
  const cache = path.join(peers, 'cache');
  rmSync(cache, { recursive: true, force: true });
  const offline = ['--offline-scan', '--skip-db-update', '--skip-java-db-update'];
  const what = ['--skip-files', '**/*.jar', '--format', 'cyclonedx', '--input', target];
  const args = ['image', '--cache-dir', cache, '--quiet', ...offline, ...what];
  return measureCommand(path.join(peers, 'trivy'), args);
}

function figures(name: string, { cpuMs, wallMs, rssMib }: Cost): Record<string, number> {
  return { [`${name}CpuMs`]: cpuMs, [`${name}WallMs`]: wallMs, [`${name}RssMib`]: rssMib };
}

function nameOf(target: string): string {
  return `${path.basename(path.dirname(target))}/${path.basename(target)}`;
}
