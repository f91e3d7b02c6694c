import { describe, expect, it } from 'vitest';
import { NO_FINDINGS, SEVERITIES, severityOfScore, severityRank } from './severity.ts';

describe('severityRank', () => {
  it('orders from unknown to critical', () => {
    const ranks = (['unknown', 'low', 'medium', 'high', 'critical'] as const).map(severityRank);
    expect(ranks).toEqual([0, 1, 2, 3, 4]);
  });
});

describe('severityOfScore', () => {
  it.each([
    [0, 'low'],
    [0.1, 'low'],
    [3.9, 'low'],
    [4, 'medium'],
    [6.9, 'medium'],
    [7, 'high'],
    [8.9, 'high'],
    [9, 'critical'],
    [10, 'critical'],
  ])('rates %d as %s', (score, severity) => {
    expect(severityOfScore(score)).toBe(severity);
  });
});

describe('NO_FINDINGS', () => {
  it('counts every severity, as zero', () => {
    expect(Object.keys(NO_FINDINGS).sort()).toEqual([...SEVERITIES].sort());
    expect(Object.values(NO_FINDINGS).every((count) => count === 0)).toBe(true);
  });
});
