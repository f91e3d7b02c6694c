/**
 * Programs in pairs, one vulnerable and one corrected, that were written from the documentation of
 * frameworks and libraries without sight of the engine and its rules, and are not changed since.
 * For each language one suite counts the recall and one the precision.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { sourceCode } from '../../src/rules/detect/code/source.ts';
import type { Suite, SuiteResult } from './suite.ts';

const FOLDER = join(import.meta.dirname, 'flow/blind');

interface Case {
  /** The beginning of the names of both files. */
  readonly case: string;
  readonly extension: string;
  /** The weaknesses, one of which a finding must name. */
  readonly cwe: readonly number[];
  readonly why: string;
}

type Language = 'javascript' | 'python';

interface Judged {
  readonly name: string;
  readonly isVulnerable: boolean;
  readonly isReported: boolean;
  readonly why: string;
}

const judged = new Map<Language, Promise<readonly Judged[]>>();

async function judge(language: Language): Promise<readonly Judged[]> {
  const folder = join(FOLDER, language);
  const cases = JSON.parse(readFileSync(join(folder, 'cases.json'), 'utf8')) as readonly Case[];
  const all: Judged[] = [];
  for (const { case: name, extension, cwe, why } of cases) {
    for (const kind of ['bad', 'good'] as const) {
      const bytes = readFileSync(join(folder, `${name}.${kind}.${extension}.txt`));
      const path = `/${name}.${extension}`;
      await sourceCode.prepare?.(path);
      const isReported = sourceCode
        .detect({ path, bytes })
        .some((one) => one.confidence !== 'low' && one.cwe.some((id) => cwe.includes(id)));
      all.push({ name: `${name}.${kind}`, isVulnerable: kind === 'bad', isReported, why });
    }
  }
  return all;
}

/** The suites. */
export const flowBlindSuites: readonly Suite[] = (['javascript', 'python'] as const)
  .filter((language) => existsSync(join(FOLDER, language, 'cases.json')))
  .flatMap((language) =>
    [true, false].map((isRecall): Suite => {
      const id = `flow-blind-${language}-${isRecall ? 'recall' : 'precision'}`;
      return {
        id,
        async run(): Promise<SuiteResult> {
          const all = judged.get(language) ?? judge(language);
          judged.set(language, all);
          const selected = (await all).filter((one) =>
            isRecall ? one.isVulnerable : one.isReported,
          );
          const misses = selected
            .filter((one) => (isRecall ? !one.isReported : !one.isVulnerable))
            .map(({ name, why, isVulnerable }) => ({
              case: name,
              reason: isVulnerable ? `not reported: ${why}` : 'the corrected program is reported',
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
