/** Measures processes of Node, in turns. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const USAGE = fileURLToPath(new URL('usage.mjs', import.meta.url));

/** One measured run of a process. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMib: number;
  /** What it printed. */
  readonly output: string;
}

/** One line of the result. */
export interface Bench {
  readonly bench: string;
  /** What is divided by what. */
  readonly of: string;
  readonly ratio: number;
  readonly target?: number;
  readonly detail: Readonly<Record<string, number>>;
}

/** Returns the medians of commands that are run in turns, as in A B A B. */
export function inTurns<const Runs extends readonly (() => Cost)[]>(
  rounds: number,
  runs: Runs,
): { readonly [At in keyof Runs]: Cost } {
  const costs = runs.map((): Cost[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, run] of runs.entries()) costs[at]?.push(run());
  }
  return costs.map(median) as { readonly [At in keyof Runs]: Cost };
}

/**
 * Runs two commands A B A B, and returns the median of the ratios of their CPU time with the
 * medians of both. What else the machine does makes both runs of a pair slower, so their ratio
 * depends on it less than a ratio of medians.
 */
export function inPairs(
  rounds: number,
  [first, second]: readonly [() => Cost, () => Cost],
): { readonly ratio: number; readonly costs: readonly [Cost, Cost] } {
  const pairs = Array.from({ length: rounds }, () => [first(), second()] as const);
  const ratios = pairs.map(([a, b]) => a.cpuMs / b.cpuMs).sort((a, b) => a - b);
  return {
    ratio: ratios[Math.floor(ratios.length / 2)] ?? NaN,
    costs: [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))],
  };
}

/** Runs Node; without `withUsage` only the wall clock is measured. */
export function measure(args: readonly string[], withUsage = true): Cost {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-usage-'));
  try {
    const file = path.join(folder, 'usage.json');
    const startedAt = performance.now();
    const preload = withUsage ? ['--import', USAGE] : [];
    const result = spawnSync(process.execPath, [...preload, ...args], {
      env: { ...process.env, ASSAY_BENCH_USAGE: file },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    const wallMs = performance.now() - startedAt;
    if (result.status !== 0) throw new Error(`node ${args.join(' ')}: ${result.stderr}`);
    const usage = withUsage
      ? (JSON.parse(readFileSync(file, 'utf8')) as { cpuMs: number; rssMib: number })
      : { cpuMs: 0, rssMib: 0 };
    return { wallMs, ...usage, output: result.stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs any command below `/usr/bin/time`, which says what it used; `allowed` are its exit codes.
 */
export function measureCommand(
  command: string,
  args: readonly string[],
  allowed: readonly number[] = [0],
): Cost {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-usage-'));
  try {
    const file = path.join(folder, 'usage.txt');
    const startedAt = performance.now();
    const timed = ['-o', file, '-f', '%U %S %M', command, ...args];
    // What a peer prints of an image is longer than the usual bound.
    const result = spawnSync('/usr/bin/time', timed, { encoding: 'utf8', maxBuffer: 2 ** 30 });
    const wallMs = performance.now() - startedAt;
    if (!allowed.includes(result.status ?? NaN)) throw new Error(`${command}: ${result.stderr}`);
    // In front of the line it says so where the exit code is another than 0.
    const [user = NaN, system = NaN, rssKib = NaN] = (
      readFileSync(file, 'utf8').trim().split('\n').at(-1) ?? ''
    )
      .split(' ')
      .map(Number);
    return { wallMs, cpuMs: (user + system) * 1000, rssMib: rssKib / 1024, output: result.stdout };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns the median; `NaN` of none. */
export function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export function median(costs: readonly Cost[]): Cost {
  const middle = (pick: (cost: Cost) => number): number => medianOf(costs.map(pick));
  return {
    wallMs: middle((cost) => cost.wallMs),
    cpuMs: middle((cost) => cost.cpuMs),
    rssMib: middle((cost) => cost.rssMib),
    output: costs[0]?.output ?? '',
  };
}

/**
 * Returns how many bytes a command and what it starts read from files and pipes, by the kernel's
 * count of its processes (`rchar` of `/proc/PID/io`; proc(5)). A byte that is read twice counts
 * twice. Its exit code does not matter.
 */
export function bytesRead(command: string, args: readonly string[]): number {
  const script = '"$@" >/dev/null 2>&1; read -r _ count </proc/$$/io; echo "$count"';
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', command, ...args], {
    encoding: 'utf8',
  });
  const count = Number(stdout);
  if (!(count > 0)) throw new Error(`${command}: the kernel counted no bytes`);
  return count;
}
