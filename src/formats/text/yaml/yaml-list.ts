/**
 * Positions of a list's items in a YAML text, so that one can be removed or added without changing
 * anything else.
 *
 * Source: YAML 1.2.2, sections 8.2.1 (block sequences) and 7.4 (flow collections), parsed by
 * js-yaml into events. Lists in flow style (`[a, b]`) have no lines of their own.
 */

import { EVENT_ID, getScalarValue, parseEvents, type Event } from 'js-yaml';

/** A list below a key of the mapping at the top. Lines are 0-based. */
export interface YamlList {
  readonly isFlow: boolean;
  readonly keyLine: number;
  /** The first line of each item, which begins with the dash, and its last line. */
  readonly items: readonly { readonly firstLine: number; readonly lastLine: number }[];
  /** White space before the dashes; `undefined` where there is no item. */
  readonly indent: string | undefined;
}

const BLOCK = 1;
const BLANK_OR_COMMENT = /^\s*(?:#.*)?$/;
const DASH = /^(?<indent>\s*)-(?:\s|$)/;

/**
 * Returns `undefined` where the key is not there, or holds no list; the text is known to be YAML
 * with a mapping at the top.
 */
export function findYamlList(text: string, key: string): YamlList | undefined {
  const places = placesOf(text, key);
  if (places === undefined) return undefined;
  const lines = text.split('\n');
  const starts = lineStarts(lines);
  const lineAt = (offset: number): number => lastAtMost(starts, offset);
  const items = places.items.map(({ start, end }, index) => {
    const next = places.items[index + 1];
    const bound = next === undefined ? places.bound : next.start;
    const firstLine = dashLine(lines, lineAt(start));
    const limit = bound === undefined ? lines.length : dashOrKeyLine(lines, lineAt(bound), next);
    return {
      firstLine,
      lastLine: lastContentLine(lines, limit - 1, lineAt(Math.max(end - 1, start))),
    };
  });
  const [first] = items;
  const indent = first && DASH.exec(lines[first.firstLine] ?? '')?.groups?.['indent'];
  return { isFlow: places.isFlow, keyLine: lineAt(places.keyStart), items, indent };
}

interface Places {
  readonly keyStart: number;
  readonly isFlow: boolean;
  readonly items: readonly { readonly start: number; readonly end: number }[];
  /** Offset of the next key at the top. */
  readonly bound: number | undefined;
}

/** Depth of open constructs: the document, the mapping at the top, and anything below it. */
const TOP = 2;

function placesOf(text: string, key: string): Places | undefined {
  let depth = 0;
  let isKey = true;
  let keyStart: number | undefined;
  let isFlow = false;
  let isInList = false;
  const items: { start: number; end: number }[] = [];
  for (const event of parseEvents(text, {})) {
    if (event.type === EVENT_ID.POP) {
      depth -= 1;
      if (isInList && depth === TOP) isInList = false;
      continue;
    }
    const start = startOf(event);
    if (depth === TOP) {
      if (keyStart !== undefined && isKey && items.length > 0) {
        return { keyStart, isFlow, items, bound: start };
      }
      if (isKey && event.type === EVENT_ID.SCALAR && getScalarValue(text, event) === key) {
        keyStart = start;
      } else if (
        !isKey &&
        keyStart !== undefined &&
        items.length === 0 &&
        event.type === EVENT_ID.SEQUENCE
      ) {
        isInList = true;
        isFlow = event.style !== BLOCK;
      }
      if (!isKey && keyStart !== undefined && event.type !== EVENT_ID.SEQUENCE) {
        return event.type === EVENT_ID.SCALAR && event.valueStart < 0
          ? { keyStart, isFlow: false, items: [], bound: undefined }
          : undefined;
      }
      isKey = !isKey;
    } else if (isInList && depth === TOP + 1) items.push({ start, end: start });
    const item = items.at(-1);
    if (isInList && item !== undefined && event.type === EVENT_ID.SCALAR) {
      item.end = Math.max(item.end, event.valueEnd);
    }
    if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) depth += 1;
  }
  return keyStart === undefined ? undefined : { keyStart, isFlow, items, bound: undefined };
}

function startOf(event: Exclude<Event, { type: typeof EVENT_ID.POP }>): number {
  switch (event.type) {
    case EVENT_ID.SCALAR:
      return event.valueStart;
    case EVENT_ID.SEQUENCE:
    case EVENT_ID.MAPPING:
      return event.start;
    case EVENT_ID.DOCUMENT:
      return 0;
    case EVENT_ID.ALIAS:
      return event.anchorStart;
  }
}

/** The dash may stand on a line of its own. */
function dashLine(lines: readonly string[], from: number): number {
  for (let line = from; line >= 0; line -= 1) {
    if (DASH.test(lines[line] ?? '')) return line;
  }
  return from;
}

function dashOrKeyLine(lines: readonly string[], line: number, next: unknown): number {
  return next === undefined ? line : dashLine(lines, line);
}

/** Comments and blank lines behind an item are none of it, but for those that are text of it. */
function lastContentLine(lines: readonly string[], from: number, least: number): number {
  let line = from;
  while (line > least && BLANK_OR_COMMENT.test(lines[line] ?? '')) line -= 1;
  return line;
}

function lineStarts(lines: readonly string[]): readonly number[] {
  const starts: number[] = [];
  let at = 0;
  for (const line of lines) {
    starts.push(at);
    at += line.length + 1;
  }
  return starts;
}

/** Returns the index of the last value that is not above the wanted one, by halving. */
function lastAtMost(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) <= wanted) low = middle;
    else high = middle;
  }
  return low;
}
