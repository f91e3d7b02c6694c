/** Comparing two builds case by case. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { commandCases, helpCases } from './command-cases.ts';
import { firstDifference } from './first-difference.ts';
import { Lane, type Case, type Outcome } from './lane.ts';
import { normalize } from './normalize.ts';
import { imageCases, sampleCases } from './target-cases.ts';

export interface Comparison {
  /** Directory of a built checkout. */
  readonly base: string;
  /** Directory of the other one. */
  readonly other: string;
  /** Directory of `oci/NAME` and `save/NAME.tar`. */
  readonly images: string;
  /** Absolute, as all directories of inputs are. */
  readonly samples: string;
  /** Directory that `assay db import` reads. */
  readonly feeds: string;
  /** Only cases whose names contain this. */
  readonly only?: string | undefined;
  /** A part of the images and samples. */
  readonly isQuick: boolean;
}

/** Cases of samples in a quick comparison. */
const QUICK_SAMPLES = 40;

/**
 * Compares and prints; returns how many cases differ. @throws Error if no case is left to compare
 */
export async function compareBuilds(comparison: Comparison): Promise<number> {
  const directory = mkdtempSync(path.join(tmpdir(), 'compare-builds-'));
  try {
    const lanes = [
      new Lane(comparison.base, path.join(directory, 'a')),
      new Lane(comparison.other, path.join(directory, 'b')),
    ] as const;
    const cases = chosenCases(comparison, path.join(directory, 'inputs'));
    if (cases.length === 0) throw new Error(`no case is named "${comparison.only ?? ''}"`);
    return await compareCases(lanes, cases, comparison.feeds);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function chosenCases(comparison: Comparison, inputs: string): readonly Case[] {
  const { base, images, samples, only, isQuick } = comparison;
  const all = sampleCases(samples, inputs);
  const chosen = isQuick && only === undefined ? spread(all, QUICK_SAMPLES) : all;
  const cases = [
    ...helpCases(base, isQuick),
    ...commandCases(),
    ...chosen,
    ...imageCases(images, isQuick),
  ];
  return cases.filter(({ name }) => only === undefined || name.includes(only));
}

/** Returns about `count` cases, evenly spread, without the last view of their reports. */
function spread(cases: readonly Case[], count: number): readonly Case[] {
  const step = Math.max(1, Math.floor(cases.length / count));
  return cases
    .filter((_, index) => index % step === 0)
    .map(({ steps, ...rest }) => ({ ...rest, steps: steps.slice(0, 3) }));
}

async function compareCases(
  lanes: readonly [Lane, Lane],
  cases: readonly Case[],
  feeds: string,
): Promise<number> {
  const imported = await inBoth(lanes, (lane) => lane.importAdvisories(feeds));
  let differentCount = report('db import', lanes, imported);
  let sameCount = 1 - differentCount;
  let outputCount = 0;
  const exits = new Map<string, number>();
  for (const each of cases) {
    const outcomes = await inBoth(lanes, (lane) => lane.run(each));
    const different = report(each.name, lanes, outcomes);
    differentCount += different;
    sameCount += 1 - different;
    outputCount += outcomes[0].outputs.length;
    for (const code of outcomes[0].exitCodes) {
      exits.set(String(code), (exits.get(String(code)) ?? 0) + 1);
    }
  }
  const codes = [...exits].sort(([a], [b]) => Number(a) - Number(b));
  console.log(`exit codes of the base: ${codes.map(([code, n]) => `${code} (${n})`).join(', ')}`);
  console.log(`${outputCount} outputs`);
  console.log(`${sameCount} same, ${differentCount} different`);
  return differentCount;
}

/** Runs one thing with both builds at the same time. */
async function inBoth(
  [base, other]: readonly [Lane, Lane],
  run: (lane: Lane) => Promise<Outcome>,
): Promise<readonly [Outcome, Outcome]> {
  return Promise.all([run(base), run(other)]);
}

/** Prints the result of one case; returns 1 if it differs. */
function report(
  name: string,
  lanes: readonly [Lane, Lane],
  outcomes: readonly [Outcome, Outcome],
): 0 | 1 {
  const found = difference(lanes, outcomes);
  const outputs = `(${outcomes[0].outputs.length} outputs)`;
  console.log(found === undefined ? `same  ${name} ${outputs}` : `DIFFERENT  ${name}: ${found}`);
  return found === undefined ? 0 : 1;
}

function difference(
  [baseLane, otherLane]: readonly [Lane, Lane],
  [base, other]: readonly [Outcome, Outcome],
): string | undefined {
  const others = new Map(other.outputs.map((output) => [output.label, output.bytes]));
  for (const { label, bytes } of base.outputs) {
    const written = others.get(label);
    if (written === undefined) return `${label}: only the base wrote it`;
    const found = firstDifference(
      normalize(bytes, baseLane.directory),
      normalize(written, otherLane.directory),
    );
    if (found !== undefined) return `${label}: ${found}`;
  }
  const known = new Set(base.outputs.map(({ label }) => label));
  const added = other.outputs.find(({ label }) => !known.has(label));
  return added === undefined ? undefined : `${added.label}: only the new build wrote it`;
}
