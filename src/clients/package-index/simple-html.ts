/**
 * Links of an HTML page, in the order of the page.
 *
 * Source: HTML standard, "Tokenization", as far as pip's reader follows it: comments, scripts and
 * styles hold no links, the first `base` counts, attributes have entities. Other elements are
 * ignored.
 */

/** The links of a page, and the address that they are relative to if the page names one. */
export interface HtmlLinks {
  readonly base?: string;
  readonly links: readonly HtmlLink[];
}

/** A link. */
export interface HtmlLink {
  readonly href: string;
  /**
   * All attributes of the element by their names in lower case; the first one of a name counts. One
   * without a value is empty.
   */
  readonly attributes: ReadonlyMap<string, string>;
}

const ATTRIBUTE =
  /(?<name>[^\s"'<>/=]+)(?:\s*=\s*(?:"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"'=<>`]+)))?/gu;
const ENTITY =
  /&(?:#x(?<hex>[0-9a-f]{1,6})|#(?<decimal>\d{1,7})|(?<name>amp|lt|gt|quot|apos));?/giu;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};
const RAW = new Set(['script', 'style', 'textarea', 'title']);
const TAG_NAME = /^[a-z][a-z0-9]*/iu;

/** Reads the links of a page. */
export function readHtmlLinks(html: string): HtmlLinks {
  const links: HtmlLink[] = [];
  let base: string | undefined;
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    if (html.startsWith('<!--', at)) {
      at = endOf(html, '-->', at + 4);
      continue;
    }
    const name = TAG_NAME.exec(html.slice(at + 1, at + 32))?.[0].toLowerCase();
    if (name === undefined) {
      at += 1;
      continue;
    }
    const end = tagEnd(html, at);
    if (name === 'a' || name === 'base') {
      const attributes = readAttributes(html.slice(at + 1 + name.length, end));
      const href = attributes.get('href');
      if (href !== undefined && name === 'a') links.push({ href, attributes });
      if (href !== undefined && name === 'base') base ??= href;
    }
    at = end;
    if (RAW.has(name)) at = rawEnd(html, name, end);
  }
  return { links, ...(base !== undefined && { base }) };
}

/** A tag ends at the first `>` that is not in quotes. */
function tagEnd(html: string, start: number): number {
  let quote = '';
  for (let at = start; at < html.length; at += 1) {
    const character = html.charAt(at);
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '>') return at;
    else if (character === '"' || character === "'") quote = character;
  }
  return html.length;
}

function rawEnd(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])`, 'giu');
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

function endOf(html: string, mark: string, from: number): number {
  const found = html.indexOf(mark, from);
  return found < 0 ? html.length : found + mark.length;
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const { groups } of text.matchAll(ATTRIBUTE)) {
    const name = groups?.['name']?.toLowerCase() ?? '';
    if (attributes.has(name)) continue;
    const value = groups?.['double'] ?? groups?.['single'] ?? groups?.['plain'] ?? '';
    attributes.set(name, decodeEntities(value));
  }
  return attributes;
}

function decodeEntities(text: string): string {
  return text.replace(ENTITY, (whole: string, ...rest: unknown[]) => {
    const { hex, decimal, name } = rest.at(-1) as Record<string, string | undefined>;
    if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
