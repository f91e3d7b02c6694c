import { describe, expect, it } from 'vitest';

import {
  affects,
  aFinding,
  anAdvisory,
  anInventory,
  aPackage,
} from '../../../test/support/model.ts';
import type { Advisory, Coverage } from '../../core/model/advisory/advisory.ts';
import type { VulnerabilityFinding } from '../../core/model/finding/finding.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';
import type { Decision } from './plain-decision.ts';
import { unknownFactGaps } from './unknown-facts.ts';

const ID = 'CVE-2026-0001';
const PACKAGE = aPackage('left', '1.0.0');
const UNKNOWN = { severity: 'unknown', severityBy: 'none', fixedVersions: ['2'] } as const;
const LACKING = { ...UNKNOWN, lacksRatingSource: true } as const;
const ANSWERED = UNKNOWN;
const WITHOUT_FIX = { ...LACKING, fixedVersions: [] } as const;
/** Rated with a word, so that nobody gives a score. */
const WORD = { ...LACKING, severity: 'low' } as const;
const SHOWN = { severities: ['high', 'critical'] } as const;

function loaded(feed: string): Coverage {
  return {
    feed,
    recordCount: 1,
    dataAt: '2026-01-01T00:00:00Z',
    fetchedAt: '2026-01-01T00:00:00Z',
  };
}

function decided(
  fields: Partial<VulnerabilityFinding>,
  options: Partial<PolicyOptions>,
  coverage: readonly Coverage[] = [loaded('debian-tracker')],
  facts: Partial<Advisory> = {},
): Decision {
  const finding = aFinding('f1', { packageId: PACKAGE.id, advisoryId: ID, ...fields });
  return decide(
    {
      results: [{ inventory: anInventory([PACKAGE]), findings: [finding], diagnostics: [] }],
      advisories: new Map([
        [ID, anAdvisory(ID, { ratings: [], affected: [affects('left', [])], ...facts })],
      ]),
      coverage,
    },
    {
      severities: ['unknown', 'low', 'medium', 'high', 'critical'],
      ignoreUnfixed: false,
      ignoreStatuses: [],
      ignore: [],
      failOn: [],
      allowIncomplete: [],
      command: 'assay',
      ...options,
    },
    Date.parse('2026-06-01T00:00:00Z'),
  );
}

describe('a fixable finding without a severity', () => {
  it.each<[string, Partial<VulnerabilityFinding>, Partial<PolicyOptions>, string]>([
    ['beneath --fail-on high', LACKING, { failOn: parseFailOn('high') }, 'incomplete 6'],
    ['beneath --fail-on low', LACKING, { failOn: parseFailOn('low') }, 'incomplete 6'],
    [
      'with further parts that it meets',
      LACKING,
      { failOn: parseFailOn('high+fixable') },
      'incomplete 6',
    ],
    [
      'beneath one of two conditions',
      LACKING,
      { failOn: parseFailOn('kev,critical') },
      'incomplete 6',
    ],
    [
      'beneath a condition of a policy',
      LACKING,
      { failOn: parseFailOn('high'), policy: 'prod' },
      'incomplete 6',
    ],
    ['beneath a CVSS score', LACKING, { failOn: parseFailOn('cvss>=8') }, 'incomplete 6'],
    ['beneath a CVSS score, with a word', WORD, { failOn: parseFailOn('cvss>=8') }, 'incomplete 6'],
    [
      'where KEV is not loaded either',
      LACKING,
      { failOn: parseFailOn('high+kev') },
      'incomplete 6',
    ],
    [
      'where EPSS is not loaded either',
      LACKING,
      { failOn: parseFailOn('high+epss>=0.1') },
      'incomplete 6',
    ],
    [
      'beneath --exit-code that shows HIGH only',
      LACKING,
      { exitCode: 1, ...SHOWN },
      'incomplete 6',
    ],
    [
      'let pass by its kind',
      LACKING,
      { failOn: parseFailOn('high'), allowIncomplete: ['unrated'] },
      'pass 0',
    ],
    ['that a source answered for', ANSWERED, { failOn: parseFailOn('high') }, 'pass 0'],
    ['that a source answered for, with --exit-code', ANSWERED, { exitCode: 1, ...SHOWN }, 'pass 0'],
    ['without a fix', WITHOUT_FIX, { failOn: parseFailOn('high') }, 'pass 0'],
    [
      'that is unimportant to its distribution',
      { ...LACKING, status: 'unimportant' },
      { failOn: parseFailOn('high') },
      'pass 0',
    ],
    [
      'beneath a gate on exploitation alone',
      LACKING,
      { failOn: parseFailOn('evidence=proven') },
      'pass 0',
    ],
    ['that is too few for a count', LACKING, { failOn: parseFailOn('high+count>=2') }, 'pass 0'],
    [
      'of a package that the condition leaves out',
      LACKING,
      { failOn: parseFailOn('high+package!=left') },
      'pass 0',
    ],
    ['that --exit-code fails on anyway', LACKING, { exitCode: 1 }, 'fail 1'],
    [
      'that --fail-on unknown fails on anyway',
      LACKING,
      { failOn: parseFailOn('unknown') },
      'fail 1',
    ],
    ['without a gate', LACKING, {}, 'notAsked 0'],
    ['that is rated', { severity: 'low' }, { failOn: parseFailOn('high') }, 'pass 0'],
  ])('%s', (_, fields, options, expected) => {
    const { verdict, diagnostics } = decided(fields, options);
    expect(`${verdict.status} ${verdict.exitCode}`).toBe(expected);
    const isGap = diagnostics.flat().some(({ gap }) => gap === 'unrated');
    if (expected.startsWith('incomplete')) expect(isGap).toBe(true);
  });

  it('is named with its rule and the way out', () => {
    const { diagnostics } = decided(LACKING, { failOn: parseFailOn('high') });
    expect(diagnostics.flat()).toEqual([
      {
        stage: 'policy',
        gap: 'unrated',
        message:
          '--fail-on high asks for a severity, and 1 fixable finding has none (CVE-2026-0001): no source of ' +
          'ratings is loaded for it; "assay db update --with cve,nvd" loads them',
      },
    ]);
  });

  it.each<[string, Partial<PolicyOptions>, string]>([
    [
      'a condition',
      { failOn: parseFailOn('high') },
      'no finding meets it; 1 fixable finding without a severity from any source is not counted',
    ],
    [
      'a score',
      { failOn: parseFailOn('cvss>=8') },
      'no finding meets it; 1 fixable finding without a CVSS score from any source is not counted',
    ],
    [
      'an exit code',
      { exitCode: 1, ...SHOWN },
      'no finding is left after --severity HIGH,CRITICAL; 1 fixable finding without a severity from any source is not counted',
    ],
  ])('is counted by the verdict line of %s where a source has answered', (_, options, expected) => {
    const { verdict } = decided(ANSWERED, options);
    expect(verdict.causes.map(({ message }) => message)).toEqual([expected]);
  });

  it('does not hide that KEV is not loaded, where another record carries such a fact', () => {
    const exploited = { since: '2026-01-01', ransomware: false };
    const advisories = new Map([
      [ID, anAdvisory(ID)],
      ['CVE-2026-0002', anAdvisory('CVE-2026-0002', { exploited })],
    ]);
    const conditions = parseFailOn('kev');
    const finding = aFinding('f1', { packageId: PACKAGE.id, advisoryId: ID });
    const question = { conditions, subjects: [{ finding }], advisories, now: 0 };
    const gaps = unknownFactGaps({ ...question, coverage: [loaded('cve')] });
    expect(gaps.map(({ gap }) => gap)).toEqual(['noAdvisoryData']);
  });
});

describe('a finding that the loaded EPSS data does not name', () => {
  const EPSS = [loaded('debian-tracker'), loaded('epss')];
  const HIGH = { severity: 'high', fixedVersions: [] } as const;
  const NOT_COUNTED =
    'no finding meets it; 1 finding without an EPSS score from any source is not counted';

  it.each<[string, Partial<VulnerabilityFinding>, string, string]>([
    ['is counted', HIGH, 'epss>=0.1', NOT_COUNTED],
    ['is counted where it meets the rest', HIGH, 'high+epss>=0.1', NOT_COUNTED],
    ['is not counted below the rest', HIGH, 'critical+epss>=0.1', 'no finding meets it'],
    [
      'is not counted where a count cannot be reached',
      HIGH,
      'epss>=0.1+count>=2',
      'too few findings meet it',
    ],
    [
      'is counted once where it lacks a severity too',
      ANSWERED,
      'high+epss>=0.1',
      'no finding meets it; 1 fixable finding without a severity from any source is not counted',
    ],
  ])('%s', (_, fields, text, expected) => {
    const { verdict } = decided(fields, { failOn: parseFailOn(text) }, EPSS);
    expect(verdict.status).toBe('pass');
    expect(verdict.causes.map(({ message }) => message)).toEqual([expected]);
  });

  it('is one without any score, and not one with a low score', () => {
    const { verdict } = decided(HIGH, { failOn: parseFailOn('epss>=0.1') }, EPSS, { epss: 0 });
    expect(verdict.causes.map(({ message }) => message)).toEqual(['no finding meets it']);
  });

  it('is a gap where it lacks a severity and no source of ratings is loaded', () => {
    const { verdict } = decided(LACKING, { failOn: parseFailOn('high+epss>=0.1') }, EPSS);
    expect(verdict.status).toBe('incomplete');
  });

  it('is a gap where EPSS is not loaded', () => {
    const { verdict } = decided(HIGH, { failOn: parseFailOn('epss>=0.1') });
    expect(verdict.status).toBe('incomplete');
  });
});
