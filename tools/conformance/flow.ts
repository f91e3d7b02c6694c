/**
 * Programs that are generated and run: the program itself says whether untrusted data arrives at
 * its sink. For each language one suite counts the programs that are judged right, one the recall,
 * and one the precision.
 */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { sourceCode } from '../../src/rules/detect/code/source.ts';
import { generate } from './flow/generate.ts';
import type { GeneratedProgram } from './flow/program.ts';
import type { Suite, SuiteResult } from './suite.ts';

const COUNT = 600;
const SEED = 28;

type Language = 'javascript' | 'python';

interface Judged {
  readonly program: GeneratedProgram;
  readonly arrived: boolean;
  readonly isReported: boolean;
}

const judged = new Map<Language, Promise<readonly Judged[]>>();

/** Judges the programs of a language. */
export async function judgePrograms(
  language: Language,
  seed = SEED,
  count = COUNT,
): Promise<readonly Judged[]> {
  const programs = generate(language, count, seed);
  const path = language === 'javascript' ? '/app.js' : '/app.py';
  await sourceCode.prepare?.(path);
  const truth = runAll(language, programs);
  return programs.map((program, index) => {
    const result = truth[index];
    if (result?.arrived === undefined) {
      throw new Error(`${program.id} does not run: ${result?.error ?? ''}\n${program.text}`);
    }
    const drafts = sourceCode.detect({ path, bytes: Buffer.from(program.text) });
    const isReported = drafts.some(
      ({ rule, confidence }) => rule === program.rule && confidence !== 'low',
    );
    return { program, arrived: result.arrived, isReported };
  });
}

interface Truth {
  readonly arrived?: boolean;
  readonly error?: string;
}

function runAll(language: Language, programs: readonly GeneratedProgram[]): readonly Truth[] {
  const folder = join(import.meta.dirname, 'flow');
  const [command, script] =
    language === 'javascript'
      ? [process.execPath, join(import.meta.dirname, '../run-flow-programs.mjs')]
      : ['python3', join(folder, 'run_programs.py')];
  const run = spawnSync(command, [script], {
    input: JSON.stringify(programs),
    maxBuffer: 64 << 20,
    timeout: 300_000,
  });
  if (run.status !== 0)
    throw new Error(`${script} failed: ${run.stderr.toString().slice(0, 2000)}`);
  return JSON.parse(run.stdout.toString()) as readonly Truth[];
}

type Score = (all: readonly Judged[]) => readonly Judged[];

const SCORES: readonly (readonly [string, Score, (one: Judged) => boolean])[] = [
  ['', (all) => all, (one) => one.arrived === one.isReported],
  ['-recall', (all) => all.filter(({ arrived }) => arrived), ({ isReported }) => isReported],
  ['-precision', (all) => all.filter(({ isReported }) => isReported), ({ arrived }) => arrived],
];

/** The suites. */
export const flowSuites: readonly Suite[] = (['javascript', 'python'] as const).flatMap(
  (language) =>
    SCORES.map(([name, select, isRight]): Suite => {
      const id = `flow-${language}${name}`;
      return {
        id,
        async run(): Promise<SuiteResult> {
          const all = judged.get(language) ?? judgePrograms(language);
          judged.set(language, all);
          const selected = select(await all);
          const misses = selected
            .filter((one) => !isRight(one))
            .map(({ program, arrived }) => ({
              case: `${program.id}: ${program.kind} by ${program.features.join(', ')}`,
              reason: arrived ? 'not reported' : 'reported',
            }));
          return {
            suite: id,
            passed: selected.length - misses.length,
            total: selected.length,
            misses,
          };
        },
      };
    }),
);
