/** The built command, with what it used: processor time and memory at its peak. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runBuilt, type BuiltCommand, type CommandOutcome } from './build.ts';

const USAGE = fileURLToPath(new URL('../../bench/usage.mjs', import.meta.url));

export interface MeasuredOutcome extends CommandOutcome {
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

/** Runs the command in `cwd`; what it used is unknown, and so an error, where it did not end by itself. */
export async function runMeasured(
  command: BuiltCommand,
  args: readonly string[],
  cwd: string,
): Promise<MeasuredOutcome> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-measured-'));
  try {
    const file = path.join(folder, 'usage.json');
    const env = { NODE_OPTIONS: `--import=${USAGE}`, ASSAY_BENCH_USAGE: file };
    const outcome = await runBuilt(command, args, { cwd, env });
    const usage = JSON.parse(readFileSync(file, 'utf8')) as { cpuMs: number; rssMib: number };
    return { ...outcome, cpuSeconds: usage.cpuMs / 1000, peakMib: usage.rssMib };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
