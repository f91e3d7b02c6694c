import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import {
  acceptDigest,
  compareDigest,
  EMPTY_LEDGER,
  expectedDigest,
  recordSightings,
  trustedDigests,
  type Ledger,
  type Sighting,
} from './ledger.ts';
import { formatLedger, readLedger } from './ledger-text.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;
const IMAGE = { kind: 'image', ref: 'docker.io/library/debian:12' } as const;
const LATER = '2026-11-29T07:00:00Z';
const NOW = '2026-11-28T07:00:00Z';

const sighting = (digest: string, changes: Partial<Sighting> = {}): Sighting => ({
  ...IMAGE,
  digest,
  from: 'docker.io',
  ...changes,
});

const ledgerOf = (...rows: readonly (readonly [Sighting, string])[]): Ledger =>
  rows.reduce((ledger, [row, at]) => recordSightings(ledger, [row], at), EMPTY_LEDGER);

const two = ledgerOf([sighting(A), NOW], [sighting(B), LATER]);

describe('the text of a ledger', () => {
  it('has a line of JSON for each reference, sorted, with a checksum', () => {
    const commit = '8'.repeat(40);
    const action = sighting(commit, { kind: 'action', ref: 'actions/checkout@v4' });
    const arm = sighting(B, { platform: 'linux/arm64' });
    const lines = formatLedger(ledgerOf([arm, NOW], [sighting(A), NOW], [action, NOW])).split('\n');
    expect(lines.map((line) => line.replace(/"sum":"[0-9a-f]{16}"/u, '"sum":"…"'))).toEqual([
      '{"assay.lock":1}',
      `{"kind":"action","ref":"actions/checkout@v4","seen":[{"digest":"${commit}","first":"${NOW}","from":"docker.io"}],"sum":"…"}`,
      `{"kind":"image","ref":"docker.io/library/debian:12","seen":[{"digest":"${A}","first":"${NOW}","from":"docker.io"}],"sum":"…"}`,
      `{"kind":"image","ref":"docker.io/library/debian:12","platform":"linux/arm64","seen":[{"digest":"${B}","first":"${NOW}","from":"docker.io"}],"sum":"…"}`,
      '',
    ]);
  });

  it('is read as it was written, whatever it holds', () => {
    const text = fc.string({ minLength: 1, unit: 'binary' });
    const row = fc.record({
      kind: fc.constantFrom('image', 'action', 'git', 'package' as const),
      ref: text,
      digest: fc.stringMatching(/^[0-9a-f]{64}$/u).map((hex) => `sha256:${hex}`),
      from: text,
    });
    const day = fc.integer({ min: 10, max: 28 }).map((n) => `2026-11-${n}T07:00:00Z`);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, day), { maxLength: 8 }),
        fc.boolean(),
        (rows, isWindows) => {
          const ledger = ledgerOf(...(rows as unknown as (readonly [Sighting, string])[]));
          const written = formatLedger(ledger);
          const { problems, ledger: read } = readLedger(
            isWindows ? written.replaceAll('\n', '\r\n') : written,
          );
          expect(problems).toEqual([]);
          expect(read.entries).toEqual(ledger.entries);
          expect(formatLedger(read)).toBe(written);
          expect(readLedger(written.split('\n').reverse().join('\n')).ledger.entries).toEqual(
            ledger.entries,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('may have a reference twice, as after a merge', () => {
    const accepted = acceptDigest(ledgerOf([sighting(B), LATER]), sighting(B), {
      at: LATER,
      reason: 'a rebuild',
    });
    const other = ledgerOf([sighting(A), NOW], [sighting(B), '2026-12-01T07:00:00Z']);
    for (const text of [
      formatLedger(accepted) + formatLedger(other),
      formatLedger(other) + formatLedger(accepted),
    ]) {
      const { ledger, problems } = readLedger(text);
      expect(problems).toEqual([]);
      expect([...ledger.entries.values()].flatMap((entry) => entry.seen)).toEqual([
        { digest: A, firstAt: NOW, from: 'docker.io' },
        {
          digest: B,
          firstAt: LATER,
          from: 'docker.io',
          accepted: { at: LATER, reason: 'a rebuild' },
        },
      ]);
    }
  });
});

const [, good = ''] = formatLedger(two).split('\n');

describe('a bad line', () => {
  it.each([
    ['with another digest', good.replace(A, `sha256:${'c'.repeat(64)}`), 'changed by hand'],
    ['with an earlier time', good.replace(LATER, '2026-11-01T00:00:00Z'), 'changed by hand'],
    ['for another reference', good.replace('debian:12', 'debian:13'), 'changed by hand'],
    [
      'with a digit of the checksum changed',
      good.replace(/.(?="\}$)/u, (d) => (d === '0' ? '1' : '0')),
      'changed by hand',
    ],
    ['with a space', good.replace('"seen":', '"seen": '), 'changed by hand'],
    ['without a checksum', good.replace(/,"sum":"[0-9a-f]+"/u, ''), 'no checksum'],
    ['with something behind the checksum', good.replace(/\}$/u, ',"x":1}'), 'no checksum'],
    ['that is cut off', good.slice(0, 60), 'is not valid JSON'],
    ['that is prose', 'ignore all this', '"ignore all this" is not valid JSON'],
    ['that is a list', '["image"]', 'is not a line of a ledger'],
    ['of a conflict', '<<<<<<< HEAD', 'mark of a conflict'],
    ['between the sides of a conflict', '=======', 'mark of a conflict'],
    ['of a later form', '{"assay.lock":2}', 'the form of the ledger is "2"'],
    [
      'with a field twice',
      '{"rule":"immutable","kind":"image","match":"*","rule":"may-move","reason":"x"}',
      'has a field twice',
    ],
    [
      'with a field twice, once escaped',
      '{"rule":"may-move","kind":"image","match":"a","\\u006datch":"*","reason":"x"}',
      'has a field twice',
    ],
    [
      'with a field of a digest twice',
      good.replace('"first":', '"first":"2026-01-01T00:00:00Z","first":'),
      'has a field twice',
    ],
    ['that is deep', `{"a":${'['.repeat(1e5)}${']'.repeat(1e5)}}`, 'nested too deep'],
    [
      'with a reason that nobody sees',
      '{"rule":"may-move","kind":"image","match":"*","reason":"\u200b"}',
      'gives no reason',
    ],
    [
      'with an unknown rule',
      '{"rule":"all","kind":"image","match":"*"}',
      'the rule ""all"" is unknown',
    ],
    [
      'with an unknown kind',
      '{"rule":"immutable","kind":"x","match":"*"}',
      'the kind ""x"" is unknown',
    ],
    ['with a rule for nothing', '{"rule":"immutable","kind":"image"}', 'has no "match"'],
    [
      'with a rule without a reason',
      '{"rule":"may-move","kind":"git","match":"*"}',
      'gives no reason',
    ],
    [
      'with a rule with an unknown field',
      '{"rule":"immutable","kind":"git","match":"*","until":"x"}',
      'no field "until"',
    ],
  ])('%s is reported with its number and a way out', (_, bad, message) => {
    const { ledger, problems } = readLedger(`{"assay.lock":1}\n${bad}\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.line).toBe(2);
    expect(problems[0]?.message).toContain(message);
    expect(problems[0]?.advice).toMatch(/\.$/u);
    expect(ledger.entries.size).toBe(0);
    expect(ledger.rules).toEqual([]);
  });

  it('does not hide the lines around it', () => {
    const { ledger, problems } = readLedger(`{"assay.lock":1}\nx\n${good}\ny\n`);
    expect(problems.map(({ line }) => line)).toEqual([2, 4]);
    expect(ledger.entries.size).toBe(1);
  });
});

describe('the digests of an entry', () => {
  const entryOf = (ledger: Ledger) => {
    const [entry] = ledger.entries.values();
    if (entry === undefined) throw new Error('no entry');
    return entry;
  };

  it('are trusted where they were seen first or accepted', () => {
    expect(trustedDigests(entryOf(two)).map((seen) => seen.digest)).toEqual([A]);
    expect(expectedDigest(entryOf(two))?.digest).toBe(A);
    const accepted = acceptDigest(two, sighting(B), { at: LATER, reason: 'a rebuild' });
    expect(trustedDigests(entryOf(accepted)).map((seen) => seen.digest)).toEqual([A, B]);
    expect(expectedDigest(entryOf(accepted))?.digest).toBe(B);
  });

  it('that are accepted in the second of the first stand behind it', () => {
    for (const [first, second] of [
      [A, B],
      [B, A],
    ] as const) {
      const ledger = ledgerOf([sighting(first), NOW]);
      const accepted = acceptDigest(ledger, sighting(second), { at: NOW, reason: 'x' });
      const entry = entryOf(readLedger(formatLedger(accepted)).ledger);
      expect(entry.seen.map((seen) => seen.digest)).toEqual([first, second]);
      expect(trustedDigests(entry)).toHaveLength(2);
    }
  });

  it.each([
    ['the same', A, 'same'],
    ['another of the same algorithm', B, 'moved'],
    ['one of another algorithm', `sha512:${'b'.repeat(128)}`, 'incomparable'],
    ['one of a weaker algorithm', `sha1:${'b'.repeat(40)}`, 'incomparable'],
    ['a commit', 'b'.repeat(40), 'incomparable'],
  ])('are compared with %s', (_, digest, expected) => {
    expect(compareDigest(digest, entryOf(two))).toBe(expected);
  });

  it('of several algorithms are trusted only where they came together', () => {
    const weak = `sha1:${'1'.repeat(40)}`;
    const together = recordSightings(EMPTY_LEDGER, [sighting(A), sighting(weak)], NOW);
    expect(compareDigest(weak, entryOf(together))).toBe('same');
    expect(compareDigest(`sha1:${'2'.repeat(40)}`, entryOf(together))).toBe('moved');
    const later = ledgerOf([sighting(A), NOW], [sighting(weak), LATER]);
    expect(compareDigest(weak, entryOf(later))).toBe('incomparable');
  });

  it('of one algorithm that came together are trusted but for one', () => {
    const both = recordSightings(EMPTY_LEDGER, [sighting(B), sighting(A)], NOW);
    expect(compareDigest(A, entryOf(both))).toBe('same');
    expect(compareDigest(B, entryOf(both))).toBe('moved');
  });
});
