/**
 * Python packages that a `setup.py` or `setup.cfg` pins.
 *
 * Source: setuptools documentation, "Dependencies Management in Setuptools" and "Declarative
 * config". A `setup.py` is a program and is not run: only texts that stand in the list of
 * `install_requires`, `setup_requires`, `tests_require` or `extras_require` are read. As of
 * `pyproject.toml`, dependencies with `==` are listed and ranges, unless they are asked for, are
 * counted in a note. What is needed to test or to build is for development. A program that gives
 * `install_requires` something else than a list of plain texts computes what it requests, and so
 * does one that takes all arguments from a mapping that it does not write down. Names of fields in
 * a `setup.cfg` are of any case, and a `-` in them is a `_`.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import type { DependencyScope } from '../lock-graph.ts';
import { PinnedPackages } from './locked-table.ts';
import { requestOf } from './requested.ts';
import { readRequirement, rangesText, versionToList } from './requirement.ts';

const SCOPES: ReadonlyMap<string, DependencyScope> = new Map([
  ['install_requires', 'runtime'],
  ['extras_require', 'optional'],
  ['setup_requires', 'development'],
  ['tests_require', 'development'],
]);
const EXTRAS_SECTION = 'options.extras_require';
const LIST =
  /\b(?<field>install_requires|extras_require|setup_requires|tests_require)(?:["']\]?)?\s*[=:]\s*(?=[[{(])/g;
const COMPUTED =
  /\binstall_requires(?:["']\s{0,20}:|(?:["']\])?\s{0,20}=(?!=))\s{0,20}[^\s[({=]|\bsetup\s{0,20}\([^()]{0,2000}\*\*/;
const LITERAL = /\binstall_requires(?:["']\s{0,20}:|(?:["']\])?\s{0,20}=)\s{0,20}[[(]/;
/** What changes the list or text before it. */
const CHANGED = /^[ \t]*(?:[+*%.|]|(?:if|or|and|for)\b)|^\s*[+*%.|]/;
/** The letters before a text whose content is computed. */
const FORMATTED = /\b[rR]?[fFtT][rR]?$/;
/** How far behind a text or list a change of it is looked for. */
const LOOK_AHEAD = 40;
const COMMENT = /^[ \t]*#.*$/gm;
const OPENING: ReadonlySet<string> = new Set(['[', '(', '{']);
const CLOSING: ReadonlySet<string> = new Set([']', ')', '}']);
const SECTION = /^\[(?<name>[^\]]{1,200})\]/;
const INDENTED = /^\s/;
const FIELD = /^(?<name>[A-Za-z0-9_.-]{1,200})\s*[=:](?<value>.*)$/;

interface SetupRow {
  readonly text: string;
  readonly line: number;
  readonly scope: DependencyScope;
  /** The program changes the text, or the list that it ends. */
  readonly isChanged?: boolean;
}

export const setupFile: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    const rows = file.path.endsWith('.cfg') ? configRows(text) : programRows(text);
    const packages = new PinnedPackages();
    const requests: RequestedPackage[] = [];
    let ranges = 0;
    let isComputed = !file.path.endsWith('.cfg') && computesRequirements(text);
    for (const { text: requirement, line, scope, isChanged = false } of rows) {
      const found = isChanged ? undefined : readRequirement(requirement);
      isComputed ||= isChanged && scope === 'runtime';
      // Keys of extras and other texts are no requirements.
      if (found === undefined) continue;
      const { name } = found;
      const request = scope === 'runtime' ? requestOf(found, { line }) : undefined;
      if (request !== undefined) requests.push(request);
      const version = versionToList(found, context);
      if (version === '') ranges += 1;
      else packages.add({ name, version, line, scope, relationship: 'direct' });
    }
    packages.addTo(result);
    if (ranges > 0) result.note(rangesText(ranges));
    result.requests({
      requests,
      ...(isComputed && { computed: 'computes "install_requires"' }),
    });
    return result.done();
  },
};

/** Yields the values of an INI file: on the line of the key, or indented below it. */
function* configRows(text: string): Generator<SetupRow> {
  let section = '';
  let scope: DependencyScope | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    let value = content;
    if (!INDENTED.test(raw)) {
      section = SECTION.exec(content)?.groups?.['name']?.trim() ?? section;
      const field = readField(content);
      scope = scopeIn(section, field.name.toLowerCase().replaceAll('-', '_'));
      value = field.value;
    }
    if (scope !== undefined && value !== '') yield { text: value, line: index + 1, scope };
  }
}

/** Returns a field; both parts are empty if the line is the header of a section. */
function readField(content: string): { readonly name: string; readonly value: string } {
  const { name = '', value = '' } = FIELD.exec(content)?.groups ?? {};
  return { name, value: value.trim() };
}

function scopeIn(section: string, field: string): DependencyScope | undefined {
  if (section === EXTRAS_SECTION && field !== '') return 'optional';
  return section === 'options' ? SCOPES.get(field) : undefined;
}

/** Yields the texts within the brackets behind each field of a program. */
function* programRows(text: string): Generator<SetupRow> {
  let line = 1;
  let counted = 0;
  let end = 0;
  for (const match of text.matchAll(LIST)) {
    const scope = SCOPES.get(match.groups?.['field'] ?? '');
    // Brackets are read once, however many fields seem to be named inside them.
    if (scope === undefined || match.index < end) continue;
    const inside = textsInBrackets(text, match.index + match[0].length);
    end = inside.end;
    for (const token of inside.texts) {
      line += countLines(text, counted, token.start);
      counted = token.start;
      yield { text: token.text, line, scope, isChanged: token.isChanged };
    }
    if (inside.isChanged) yield { text: '', line, scope, isChanged: true };
  }
}

/**
 * Returns whether the field is given something else than a list, and no list of that name stands in
 * the program.
 */
function computesRequirements(text: string): boolean {
  const source = text.replaceAll(COMMENT, '');
  return COMPUTED.test(source) && !LITERAL.test(source);
}

interface QuotedText {
  readonly text: string;
  readonly isChanged: boolean;
  readonly start: number;
}

/**
 * Returns the texts in quotes up to the bracket that closes the one at `start`, and where that is.
 */
function textsInBrackets(
  text: string,
  start: number,
): { readonly texts: readonly QuotedText[]; readonly end: number; readonly isChanged: boolean } {
  const texts: QuotedText[] = [];
  let depth = 0;
  let at = start;
  for (; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (OPENING.has(unit)) depth += 1;
    else if (CLOSING.has(unit)) depth -= 1;
    else if (unit === '#') at = endOfLine(text, at);
    else if (unit === '"' || unit === "'") {
      const end = endOfText(text, at + 1, unit);
      if (end === undefined) return { texts, end: at, isChanged: true };
      const isFormatted = FORMATTED.test(text.slice(Math.max(0, at - 3), at));
      const isChanged = isFormatted || CHANGED.test(text.slice(end + 1, end + 1 + LOOK_AHEAD));
      texts.push({ text: text.slice(at + 1, end), start: at, isChanged });
      at = end;
    }
    if (depth <= 0) break;
  }
  const isChanged = CHANGED.test(text.slice(at + 1, at + 1 + LOOK_AHEAD));
  return { texts, end: at, isChanged };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

/** Returns `undefined` where the line ends first. */
function endOfText(text: string, from: number, quote: string): number | undefined {
  for (let at = from; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === quote) return at;
    if (unit === '\n') return undefined;
    if (unit === '\\') at += 1;
  }
  return undefined;
}

function countLines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at !== -1 && at < to; at = text.indexOf('\n', at + 1)) {
    count += 1;
  }
  return count;
}
