/** Measured scans of the built command, in a directory that each test has for itself. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, expect } from 'vitest';

import { builtCommand, type BuiltCommand } from './build.ts';
import { measuredHere, runMeasured, type MeasuredOutcome } from './measured.ts';

/** What tests read of a result. */
export interface MeasuredResult {
  readonly inventory: {
    readonly packages: readonly { readonly name: string; readonly version: string }[];
  };
  readonly diagnostics: readonly { readonly gap?: string; readonly message: string }[];
}

/** A directory and the command that runs in it. */
export interface MeasuredScene {
  /** The directory of the test that runs. */
  readonly folder: string;
  /** Writes a file below the directory, and returns its absolute path. */
  readonly save: (name: string, bytes: Uint8Array | string) => string;
  /**
   * Runs a command line in the process of the test, which stores what it caches in the directory.
   */
  readonly runHere: (args: readonly string[]) => Promise<MeasuredOutcome>;
  /** Runs the built command, which stores what it caches in the directory. */
  readonly run: (args: readonly string[]) => Promise<MeasuredOutcome>;
  /**
   * Runs the command without network. It must end within the memory that `docs/limits.md` promises.
   */
  readonly scan: (args: readonly string[]) => Promise<MeasuredOutcome>;
}

/** The memory that a scan may take, with the room that another machine may need. */
const MAX_MIB = 600;

/** Makes a directory before each test of a file. The command is built when it is first run. */
export function measuredScene(): MeasuredScene {
  let command: BuiltCommand | undefined;
  let folder = '';
  afterAll(() => {
    command?.[Symbol.dispose]();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-scene-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const common = ['--no-progress', '--cache-dir', 'cache'];
  const run: MeasuredScene['run'] = async (args) => {
    command ??= await builtCommand();
    return runMeasured(command, [...args, ...common], folder);
  };
  return {
    get folder() {
      return folder;
    },
    save: (name, bytes) => {
      const file = path.join(folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, bytes);
      return file;
    },
    runHere: (args) => measuredHere([...args, ...common], folder),
    run,
    scan: async (args) => {
      const outcome = await run([...args, '--offline']);
      expect(outcome.exitCode, outcome.stderr).not.toBe(70);
      expect(outcome.peakMib).toBeLessThan(MAX_MIB);
      return outcome;
    },
  };
}

/** Returns the only result of a report. @throws Error with standard error where there is none */
export function measuredResult({ stdout, stderr }: MeasuredOutcome): MeasuredResult {
  try {
    const [result] = (JSON.parse(stdout) as { readonly results: readonly MeasuredResult[] })
      .results;
    if (result !== undefined) return result;
  } catch {
    // The error below contains what the command printed.
  }
  throw new Error(`no report: ${stderr}`);
}

/** Returns the messages of the gaps of one kind. */
export function gapMessages({ diagnostics }: MeasuredResult, kind: string): readonly string[] {
  return diagnostics.flatMap(({ gap, message }) => (gap === kind ? [message] : []));
}
