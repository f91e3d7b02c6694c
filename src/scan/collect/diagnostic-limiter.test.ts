import { describe, expect, it } from 'vitest';

import type { Diagnostic } from '../../core/model/finding/finding.ts';
import { DiagnosticLimiter } from './diagnostic-limiter.ts';

function diagnostics(count: number, message: (index: number) => string): readonly Diagnostic[] {
  return Array.from({ length: count }, (_, index) => ({
    stage: 'catalog' as const,
    message: message(index),
    location: { path: `/a/${String(index)}/package.json`, layer: 0 },
    gap: 'unreadable' as const,
  }));
}

function folded(all: readonly Diagnostic[], maxListed = 3): readonly Diagnostic[] {
  const fold = new DiagnosticLimiter(1, maxListed);
  fold.push(...all);
  return fold.all();
}

describe('diagnostics of one layer', () => {
  it.each<[string, (index: number) => string]>([
    ['with their path', (index) => `cannot read "/a/${String(index)}/package.json": no object`],
    ['with a path without quotes', (index) => `/a/${String(index)}/package.json: no object`],
    ['with a quoted row', (index) => `unreadable row: "row ${String(index)}"`],
    ['with a number', (index) => `a value was expected on line ${String(index)}`],
    ['with one text', () => 'no name'],
    ['with long texts', (index) => `bad: ${'x'.repeat(5000)} ${String(index)}`],
  ])('%s are of one kind', (_name, message) => {
    const rows = folded(diagnostics(10, message));
    expect(rows).toHaveLength(4);
    expect(rows.at(-1)?.message).toContain('7 more diagnostics in layer 2 like: ');
    expect(rows.at(-1)?.gap).toBe('unreadable');
  });

  it('are all listed where there are few', () => {
    const all = diagnostics(3, () => 'no name');
    expect(folded(all)).toEqual(all);
  });

  it('tells notes from gaps', () => {
    const gaps = diagnostics(4, () => 'no name');
    const notes = gaps.map(({ stage, message }) => ({ stage, message }));
    const rest = folded([...notes, ...gaps]).filter(({ message }) => message.includes('1 more'));
    expect(rest.map(({ gap }) => gap)).toEqual([undefined, 'unreadable']);
  });

  it('of a hundred thousand kinds are bounded, and stay gaps', () => {
    const letters = (index: number): string =>
      String(index).replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
    const rows = folded(diagnostics(100_000, letters));
    expect(rows.length).toBeLessThan(1000);
    expect(rows.at(-1)).toMatchObject({ gap: 'unreadable' });
    expect(rows.at(-1)?.message).toMatch(/^99\d{3} more diagnostics in layer 2/);
  });

  it('cuts messages of absurd length', () => {
    const [row] = folded(diagnostics(1, () => 'x'.repeat(1_000_000)));
    expect(row?.message.length).toBeLessThan(30_000);
  });
});
