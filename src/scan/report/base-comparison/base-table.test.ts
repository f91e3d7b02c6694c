import { describe, expect, it } from 'vitest';

import { aComparedImage, aTool } from '../../../../test/support/fact-sheets.ts';
import type {
  BaseComparison,
  ComparedImage,
  MissingImage,
} from '../../../core/model/report/base-comparison.ts';
import { baseMarkdown } from './base-markdown.ts';
import { baseRows, sizeText } from './base-rows.ts';
import { baseTableLines } from './base-table.ts';
import { displayWidth } from '../text/terminal-text.ts';

function comparisonOf(...images: readonly (ComparedImage | MissingImage)[]): BaseComparison {
  const dimensions = ['critical', 'high', 'findings', 'packages'] as const;
  return {
    comparedAt: '2025-06-01T00:00:00.000Z',
    images,
    paretoDimensions: dimensions,
    notes: [],
  };
}

const FULL = aComparedImage('registry.example/python:3.12', {
  pinned: `registry.example/python:3.12@sha256:${'a'.repeat(64)}`,
  pareto: { isMember: 'no', dominatedBy: ['registry.example/python:3.12-slim'] },
  system: { id: 'debian', versionId: '12.5' },
  endOfLife: { supportedUntil: '2028-06-30', isOver: false },
  ageDays: 12,
  tools: {
    libc: [aTool('glibc', '2.36-9+deb12u14')],
    shells: [aTool('bash'), aTool('dash')],
    packageManagers: [aTool('apt'), aTool('dpkg'), aTool('pip')],
    interpreters: [aTool('perl', '5.36.0'), aTool('python', '3.12')],
    compilers: [aTool('g++', '12'), aTool('gcc', '12')],
  },
  evidence: { claimed: 1, consistent: 0, verified: 8, proven: 0, contradicted: 1 },
});
const SLIM = aComparedImage('registry.example/python:3.12-slim', {
  losses: {
    tools: { compilers: [aTool('g++', '12'), aTool('gcc', '12')], shells: [] },
    packages: [{ ecosystem: 'debian', name: 'gcc-12', version: '12.2.0-14' }],
    addedPackageCount: 2,
  },
});
const UNMATCHED = aComparedImage('registry.example/python:3.12-alpine', {
  endOfLife: { supportedUntil: '2025-05-09', isOver: true },
  gaps: [{ kind: 'endOfLife', count: 1 }],
  pareto: { isMember: 'unknown', dominatedBy: [] },
  tools: {},
});
Reflect.deleteProperty(UNMATCHED, 'findings');
const LOST: MissingImage = {
  kind: 'missing',
  name: 'registry.example/python:4',
  error: {
    code: 'NOT_FOUND',
    message: 'the registry has no "registry.example/python:4"',
    hint: 'Check the tag.',
  },
};

describe('the table of images', () => {
  it.each([
    ['/images/a', 'registry.example/b'],
    ['/a', './b'],
    ['a/b', '/a/b'],
    ['//a', 'a'],
    ['a/', 'a/'],
  ])('shows names without a common directory: %s beside %s', (first, second) => {
    const table = baseTableLines(comparisonOf(aComparedImage(first), aComparedImage(second))).join(
      '\n',
    );
    expect(table).toContain(first);
    expect(table).toContain(second);
    expect(table).not.toContain('All names begin');
  });

  it('gives each column a name, also if one path is the beginning of another', () => {
    const names = ['./a/', './a/b'].map((name) => aComparedImage(name));
    const [head] = baseTableLines(comparisonOf(...names));
    expect(head?.trim().split(/ +/u)).toEqual(['a/', 'a/b']);
  });

  it('has a column for each image, what they lose, and references to paste', async () => {
    const lines = baseTableLines(comparisonOf(FULL, SLIM, UNMATCHED, LOST));
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('testdata/base/four-images.txt');
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('fits a hundred columns with %i images', (count) => {
    const images = Array.from({ length: count }, (_unused, at) => ({
      ...(at % 2 === 0 ? FULL : SLIM),
      name: `registry.example/team/a-rather-long-name-of-an-image:3.12.${at}-slim-bookworm`,
    }));
    const lines = baseTableLines(comparisonOf(...images));
    for (const line of lines.filter((one) => !one.includes('@sha256:'))) {
      expect([line, displayWidth(line) <= 100]).toEqual([line, true]);
    }
    // Each version of the C library is whole on one line.
    expect(lines.join('\n').split('2.36-9+deb12u14')).toHaveLength(Math.ceil(count / 2) + 1);
  });

  it.each([40, 60, 80, 140, 200])('fits %i columns', (width) => {
    const lines = baseTableLines(comparisonOf(FULL, SLIM, UNMATCHED, LOST), width);
    for (const line of lines.filter((one) => !one.includes('@sha256:'))) {
      expect(displayWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  it('shows names without what all of them begin with', () => {
    const text = baseTableLines(comparisonOf(FULL, SLIM)).join('\n');
    expect(text).toContain('All names begin with registry.example/\n');
    const alone = baseTableLines(comparisonOf(FULL)).join('\n');
    expect(alone).not.toContain('All names begin');
  });

  it('marks counts that gaps make lower bounds', () => {
    const image = aComparedImage('a', { gaps: [{ kind: 'limit', count: 1 }] });
    const text = baseTableLines(comparisonOf(image)).join('\n');
    expect(text).toMatch(/^Findings +0\+$/mu);
    expect(text).toContain('A count with + is a lower bound');
  });

  it('writes nothing that a terminal obeys', () => {
    const hostile = '\u001b[2Jx\u202e\r\n::error::y';
    const image = aComparedImage(hostile, {
      user: hostile,
      pinned: hostile,
      system: { id: hostile, versionId: hostile },
      tools: { shells: [{ name: hostile, version: hostile, paths: [] }] },
      gaps: [{ kind: hostile, count: 1 }],
      judgedAt: hostile,
    });
    const other = { ...image, judgedAt: '2025-06-01', name: `${hostile}2` };
    const missing: MissingImage = {
      kind: 'missing',
      name: hostile,
      error: { code: hostile, message: hostile, hint: hostile },
    };
    const comparison = { ...comparisonOf(image, other, missing), notes: [hostile] };
    for (const text of [baseTableLines(comparison).join('\n'), baseMarkdown(comparison)]) {
      expect(text).not.toMatch(/[\u001b\r\u202e]/u);
      expect(text).not.toMatch(/^::/mu);
    }
  });
});

describe('the same as Markdown', () => {
  it('is one table with lists below it', async () => {
    const text = baseMarkdown(comparisonOf(FULL, SLIM, UNMATCHED, LOST));
    await expect(text).toMatchFileSnapshot('testdata/base/four-images.md');
  });

  it('has as many cells in each row', () => {
    const pipes = { ...SLIM, name: 'a|b', user: 'c|d' };
    const rows = baseMarkdown(comparisonOf(FULL, pipes))
      .split('\n')
      .filter((line) => line.startsWith('|'));
    for (const row of rows) expect(row.match(/(?<!\\)\|/gu)).toHaveLength(4);
    expect(rows.length).toBe(baseRows(comparisonOf(FULL, pipes)).length + 2);
  });
});

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [29_750_000, '29.8 MB'],
    [1_447_551_387, '1.45 GB'],
    [undefined, 'unknown'],
  ])('%s', (bytes, text) => {
    expect(sizeText(bytes)).toBe(text);
  });
});
