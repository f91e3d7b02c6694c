/**
 * Filters of templates: those of liquidjs, and Assay's for escapes and for what a finding refers
 * to. `docs/templates.md` lists them.
 */

import { toValue, type FilterImplOptions, type Liquid } from 'liquidjs';

import { safeJson } from '../../../core/base/json-text.ts';
import { csvCell } from '../csv/csv-cell.ts';
import { markdownCode, markdownText } from '../markdown/markdown-text.ts';
import { escapedXml } from '../text/xml-text.ts';
import { sanitizeOutput, outputText } from './sanitize.ts';
import type { Joins } from './joins.ts';

/** Texts of templates are not cut off. */
const NO_LIMIT = Number.MAX_SAFE_INTEGER;
/**
 * Ends a script in a page, in front of a comment or an end tag; a backslash escape is the same
 * JSON.
 */
const MARKUP_IN_JSON = /</g;

type Escape = (value: unknown) => string;

const markup: Escape = (value) => escapedXml(sanitizeOutput(outputText(value)));
const json: Escape = (value) =>
  // Of `undefined` there is no JSON.
  safeJson(JSON.stringify(value ?? null)).replace(MARKUP_IN_JSON, '\\u003c');

/** Each escapes a value for one kind of reader. */
const ESCAPES: Readonly<Record<string, Escape>> = {
  html: markup,
  escape: markup,
  xml: markup,
  xml_escape: markup,
  json,
  jsonify: json,
  inspect: json,
  csv: (value) => csvCell(typeof value === 'number' ? value : listText(value)),
  markdown: (value) => markdownText(outputText(value), NO_LIMIT),
  markdown_code: (value) => markdownCode(outputText(value), NO_LIMIT),
};

type LiquidHandler = Extract<FilterImplOptions, (...args: never[]) => unknown>;
/** The `this` that liquidjs passes to a filter. */
type Filtering = ThisParameterType<LiquidHandler>;
type Handler = (this: Filtering, value: unknown, ...args: unknown[]) => unknown;

/**
 * Adds Assay's filters to an engine. Every filter, also of liquidjs, first checks the time that is
 * left.
 */
export function registerFilters(liquid: Liquid, joins: Joins): void {
  for (const [name, escape] of Object.entries(ESCAPES))
    register(liquid, name, meteredEscape(escape));
  register(liquid, 'package', (finding) => joins.package(finding));
  register(liquid, 'advisory', (finding) => joins.advisory(finding));
  register(liquid, 'exception', (finding) => joins.exception(finding));
  // In liquidjs it switches the escape of an output off, and that of control characters is never
  // switched off.
  register(liquid, 'raw', (value) => value);
  for (const [name, filter] of Object.entries(liquid.filters)) {
    register(liquid, name, timed(typeof filter === 'function' ? filter : filter.handler));
  }
}

function register(liquid: Liquid, name: string, handler: Handler): void {
  liquid.registerFilter(name, handler);
}

/**
 * Counts the text that an escape makes. Values that liquidjs has for literals, as `nil`, become
 * plain ones.
 */
export function meteredEscape(escape: Escape): (this: Filtering, value: unknown) => string {
  return function (value) {
    const text = escape(toValue(value));
    this.context.memoryLimit.use(text.length);
    return text;
  };
}

function timed(handler: Handler): Handler {
  return function (value, ...args) {
    this.context.renderLimit.check(0);
    return handler.call(this, value, ...args);
  };
}

/** Lists stand in one cell, separated by blanks, as in `-f csv`. */
function listText(value: unknown): string {
  return Array.isArray(value) ? value.map(outputText).join(' ') : outputText(value);
}
