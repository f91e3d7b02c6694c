/**
 * Python packages that a `setup.py` or `setup.cfg` pins.
 *
 * Source: setuptools documentation, "Dependencies Management in Setuptools" and "Declarative config". A `setup.py` is a
 * program and is not run: only texts that stand in the list of `install_requires`, `setup_requires`, `tests_require` or
 * `extras_require` are read. As of `pyproject.toml`, dependencies with `==` are listed and ranges are counted in a note.
 * What is needed to test or to build is for development.
 */

import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import type { Scope } from '../lock-graph.ts';
import { PinnedPackages } from './locked-table.ts';
import { readRequirement } from './requirement.ts';

const SCOPES: ReadonlyMap<string, Scope> = new Map([
  ['install_requires', 'runtime'],
  ['extras_require', 'optional'],
  ['setup_requires', 'development'],
  ['tests_require', 'development'],
]);
const EXTRAS_SECTION = 'options.extras_require';
const LIST =
  /\b(?<field>install_requires|extras_require|setup_requires|tests_require)\s*=\s*(?=[[{(])/g;
const SECTION = /^\[(?<name>[^\]]{1,200})\]/;
const FIELD = /^(?<name>[A-Za-z0-9_.-]{1,200})\s*[=:](?<value>.*)$/;

interface SetupRow {
  readonly text: string;
  readonly line: number;
  readonly scope: Scope;
}

export const setupFile: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    const rows = file.path.endsWith('.cfg') ? configRows(text) : programRows(text);
    const packages = new PinnedPackages();
    let ranges = 0;
    for (const { text: requirement, line, scope } of rows) {
      const found = readRequirement(requirement);
      // Keys of extras and other texts are no requirements.
      if (found === undefined) continue;
      if (found.version === '') ranges += 1;
      else packages.add({ ...found, line, scope, relationship: 'direct' });
    }
    packages.addTo(result);
    if (ranges > 0) result.note(`${ranges} dependencies name a range and no version`);
    return result.done();
  },
};

/** The values of an INI file: on the line of the key, or indented below it. */
function* configRows(text: string): Generator<SetupRow> {
  let section = '';
  let scope: Scope | undefined;
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#') || content.startsWith(';')) continue;
    let value = content;
    if (!/^\s/.test(raw)) {
      const header = SECTION.exec(content)?.groups?.['name'];
      if (header !== undefined) section = header.trim();
      const field = header === undefined ? FIELD.exec(content)?.groups : undefined;
      scope = field === undefined ? undefined : scopeIn(section, field['name'] ?? '');
      value = field?.['value']?.trim() ?? '';
    }
    if (scope === undefined) continue;
    for (const part of value.split(';;')) {
      if (part !== '') yield { text: part, line: index + 1, scope };
    }
  }
}

function scopeIn(section: string, field: string): Scope | undefined {
  if (section === EXTRAS_SECTION) return 'optional';
  return section === 'options' ? SCOPES.get(field) : undefined;
}

/** The texts within the brackets behind each field of a program. */
function* programRows(text: string): Generator<SetupRow> {
  let line = 1;
  let counted = 0;
  for (const match of text.matchAll(LIST)) {
    const scope = SCOPES.get(match.groups?.['field'] ?? '');
    // The same brackets are read once, however many fields their texts seem to name.
    if (scope === undefined || match.index < counted) continue;
    line += countLines(text, counted, match.index + match[0].length);
    counted = match.index + match[0].length;
    for (const token of textsInBrackets(text, counted)) {
      line += countLines(text, counted, token.start);
      counted = token.start;
      yield { text: token.text, line, scope };
    }
  }
}

/** Texts in quotes up to the bracket that closes the one at `start`. */
function* textsInBrackets(
  text: string,
  start: number,
): Generator<{ readonly text: string; readonly start: number }> {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const unit = text.charAt(at);
    if (unit === '[' || unit === '(' || unit === '{') depth += 1;
    else if (unit === ']' || unit === ')' || unit === '}') depth -= 1;
    else if (unit === '#') {
      const end = text.indexOf('\n', at);
      if (end === -1) return;
      at = end;
    } else if (unit === '"' || unit === "'") {
      const end = endOfText(text, at + 1, unit);
      if (end === undefined) return;
      yield { text: text.slice(at + 1, end), start: at };
      at = end;
    }
    if (depth <= 0) return;
  }
}

/** `undefined` where the line ends first. */
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
