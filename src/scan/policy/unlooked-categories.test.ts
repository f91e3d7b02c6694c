import { describe, expect, it } from 'vitest';

import { aResult, aRuleFinding } from '../../../test/support/model.ts';
import type { ArtifactResult } from '../../core/model/report/report.ts';
import { decide } from './decide.ts';
import { parseFailOn } from './fail-on.ts';
import { NO_POLICY } from './options.ts';

function verdictOf(conditions: string, fields: Partial<ArtifactResult>): readonly unknown[] {
  const failOn = parseFailOn(conditions);
  const { findings = [], ...others } = fields;
  const input = { results: [aResult(findings, others)], advisories: new Map(), coverage: [] };
  const { verdict, diagnostics } = decide(input, { ...NO_POLICY, command: 'assay', failOn }, 0);
  return [verdict.status, diagnostics.flat().filter(({ gap }) => gap === 'unread').length];
}

const SECRET = aRuleFinding('a', { category: 'secret', severity: 'low' });

describe('a condition about a category', () => {
  it.each<[string, string, Partial<ArtifactResult>, readonly unknown[]]>([
    ['that nothing looked for', 'category=secret', {}, ['incomplete', 1]],
    ['of another scanner', 'category=secret', { scanners: ['misconfig'] }, ['incomplete', 1]],
    ['that was looked for', 'category=secret', { scanners: ['secret'] }, ['pass', 0]],
    ['one of two', 'category=secret|code', { scanners: ['secret'] }, ['incomplete', 1]],
    ['of other analyzers', 'category=code', { scanners: ['sarif'] }, ['pass', 0]],
    ['that has a finding', 'category=secret+high', { findings: [SECRET] }, ['pass', 0]],
    ['that fails', 'category=secret', { findings: [SECRET] }, ['fail', 0]],
    ['that is excluded', 'category!=secret', {}, ['pass', 0]],
    ['of packages', 'category=vuln', {}, ['pass', 0]],
    ['of packages, in an audit', 'category=vuln', { scanners: ['misconfig'] }, ['incomplete', 1]],
    ['none', 'high', { scanners: ['misconfig'] }, ['pass', 0]],
  ])('%s: %s', (_name, conditions, fields, expected) => {
    expect(verdictOf(conditions, fields)).toEqual(expected);
  });
});

describe('a condition about a rule', () => {
  /** As `ruleScannersOf` finds them among the rules of Assay. */
  const SCANNERS = new Map([
    ['secret/*', new Set(['secret' as const])],
    ['DL3002', new Set(['misconfig' as const])],
    ['**', new Set(['secret' as const, 'misconfig' as const])],
    ['mine', new Set<never>()],
    ['image/root-user', new Set(['misconfig' as const])],
  ]);
  const gapsOf = (
    conditions: string,
    fields: Partial<ArtifactResult>,
  ): readonly [string, string] => {
    const failOn = parseFailOn(conditions);
    const { findings = [], ...others } = fields;
    const results = [aResult(findings, others)];
    const input = { results, advisories: new Map(), coverage: [], ruleScanners: SCANNERS };
    const options = { ...NO_POLICY, command: 'assay', failOn };
    const { verdict, diagnostics } = decide(input, options, 0);
    const gaps = diagnostics.flat().filter(({ gap }) => gap === 'unread');
    return [verdict.status, gaps.map(({ message }) => message).join('\n')];
  };

  it.each<[string, string, Partial<ArtifactResult>, readonly [string, string]]>([
    ['in a scan of packages', 'rule=secret/*', {}, ['incomplete', '--scanners secret']],
    ['of another scanner', 'rule=secret/*', { scanners: ['misconfig'] }, ['incomplete', 'secret']],
    ['that was looked for', 'rule=secret/*', { scanners: ['secret'] }, ['pass', '']],
    [
      'by its alias',
      'rule=DL3002',
      { scanners: ['secret'] },
      ['incomplete', '--scanners misconfig'],
    ],
    ['by its alias, looked for', 'rule=DL3002', { scanners: ['misconfig'] }, ['pass', '']],
    ['one of two', 'rule=secret/*|DL3002', { scanners: ['secret'] }, ['incomplete', 'DL3002']],
    ['of any scanner', 'rule=**', { scanners: ['secret'] }, ['pass', '']],
    ['of any scanner, in none', 'rule=**', {}, ['incomplete', 'secret or misconfig']],
    ['of other analyzers', 'rule=mine', { scanners: ['sarif'] }, ['pass', '']],
    ['of the user', 'rule=mine', { scanners: ['secret'] }, ['pass', '']],
    ['of nobody', 'rule=mine', { scanners: ['misconfig'] }, ['incomplete', '--sarif']],
    [
      'that has a finding',
      'rule=mine',
      { findings: [aRuleFinding('a', { rule: 'MINE' })] },
      ['fail', ''],
    ],
    ['that is excluded', 'high+rule!=secret/*', {}, ['pass', '']],
    ['by id', 'id=image/root-user', {}, ['incomplete', '--scanners misconfig']],
    ['by an id that an advisory could have', 'id=DL3002', {}, ['pass', '']],
  ])('%s: %s', (_name, conditions, fields, [status, message]) => {
    const [actual, gaps] = gapsOf(conditions, fields);
    expect([actual, gaps === '', gaps]).toEqual([
      status,
      message === '',
      expect.stringContaining(message),
    ]);
  });
});
