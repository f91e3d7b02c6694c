/**
 * Benchmarks, as ratios to a floor or a peer in the same run: these machines are shared, so
 * absolute times mean little.
 *
 *   npm run bench -- [--images DIR] [--peers DIR] [--base DIR] [--trivydb DIR] [--advisories N]
 *                    [--sources DIR] [--only TEXT] [--json FILE] [--rounds N]
 *
 * DIR holds `oci/NAME` (OCI layouts) and `save/NAME.tar` (`docker save` archives). N made-up
 * advisories are built into a base and looked up, beside SQLite, which is installed below the cache
 * folder. Without these only start-up, pins, signatures (with docker-registry and cosign), pushes
 * (with docker-registry and skopeo), commits (with git, ssh-keygen and gpg), the package registry (with ab and nginx) and the formats of
 * reports are measured. `--peers` is a folder with an unpacked `trivy` and `snyk.cjs`, `--trivydb`
 * one with its database, and `--base` a cache folder with the same advisories; see
 * `docs/performance-profile.md`. `--sources` is a folder with programs, of which up to 5,000 files
 * are audited. `--only` runs the benches with TEXT in their kind: start-up, pin, code, fix,
 * signatures, commits, push, rule files, earlier build, secrets, registry, names, reports, bars, six outputs,
 * base comparison, warm, shared layers, verify, profile, advisories. ASSAY_BENCH_COMMAND is the
 * command to measure, by default that of dist; ASSAY_BENCH_BEFORE is that of an earlier build, to
 * which scans of packages are compared.
 */

import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { advisories } from './advisories.ts';
import { bars } from './bars.ts';
import { againstEarlierBuild } from './before.ts';
import { baseComparison } from './base.ts';
import { codeAudit } from './code.ts';
import { fixPlan } from './fix.ts';
import { inTurns, measure, type Bench } from './measure.ts';
import { layerCount, writeSubset } from './oci-subset.ts';
import { sixOutputs } from './outputs.ts';
import { pinCheck } from './pin.ts';
import { profileScan } from './profile.ts';
import { pushedImage } from './push.ts';
import { packageRegistry } from './registry.ts';
import { reportFormats } from './reports.ts';
import { imageSignatures } from './signatures.ts';
import { signedCommits } from './signed-commits.ts';
import { ruleFiles } from './rule-files.ts';
import { nameSearch } from './names.ts';
import { secretSearch } from './secrets.ts';
import { isLarge, verifyAgainstPeer, verifyCost, verifyMemory } from './verify.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASSAY = process.env['ASSAY_BENCH_COMMAND'] ?? path.join(ROOT, 'dist/bin/assay.js');
const FLOOR = path.join(ROOT, 'bench/floor.mjs');

const { values: options } = parseArgs({
  options: {
    images: { type: 'string' },
    peers: { type: 'string' },
    advisories: { type: 'string' },
    sources: { type: 'string' },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    base: { type: 'string' },
    trivydb: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    help: { type: 'boolean' },
  },
});
if (options.help === true) {
  const [comment = ''] =
    /^\/\*\*.*?\*\//su.exec(readFileSync(fileURLToPath(import.meta.url), 'utf8')) ?? [];
  console.log(comment.replaceAll(/^(?:\/\*\*| \*\/?) ?\n?/gmu, ''));
  process.exit(0);
}
const folder = mkdtempSync(path.join(tmpdir(), 'assay-bench-'));
/** Of scans; not that of the user. */
const CACHE = path.join(folder, 'cache-of-scans');
const benches: Bench[] = [];
const printed = new Set<Bench>();
if (isWanted('start-up')) benches.push(startUp());
if (isWanted('pin')) benches.push(...pinCheck(ASSAY, folder, Number(options.rounds)));
if (options.sources !== undefined && isWanted('code')) {
  const { sources } = options;
  benches.push(...codeAudit(ASSAY, { sources, folder, rounds: Number(options.rounds) }));
}
if (isWanted('fix')) benches.push(...fixPlan(ASSAY, folder, Number(options.rounds)));
if (isWanted('signatures')) {
  benches.push(...(await imageSignatures(ASSAY, folder, Number(options.rounds))));
}
if (isWanted('commits')) {
  benches.push(...signedCommits(ASSAY, folder, Number(options.rounds)));
}
if (isWanted('push')) {
  benches.push(...(await pushedImage(ASSAY, { folder, rounds: Number(options.rounds) })));
}
if (isWanted('rule files')) benches.push(...(await ruleFiles(Number(options.rounds))));
if (isWanted('earlier build')) {
  benches.push(...againstEarlierBuild(ASSAY, folder, Number(options.rounds)));
}
if (isWanted('secrets')) {
  const { images, peers } = options;
  const rounds = Number(options.rounds);
  benches.push(...(await secretSearch({ assay: ASSAY, images, peers, folder, rounds })));
}
if (isWanted('registry')) {
  const { peers } = options;
  const rounds = Number(options.rounds);
  benches.push(...(await packageRegistry({ assay: ASSAY, folder, rounds, peers })));
}
if (isWanted('names')) benches.push(await nameSearch(Number(options.rounds)));
if (isWanted('reports')) benches.push(...reportFormats(folder, Number(options.rounds)));
if (options.images !== undefined && isWanted('bars')) {
  bars(
    {
      assay: ASSAY,
      floor: FLOOR,
      images: options.images,
      peers: options.peers,
      base: options.base,
      trivydb: options.trivydb,
      folder,
      rounds: Number(options.rounds),
    },
    (line) => {
      benches.push(line);
      printed.add(line);
      print(line);
    },
  );
}
if (options.images !== undefined && options.base !== undefined && isWanted('six outputs')) {
  const { images, base } = options;
  const rounds = Number(options.rounds);
  benches.push(...sixOutputs({ assay: ASSAY, images, base, folder, rounds }));
}
if (options.images !== undefined && isWanted('base comparison')) {
  const { images, base } = options;
  const rounds = Number(options.rounds);
  benches.push(...baseComparison({ assay: ASSAY, images, base, folder, rounds }));
}
if (options.images !== undefined && isWanted('warm')) {
  benches.push(...warmImages(options.images, Number(options.rounds)));
}
if (options.images !== undefined && isWanted('shared layers')) {
  benches.push(...sharedLayers(options.images, Number(options.rounds)));
}
if (options.images !== undefined && isWanted('verify')) {
  benches.push(...verification(options.images, Number(options.rounds)));
}
if (options.images !== undefined && isWanted('profile')) printProfiles(options.images);
if (options.advisories !== undefined && isWanted('advisories')) {
  const rounds = Number(options.rounds);
  benches.push(...advisories(Number(options.advisories), { folder, rounds }));
}
rmSync(folder, { recursive: true, force: true });

for (const line of benches) if (!printed.has(line)) print(line);
if (options.json !== undefined) {
  writeFileSync(options.json, `${JSON.stringify({ benches }, undefined, 2)}\n`);
}

function print({ bench, of, ratio, target, detail }: Bench): void {
  const bar =
    target === undefined ? '' : ` (target <= ${target}: ${ratio <= target ? 'met' : 'missed'})`;
  console.log(`${bench}: ${ratio.toFixed(2)} ${of}${bar}`);
  const figures = Object.entries(detail).map(([name, value]) => `${name} ${value.toFixed(1)}`);
  console.log(`  ${figures.join(', ')}`);
}

function isWanted(name: string): boolean {
  return name.includes(options.only);
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

/**
 * An image all of whose layers but the last are known from another one, against an image of that
 * last layer alone.
 */
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

function verification(root: string, rounds: number): readonly Bench[] {
  const bench = {
    assay: ASSAY,
    cache: CACHE,
    out: path.join(folder, 'out'),
    rounds,
    ...(options.peers !== undefined && { peers: options.peers }),
  };
  return ociImages(root).flatMap((target) => {
    const saved = path.join(root, 'save', `${path.basename(target)}.tar`);
    const hasSaved = existsSync(saved);
    return [
      verifyCost(target, bench),
      ...(hasSaved && isLarge(saved)
        ? [verifyMemory(target, bench), verifyMemory(saved, bench)]
        : []),
      ...(hasSaved ? verifyAgainstPeer(saved, bench) : []),
    ];
  });
}

/** A line for each image and depth of verification. */
function printProfiles(root: string): void {
  const archives = path.join(root, 'save');
  const saved = existsSync(archives) ? readdirSync(archives) : [];
  for (const target of [...ociImages(root), ...saved.map((name) => path.join(archives, name))]) {
    for (const verify of ['none', 'full']) {
      const rooms = [...profileScan(target, verify, folder)];
      const figures = rooms.map(([room, ms]) => `${room} ${ms.toFixed(0)}`).join(', ');
      console.log(`profile of ${nameOf(target)}, ${verify}, in ms: ${figures}`);
    }
  }
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
