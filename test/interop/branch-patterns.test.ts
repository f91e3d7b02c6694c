/**
 * Patterns of branches of GitHub, compared with `File.fnmatch` and `FNM_PATHNAME` of Ruby, which
 * its documentation names.
 */

import '../support/property-seed.ts';

import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { includesBranch } from '../../src/tasks/provenance/branch-rules/ref-names.ts';
import { missingForInterop } from '../support/interop.ts';
import { needs } from '../support/tools.ts';

const PAIR_COUNT = 5000;
const SCRIPT =
  'require "json"; puts JSON.parse(STDIN.read).map { |pattern, name| File.fnmatch(pattern, name, File::FNM_PATHNAME) }.to_json';
const missing = missingForInterop('ruby');

/** Texts of few characters, so that many pairs match. */
const text = (...characters: readonly string[]): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...characters), { minLength: 1, maxLength: 4 })
    .map((all) => all.join(''));
const path = (part: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
const patternPart = fc.oneof(
  fc.constantFrom('**', '*', 'a*', '**a', 'a**'),
  text('a', 'b', '*', '?', '[ab]', '[a-c]', 'é'),
);

describe.skipIf(missing !== undefined)(`patterns of branches${needs(missing)}`, () => {
  it('match as Ruby says', () => {
    const pairs = fc
      .sample(fc.tuple(path(patternPart), path(text('a', 'b', 'c', 'é'))), PAIR_COUNT)
      .map(([pattern, branch]) => [`refs/heads/${pattern}`, branch] as const);
    const input = JSON.stringify(
      pairs.map(([pattern, branch]) => [pattern, `refs/heads/${branch}`]),
    );
    const env = { ...process.env, LC_ALL: 'C.UTF-8' };
    const answers = JSON.parse(
      execFileSync('ruby', ['-e', SCRIPT], { input, encoding: 'utf8', env }),
    ) as readonly boolean[];
    const ours = pairs.map(([pattern, branch]) =>
      includesBranch({ include: [pattern], exclude: [] }, { branch }),
    );
    const different = pairs.filter((_, index) => ours[index] !== answers[index]);
    expect(different).toEqual([]);
    expect(answers.filter(Boolean).length).toBeGreaterThan(PAIR_COUNT / 50);
  });
});
