/**
 * Package managers of JavaScript for tests, installed once from the npm registry into the directory
 * of temporary files.
 */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The packages that have them. */
const PACKAGES = {
  'pnpm 9': 'pnpm@9.15.9',
  'pnpm 10': 'pnpm@10.34.9',
  'pnpm 12': 'pnpm@12.21.0',
  'yarn 1': 'yarn@1.22.22',
  'yarn 2': '@yarnpkg/cli-dist@2.4.2',
  'yarn 3': '@yarnpkg/cli-dist@3.8.7',
  'yarn 4': '@yarnpkg/cli-dist@4.18.1',
} as const;

/** A manager that can be installed. */
export type ManagerId = keyof typeof PACKAGES;

/** Where the managers are kept; read before a test sets another directory of temporary files. */
const PLACE = path.join(tmpdir(), 'assay-test-managers');

/**
 * Returns the directory of the manager's program, which is installed if it is not available yet.
 */
export function managerPath(id: ManagerId): string {
  const folder = path.join(PLACE, PACKAGES[id].replaceAll('/', '-'));
  const bin = path.join(folder, 'node_modules', '.bin');
  if (!existsSync(bin)) installInto(folder, PACKAGES[id]);
  return bin;
}

/** The package of bun; its program is in a package for each platform. */
const BUN = 'bun@1.4.5';

/** Returns the directory of the program of bun, which is installed if it is not there yet. */
export function bunPath(): string {
  const folder = path.join(PLACE, BUN);
  const bin = path.join(
    folder,
    'node_modules',
    '@oven',
    `bun-${process.platform}-${process.arch}`,
    'bin',
  );
  if (!existsSync(bin)) installInto(folder, BUN);
  return bin;
}

function installInto(folder: string, spec: string): void {
  execFileSync(
    'npm',
    ['install', '--silent', '--ignore-scripts', '--no-audit', '--prefix', folder, spec],
    { timeout: 120_000, stdio: ['ignore', 'ignore', 'pipe'] },
  );
}
