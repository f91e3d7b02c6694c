/** Measured scans of the built command, in a directory that each test has for itself. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';

import { builtCommand, type BuiltCommand } from './build.ts';
import { runMeasured, type MeasuredOutcome } from './measured.ts';

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
  /** Runs the command, which stores what it caches in the directory. */
  readonly run: (args: readonly string[]) => Promise<MeasuredOutcome>;
  /** Runs the command without network. It must end within the memory that `docs/limits.md` promises. */
  readonly scan: (args: readonly string[]) => Promise<MeasuredOutcome>;
}

/** The memory that a scan may take, with the room that another machine may need. */
const MAX_MIB = 600;

/** Builds the command before the tests of a file, and makes a directory before each of them. */
export function measuredScene(): MeasuredScene {
  let command: BuiltCommand;
  let folder = '';
  beforeAll(async () => {
    command = await builtCommand();
  });
  afterAll(() => {
    command[Symbol.dispose]();
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'assay-scene-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const run: MeasuredScene['run'] = (args) =>
    runMeasured(command, [...args, '--no-progress', '--cache-dir', 'cache'], folder);
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
