/** The index of decision records. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { decisionsPage } from './decisions.ts';

const RECORDS = fileURLToPath(new URL('../../docs/decisions', import.meta.url));

function pageOf(records: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'assay-decisions-'));
  try {
    for (const [name, text] of Object.entries(records)) {
      writeFileSync(path.join(directory, name), text);
    }
    return decisionsPage(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

it('lists each record with its title', () => {
  const page = pageOf({
    '0002-b.md': '# 2. B is `c`\n',
    '0001-a.md': '# A\n\ntext\n',
    'README.md': '# Old\n',
  });
  expect(page.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- [1](0001-a.md): A',
    '- [2](0002-b.md): B is `c`',
  ]);
});

it.each([
  ['a number used twice', { '0001-a.md': '# A\n', '0001-b.md': '# B\n' }, 'two records'],
  ['another number in the title', { '0001-a.md': '# 2. A\n' }, 'has the number 2'],
  ['a file of another name', { 'notes.md': '# A\n' }, 'not named'],
  ['a file without a title', { '0001-a.md': 'A\n' }, 'title'],
])('refuses %s', (_, records, message) => {
  expect(() => pageOf(records)).toThrow(message);
});

it('the index lists every file of the directory, with its title', () => {
  const index = readFileSync(path.join(RECORDS, 'README.md'), 'utf8');
  const listed = [...index.matchAll(/^- \[\d+\]\((?<name>[^)]+)\): (?<title>.+)$/gm)].map(
    ({ groups }) => [groups?.['name'], groups?.['title']],
  );
  const titles = readdirSync(RECORDS)
    .filter((name) => name !== 'README.md')
    .sort()
    .map((name) => {
      const [first = ''] = readFileSync(path.join(RECORDS, name), 'utf8').split('\n');
      return [name, first.replace(/^# (?:\d+[.:] )?/, '')];
    });
  expect(listed).toEqual(titles);
});
