/**
 * A real trivy, version 0.44 or newer, that reads reports. The variable `ASSAY_TEST_TRIVY` names
 * the program.
 */

import { spawnSync } from 'node:child_process';
import path from 'node:path';

const TRIVY = process.env['ASSAY_TEST_TRIVY'] ?? '';

/** Why trivy cannot be used here; `undefined` where it can. */
export function missingTrivy(): string | undefined {
  return TRIVY === '' ? 'ASSAY_TEST_TRIVY' : undefined;
}

/** Runs `trivy convert` on a file in `folder`, in which its cache is, too. */
export function trivyConvert(
  folder: string,
  file: string,
  ...args: readonly string[]
): { readonly status: number | null; readonly stdout: string } {
  const base = ['convert', '--quiet', '--cache-dir', path.join(folder, 'trivy-cache')];
  const all = [...base, ...args, path.join(folder, file)];
  return spawnSync(TRIVY, all, {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
    maxBuffer: 256 * 1024 * 1024,
  });
}

/** The number of findings of each section, as trivy prints it. */
const SECTION = /^(?<title>\S.*)\n=+\nTotal: (?<count>\d+) /gmu;

/** Returns the number of findings of each section that trivy prints, without empty sections. */
export function trivySections(
  folder: string,
  file: string,
  ...args: readonly string[]
): Readonly<Record<string, number>> {
  const found = [...trivyConvert(folder, file, ...args).stdout.matchAll(SECTION)];
  return Object.fromEntries(
    found
      .map(({ groups }) => [groups?.['title'] ?? '', Number(groups?.['count'])] as const)
      .filter(([, count]) => count > 0),
  );
}
