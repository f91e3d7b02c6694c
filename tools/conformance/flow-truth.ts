/**
 * Programs that say the truth themselves, from a generator that does not know the engine: one suite
 * for each language counts the programs that are judged right.
 */

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import ts from 'typescript';

import { sourceCode } from '../../src/rules/detect/code/source.ts';
import { generateTruth } from './flow/truth/generate.ts';
import { INPUTS, type TruthLanguage, type TruthProgram } from './flow/truth/program.ts';
import type { Suite, SuiteResult } from './suite.ts';

const COUNT = 300;
const PATHS = { javascript: '/app.js', typescript: '/app.ts', python: '/app.py' } as const;

/** A program with what it said itself and what the engine said. */
export interface JudgedTruth {
  readonly program: TruthProgram;
  readonly arrived: boolean;
  readonly isReported: boolean;
}

/** Returns the hash of the last commit, by which a draw cannot be chosen. */
export function lastCommit(): string {
  return execFileSync('git', ['rev-parse', 'HEAD'], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  }).trim();
}

/** Generates programs, runs them, and judges them. */
export async function judgeTruth(seed: string, count = COUNT): Promise<readonly JudgedTruth[]> {
  const programs = generateTruth(seed, count);
  const isPython = ({ language }: TruthProgram): boolean => language === 'python';
  const judged: JudgedTruth[] = [];
  for (const all of [programs.filter(isPython), programs.filter((one) => !isPython(one))]) {
    const truth = runAll(all);
    for (const [index, program] of all.entries()) {
      const path = PATHS[program.language];
      await sourceCode.prepare?.(path);
      const drafts = sourceCode.detect({ path, bytes: Buffer.from(program.text) });
      const isReported = drafts.some(
        ({ rule, confidence }) => rule === program.rule && confidence !== 'low',
      );
      judged.push({ program, arrived: truth[index] === true, isReported });
    }
  }
  return judged;
}

function runAll(programs: readonly TruthProgram[]): readonly boolean[] {
  const isPython = programs[0]?.language === 'python';
  const [command, script] = isPython
    ? ['python3', join(import.meta.dirname, 'flow/truth/run_truth.py')]
    : [process.execPath, join(import.meta.dirname, '../run-truth-programs.mjs')];
  const run = spawnSync(command, [script], {
    input: JSON.stringify({ programs: programs.map(runnable), inputs: INPUTS }),
    maxBuffer: 64 << 20,
    timeout: 300_000,
  });
  if (run.status !== 0) throw new Error(`${script} failed: ${run.stderr.toString().slice(-2000)}`);
  return JSON.parse(run.stdout.toString()) as readonly boolean[];
}

/** Removes the types of TypeScript. */
function runnable(program: TruthProgram): TruthProgram {
  if (program.language !== 'typescript') return program;
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return { ...program, text: ts.transpileModule(program.text, { compilerOptions }).outputText };
}

let known: Promise<readonly JudgedTruth[]> | undefined;

/** The suites. */
export const flowTruthSuites: readonly Suite[] = (Object.keys(PATHS) as TruthLanguage[]).map(
  (language): Suite => {
    const id = `flow-truth-${language}`;
    return {
      id,
      async run(): Promise<SuiteResult> {
        known ??= judgeTruth('53');
        const all = (await known).filter(({ program }) => program.language === language);
        const wrong = all.filter(({ arrived, isReported }) => arrived !== isReported);
        const misses = wrong.map(({ program, arrived }) => ({
          case: `${program.id}: ${program.kind} by ${program.traits.join(', ')}`,
          reason: arrived ? 'not reported' : 'reported',
        }));
        return { suite: id, passed: all.length - misses.length, total: all.length, misses };
      },
    };
  },
);
