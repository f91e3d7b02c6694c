/** Command lines, with what they used: processor time and memory at its peak. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { runBuilt, type BuiltCommand, type CommandOutcome } from './build.ts';
import { runHere } from './run-here.ts';

const USAGE = fileURLToPath(new URL('../../bench/usage.mjs', import.meta.url));

export interface MeasuredOutcome extends CommandOutcome {
  readonly cpuSeconds: number;
  readonly peakMib: number;
}

/**
 * Runs the command in `cwd`; what it used is unknown, and so an error, where it did not end by
 * itself.
 */
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

/** Marks the present memory of the process as its peak. See `clear_refs` in proc(5). */
const RESET_PEAK = '5';

/**
 * Runs a command line in the process of the test. Its peak is what the process had at most beyond
 * what it had before; 0 if the system is not Linux.
 */
export async function measuredHere(args: readonly string[], cwd: string): Promise<MeasuredOutcome> {
  const isLinux = process.platform === 'linux';
  if (isLinux) writeFileSync('/proc/self/clear_refs', RESET_PEAK);
  const [beforeMib, before] = [isLinux ? peakMib() : 0, process.cpuUsage()];
  const outcome = await runHere(args, { cwd });
  const { user, system } = process.cpuUsage(before);
  const grownMib = isLinux ? peakMib() - beforeMib : 0;
  return { ...outcome, cpuSeconds: (user + system) / 1e6, peakMib: grownMib };
}

/** The largest memory of this process, in MiB. */
function peakMib(): number {
  const kib = /^VmHWM:\s+(?<kib>\d+) kB$/mu.exec(readFileSync('/proc/self/status', 'utf8'))?.groups;
  return Number(kib?.['kib']) / 1024;
}
