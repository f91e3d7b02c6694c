/**
 * Properties of the findings in generated programs: changes that mean nothing change nothing, and
 * files are judged on their own.
 */

import { beforeAll, describe, expect, it } from 'vitest';

import { joined, PROGRAM_CHANGES } from '../../../../tools/conformance/flow/changes.ts';
import { generate } from '../../../../tools/conformance/flow/generate.ts';
import { sourceCode } from './source.ts';

const COUNT = 24;
/** Another one than that of the conformance suites. */
const SEED = 2811;
const LANGUAGES = ['javascript', 'python'] as const;
type Language = (typeof LANGUAGES)[number];
const PATHS = { javascript: '/app.js', python: '/app.py' };

beforeAll(async () => {
  for (const path of ['/app.js', '/app.ts', '/app.py']) await sourceCode.prepare?.(path);
});

interface Judged {
  readonly rules: readonly string[];
  readonly lines: readonly string[];
  readonly gaps: readonly string[];
}

const judged = new Map<string, Judged>();

function judge(path: string, text: string): Judged {
  const key = `${path}\n${text}`;
  const known = judged.get(key) ?? judgeAnew(path, text);
  judged.set(key, known);
  return known;
}

function judgeAnew(path: string, text: string): Judged {
  const gaps: string[] = [];
  const drafts = sourceCode.detect({ path, bytes: Buffer.from(text) }, (note) => {
    if (note.kind !== 'not-asked') gaps.push(note.kind === 'gap' ? note.message : note.reason);
  });
  return {
    rules: drafts.map(({ rule }) => rule).sort(),
    lines: drafts.map(({ rule, range }) => `${rule} ${range?.startLine ?? 0}`),
    gaps,
  };
}

const programs = new Map<Language, readonly string[]>(
  LANGUAGES.map((language) => [language, generate(language, COUNT, SEED).map(({ text }) => text)]),
);

const cases = LANGUAGES.flatMap((language) =>
  PROGRAM_CHANGES.map((change) => [language, change.name, change] as const),
);

describe('findings in generated programs', () => {
  it.each(LANGUAGES)('are there in some of %s, and not in others', (language) => {
    const found = programs.get(language)?.map((text) => judge(PATHS[language], text).rules.length);
    expect(found?.filter((count) => count > 0).length).toBeGreaterThan(COUNT / 4);
    expect(found?.filter((count) => count === 0).length).toBeGreaterThan(COUNT / 8);
  });

  it.each(cases)('of %s do not change with %s', (language, _, change) => {
    let changedCount = 0;
    for (const text of programs.get(language) ?? []) {
      const changed = change[language](text);
      if (changed !== text) changedCount += 1;
      const [before, after] = [
        judge(PATHS[language], text),
        judge(change.path?.[language] ?? PATHS[language], changed),
      ];
      expect(after.gaps, changed).toEqual([]);
      const key = change.keepsLines ? 'lines' : 'rules';
      expect(after[key], changed).toEqual(before[key]);
    }
    expect(changedCount).toBeGreaterThan(COUNT / 2);
  });

  it.each(LANGUAGES)('of %s are the same in one file as in two', (language) => {
    const all = programs.get(language) ?? [];
    for (const [index, first] of all.entries()) {
      const second = all[(index + 1) % all.length] ?? '';
      const whole = joined(language, first, second);
      const parts = [first, second].flatMap((text) => judge(PATHS[language], text).rules);
      expect(judge(PATHS[language], whole).rules, whole).toEqual(parts.sort());
    }
  });
});
