/**
 * The step of the demonstration that pins a Dockerfile to an image of an OCI layout, and then moves
 * the tag.
 */

import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { baseLayers } from './images.ts';
import { writeLayout } from './layout.ts';

/** What the step needs of the tour. */
export interface PinStepOptions {
  /** Where files are written. */
  readonly folder: string;
  readonly asOf: string;
  /** A path in the folder as the user would type it. */
  readonly shown: (name: string) => string;
  /** Runs another command line of this program, and adds what it prints to `output`. */
  readonly assay: (
    args: readonly string[],
    output: string[],
    options?: InnerRun,
  ) => Promise<number>;
  readonly say: (...lines: readonly string[]) => Promise<void>;
  /** Indents a line, and continues a long one on the next. */
  readonly narrowed: (line: string) => readonly string[];
}

/** How another command line is run. */
export interface InnerRun {
  /** The directory in which it runs; by default that of the user. */
  readonly cwd?: string;
  /** Whether `output` gets what goes to standard error, too. */
  readonly withErrors?: boolean;
}

const IMAGE = 'demo/base:1';
const LAYOUT = 'images';
/** The folder whose Dockerfile is pinned. */
export const PROJECT = 'project';

/**
 * Pins, checks, moves the tag, and asks for an update. @throws Error if a command answers otherwise
 * than the step says
 */
export async function pinStep(
  patches: ReadonlyMap<string, string>,
  options: PinStepOptions,
): Promise<void> {
  const { folder, say } = options;
  const layout = path.join(folder, LAYOUT);
  const project = path.join(folder, PROJECT);
  await mkdir(project, { recursive: true });
  await writeFile(path.join(project, 'Dockerfile'), `FROM ${IMAGE}\nCOPY app /app\n`);
  await writeLayout(layout, IMAGE, baseLayers('alpine', patches));
  await say(
    '',
    '10. Pin what can move: a Dockerfile says FROM demo/base:1',
    '   An OCI layout stands for a registry (--layout).',
  );
  await show(['--layout', LAYOUT, '--apply'], 0, options);
  await show(['--check'], 0, options);
  await writeLayout(layout, IMAGE, baseLayers('alpine', new Map()));
  await say(
    '',
    '   The tag is moved to a vulnerable image. The build keeps the pinned one,',
    '   and an update with new findings of high severity is rejected:',
  );
  await show(['--layout', LAYOUT, '--update', '--apply'], 1, options);
}

/** Findings that are shown; the others are counted. */
const MAX_FINDINGS = 3;
const FINDING = /^ +(?:CRITICAL|HIGH) /u;

async function show(
  flags: readonly string[],
  expected: number,
  { folder, asOf, assay, shown, say, narrowed }: PinStepOptions,
): Promise<void> {
  const output: string[] = [];
  const typed = flags.map((flag) => (flag === LAYOUT ? shown(flag) : flag));
  const real = flags.map((flag) => (flag === LAYOUT ? path.join(folder, flag) : flag));
  const clock = flags.includes('--check') ? [] : ['--as-of', asOf];
  const project = path.join(folder, PROJECT);
  const exitCode = await assay(['pin', project, ...real, ...clock], output);
  const text = output.join('').replaceAll(project, shown(PROJECT));
  if (exitCode !== expected) throw new Error(`assay pin ended with ${exitCode}: ${text}`);
  await say(
    '',
    `   $ assay pin ${shown(PROJECT)} ${typed.join(' ')}`,
    ...shortened(text).flatMap(narrowed),
    `   exit code ${exitCode}`,
  );
}

function shortened(text: string): readonly string[] {
  const lines = text
    .split('\n')
    .filter((line) => line !== '' && !/^(?:Check|Cure|\d+ files? written)/u.test(line));
  const findings = lines.filter((line) => FINDING.test(line));
  const left = new Set(findings.slice(MAX_FINDINGS));
  const kept = lines.filter((line) => !left.has(line));
  const at = kept.findLastIndex((line) => FINDING.test(line)) + 1;
  const more = left.size === 0 ? [] : [`          and ${left.size} more`];
  return [...kept.slice(0, at), ...more, ...kept.slice(at)];
}
