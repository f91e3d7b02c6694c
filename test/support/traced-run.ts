/**
 * Runs the built command below strace, which lists the system calls of the process, its threads and
 * its children.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { missingAbility } from './abilities.ts';
import type { BuiltCommand } from './build.ts';

const STRACE = 'strace';
/** Longer than any text that a test looks for. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** A run that was traced. */
export interface TracedRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Lines of strace, one for each call. */
  readonly calls: readonly string[];
}

/** How the command is run. */
export interface TraceOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Calls that are listed, as strace names them. */
  readonly calls: string;
}

/** Returns why runs cannot be traced; `undefined` if they can. Some containers allow no tracing. */
export function whyNoStrace(): string | undefined {
  return missingAbility('strace/traces');
}

/** Runs the command to its end, without any `ASSAY_` or `TRIVY_` variable of the outside. */
export function tracedRun(
  { script }: BuiltCommand,
  args: readonly string[],
  { cwd, env, input = '', calls }: TraceOptions,
): TracedRun {
  const folder = mkdtempSync(path.join(tmpdir(), 'assay-traced-'));
  const file = (name: string): string => path.join(folder, name);
  // Texts in hexadecimal, so that each has one spelling; environments of children in full.
  const how = ['-f', '-qq', '-xx', '-v', '-s', String(MAX_TEXT_BYTES), '-e', 'signal=none'];
  const { PATH = '', HOME = '' } = process.env;
  try {
    writeFileSync(file('input'), input);
    // Pipes of Node are sockets, so the command gets files.
    const stdio = [
      openSync(file('input'), 'r'),
      openSync(file('out'), 'w'),
      openSync(file('err'), 'w'),
    ];
    const { status } = spawnSync(
      STRACE,
      [...how, '-e', `trace=${calls}`, '-o', file('calls'), process.execPath, script, ...args],
      { cwd, env: { PATH, HOME, XDG_CACHE_HOME: cwd, ...env }, stdio },
    );
    for (const opened of stdio) closeSync(opened);
    const [lines, stdout, stderr] = ['calls', 'out', 'err'].map((name) =>
      readFileSync(file(name), 'utf8'),
    ) as [string, string, string];
    const listed = lines.split('\n').filter((line) => /^\d+ +[a-z]\w*\(/u.test(line));
    return { exitCode: status, stdout, stderr, calls: listed };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Whether a line of strace contains these bytes in a text. */
export function hasBytes(call: string, bytes: Uint8Array): boolean {
  const hex = [...bytes].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`);
  return call.includes(hex.join(''));
}
