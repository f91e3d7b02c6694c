/** Hostile pipelines end in bounded time, and what is not looked at is a gap. */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { readerOf } from '../../../tasks/audit/read-in-root.ts';
import type { DetectionNote } from '../detector.ts';
import { loadShell, pipelineFindings } from './pipeline.ts';

await loadShell();

/** Rules and gaps of a workflow. */
function looked(bytes: Uint8Array | string): {
  readonly rules: readonly string[];
  readonly gaps: readonly string[];
} {
  const notes: DetectionNote[] = [];
  const found = pipelineFindings(
    '/.github/workflows/a.yml',
    Buffer.from(bytes),
    { persona: 'auditor' },
    (note) => notes.push(note),
  );
  return {
    rules: [...new Set(found.map(({ rule }) => rule.replace('pipeline/', '')))],
    gaps: notes.map((note) => (note.kind === 'gap' ? `${note.gap} ${note.message}` : note.kind)),
  };
}

function step(run: string): string {
  return `name: x\non: push\npermissions: {}\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          ${run}\n`;
}

const UNREAD = 'unread-part';

describe('hostile pipelines', () => {
  it('with aliases that would expand to gigabytes', () => {
    const lines = Array.from(
      { length: 40 },
      (_, at) => `a${at + 1}: &b${at + 1} [${`*b${at},`.repeat(9)} *b${at}]`,
    );
    const text = [
      'on: push',
      'a0: &b0 [x]',
      ...lines,
      'jobs: {a: {env: {x: *b40}, steps: [{run: make}]}}',
      '',
    ].join('\n');
    const { rules, gaps } = looked(text);
    expect(rules).toContain(UNREAD);
    expect(gaps.length).toBeGreaterThan(0);
  });

  it.each([
    ['parentheses', `echo \${{ ${'('.repeat(10_000)}1${')'.repeat(10_000)} }}`],
    ['negations', `echo \${{ ${'!'.repeat(10_000)}github.head_ref }}`],
    ['calls', `echo \${{ ${'format('.repeat(10_000)}1${')'.repeat(10_000)} }}`],
    ['indices', `echo \${{ ${'a['.repeat(10_000)}1${']'.repeat(10_000)} }}`],
  ])('with expressions of 10,000 nested %s', (_name, run) => {
    expect(looked(step(run)).rules).toContain(UNREAD);
  });

  it.each([
    ['substitutions', '$(', ')'],
    ['expansions', '${a:-$(b ', ')}'],
    ['arithmetic', '$((', '))'],
    ['conditions', 'if ', '; then a; fi'],
  ])('with scripts of 3,000 nested %s', (_name, open, close) => {
    expect(looked(step(`${open.repeat(3000)}a${close.repeat(3000)}`))).toBeDefined();
  });

  it('with 50 MB', () => {
    const { rules, gaps } = looked(Buffer.alloc(50 << 20, 'on: push # a comment\n'));
    expect(rules).toEqual([UNREAD]);
    expect(gaps).toEqual([expect.stringMatching(/^limit line 1: /u)]);
  });

  it.each([
    ['no UTF-8', Buffer.from([0x6f, 0x6e, 0x3a, 0xff, 0x0a])],
    ['an open bracket', Buffer.from('on: [')],
    ['an alias of itself', Buffer.from('on: &a [*a]\njobs: {}\n')],
  ])('with %s', (_name, bytes) => {
    const { rules, gaps } = looked(bytes);
    expect(rules).toContain(UNREAD);
    expect(gaps).toEqual([expect.stringMatching(/^unreadable line 1: /u)]);
  });

  it('with paths that leave the directory', () => {
    const root = mkdtempSync(join(tmpdir(), 'assay-hostile-'));
    try {
      mkdirSync(join(root, 'in'));
      writeFileSync(join(root, 'out.yml'), 'secret');
      writeFileSync(join(root, 'in/a.yml'), 'a');
      symlinkSync(join(root, 'out.yml'), join(root, 'in/link.yml'));
      symlinkSync('/dev/zero', join(root, 'in/zero.yml'));
      const read = readerOf(join(root, 'in'));
      expect(read('/a.yml')).toEqual(Buffer.from('a'));
      for (const path of [
        '/../out.yml',
        '/link.yml',
        '/zero.yml',
        '/',
        '/b.yml',
        '/a.yml/b',
        '/\0',
      ]) {
        expect(read(path), path).toBeUndefined();
      }
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
