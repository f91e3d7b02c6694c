/**
 * Benchmarks, as ratios to a floor or a peer in the same run: these machines are shared, so absolute times mean little.
 *
 *   npm run bench -- [--images DIR] [--advisories N] [--only TEXT] [--json FILE] [--rounds N]
 *
 * DIR holds `oci/NAME` (OCI layouts) and `save/NAME.tar` (`docker save` archives). N made-up advisories are built into
 * a base and looked up. Without these only start-up is measured. `--only` runs the benches with TEXT in their kind:
 * start-up, inventory, warm, shared layers, advisories.
 */

import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

import { layerCount, writeSubset } from './oci-subset.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASSAY = path.join(ROOT, 'dist/bin/assay.js');
const USAGE = path.join(ROOT, 'bench/usage.mjs');
const FLOOR = path.join(ROOT, 'bench/floor.mjs');
const FEED = path.join(ROOT, 'bench/synthetic-feed.mjs');
const FEED_FLOOR = path.join(ROOT, 'bench/feed-floor.mjs');
const LOOK_UPS = path.join(ROOT, 'bench/look-ups.mjs');

/** One measured run of a process. */
interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMib: number;
}

/** One line of the result. */
interface Bench {
  readonly bench: string;
  /** What is divided by what. */
  readonly of: string;
  readonly ratio: number;
  readonly target?: number;
  readonly detail: Readonly<Record<string, number>>;
}

const { values: options } = parseArgs({
  options: {
    images: { type: 'string' },
    advisories: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
  },
});
const folder = mkdtempSync(path.join(tmpdir(), 'assay-bench-'));
/** Of scans; not that of the user. */
const CACHE = path.join(folder, 'cache-of-scans');
const benches: Bench[] = [];
if (isWanted('start-up')) benches.push(startUp());
if (options.images !== undefined && isWanted('inventory')) {
  benches.push(...images(options.images, Number(options.rounds)));
}
if (options.images !== undefined && isWanted('warm')) {
  benches.push(...warmImages(options.images, Number(options.rounds)));
}
if (options.images !== undefined && isWanted('shared layers')) {
  benches.push(...sharedLayers(options.images, Number(options.rounds)));
}
if (options.advisories !== undefined && isWanted('advisories')) {
  benches.push(...advisories(Number(options.advisories)));
}
rmSync(folder, { recursive: true, force: true });

for (const { bench, of, ratio, target, detail } of benches) {
  const bar = target === undefined ? '' : ` (target <= ${target})`;
  console.log(`${bench}: ${ratio.toFixed(2)} ${of}${bar}`);
  const figures = Object.entries(detail).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(`  ${figures.join(', ')}`);
}
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ benches }, undefined, 2)}\n`);
}

function isWanted(name: string): boolean {
  return name.includes(options.only);
}

/** Building a base of made-up advisories against unpacking and parsing them; then looking some up. */
function advisories(count: number): readonly Bench[] {
  const mirror = path.join(folder, 'mirror');
  const cache = path.join(folder, 'cache');
  measure([FEED, mirror, String(count)], false);
  const build = ['db', 'update', '--mirror', mirror, '--cache-dir', cache, '--quiet'];
  const [built, floor] = inTurns(3, [
    () => {
      rmSync(cache, { recursive: true, force: true });
      return measure([ASSAY, ...build]);
    },
    () => measure([FEED_FLOOR, path.join(mirror, 'osv/npm/all.zip')]),
  ]);
  const base = path.join(cache, 'advisories');
  const sizeBytes = readdirSync(base).reduce(
    (sum, name) => sum + statSync(path.join(base, name)).size,
    0,
  );
  const [looked, node] = inTurns(7, [
    () => measure([LOOK_UPS, base, '500', String(count)]),
    () => measure(['-e', '0']),
  ]);
  return [
    {
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
    },
    {
      bench: `open and 500 look-ups among ${count} advisories`,
      of: 'CPU / CPU of `node -e 0`',
      ratio: looked.cpuMs / node.cpuMs,
      detail: { cpuMs: looked.cpuMs, wallMs: looked.wallMs, nodeCpuMs: node.cpuMs },
    },
  ];
}

/** `assay --version` against an empty Node, wall clock, median of 15, taken in turns. */
function startUp(): Bench {
  const [assay, node] = inTurns(15, [
    () => measure(['--', ASSAY, '--version'], false),
    () => measure(['-e', '0'], false),
  ]);
  return {
    bench: 'start-up',
    of: 'wall of `assay --version` / wall of `node -e 0`',
    ratio: assay.wallMs / node.wallMs,
    target: 1.6,
    detail: { assayMs: assay.wallMs, nodeMs: node.wallMs },
  };
}

function images(root: string, rounds: number): readonly Bench[] {
  const targets = ['oci', 'save'].flatMap((form) => {
    const home = path.join(root, form);
    return existsSync(home) ? readdirSync(home).map((name) => path.join(home, name)) : [];
  });
  return targets.map((target) => image(target, rounds));
}

function image(target: string, rounds: number): Bench {
  const [assay, floor] = inTurns(rounds, [
    () => {
      rmSync(CACHE, { recursive: true, force: true });
      return measure([ASSAY, ...inventoryOf(target)]);
    },
    () => measure([FLOOR, target]),
  ]);
  return {
    bench: `inventory of ${nameOf(target)}`,
    of: 'CPU of a cold scan / CPU of reading, inflating and hashing alone',
    ratio: assay.cpuMs / floor.cpuMs,
    detail: {
      cpuMs: assay.cpuMs,
      wallMs: assay.wallMs,
      rssMib: assay.rssMib,
      floorCpuMs: floor.cpuMs,
      floorWallMs: floor.wallMs,
    },
  };
}

/** Scans of images whose layers are all known. */
function warmImages(root: string, rounds: number): readonly Bench[] {
  return ociImages(root).map((target) => {
    rmSync(CACHE, { recursive: true, force: true });
    const cold = measure([ASSAY, ...inventoryOf(target)]);
    const [warm, node] = inTurns(rounds, [
      () => measure([ASSAY, ...inventoryOf(target)]),
      () => measure(['-e', '0']),
    ]);
    return {
      bench: `warm inventory of ${nameOf(target)}`,
      of: 'wall of a scan whose layers are known / wall of `node -e 0`',
      ratio: warm.wallMs / node.wallMs,
      target: 2.5,
      detail: {
        wallMs: warm.wallMs,
        cpuMs: warm.cpuMs,
        rssMib: warm.rssMib,
        nodeMs: node.wallMs,
        nodeCpuMs: node.cpuMs,
        coldMs: cold.wallMs,
        coldCpuMs: cold.cpuMs,
      },
    };
  });
}

/** An image all of whose layers but the last are known from another one, against an image of that last layer alone. */
function sharedLayers(root: string, rounds: number): readonly Bench[] {
  return ociImages(root)
    .filter((target) => layerCount(target) > 1)
    .map((target) => {
      const last = layerCount(target) - 1;
      const below = writeSubset(target, path.join(folder, 'below'), 0, last);
      const alone = writeSubset(target, path.join(folder, 'alone'), last, last + 1);
      rmSync(CACHE, { recursive: true, force: true });
      measure([ASSAY, ...inventoryOf(below)]);
      const known = path.join(folder, 'known');
      cpSync(CACHE, known, { recursive: true });
      const [nth, one] = inTurns(rounds, [
        () => {
          rmSync(CACHE, { recursive: true, force: true });
          cpSync(known, CACHE, { recursive: true });
          return measure([ASSAY, ...inventoryOf(target)]);
        },
        () => {
          rmSync(CACHE, { recursive: true, force: true });
          return measure([ASSAY, ...inventoryOf(alone)]);
        },
      ]);
      for (const made of [below, alone, known]) rmSync(made, { recursive: true });
      return {
        bench: `shared layers of ${nameOf(target)}`,
        of: 'CPU of a scan with one unknown layer / CPU of a scan of that layer alone',
        ratio: nth.cpuMs / one.cpuMs,
        target: 1.1,
        detail: {
          cpuMs: nth.cpuMs,
          aloneCpuMs: one.cpuMs,
          wallMs: nth.wallMs,
          aloneWallMs: one.wallMs,
        },
      };
    });
}

function ociImages(root: string): readonly string[] {
  const home = path.join(root, 'oci');
  return existsSync(home) ? readdirSync(home).map((name) => path.join(home, name)) : [];
}

function inventoryOf(target: string): readonly string[] {
  const scan = ['image', '--input', target, '--scanners', 'packages', '--allow-empty'];
  return [...scan, '--quiet', '--cache-dir', CACHE, '-f', 'json', '-o', path.join(folder, 'out')];
}

function nameOf(target: string): string {
  return `${path.basename(path.dirname(target))}/${path.basename(target)}`;
}

/** Medians of two commands run A B A B. */
function inTurns(
  rounds: number,
  [first, second]: readonly [() => Cost, () => Cost],
): readonly [Cost, Cost] {
  const a: Cost[] = [];
  const b: Cost[] = [];
  for (let round = 0; round < rounds; round += 1) {
    a.push(first());
    b.push(second());
  }
  return [median(a), median(b)];
}

function measure(args: readonly string[], withUsage = true): Cost {
  const file = path.join(folder, 'usage.json');
  const startedAt = performance.now();
  const preload = withUsage ? ['--import', USAGE] : [];
  const result = spawnSync(process.execPath, [...preload, ...args], {
    env: { ...process.env, ASSAY_BENCH_USAGE: file },
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  });
  const wallMs = performance.now() - startedAt;
  if (result.status !== 0) throw new Error(`node ${args.join(' ')}: ${result.stderr}`);
  const usage = withUsage
    ? (JSON.parse(readFileSync(file, 'utf8')) as { cpuMs: number; rssMib: number })
    : { cpuMs: 0, rssMib: 0 };
  return { wallMs, ...usage };
}

function median(costs: readonly Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number): number => {
    const sorted = costs.map(pick).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? NaN;
  };
  return {
    wallMs: middle((cost) => cost.wallMs),
    cpuMs: middle((cost) => cost.cpuMs),
    rssMib: middle((cost) => cost.rssMib),
  };
}
