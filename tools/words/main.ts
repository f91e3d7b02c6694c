/**
 * Counts discouraged words and fragments by room of `src/`, and in the pages. It is a hint for
 * editors and never fails.
 *
 *   npm run words                       counts
 *   npm run words -- src/app/cli docs       every place in these directories, as FILE:LINE
 */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { countWords } from './count-words.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Pages that are written from lists, whose texts are in `src/`. */
const GENERATED = /^docs\/(?:rules|commands)\//u;
const chosen = process.argv.slice(2);

const counts = new Map<string, { words: number; fragments: number }>();
for (const file of [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...filesOf('docs'),
  ...filesOf('src'),
]) {
  if (GENERATED.test(file) || file.endsWith('.test.ts')) continue;
  const findings = countWords(readFileSync(path.join(ROOT, file), 'utf8'), file.endsWith('.ts'));
  const [top = '', second = ''] = file.split('/');
  const room = top === 'src' ? `src/${second}` : top === 'docs' ? 'docs' : 'pages';
  const count = counts.get(room) ?? { words: 0, fragments: 0 };
  for (const { kind } of findings) count[kind === 'word' ? 'words' : 'fragments'] += 1;
  counts.set(room, count);
  if (!chosen.some((directory) => file.startsWith(directory))) continue;
  for (const { line, kind, text } of findings)
    console.log(`${file}:${String(line)}: ${kind} "${text}"`);
}
if (chosen.length === 0) {
  const total = { words: 0, fragments: 0 };
  for (const [room, { words, fragments }] of counts) {
    total.words += words;
    total.fragments += fragments;
    if (words + fragments > 0) console.log(`${room.padEnd(20)} ${row(words, fragments)}`);
  }
  console.log(`${'all'.padEnd(20)} ${row(total.words, total.fragments)}`);
}

function filesOf(directory: string): readonly string[] {
  return readdirSync(path.join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .map((name) => `${directory}/${name}`)
    .filter((name) => /\.(?:ts|md)$/u.test(name))
    .sort();
}

function row(words: number, fragments: number): string {
  return `${String(words).padStart(5)} words ${String(fragments).padStart(5)} fragments`;
}
