import { describe, expect, it } from 'vitest';

import { historyOf, type HistoricRow } from './history.ts';

const DAY = 86_400_000;

/** Returns the versions that have lost evidence, with the reasons. */
function lost(rows: readonly HistoricRow[]): Readonly<Record<string, string>> {
  const facts = historyOf('npm', rows);
  return Object.fromEntries(
    rows.flatMap((row) => {
      const text = facts.get(row)?.lostProvenance;
      return text === undefined ? [] : [[row.version, text]];
    }),
  );
}

const WITH = { evidence: 'provenance' } as const;

describe('the history of a package', () => {
  it('compares with every earlier version, and not only with the last one', () => {
    expect(
      lost([
        { version: '1.0.0', publishedAt: DAY, ...WITH },
        { version: '1.1.0', publishedAt: 2 * DAY },
        { version: '1.2.0', publishedAt: 3 * DAY },
      ]),
    ).toEqual({
      '1.1.0': 'it has no provenance, and 1.0.0 has',
      '1.2.0': 'it has no provenance, and 1.0.0 has',
    });
  });

  it('orders by date: a new version with a small number comes after an old one with a large number', () => {
    expect(
      lost([
        { version: '2.0.0', publishedAt: DAY, ...WITH },
        { version: '1.0.1', publishedAt: 2 * DAY },
        { version: '1.0.0', publishedAt: 0 },
      ]),
    ).toEqual({ '1.0.1': 'it has no provenance, and 2.0.0 has' });
  });

  it('takes a version without a date for the newest', () => {
    expect(lost([{ version: '1.0.0' }, { version: '2.0.0', publishedAt: DAY, ...WITH }])).toEqual({
      '1.0.0': 'it has no provenance, and 2.0.0 has',
    });
  });

  it('compares releases with releases, and prereleases with all', () => {
    expect(
      lost([
        { version: '1.0.0-rc.1', publishedAt: 0, ...WITH },
        { version: '1.0.0', publishedAt: DAY },
        { version: '1.1.0-rc.1', publishedAt: 2 * DAY },
      ]),
    ).toEqual({ '1.1.0-rc.1': 'it has no provenance, and 1.0.0-rc.1 has' });
  });
});
