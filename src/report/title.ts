/** The title of a vulnerability. Many publishers give none, so that the first sentence of what they write stands in. */

import type { Advisory } from '../model/advisory.ts';
import { terminalText } from './terminal-text.ts';

/** Where no sentence ends before, the text is cut; headings and lists come before it in some records. */
const MAX_LOOKED_AT = 4000;
const MAX_TITLE = 200;

/** Lines that are no sentence: headings, rules, fences, and the words under which publishers write. */
const NO_SENTENCE =
  /^(?:#{1,6}\s.*|[-=*_`~]{3,}.*|\**(?:impact|summary|description|overview|details)\**:?)$/i;
/** `[text](address)` of Markdown; bounded, so that it takes linear time. */
const LINK = /\[([^\][]{1,200})\]\([^()\s]{1,400}\)/g;
const MARKS = /[`*]{1,3}/g;
/** OpenSSL begins its descriptions so. */
const LABEL = /^(?:issue )?summary: +/i;
/** The end of a sentence: a mark, and a blank before something that begins one. */
const SENTENCE_END = /[.!?](?=\s+["'(]?[A-Z0-9])/g;
/** Points after which a sentence goes on. */
const ABBREVIATION = /(?:^|[\s(])(?:e\.g|i\.e|vs|etc|cf|v|ver|no|approx|inc|ltd|[A-Z])$/i;

/** One harmless line of at most 200 characters: the summary, else the first sentence of the details; may be empty. */
export function titleOf({ summary, details }: Pick<Advisory, 'summary' | 'details'>): string {
  const title = terminalText(summary, MAX_TITLE);
  return title === '' ? terminalText(firstSentence(details ?? ''), MAX_TITLE) : title;
}

function firstSentence(details: string): string {
  const paragraph = firstParagraph(details.slice(0, MAX_LOOKED_AT))
    .replaceAll(LINK, '$1')
    .replaceAll(MARKS, '')
    .replace(LABEL, '');
  for (const { index } of paragraph.matchAll(SENTENCE_END)) {
    if (!ABBREVIATION.test(paragraph.slice(Math.max(0, index - 8), index))) {
      return paragraph.slice(0, index + 1);
    }
  }
  return paragraph;
}

function firstParagraph(text: string): string {
  const lines: string[] = [];
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim();
    if (NO_SENTENCE.test(trimmed)) {
      if (lines.length > 0) break;
    } else if (trimmed !== '') {
      lines.push(trimmed);
    } else if (lines.length > 0) {
      break;
    }
  }
  return lines.join(' ');
}
