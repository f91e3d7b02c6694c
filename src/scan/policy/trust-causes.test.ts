import { describe, expect, it } from 'vitest';

import { aFinding, aGap, anAdvisory, anInventory } from '../../../test/support/model.ts';
import type { Diagnostic, Finding } from '../../core/model/finding/finding.ts';
import type { Verdict } from '../../core/model/report/report.ts';
import { SEVERITIES } from '../../core/model/severity/severity.ts';
import type { TrustCauseId, TrustOutcome } from '../../core/model/report/trust-outcome.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import type { PolicyOptions } from './options.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');

const OPTIONS: PolicyOptions = {
  severities: SEVERITIES,
  ignoreUnfixed: false,
  ignoreStatuses: [],
  ignore: [],
  failOn: [],
  allowIncomplete: [],
  command: 'assay verify app:1.2',
};

const TAMPERED: Finding = {
  id: 'integrity-1',
  kind: 'integrity',
  severity: 'high',
  contradiction: {
    claim: 'dpkg',
    found: 'other bytes',
    location: { path: 'usr/bin/app' },
    isSevere: true,
  },
} as unknown as Finding;

interface Scene {
  readonly trust?: TrustOutcome;
  readonly findings?: readonly Finding[];
  readonly diagnostics?: readonly Diagnostic[];
  readonly options?: Partial<PolicyOptions>;
}

function verdictOf({ trust, findings = [], diagnostics = [], options = {} }: Scene): Verdict {
  const result = { inventory: anInventory([]), findings, diagnostics };
  const advisories = new Map([['CVE-2024-0001', anAdvisory('CVE-2024-0001')]]);
  return decide(
    { results: [result], advisories, ...(trust !== undefined && { trust }) },
    { ...OPTIONS, ...options },
    NOW,
  ).verdict;
}

function problems(...causes: readonly TrustCauseId[]): TrustOutcome {
  return { problems: causes.map((cause) => ({ cause, message: `${cause} here` })), held: [] };
}

const HIGH = aFinding('high-1', { severity: 'high' });
const OLD = aGap('endOfLife');
const GATE = { failOn: parseFailOn('high') };

describe('signatures and sources in a verdict', () => {
  it.each<[string, TrustCauseId, number, string]>([
    ['no signature', 'unsigned', 10, 'signature/none'],
    ['no such image', 'noImage', 11, 'signature/no-image'],
    ['a signature that does not count', 'signatureRefused', 12, 'signature/refused'],
    ['no certificate', 'noCertificate', 13, 'signature/no-certificate'],
    ['an untrusted source', 'untrustedSource', 7, 'source/untrusted'],
  ])('%s has a code and a rule of its own, without any gate', (_, cause, exitCode, rule) => {
    const verdict = verdictOf({ trust: problems(cause) });
    expect(verdict).toMatchObject({ status: 'fail', exitCode });
    expect(verdict.causes).toEqual([{ rule, findingIds: [], message: `${cause} here`, exitCode }]);
  });

  it.each<[string, Scene, number, readonly number[]]>([
    [
      'tampering before all others',
      {
        trust: problems('untrustedSource', 'unsigned', 'signatureRefused'),
        findings: [TAMPERED, HIGH],
        diagnostics: [aGap('unreadable')],
        options: { ...GATE, failOnTamper: true },
      },
      5,
      [5, 12, 10, 7, 1, 6],
    ],
    [
      'signature before source and findings',
      { trust: problems('untrustedSource', 'unsigned'), findings: [HIGH], options: GATE },
      10,
      [10, 7, 1],
    ],
    [
      'source before findings',
      { trust: problems('untrustedSource'), findings: [HIGH], options: GATE },
      7,
      [7, 1],
    ],
    [
      'source before findings with a code of their own',
      {
        trust: problems('untrustedSource'),
        findings: [HIGH],
        options: { ...GATE, exitCode: 3 },
      },
      7,
      [7, 3],
    ],
    [
      'signature before the end of life and gaps',
      {
        trust: problems('noCertificate'),
        diagnostics: [OLD, aGap('limit')],
        options: { ...GATE, exitOnEol: 9 },
      },
      13,
      [13, 9, 6],
    ],
    [
      'of signatures those that do not count first',
      { trust: problems('unsigned', 'noImage', 'noCertificate', 'signatureRefused') },
      12,
      [12, 13, 11, 10],
    ],
    [
      'a missing image before a missing signature',
      { trust: problems('unsigned', 'noImage') },
      11,
      [11, 10],
    ],
    [
      'several problems of one kind, each listed',
      { trust: problems('unsigned', 'unsigned', 'untrustedSource') },
      10,
      [10, 10, 7],
    ],
  ])('%s', (_, scene, exitCode, codes) => {
    const verdict = verdictOf(scene);
    expect([verdict.status, verdict.exitCode]).toEqual(['fail', exitCode]);
    expect(verdict.causes.map((cause) => cause.exitCode)).toEqual(codes);
  });

  it('that hold pass by themselves, and the verdict lists what held', () => {
    const held = [{ group: 'signature', message: '2 of 2 keys' }] as const;
    const verdict = verdictOf({ trust: { problems: [], held }, diagnostics: [aGap('unreadable')] });
    expect(verdict).toMatchObject({ status: 'pass', exitCode: 0 });
    expect(verdict.causes).toEqual([{ rule: 'signature', findingIds: [], message: '2 of 2 keys' }]);
  });

  it('carry their warnings into the verdict', () => {
    const warnings = ['the trust file is part of what is judged'];
    const trust: TrustOutcome = { problems: [], held: [], warnings };
    expect(verdictOf({ trust }).warnings).toEqual(warnings);
    expect(verdictOf({ trust: { ...problems('unsigned'), warnings } }).warnings).toEqual(warnings);
    expect(verdictOf({ trust: { problems: [], held: [] } }).warnings).toBeUndefined();
  });

  it.each<[string, Scene, string]>([
    ['do not make a failing gate pass', { findings: [HIGH], options: GATE }, 'fail'],
    ['do not hide gaps', { diagnostics: [aGap('unreadable')], options: GATE }, 'incomplete'],
    ['join a gate that passes', { options: GATE }, 'pass'],
  ])('%s', (_, scene, status) => {
    const trust: TrustOutcome = { problems: [], held: [{ group: 'source', message: 'all' }] };
    expect(verdictOf({ ...scene, trust }).status).toBe(status);
  });

  it('change nothing where nobody asks for them', () => {
    expect(verdictOf({ findings: [HIGH] })).toEqual({
      status: 'notAsked',
      exitCode: 0,
      causes: [],
    });
  });
});
