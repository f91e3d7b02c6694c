/**
 * Foreign text for Markdown with tables (CommonMark 0.31, GitHub Flavored Markdown). Code spans
 * take no markup, no links, no mentions and no references, so that a package named after a person
 * or an issue reaches neither.
 */

import { terminalText } from '../text/terminal-text.ts';

/** Characters that begin markup somewhere in a line. */
const MARKUP = /[\\`*_{}[\]<>()#+!~&$^=|"'-]/g;
/**
 * Words that code hosts turn into links, mentions and references: `@name`, `#1`, addresses,
 * commits, GitLab's `!1` and `~label`.
 */
const LINKED = /[@#]|:\/\/|\bwww\.|\bGH-\d|\b[0-9a-f]{7,40}\b|[!%&$~](?=\w)/i;

/**
 * Returns text as it is, whatever markup it contains; words that a code host would link stand as
 * code.
 */
export function markdownText(text: string, maxLength?: number): string {
  return terminalText(text, maxLength)
    .split(' ')
    .map((word) => (LINKED.test(word) ? codeSpan(word) : escaped(word)))
    .join(' ');
}

/** Returns text as a code span; empty for an empty text. */
export function markdownCode(text: string, maxLength?: number): string {
  const line = terminalText(text, maxLength);
  return line === '' ? '' : codeSpan(line);
}

/** Returns lines as a code block, which takes nothing in it for markup. */
export function markdownBlock(lines: readonly string[]): string {
  const longest = longestRun(lines.join('\n'));
  const fence = '`'.repeat(Math.max(longest + 1, 3));
  return `${fence}text\n${lines.join('\n')}\n${fence}\n`;
}

function escaped(word: string): string {
  return word.replace(MARKUP, (character) => `\\${character}`);
}

/** Tables take a bar for the end of a cell, in code spans too. */
function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text) + 1);
  const blank = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${blank}${text.replaceAll('|', '\\|')}${blank}${fence}`;
}

function longestRun(text: string): number {
  let longest = 0;
  for (const run of text.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  return longest;
}
