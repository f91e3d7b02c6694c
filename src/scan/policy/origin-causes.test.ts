import { expect, it } from 'vitest';

import { aRuleFinding } from '../../../test/support/model.ts';
import { testResult } from '../../../test/support/reports.ts';
import { decide } from './decide.ts';
import { NO_POLICY } from './options.ts';

const SOURCE = aRuleFinding('a', {
  category: 'origin',
  rule: 'origin/untrusted-source',
  severity: 'high',
});
const ALIAS = aRuleFinding('b', { category: 'origin', rule: 'origin/alias', severity: 'low' });
const OPTIONS = { ...NO_POLICY, command: 'assay audit .' };

it.each([
  ['an untrusted source', [SOURCE], {}, 7, ['source/untrusted']],
  ['an alias', [ALIAS], {}, 0, []],
  [
    'both, and a gate: the source comes first',
    [SOURCE, ALIAS],
    { exitCode: 1 },
    7,
    ['source/untrusted', '--exit-code 1'],
  ],
  ['an alias, and a gate', [ALIAS], { exitCode: 1 }, 1, ['--exit-code 1']],
] as const)('judges %s', (...row) => {
  const [, findings, gate, exitCode, rules] = row;
  const result = testResult({ findings: [...findings] });
  const input = { results: [result], advisories: new Map(), judgesOrigins: true };
  const { verdict } = decide(input, { ...OPTIONS, ...gate }, 0);
  expect(verdict.exitCode).toBe(exitCode);
  expect(verdict.causes.filter(() => exitCode !== 0).map(({ rule }) => rule)).toEqual(rules);
});

it('judges nothing where it is not asked', () => {
  const input = { results: [testResult({ findings: [SOURCE] })], advisories: new Map() };
  expect(decide(input, OPTIONS, 0).verdict.exitCode).toBe(0);
});
