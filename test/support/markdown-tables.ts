/**
 * Markdown as markdown-it reads it, with HTML and addresses taken for what they are, as code hosts
 * take them.
 */

import MarkdownIt from 'markdown-it';

export const markdownParser = new MarkdownIt({ html: true, linkify: true });

/** A table with the heading above it. */
export interface MarkdownTable {
  readonly heading: string;
  /** The cells of each row; the first row has the heads. */
  readonly rows: readonly (readonly string[])[];
}

/** A heading with the text of all blocks up to the next one. */
export interface MarkdownSection {
  readonly heading: string;
  readonly text: string;
}

/** Returns the tables of a text. */
export function markdownTables(text: string): readonly MarkdownTable[] {
  const tables: { heading: string; rows: string[][] }[] = [];
  let heading = '';
  let block = '';
  for (const { type, children } of markdownParser.parse(text, {})) {
    if (BLOCKS.test(type)) block = type;
    if (type === 'table_open') tables.push({ heading, rows: [] });
    if (type === 'tr_open') tables.at(-1)?.rows.push([]);
    if (type !== 'inline') continue;
    if (block === 'heading_open') heading = textOf(children ?? []);
    if (block === 'th_open' || block === 'td_open') {
      tables
        .at(-1)
        ?.rows.at(-1)
        ?.push(textOf(children ?? []));
    }
  }
  return tables;
}

/** Blocks that hold text, when they begin or end. */
const BLOCKS = /^(?:heading|th|td|paragraph)_(?:open|close)$/u;

/** Returns the cells of all tables, a list for each row. */
export function markdownRows(text: string): readonly (readonly string[])[] {
  return markdownTables(text).flatMap(({ rows }) => rows);
}

/** Returns what stands below each heading: paragraphs and code. */
export function markdownSections(text: string): readonly MarkdownSection[] {
  const sections: { heading: string; text: string }[] = [];
  let block = '';
  for (const { type, content, children } of markdownParser.parse(text, {})) {
    if (BLOCKS.test(type)) block = type;
    if (type === 'inline' && block === 'heading_open') {
      sections.push({ heading: textOf(children ?? []), text: '' });
      continue;
    }
    const section = sections.at(-1);
    if (section === undefined) continue;
    if (type === 'fence') section.text += content;
    if (type === 'inline' && block === 'paragraph_open') {
      section.text += `${textOf(children ?? [])}\n`;
    }
  }
  return sections;
}

/** Returns the types of all inline tokens: what a reader makes of foreign text. */
export function markdownMarkup(text: string): ReadonlySet<string> {
  return new Set(
    markdownParser
      .parse(text, {})
      .flatMap((token) => [
        ...(token.type === 'html_block' ? ['html_block'] : []),
        ...(token.children ?? []).map(({ type }) => type),
      ]),
  );
}

function textOf(tokens: readonly { type: string; content: string }[]): string {
  return tokens
    .map(({ type, content }) => (type === 'text' || type === 'code_inline' ? content : ''))
    .join('');
}
