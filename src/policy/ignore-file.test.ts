import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseIgnoreFile } from './ignore-file.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function parse(text: string, now = NOW): ReturnType<typeof parseIgnoreFile> {
  return parseIgnoreFile('.trivyignore', new TextEncoder().encode(text), now);
}

describe('parseIgnoreFile', () => {
  it('reads ids, skips blank lines and comments, and trims', () => {
    const text = '# accepted\n\nCVE-2024-0001\n   GHSA-aaaa-0001\t\r\n  # indented\n';
    expect(parse(text)).toEqual({
      entries: [
        { id: 'CVE-2024-0001', from: '.trivyignore:3' },
        { id: 'GHSA-aaaa-0001', from: '.trivyignore:4' },
      ],
      diagnostics: [],
    });
  });

  it('takes the first word as the id and an expiry from any later word', () => {
    const text = 'CVE-2024-0001 some words exp:2026-02-01 exp:2020-01-01 more';
    expect(parse(text).entries).toEqual([
      { id: 'CVE-2024-0001', until: '2026-02-01', from: '.trivyignore:1' },
    ]);
  });

  it('keeps what follows a # as the reason', () => {
    expect(parse('CVE-2024-0001 exp:2026-02-01 # not reachable').entries).toEqual([
      {
        id: 'CVE-2024-0001',
        until: '2026-02-01',
        reason: 'not reachable',
        from: '.trivyignore:1',
      },
    ]);
  });

  it.each([
    ['the day after', '2026-02-01', true],
    ['the day itself, which has begun', '2026-01-31', false],
    ['the day before', '2026-01-30', false],
  ])('lets an entry count until midnight at the start of its date: %s', (_, date, counts) => {
    const file = parse(`CVE-2024-0001 exp:${date}`);
    expect(file.entries).toHaveLength(counts ? 1 : 0);
    expect(file.diagnostics).toHaveLength(counts ? 0 : 1);
  });

  it('says which entries expired', () => {
    expect(parse('x\nCVE-2024-0001 exp:2025-12-31').diagnostics).toEqual([
      {
        stage: 'policy',
        message:
          '.trivyignore:2: the entry for "CVE-2024-0001" expired on 2025-12-31 and does not count',
      },
    ]);
  });

  it.each(['2026-2-1', '2026-02-30', '2026-13-01', 'tomorrow', '', '2026-02-01T00:00:00Z'])(
    'does not let an entry count whose date is "%s"',
    (date) => {
      const file = parse(`CVE-2024-0001 exp:${date}`);
      expect(file.entries).toEqual([]);
      expect(file.diagnostics.map(({ message }) => message)).toEqual([
        `.trivyignore:1: "${date}" is not a date as in exp:2026-01-31; ` +
          'the entry for "CVE-2024-0001" does not count',
      ]);
    },
  );

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { entries } = parseIgnoreFile('x', bytes, NOW);
        for (const entry of entries) expect(entry.id).not.toBe('');
      }),
    );
  });
});
