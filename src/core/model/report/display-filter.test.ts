import { describe, expect, it } from 'vitest';
import { aFinding, aResult } from '../../../../test/support/model.ts';
import type { Report, Suppressed, Verdict } from './report.ts';
import { SEVERITIES } from '../severity/severity.ts';
import { applyDisplayFilter } from './display-filter.ts';

const FINDINGS = SEVERITIES.map((severity) => aFinding(severity, { severity }));

function reportOf(
  shownSeverities: Report['shownSeverities'],
  deciding: readonly string[] = [],
): Report {
  const verdict: Verdict = {
    status: 'fail',
    exitCode: 1,
    causes: [{ rule: 'x', findingIds: deciding, message: 'x' }],
  };
  return {
    schemaVersion: 1,
    tool: { name: 'assay', version: '0.0.0' },
    results: [aResult(FINDINGS), aResult([])],
    advisories: new Map(),
    coverage: [],
    shownSeverities,
    verdict,
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 0,
  };
}

describe('shownReport', () => {
  it('shows the severities asked for and counts the others', () => {
    const [result, empty] = applyDisplayFilter(reportOf(['high', 'critical'])).results;
    expect(result?.findings.map(({ id }) => id)).toEqual(['high', 'critical']);
    expect(result?.notShown).toEqual({ unknown: 1, low: 1, medium: 1, high: 0, critical: 0 });
    expect(empty?.notShown).toEqual({ unknown: 0, low: 0, medium: 0, high: 0, critical: 0 });
  });

  it('shows what decides the verdict, whatever its severity', () => {
    const [result] = applyDisplayFilter(reportOf(['critical'], ['low'])).results;
    expect(result?.findings.map(({ id }) => id)).toEqual(['low', 'critical']);
    expect(result?.notShown).toEqual({ unknown: 1, low: 0, medium: 1, high: 1, critical: 0 });
  });

  it('leaves everything in where all severities are shown, and the given report as it was', () => {
    const report = reportOf(SEVERITIES);
    expect(applyDisplayFilter(report)).toEqual(report);
    applyDisplayFilter(reportOf([]));
    expect(report.results[0]?.findings).toHaveLength(5);
  });

  it('lists what was set aside for findings that are shown, and counts the others as not shown', () => {
    const report = reportOf(['high', 'critical']);
    const suppressed = ['low', 'high'].map((findingId): Suppressed => ({
      findingId,
      by: 'ignore',
      reason: 'not used',
    }));
    const results = report.results.map((result) => ({ ...result, suppressed }));
    const [result, empty] = applyDisplayFilter({ ...report, results }).results;
    expect(result?.suppressed.map(({ findingId }) => findingId)).toEqual(['high']);
    expect(result?.notShown).toMatchObject({ low: 1, high: 0 });
    expect(empty?.suppressed).toEqual(suppressed);
  });

  it('is the same when it is filtered twice', () => {
    const once = applyDisplayFilter(reportOf(['low']));
    expect(applyDisplayFilter(once)).toEqual(once);
  });
});
