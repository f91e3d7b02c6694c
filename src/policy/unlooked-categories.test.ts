import { describe, expect, it } from 'vitest';

import { aResult, aRuleFinding } from '../../test/support/model.ts';
import type { ArtifactResult } from '../model/report.ts';
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
