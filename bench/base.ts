/**
 * `assay base` over five images that share layers, against scans of the same images; then with all
 * layers known.
 */

import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';

import { inPairs, measure, type Bench, type Cost } from './measure.ts';
import { writeSubset } from './oci-subset.ts';

/** Images on one base. The fifth is made of the lowest layers of the first. */
const NAMES = ['trixie-full', 'trixie-python', 'trixie-slim', 'trixie-app'] as const;
const FIFTH_LAYERS = 3;

/** Where the images and advisories are. */
export interface BaseComparisonOptions {
  /** Script of the command. */
  readonly assay: string;
  readonly images: string;
  /** A cache folder with advisories; absent: packages alone are compared. */
  readonly base: string | undefined;
  readonly folder: string;
  readonly rounds: number;
}

/** Returns nothing where an image is missing. */
export function baseComparison(options: BaseComparisonOptions): readonly Bench[] {
  const { images, folder, rounds } = options;
  const layouts = NAMES.map((name) => path.join(images, 'oci', name));
  const [first] = layouts;
  if (first === undefined || !layouts.every((layout) => existsSync(layout))) return [];
  const five = [...layouts, writeSubset(first, path.join(folder, 'fifth'), 0, FIFTH_LAYERS)];
  const cold = inPairs(rounds, [
    () => run(options, ['base', ...five], false),
    () => run(options, ['image', ...five], false),
  ]);
  const known = inPairs(rounds, [
    () => run(options, ['base', ...five], true),
    () => run(options, ['image', first], true),
  ]);
  return [
    {
      bench: 'assay base over five images that share layers',
      of: 'CPU / CPU of `assay image` over the same five',
      ratio: cold.ratio,
      target: 1.1,
      detail: detailOf(cold.costs),
    },
    {
      bench: 'assay base over five known images',
      of: `CPU / CPU of \`assay image\` over one of them, ${NAMES[0]}`,
      ratio: known.ratio,
      target: 2,
      detail: detailOf(known.costs),
    },
  ];
}

function detailOf([compared, scanned]: readonly [Cost, Cost]): Bench['detail'] {
  return {
    cpuMs: compared.cpuMs,
    scanCpuMs: scanned.cpuMs,
    rssMib: compared.rssMib,
    scanRssMib: scanned.rssMib,
  };
}

function run(
  { assay, base, folder }: BaseComparisonOptions,
  command: readonly string[],
  isKnown: boolean,
): Cost {
  const cache = path.join(folder, 'cache-of-base');
  if (!isKnown) {
    rmSync(cache, { recursive: true, force: true });
    if (base !== undefined)
      cpSync(path.join(base, 'advisories'), path.join(cache, 'advisories'), { recursive: true });
  }
  const what = base === undefined ? ['--scanners', 'packages'] : [];
  const how = ['--quiet', '--offline', '--cache-dir', cache, '-f', 'json'];
  return measure([assay, ...command, ...what, ...how, '-o', path.join(folder, 'out')]);
}
