/**
 * What further reports of one scan cost: a cold scan of an image that writes six, over one that
 * writes json alone.
 */

import { cpSync, existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inTurns, measure, type Bench } from './measure.ts';

const IMAGE = 'trixie-full';
const FORMATS = ['json', 'sarif', 'cyclonedx', 'trivy-json', 'junit', 'csv'] as const;

export interface OutputsOptions {
  /** Script of the command. */
  readonly assay: string;
  readonly images: string;
  /** A cache folder with advisories. */
  readonly base: string;
  readonly folder: string;
  readonly rounds: number;
}

/** Nothing where the image is missing. */
export function sixOutputs({
  assay,
  images,
  base,
  folder,
  rounds,
}: OutputsOptions): readonly Bench[] {
  const target = path.join(images, 'oci', IMAGE);
  if (!existsSync(target)) return [];
  const cache = path.join(folder, 'cache-of-outputs');
  cpSync(base, cache, { recursive: true });
  const scan = (formats: readonly string[]) => () => {
    rmSync(path.join(cache, 'layers'), { recursive: true, force: true });
    const outputs = formats.flatMap((format) => [
      '-o',
      `${format}=${path.join(folder, `report.${format}`)}`,
    ]);
    return measure([
      assay,
      'image',
      target,
      '--quiet',
      '--offline',
      '--cache-dir',
      cache,
      ...outputs,
    ]);
  };
  const [six, one] = inTurns(rounds, [scan(FORMATS), scan(['json'])]);
  return [
    {
      bench: `six outputs: cold scan of ${IMAGE}`,
      of: 'CPU / CPU of a scan that writes json alone',
      ratio: six.cpuMs / one.cpuMs,
      target: 1.05,
      detail: {
        sixCpuMs: six.cpuMs,
        oneCpuMs: one.cpuMs,
        sixRssMib: six.rssMib,
        oneRssMib: one.rssMib,
      },
    },
  ];
}
