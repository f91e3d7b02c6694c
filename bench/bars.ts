/**
 * The bars of speed and memory: each is a ratio of two commands that were run in turns, on images
 * of `--images`, with the peers of `--peers` and, where advisories are matched, the base of
 * `--base` and the peer's database of `--trivydb`.
 */

import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { compareFindings } from './finding-sets.ts';
import { measureCommand, median, type Bench, type Cost } from './measure.ts';
import { manyFiles } from './many-files.ts';

export interface BarsOptions {
  /** Script of the command. */
  readonly assay: string;
  readonly floor: string;
  readonly images: string;
  /** With an unpacked `trivy` and `snyk.cjs`, as `peers.sh DIR install` leaves them. */
  readonly peers: string | undefined;
  /**
   * A cache folder into which the advisories were imported: `assay db import ... --cache-dir DIR`.
   */
  readonly base: string | undefined;
  /** What `trivydb/run.sh DIR` has made: `cache`, `lock`, `findings`. */
  readonly trivydb: string | undefined;
  /** For what is written meanwhile; somebody else removes it. */
  readonly folder: string;
  readonly rounds: number;
}

/** The image whose bars are the strictest, and the one that its memory is compared with. */
const LARGE = 'trixie-full';
const SMALL = 'trixie-slim';
const MIB = 1024 * 1024;

type Jobs = Readonly<Record<string, () => Cost>>;

/** `say` is told of each line as soon as it is known, since all of them take long. */
export function bars(options: BarsOptions, say: (line: Bench) => void): void {
  const groups = [
    ...namesIn(options, 'oci').map((name) => () => ociBars(name, options)),
    ...namesIn(options, 'save').map((name) => () => saveBars(name, options)),
    () => matchBars(options),
    () => memoryBars(options),
  ];
  for (const group of groups) for (const line of group()) say(line);
}

/** Runs all jobs once a round, and gives the medians of each. */
function inRounds<J extends Jobs>(rounds: number, jobs: J): Readonly<Record<keyof J, Cost>> {
  const costs = new Map<string, Cost[]>(Object.keys(jobs).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, job] of Object.entries(jobs)) costs.get(name)?.push(job());
  }
  return Object.fromEntries([...costs].map(([name, list]) => [name, median(list)])) as Record<
    keyof J,
    Cost
  >;
}

function ociBars(name: string, options: BarsOptions): readonly Bench[] {
  const target = path.join(options.images, 'oci', name);
  const costs = inRounds(options.rounds, {
    none: () => scan(target, options, ['--verify', 'none']),
    full: () => scan(target, options, ['--verify', 'full']),
    floor: () => node([options.floor, target]),
    ...(options.peers !== undefined && { trivy: () => trivy(target, options) }),
  } as const);
  const { none, full, floor } = costs;
  const lines = [
    bar(`OCI ${name}, none: CPU / floor`, none, floor, name === LARGE ? 1.15 : 1.3),
    wall(`OCI ${name}, none: wall / floor on two cores`, none, twoCores(floor)),
  ];
  if (!('trivy' in costs)) return lines;
  const peer = costs.trivy;
  return [
    ...lines,
    bar(`OCI ${name}, none: CPU / trivy`, none, peer, 0.5),
    bar(`OCI ${name}, full: CPU / trivy`, full, peer, 0.75),
  ];
}

function saveBars(name: string, options: BarsOptions): readonly Bench[] {
  const target = path.join(options.images, 'save', `${name}.tar`);
  const { peers } = options;
  const costs = inRounds(options.rounds, {
    none: () => scan(target, options, ['--verify', 'none']),
    // A question that decides has the bytes compared; none of the systems is beyond its end of life
    // with 99.
    digests: () => scan(target, options, ['--verify', 'none', '--exit-on-eol', '99'], [0, 99]),
    full: () => scan(target, options, ['--verify', 'full']),
    headers: () => node([options.floor, target, 'headers']),
    hashed: () => node([options.floor, target, 'digests']),
    ...(peers !== undefined && {
      trivy: () => trivy(target, options),
      snyk: () => node([path.join(peers, 'snyk.cjs'), target]),
    }),
  } as const);
  const { none, digests, full, headers, hashed } = costs;
  const lines = [
    bar(`save ${name}, none: CPU / (start + headers)`, none, headers, 2.5),
    bar(`save ${name}, digests: CPU / (start + headers + sha256)`, digests, hashed, 1.25),
  ];
  if (!('trivy' in costs) || !('snyk' in costs)) return lines;
  const [peer, other] = [costs.trivy, costs.snyk];
  return [
    ...lines,
    bar(`save ${name}, none: CPU / trivy`, none, peer, 0.15),
    bar(`save ${name}, full: CPU / trivy`, full, peer, 0.8),
    bar(`save ${name}, none: CPU / snyk-docker-plugin`, none, other, 0.2),
  ];
}

/** With matching on both sides. */
function matchBars(options: BarsOptions): readonly Bench[] {
  const { base, trivydb, images, rounds } = options;
  if (base === undefined || trivydb === undefined) {
    console.log('bars with matching: skipped, they need --base and --trivydb');
    return [];
  }
  const oci = path.join(images, 'oci', LARGE);
  const save = path.join(images, 'save', `${LARGE}.tar`);
  const lock = path.join(trivydb, 'lock');
  const tiny = path.join(images, 'oci/alpine-3.19');
  const cold = inRounds(rounds, {
    ociNone: () => matched('image', oci, options, { flags: ['--verify', 'none'] }),
    oci: () => matched('image', oci, options),
    save: () => matched('image', save, options, { flags: ['--verify', 'none'] }),
    ociPeer: () => matchedByTrivy('image', oci, options),
    savePeer: () => matchedByTrivy('image', save, options),
    lock: () => matched('fs', lock, options),
    lockPeer: () => matchedByTrivy('fs', lock, options),
    node: () => node(['-e', '0']),
  } as const);
  const lines = [
    bar(`matched, OCI ${LARGE}, none: CPU / trivy`, cold.ociNone, cold.ociPeer, 0.5),
    // No bar: the peer verifies nothing.
    bar(`matched, OCI ${LARGE}, full: CPU / trivy`, cold.oci, cold.ociPeer),
    bar(`matched, save ${LARGE}, none: CPU / trivy`, cold.save, cold.savePeer, 0.15),
    ratioOf(`matched, OCI ${LARGE}: peak RSS / trivy`, cold.oci, cold.ociPeer, {
      of: (cost) => cost.rssMib,
      target: 0.5,
    }),
    ...lockBars('first', { cost: cold.lock, peer: cold.lockPeer, start: cold.node }),
  ];
  matched('image', oci, options);
  matched('image', tiny, options, { isWarm: true });
  matched('fs', lock, options, { isWarm: true });
  matchedByTrivy('image', oci, options);
  matchedByTrivy('image', tiny, options, true);
  const warm = inRounds(rounds, {
    large: () => matched('image', oci, options, { isWarm: true }),
    tiny: () => matched('image', tiny, options, { isWarm: true }),
    largePeer: () => matchedByTrivy('image', oci, options, true),
    tinyPeer: () => matchedByTrivy('image', tiny, options, true),
    lock: () => matched('fs', lock, options, { isWarm: true }),
    lockPeer: () => matchedByTrivy('fs', lock, options, true),
    node: () => node(['-e', '0']),
  } as const);
  return [
    ...lines,
    wall(`warm ${LARGE}, matched: wall / trivy`, warm.large, warm.largePeer, 0.3),
    wall(`warm alpine-3.19, matched: wall / trivy`, warm.tiny, warm.tinyPeer, 0.3),
    wall(`warm ${LARGE}, matched and printed: wall / node -e 0`, warm.large, warm.node, 2.5),
    ...lockBars('later', { cost: warm.lock, peer: warm.lockPeer, start: warm.node }),
    ...compareFindings({ ...options, base, trivydb }),
  ];
}

/**
 * The first scan of a lockfile, which nothing is known of, or a later one with unchanged advisory
 * data.
 */
function lockBars(
  which: 'first' | 'later',
  { cost, peer, start }: Readonly<Record<'cost' | 'peer' | 'start', Cost>>,
): readonly Bench[] {
  const name = `lockfile of 10,000 packages, ${which} scan`;
  const of = ({ rssMib }: Cost): number => rssMib;
  return [
    wall(`${name}: wall / trivy`, cost, peer, 0.2),
    wall(`${name}: wall / node -e 0`, cost, start, 4),
    bar(`${name}: CPU / node -e 0`, cost, start),
    ratioOf(`${name}: peak RSS / trivy`, cost, peer, { of, target: 0.5 }),
  ];
}

function memoryBars(options: BarsOptions): readonly Bench[] {
  const lines: Bench[] = [];
  for (const form of ['oci', 'save'] as const) {
    const [large, small] = [LARGE, SMALL].map((name) =>
      path.join(options.images, form, form === 'save' ? `${name}.tar` : name),
    );
    if (large === undefined || small === undefined || !existsSync(large) || !existsSync(small)) {
      continue;
    }
    for (const [verify, mib] of [
      ['none', 150],
      ['full', 250],
    ] as const) {
      const costs = inRounds(options.rounds, {
        large: () => scan(large, options, ['--verify', verify]),
        small: () => scan(small, options, ['--verify', verify]),
      } as const);
      lines.push(memory(`${form} ${LARGE}, ${verify}`, costs.large, mib));
      lines.push(
        ratioOf(
          `${form}, ${verify}: peak RSS of ${LARGE} / of ${SMALL}`,
          costs.large,
          costs.small,
          {
            of: (cost) => cost.rssMib,
            target: 1.6,
          },
        ),
      );
    }
  }
  // Below /usr a package may own each of them, so that each is remembered; elsewhere they are
  // counted and forgotten.
  for (const below of ['srv', 'usr/share']) {
    const crowd = manyFiles(path.join(options.folder, 'crowd.tar'), 3_000_000, below);
    const cost = scan(crowd, options, ['--verify', 'none']);
    lines.push(memory(`save, 3 million empty files below /${below}, none`, cost, 400));
    rmSync(crowd);
  }
  return lines;
}

function memory(name: string, cost: Cost, targetMib: number): Bench {
  // The bars are in MB.
  const megabytes = (cost.rssMib * MIB) / 1e6;
  const of = 'MB of peak RSS';
  return {
    bench: `memory of ${name}`,
    of,
    ratio: megabytes,
    target: targetMib,
    detail: detailOf({ cost }),
  };
}

function bar(name: string, cost: Cost, of: Cost, target?: number): Bench {
  return ratioOf(name, cost, of, {
    of: ({ cpuMs }) => cpuMs,
    ...(target !== undefined && { target }),
  });
}

function wall(name: string, cost: Cost, of: Cost, target?: number): Bench {
  return ratioOf(name, cost, of, {
    of: ({ wallMs }) => wallMs,
    ...(target !== undefined && { target }),
  });
}

function ratioOf(
  bench: string,
  cost: Cost,
  against: Cost,
  { of, target }: { readonly of: (cost: Cost) => number; readonly target?: number },
): Bench {
  return {
    bench,
    of: '',
    ratio: of(cost) / of(against),
    ...(target !== undefined && { target }),
    detail: detailOf({ cost, against }),
  };
}

function detailOf(costs: Readonly<Record<string, Cost>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(costs).flatMap(([name, { cpuMs, wallMs, rssMib }]) => [
      [`${name}CpuMs`, cpuMs],
      [`${name}WallMs`, wallMs],
      [`${name}RssMib`, rssMib],
    ]),
  );
}

/** What two cores cannot do sooner: half of the work, or the one stream of the largest layer. */
function twoCores(floor: Cost): Cost {
  const { largestLayerMs = 0 } = JSON.parse(floor.output) as { readonly largestLayerMs?: number };
  return { ...floor, wallMs: Math.max(largestLayerMs, floor.cpuMs / 2) };
}

function namesIn({ images }: BarsOptions, form: 'oci' | 'save'): readonly string[] {
  const home = path.join(images, form);
  if (!existsSync(home)) return [];
  return readdirSync(home).flatMap((name) => {
    if (form === 'oci') return name.endsWith('.part') ? [] : [name];
    return name.endsWith('.tar') ? [name.slice(0, -'.tar'.length)] : [];
  });
}

function node(args: readonly string[], allowed: readonly number[] = [0]): Cost {
  return measureCommand(process.execPath, args, allowed);
}

/** Cold, and an inventory alone. */
function scan(
  target: string,
  { assay, folder }: BarsOptions,
  flags: readonly string[],
  allowed: readonly number[] = [0],
): Cost {
  const cache = path.join(folder, 'cache-of-bars');
  rmSync(cache, { recursive: true, force: true });
  const what = ['image', '--input', target, '--scanners', 'packages', '--allow-empty', ...flags];
  const how = ['--quiet', '--cache-dir', cache, '-f', 'json', '-o', path.join(folder, 'out')];
  return node([assay, ...what, ...how], allowed);
}

/** With matching, and a table as people see it; `isWarm` keeps the results of earlier scans. */
function matched(
  command: 'image' | 'fs',
  target: string,
  { assay, base, folder }: BarsOptions,
  {
    flags = [],
    isWarm = false,
  }: { readonly flags?: readonly string[]; readonly isWarm?: boolean } = {},
): Cost {
  const cache = path.join(folder, 'base');
  if (!existsSync(cache)) cpSync(base ?? '', cache, { recursive: true });
  if (!isWarm) rmSync(path.join(cache, 'layers'), { recursive: true, force: true });
  const what = command === 'image' ? ['image', '--input', target] : ['fs', target];
  return node([assay, ...what, ...flags, '--quiet', '--offline', '--cache-dir', cache]);
}

/**
 * As `peers.sh DIR trivy TARGET` runs it: jars are left out, because its Java database cannot be
 * had.
 */
function trivy(target: string, { peers = '', folder }: BarsOptions): Cost {
  const cache = path.join(folder, 'cache-of-trivy');
  rmSync(cache, { recursive: true, force: true });
  const what = ['--skip-files', '**/*.jar', '--format', 'cyclonedx', '--input', target];
  return measureCommand(path.join(peers, 'trivy'), [
    'image',
    '--cache-dir',
    cache,
    ...OFFLINE,
    ...what,
  ]);
}

const OFFLINE = ['--quiet', '--offline-scan', '--skip-db-update', '--skip-java-db-update'];

function matchedByTrivy(
  command: 'image' | 'fs',
  target: string,
  { peers, trivydb = '' }: BarsOptions,
  isWarm = false,
): Cost {
  const cache = path.join(trivydb, 'cache');
  if (!isWarm) rmSync(path.join(cache, 'fanal'), { recursive: true, force: true });
  const what = command === 'image' ? ['--input', target] : [target];
  const how = ['--cache-dir', cache, ...OFFLINE, '--scanners', 'vuln', '--format', 'json'];
  return measureCommand(path.join(peers ?? path.join(trivydb, 'peers'), 'trivy'), [
    command,
    ...how,
    ...what,
  ]);
}
