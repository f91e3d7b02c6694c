import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coherentReports } from '../../../test/support/coherent-reports.ts';
import { anInventory, aResult } from '../../../test/support/model.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';
import { asksForDecision, plainDecision } from './plain-decision.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

const NOTHING: PolicyOptions = {
  severities: SEVERITIES,
  ignoreUnfixed: false,
  ignoreStatuses: [],
  ignore: [],
  failOn: [],
  allowIncomplete: [],
  command: 'assay fs .',
};

/** Options that change what is shown and decide nothing. */
const undecided: fc.Arbitrary<PolicyOptions> = fc
  .record({
    severities: fc.subarray([...SEVERITIES]),
    only: fc.constantFrom(undefined, 'app' as const, 'base' as const),
    exitCode: fc.constantFrom(undefined, 0),
    isDryRun: fc.constantFrom(undefined, true),
    allowIncomplete: fc.constantFrom('all' as const, []),
  })
  .map(({ only, exitCode, isDryRun, ...rest }) => ({
    ...NOTHING,
    ...rest,
    ...(only !== undefined && { only }),
    ...(exitCode !== undefined && { exitCode }),
    ...(isDryRun !== undefined && { isDryRun }),
  }));

describe('plainDecision', () => {
  it('is what decide answers where nothing is asked', () => {
    fc.assert(
      fc.property(coherentReports, undecided, ({ results, advisories, coverage }, options) => {
        expect(asksForDecision(options)).toBe(false);
        const input = { results, advisories, coverage };
        expect(plainDecision(input, options, NOW)).toEqual(decide(input, options, NOW));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the note on a system past its end of life', () => {
    const inventory = anInventory([], { id: 'debian', versionId: '10' });
    const input = { results: [aResult([], { inventory })], advisories: new Map() };
    const decision = plainDecision(input, NOTHING, NOW);
    expect(decision.diagnostics[0]?.map(({ gap }) => gap)).toEqual(['endOfLife']);
    expect(decision).toEqual(decide(input, NOTHING, NOW));
  });
});

const ENTRY = { id: 'CVE-2024-0001', from: '.trivyignore:1' };

describe('asksForDecision', () => {
  it.each<[string, Partial<PolicyOptions>]>([
    ['a condition', { failOn: parseFailOn('high') }],
    ['an exit code', { exitCode: 1 }],
    ['an exit code for an end of life', { exitOnEol: 3 }],
    ['tampering', { failOnTamper: true }],
    ['a level of evidence', { minEvidence: 'verified' }],
    ['a named policy', { policy: 'prod' }],
    ['stale exceptions', { failOnStaleIgnore: true }],
    ['an exception', { ignore: [ENTRY] }],
    [
      'an exception that does not count',
      { ignoreProblems: [{ kind: 'unusable', from: 'x:1', message: 'no id' }] },
    ],
    ['a correction', { overrides: [ENTRY] }],
    ['a status', { ignoreStatuses: ['willNotFix'] }],
    ['missing fixes', { ignoreUnfixed: true }],
    ['a statement', { vex: [{ path: 'v', form: 'OpenVEX', problems: [], statements: [] }] }],
    ['an implicit file', { implicit: [{ path: 'assay.yaml', kind: 'configuration' }] }],
  ])('is true for %s', (_case, options) => {
    expect(asksForDecision({ ...NOTHING, ...options })).toBe(true);
  });
});
