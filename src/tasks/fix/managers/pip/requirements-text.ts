/**
 * The lines of a requirements file with their places, edits of them, and the form in which pip gets
 * them.
 *
 * Source: pip documentation, "Requirements File Format"; PEP 508 (requirements), PEP 440
 * (versions). A backslash continues a line, ` #` begins a comment, and options stand on lines of
 * their own or behind a requirement.
 *
 * Reads: `requirements.txt`.
 */

import { AssayError } from '../../../../core/base/errors.ts';
import { normalizePythonName } from '../../../../core/model/package/python-name.ts';

/** A logical line of a requirements file. */
export interface RequirementsRow {
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its line end. */
  readonly end: number;
  /** The text as written, with its line end. */
  readonly raw: string;
  /** Joined, without comment. */
  readonly text: string;
  /** With its dashes, as in `-r`; absent for a requirement. */
  readonly option?: string;
  /** The value of the option. */
  readonly value?: string;
  /** The requirement, if it is one of an index. */
  readonly requirement?: IndexRequirement;
}

/** A requirement that an index answers. */
export interface IndexRequirement {
  /** In the normal form. */
  readonly name: string;
  /** The specifiers, as they are written; can be empty. */
  readonly specifiers: string;
  /** The version of a single `==` or `===` without a wildcard. */
  readonly pin?: string;
  /** Everything that PEP 508 allows: name, extras, specifiers and marker. */
  readonly plain: string;
  readonly hashes: readonly string[];
}

const OPTION = /^(?<name>--?[A-Za-z][A-Za-z-]*)(?:\s*=\s*|\s+|(?<=^-[A-Za-z])|$)(?<value>.*)$/su;
const HASH = /--hash[=\s]\s*(?<hash>[a-z0-9]{1,20}:[0-9a-fA-F]{1,200})/gu;
const HEAD =
  /^(?<name>[A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[\w\s,.-]{0,500}\])?\s*/u;
const SPECIFIERS =
  /^\(?(?<list>(?:\s*(?:===|==|~=|!=|<=|>=|<|>)\s*[A-Za-z0-9._+!*-]{1,200}\s*,?)*)\)?\s*(?:;|$)/u;
const PIN = /^\s*===?\s*(?<version>[A-Za-z0-9._+!-]{1,200})\s*,?\s*$/u;
const MAX_LINE_CHARS = 200_000;

/** Reads the text of a file. @throws AssayError `USAGE` for a file that is not UTF-8 */
export function readRequirementsText(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AssayError('USAGE', `"${path}" is not UTF-8`, { hint: 'Save it as UTF-8.' });
  }
}

/** Returns the logical lines that are not empty. */
export function requirementsRows(text: string): readonly RequirementsRow[] {
  const rows: RequirementsRow[] = [];
  let start = 0;
  let joined = '';
  for (let at = text.startsWith('\uFEFF') ? 1 : 0; at < text.length;) {
    const end = lineEnd(text, at);
    const line = text.slice(at, end).replace(/[\r\n]+$/u, '');
    if (joined === '') start = at;
    const isComment = /^\s*#/u.test(line);
    at = end;
    if (line.endsWith('\\') && !isComment) {
      joined += `${line.slice(0, -1)} `;
      if (at < text.length) continue;
    } else joined += line;
    const content = joined
      .slice(0, MAX_LINE_CHARS)
      .replace(/(?:^|\s)#.*$/su, '')
      .trim();
    joined = '';
    if (content !== '') rows.push(rowOf(content, { start, end, raw: text.slice(start, end) }));
  }
  return rows;
}

function lineEnd(text: string, from: number): number {
  const at = text.slice(from).search(/\r\n|\r|\n/u);
  if (at < 0) return text.length;
  return from + at + (text.startsWith('\r\n', from + at) ? 2 : 1);
}

function rowOf(
  text: string,
  place: Pick<RequirementsRow, 'start' | 'end' | 'raw'>,
): RequirementsRow {
  if (text.startsWith('-')) {
    const { name: option = text, value = '' } = OPTION.exec(text)?.groups ?? {};
    return { ...place, text, option, value: value.trim().replace(/^(["'])(.*)\1$/u, '$2') };
  }
  const requirement = requirementOf(text);
  return { ...place, text, ...(requirement !== undefined && { requirement }) };
}

function requirementOf(text: string): IndexRequirement | undefined {
  const behind = text.search(/\s--?[A-Za-z]/u);
  const plain = (behind < 0 ? text : text.slice(0, behind)).trim();
  const head = HEAD.exec(plain);
  const name = head?.groups?.['name'];
  // pip puts variables of the environment in place of `${NAME}`.
  if (head === null || name === undefined || plain.includes('${')) return undefined;
  const list = SPECIFIERS.exec(plain.slice(head[0].length))?.groups?.['list'];
  if (list === undefined) return undefined;
  const pin = PIN.exec(list)?.groups?.['version'];
  return {
    name: normalizePythonName(name),
    specifiers: list.trim(),
    ...(pin !== undefined && { pin }),
    plain,
    hashes: [...text.matchAll(HASH)].flatMap(({ groups }) => groups?.['hash'] ?? []),
  };
}

/** A change of one line. */
export interface RowEdit {
  readonly row: RequirementsRow;
  /** The version as it is written. */
  readonly from: string;
  /** Absent: the line goes. */
  readonly to?: string;
  /** Hashes in place of those that the line has. */
  readonly hashes?: readonly string[];
}

/**
 * Returns the text with the edits. @throws RangeError if a line does not read as it was meant to
 */
export function editRows(text: string, edits: readonly RowEdit[]): string {
  let edited = text;
  for (const edit of [...edits].sort((a, b) => b.row.start - a.row.start)) {
    const { start, end } = edit.row;
    edited = edited.slice(0, start) + newRow(edit) + edited.slice(end);
  }
  return edited;
}

function newRow({ row, from, to, hashes }: RowEdit): string {
  if (to === undefined) return '';
  const at = versionPlace(row.raw, from);
  let raw = row.raw.slice(0, at) + to + row.raw.slice(at + from.length);
  if (hashes !== undefined && hashes.length > 0) raw = withHashes(raw, hashes);
  const [now] = requirementsRows(raw);
  const expected = row.requirement?.specifiers.replace(from, to);
  if (now?.requirement?.specifiers !== expected)
    throw new RangeError(`"${row.text}" cannot be edited`);
  return raw;
}

/** Returns the place of a version behind its operator. */
function versionPlace(raw: string, version: string): number {
  const end = raw.search(/;|\s#|--hash/u);
  const head = end < 0 ? raw : raw.slice(0, end);
  for (let at = head.indexOf(version); at >= 0; at = head.indexOf(version, at + 1)) {
    const isWhole = !/^[\w.+!*-]/u.test(head.slice(at + version.length));
    if (isWhole && /[=~<>]\s*$/u.test(head.slice(0, at))) return at;
  }
  throw new RangeError(`"${raw.trim()}" does not name ${version}`);
}

/** Puts hashes in the place of those that are there, in the same layout. */
function withHashes(raw: string, hashes: readonly string[]): string {
  const found = [...raw.matchAll(HASH)];
  const [first, second] = found;
  const last = found.at(-1);
  if (first === undefined || last === undefined) return raw;
  const before = raw.slice(endOfContent(raw, first.index), first.index);
  const between =
    second === undefined ? before : raw.slice(first.index + first[0].length, second.index);
  const texts = hashes.map((hash) => `--hash=${hash}`);
  return raw.slice(0, first.index) + texts.join(between) + raw.slice(last.index + last[0].length);
}

/** The end of what stands before an offset, without white space and backslashes. */
function endOfContent(raw: string, from: number): number {
  let at = from;
  while (at > 0 && /[\s\\]/u.test(raw[at - 1] ?? '')) at -= 1;
  return at;
}

const INCLUDES: ReadonlySet<string> = new Set(['-r', '--requirement']);
const CONSTRAINTS: ReadonlySet<string> = new Set(['-c', '--constraint']);
const KEPT: ReadonlySet<string> = new Set(['--pre', '--prefer-binary', '--require-hashes']);

/**
 * Returns the kind of a line that includes a file, or names one of constraints; `undefined` for
 * others.
 */
export function inclusionOf({
  option = '',
}: RequirementsRow): 'include' | 'constraint' | undefined {
  if (INCLUDES.has(option)) return 'include';
  return CONSTRAINTS.has(option) ? 'constraint' : undefined;
}

/** The part of a file that pip receives. */
export interface PlainRequirements {
  readonly text: string;
  /** Lines that it does not get. */
  readonly leftOut: readonly string[];
}

/**
 * Returns the file without what builds, runs or fetches from elsewhere: addresses, directories,
 * `-e`, index lines, options of builds, and variables.
 *
 * @param isKnown Whether an included file is one of the project.
 */
export function plainRequirements(
  text: string,
  {
    isKnown,
    wantsHashes,
  }: { readonly isKnown: (path: string) => boolean; readonly wantsHashes: boolean },
): PlainRequirements {
  const lines: string[] = [];
  const leftOut: string[] = [];
  for (const row of requirementsRows(text)) {
    const { requirement, option = '', value = '' } = row;
    const inclusion = inclusionOf(row);
    if (requirement !== undefined) {
      const hashes = wantsHashes ? requirement.hashes.map((hash) => ` --hash=${hash}`) : [];
      lines.push(requirement.plain + hashes.join(''));
    } else if (inclusion !== undefined && isKnown(value)) lines.push(`${option} ${value}`);
    else if (KEPT.has(option) && value === '' && (wantsHashes || option !== '--require-hashes'))
      lines.push(option);
    else if (!KEPT.has(option)) leftOut.push(row.text);
  }
  return { text: lines.map((line) => `${line}\n`).join(''), leftOut };
}
