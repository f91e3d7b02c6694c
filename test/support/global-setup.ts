/**
 * Gives test files a directory for what they share, see `made-once.ts`. It is removed when the run
 * ends.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';

import { RUN_DIRECTORY_VARIABLE } from './made-once.ts';

/** Runs before all test files. Returns what runs after them. */
export default function setUp({ vitest }: TestProject): (() => void) | undefined {
  // In watch mode sources change between two runs.
  if (vitest.config.watch) return undefined;
  // It runs for each project of `vitest.config.ts`.
  if (process.env[RUN_DIRECTORY_VARIABLE] !== undefined) return undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-test-run-'));
  process.env[RUN_DIRECTORY_VARIABLE] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
