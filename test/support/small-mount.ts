/** Small file systems, for tests of full disks. Only root may mount them. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { missingTool } from './tools.ts';

/** Mounts a file system of a size, as in `64k`, and returns whether that was possible. */
export function mountSmall(folder: string, size: string): boolean {
  mkdirSync(folder, { recursive: true });
  if (process.platform !== 'linux') return false;
  const options = ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder];
  return spawnSync('mount', options).status === 0;
}

/** Returns what is missing to mount a small file system; `undefined` if nothing is. */
export function missingSmallMount(): string | undefined {
  const missing = missingTool('mount', 'umount');
  if (missing !== undefined) return missing;
  return canMountSmall() ? undefined : 'the right to mount a small file system';
}

function canMountSmall(): boolean {
  const probe = mkdtempSync(path.join(tmpdir(), 'assay-mount-'));
  try {
    if (!mountSmall(probe, '64k')) return false;
    spawnSync('umount', [probe]);
    return true;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
