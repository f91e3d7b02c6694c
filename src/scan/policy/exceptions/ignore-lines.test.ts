import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ParseError } from '../../../core/base/errors.ts';
import type { ExceptionFile, IgnoreEntry } from './exception.ts';
import { readIgnoreLines } from './ignore-lines.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function read(
  text: string | Uint8Array,
  form: 'trivyignore' | 'assayignore' = 'trivyignore',
): ExceptionFile {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readIgnoreLines(`.${form}`, bytes, form, NOW);
}

function messages({ problems }: ExceptionFile): readonly string[] {
  return problems.map(({ from, message }) => `${from}: ${message}`);
}

describe('.trivyignore', () => {
  it.each<[string, string, readonly Omit<IgnoreEntry, 'from'>[]]>([
    ['an id on a line', 'CVE-2024-0001', [{ id: 'CVE-2024-0001' }]],
    ['white space around', ' \t CVE-2024-0001 \t', [{ id: 'CVE-2024-0001' }]],
    ['line ends of Windows', 'A-1\r\nA-2\r\n', [{ id: 'A-1' }, { id: 'A-2' }]],
    ['no line end at the end', 'A-1\nA-2', [{ id: 'A-1' }, { id: 'A-2' }]],
    ['blank lines and comments', '# why\n\n  # indented\n#\nA-1\n', [{ id: 'A-1' }]],
    ['a byte order mark', '\uFEFFA-1', [{ id: 'A-1' }]],
    ['the first word as the id', 'A-1 A-2 words', [{ id: 'A-1' }]],
    [
      'an expiry as any later word',
      'A-1 some words exp:2026-02-01',
      [{ id: 'A-1', until: '2026-02-01' }],
    ],
    [
      'the first of two expiries',
      'A-1 exp:2026-02-01 exp:2020-01-01',
      [{ id: 'A-1', until: '2026-02-01' }],
    ],
    ['a word that only looks like one', 'A-1 expires:2020-01-01', [{ id: 'A-1' }]],
    ['an expiry as the first word, which is the id', 'exp:2020-01-01', [{ id: 'exp:2020-01-01' }]],
    [
      'what follows a # as the reason',
      'A-1 exp:2026-02-01 # not reachable',
      [{ id: 'A-1', until: '2026-02-01', reason: 'not reachable' }],
    ],
    [
      'ids of any scanner',
      'AVD-DS-0002\ngeneric-unwanted-rule',
      [{ id: 'AVD-DS-0002' }, { id: 'generic-unwanted-rule' }],
    ],
    ['what looks like an expression as the text that it is', 'CVE-.* ^.*$', [{ id: 'CVE-.*' }]],
    ['nothing', '', []],
  ])('takes %s', (_, text, expected) => {
    const { entries, problems } = read(text);
    expect(
      entries.map(({ from, ...rest }) => (expect(from).toMatch(/^\.trivyignore:\d+$/), rest)),
    ).toEqual(expected);
    expect(problems).toEqual([]);
  });

  it('says where an entry stands', () => {
    expect(read('# why\n\nA-1\n').entries[0]?.from).toBe('.trivyignore:3');
  });

  it.each([
    ['the day after', '2026-02-01', true],
    ['the day itself, which has begun', '2026-01-31', false],
    ['the day before', '2026-01-30', false],
  ])('lets an entry count until midnight at the start of its date: %s', (_, date, counts) => {
    const file = read(`A-1 exp:${date}`);
    expect(file.entries).toHaveLength(counts ? 1 : 0);
    expect(messages(file)).toEqual(
      counts ? [] : [`.trivyignore:1: the entry for "A-1" expired on ${date} and does not count`],
    );
    expect(file.problems.map(({ kind }) => kind)).toEqual(counts ? [] : ['expired']);
  });

  it.each(['2026-2-1', '2026-02-30', '2026-13-01', 'tomorrow', '', '2026-02-01T00:00:00Z'])(
    'does not let an entry count whose date is "%s"',
    (date) => {
      const file = read(`A-1 exp:${date}`);
      expect(file.entries).toEqual([]);
      expect(messages(file)).toEqual([
        `.trivyignore:1: "${date}" is not a date as in exp:2026-01-31; the entry for "A-1" does not count`,
      ]);
    },
  );

  it.each([
    ['little endian, as PowerShell writes it', false],
    ['big endian', true],
  ])('reads UTF-16: %s', (_, isBigEndian) => {
    const bytes = Buffer.from('\uFEFFCVE-2024-0001\r\n# é\r\n', 'utf16le');
    if (isBigEndian) bytes.swap16();
    expect(read(bytes).entries).toEqual([{ id: 'CVE-2024-0001', from: '.trivyignore:1' }]);
  });

  it('refuses what is not text', () => {
    expect(() => read('A-1\n\0\0')).toThrow('no text file: there is a zero byte near position 4');
  });
});

describe('.assayignore', () => {
  it('takes owner, package, path and package URL besides', () => {
    const line =
      'CVE-2024-0001 exp:2026-03-01 owner:web@example.org package:@babel/core@7.1.0 path:app/** pkg:npm/%40babel/core # not reachable';
    expect(read(line, 'assayignore')).toMatchObject({
      entries: [
        {
          id: 'CVE-2024-0001',
          until: '2026-03-01',
          owner: 'web@example.org',
          reason: 'not reachable',
          scope: {
            package: '@babel/core',
            version: '7.1.0',
            paths: ['app/**'],
            purls: [{ type: 'npm', namespace: '@babel', name: 'core' }],
          },
          from: '.assayignore:1',
        },
      ],
      problems: [],
    });
  });

  it.each([
    [
      'A-1 onwer:web',
      '"onwer:web" means nothing here (did you mean "owner:"?); the entry for "A-1" does not count',
    ],
    [
      'A-1 accepted',
      '"accepted" means nothing here (known are exp:, owner:, package:, path:, pkg:, and a reason after " #"); the entry for "A-1" does not count',
    ],
    [
      'A-1 path:',
      '"path:" means nothing here (did you mean "path:"?); the entry for "A-1" does not count',
    ],
    [
      'A-1 pkg:npm',
      '"pkg:npm" is not a package URL: a type and a name are needed, as in "pkg:npm/left-pad"; the entry does not count',
    ],
    [
      'A-1 exp:2025-12-31 exp:2030-12-31',
      '"exp:" is given twice; the entry for "A-1" does not count',
    ],
    ['A-1 package:a package:b', '"package:" is given twice; the entry for "A-1" does not count'],
    ['A-1 exp:2025-12-31', 'the entry for "A-1" expired on 2025-12-31 and does not count'],
  ])('does not let %s count', (line, message) => {
    const file = read(line, 'assayignore');
    expect(file.entries).toEqual([]);
    expect(messages(file)).toEqual([`.assayignore:1: ${message}`]);
  });

  it('keeps a # within a word', () => {
    const [entry] = read('A-1 pkg:npm/a#b/c', 'assayignore').entries;
    expect(entry?.scope?.purls?.[0]).toMatchObject({ name: 'a', subpath: 'b/c' });
    expect(entry?.reason).toBeUndefined();
  });
});

describe('any bytes', () => {
  it.each(['trivyignore', 'assayignore'] as const)('are read or refused: %s', (form) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          for (const { id } of read(bytes, form).entries) expect(id).not.toBe('');
        } catch (error) {
          expect(error).toBeInstanceOf(ParseError);
        }
      }),
    );
  });
});
