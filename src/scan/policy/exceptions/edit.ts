/**
 * Edits ignore files by splicing lines: every byte that is not of an entry taken out or put in
 * stays as it is, with comments, line ends and a byte order mark. What was written is read again,
 * and must say exactly what it should.
 */

import { detectEncoding } from '../../../core/base/text-encoding.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { findYamlList, type YamlList } from '../../../formats/text/yaml/yaml-list.ts';
import { formatPackageUrl } from '../../../core/model/purl/purl.ts';
import type { ExceptionForm, IgnoreEntry } from './exception.ts';
import { readExceptions } from './read-exceptions.ts';
import { decodeIgnoreText } from './text.ts';
import { TRIVY_LISTS } from './trivy-yaml.ts';

const LINE_FEED = 0x0a;
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

/** An ignore file to be edited. */
export interface EditedFile {
  /** The path as the user wrote it. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly form: ExceptionForm;
}

/**
 * Returns the file without the entries that begin on the given lines (1-based).
 * @throws AssayError `CONFIG_INVALID` where the form or its style cannot be edited.
 */
export function withoutEntries(file: EditedFile, lines: ReadonlySet<number>): Uint8Array {
  if (lines.size === 0) return file.bytes;
  refuseUneditable(file);
  const ranges = isLineForm(file.form)
    ? [...lines].map((line) => ({ firstLine: line - 1, lastLine: line - 1 }))
    : itemsAt(file, lines);
  const bytes = withoutLines(file.bytes, ranges);
  checkEdit(file, bytes, (from) => !lines.has(lineOf(from)));
  return bytes;
}

/**
 * Returns the file with one more entry at its end, or at the end of its list. The entry's `from`
 * means nothing.
 * @throws AssayError `CONFIG_INVALID` as {@link withoutEntries}; `USAGE` for what the form cannot
 * say.
 */
export function withEntry(file: EditedFile, entry: IgnoreEntry): Uint8Array {
  refuseUneditable(file);
  const end = file.bytes.includes(0x0d) ? '\r\n' : '\n';
  const bytes = isLineForm(file.form)
    ? appended(file.bytes, `${lineText(entry, file)}${end}`, end)
    : withItem(file, entry, end);
  checkEdit(file, bytes, () => true, entry);
  return bytes;
}

function isLineForm(form: ExceptionForm): form is 'trivyignore' | 'assayignore' {
  return form === 'trivyignore' || form === 'assayignore';
}

function refuseUneditable({ path, bytes, form }: EditedFile): void {
  if (form === 'osv' || form === 'harbor') {
    throw cannotEdit(
      path,
      `files in the form of ${form === 'osv' ? 'osv-scanner' : 'Harbor'} are only read`,
    );
  }
  if (detectEncoding(bytes) !== 'utf-8') throw cannotEdit(path, 'it is UTF-16; save it as UTF-8');
}

function cannotEdit(path: string, why: string): AssayError {
  return new AssayError('CONFIG_INVALID', `cannot edit "${path}": ${why}`, {
    hint: 'Nothing was changed. Edit it by hand.',
  });
}

/** Returns the 1-based line in `path:line`. */
export function lineOf(from: string): number {
  return Number(from.slice(from.lastIndexOf(':') + 1));
}

interface LineRange {
  readonly firstLine: number;
  readonly lastLine: number;
}

/** Returns the items whose first key, or dash, stands on one of the lines. */
function itemsAt(file: EditedFile, wanted: ReadonlySet<number>): readonly LineRange[] {
  const text = decodeIgnoreText(file.path, file.bytes);
  const found: LineRange[] = [];
  for (const key of listKeys(file.form)) {
    const list = findYamlList(text, key);
    if (list === undefined) continue;
    const items = list.items.filter(({ firstLine, lastLine }) =>
      [...wanted].some((line) => line - 1 >= firstLine && line - 1 <= lastLine),
    );
    if (items.length > 0) refuseFlow(file, list, key);
    found.push(...items);
  }
  return found;
}

function refuseFlow({ path }: EditedFile, { isFlow }: YamlList, key: string): void {
  if (isFlow)
    throw cannotEdit(
      path,
      `"${key}" is a list in brackets, whose entries have no lines of their own`,
    );
}

function listKeys(form: ExceptionForm): readonly string[] {
  if (form === 'assayignore-yaml') return ['exceptions'];
  return form === 'grype' ? ['ignore'] : [...TRIVY_LISTS.keys()];
}

function withoutLines(bytes: Uint8Array, ranges: readonly LineRange[]): Uint8Array {
  const starts = startsOf(bytes);
  const gone = new Set(
    ranges.flatMap(({ firstLine, lastLine }) =>
      Array.from({ length: lastLine - firstLine + 1 }, (_, index) => firstLine + index),
    ),
  );
  const kept = starts.flatMap((start, line) => {
    if (!gone.has(line)) return [bytes.subarray(start, starts[line + 1] ?? bytes.length)];
    // The mark is of the file, not of its first line.
    return line === 0 && hasBom(bytes) ? [BOM] : [];
  });
  return Buffer.concat(kept);
}

function startsOf(bytes: Uint8Array): readonly number[] {
  const starts = [0];
  for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
    starts.push(at + 1);
  }
  return starts;
}

function hasBom(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 3)).equals(BOM);
}

/** Appends a text behind the last line, which is ended first if necessary. */
function appended(bytes: Uint8Array, text: string, end: string): Uint8Array {
  const isOpen =
    bytes.length > 0 && bytes.at(-1) !== LINE_FEED && !(hasBom(bytes) && bytes.length === 3);
  return Buffer.concat([bytes, Buffer.from(isOpen ? end + text : text)]);
}

function withItem(file: EditedFile, entry: IgnoreEntry, end: string): Uint8Array {
  const text = decodeIgnoreText(file.path, file.bytes);
  const [key = ''] = listKeys(file.form);
  const list = findYamlList(text, key);
  const fields = fieldsOf(entry, file);
  if (list === undefined) {
    return appended(file.bytes, `${key}:${end}${itemText(fields, '  ', end)}`, end);
  }
  refuseFlow(file, list, key);
  const after = list.items.at(-1)?.lastLine ?? list.keyLine;
  const starts = startsOf(file.bytes);
  const at = starts[after + 1];
  const item = itemText(fields, list.indent ?? '  ', end);
  if (at === undefined) return appended(file.bytes, item, end);
  return Buffer.concat([file.bytes.subarray(0, at), Buffer.from(item), file.bytes.subarray(at)]);
}

function itemText(
  fields: readonly (readonly [string, string])[],
  indent: string,
  end: string,
): string {
  return fields
    .map(([key, value], index) => `${indent}${index === 0 ? '- ' : '  '}${key}: ${value}${end}`)
    .join('');
}

/**
 * Texts that YAML takes for themselves; all others are written in double quotes, as JSON writes
 * them.
 */
const PLAIN = /^[A-Za-z][A-Za-z0-9 ._/@+-]*$/;
const NO_TEXT = /^(?:true|false|null|yes|no|on|off|y|n)$/i;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function scalar(text: string): string {
  const isPlain =
    (PLAIN.test(text) && !NO_TEXT.test(text) && !text.endsWith(' ')) || DAY.test(text);
  return isPlain ? text : JSON.stringify(text);
}

function fieldsOf(entry: IgnoreEntry, file: EditedFile): readonly (readonly [string, string])[] {
  const { id, scope = {}, reason, owner, until } = entry;
  const named = packageText(scope);
  const purls = (scope.purls ?? []).map((purl) => formatPackageUrl(purl));
  const paths = scope.paths ?? [];
  const list = (key: string, values: readonly string[]): readonly (readonly [string, string])[] =>
    values.length === 0
      ? []
      : [[key, `[${values.map((value) => JSON.stringify(value)).join(', ')}]`]];
  const text = (key: string, value: string | undefined): readonly (readonly [string, string])[] =>
    value === undefined ? [] : [[key, scalar(value)]];
  if (file.form === 'assayignore-yaml') {
    return [
      ...text('id', id),
      ...text('package', named),
      ...list('purls', purls),
      ...list('paths', paths),
      ...text('reason', reason),
      ...text('owner', owner),
      ...text('expires', until),
    ];
  }
  refuseInexpressible(file, {
    owner,
    package: named,
    expires: file.form === 'grype' ? until : undefined,
  });
  if (file.form === 'grype') {
    refuseInexpressible(file, { purl: purls[0], path: paths[0] });
    return [...text('vulnerability', id), ...text('reason', reason)];
  }
  return [
    ...text('id', id),
    ...list('purls', purls),
    ...list('paths', paths),
    ...text('expired_at', until),
    ...text('statement', reason),
  ];
}

function lineText(entry: IgnoreEntry, file: EditedFile): string {
  const { id = '', scope = {}, reason, owner, until } = entry;
  const named = packageText(scope);
  const purls = (scope.purls ?? []).map((purl) => formatPackageUrl(purl));
  const { paths = [] } = scope;
  if (file.form === 'trivyignore') {
    refuseInexpressible(file, { owner, package: named, purl: purls[0], path: paths[0] });
  }
  const words = [
    id,
    ...(until === undefined ? [] : [`exp:${until}`]),
    ...(owner === undefined ? [] : [`owner:${owner}`]),
    ...(named === undefined ? [] : [`package:${named}`]),
    ...paths.map((path) => `path:${path}`),
    ...purls,
  ];
  const spaced = words.find((word) => word === '' || /\s/.test(word));
  if (spaced !== undefined) {
    throw new AssayError(
      'USAGE',
      `"${spaced}" cannot be written into "${file.path}", a word of a line`,
      {
        hint: 'Use a file that can say it: --ignorefile .assayignore.yaml',
      },
    );
  }
  const why = reason?.replaceAll(/\s+/g, ' ').trim() ?? '';
  return why === '' ? words.join(' ') : `${words.join(' ')} # ${why}`;
}

function packageText({
  package: name,
  version,
}: NonNullable<IgnoreEntry['scope']>): string | undefined {
  return name === undefined || version === undefined ? name : `${name}@${version}`;
}

function refuseInexpressible(
  { path, form }: EditedFile,
  fields: Readonly<Record<string, string | undefined>>,
): void {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    throw new AssayError('USAGE', `the form of "${path}" (${form}) cannot say --${name}`, {
      hint: 'Use a file that can: --ignorefile .assayignore.yaml',
    });
  }
}

/**
 * Checks that the edited file reads as the original, without the removed and with the added
 * entries.
 */
function checkEdit(
  { path, bytes: before, form }: EditedFile,
  after: Uint8Array,
  isKept: (from: string) => boolean,
  added?: IgnoreEntry,
): void {
  const [old, now] = [readExceptions(path, before, 0), readExceptions(path, after, 0)];
  const said = (entries: readonly IgnoreEntry[]): readonly string[] =>
    entries.map((entry) => JSON.stringify({ ...entry, from: '' }));
  const expected = said(old.entries.filter(({ from }) => isKept(from)));
  const found = said(now.entries);
  const news = added === undefined ? 0 : 1;
  const isSame =
    found.length === expected.length + news &&
    expected.every((one, index) => found[index] === one || found[index + news] === one) &&
    now.problems.length <= old.problems.length;
  if (!isSame && !(form === 'trivyignore-yaml' && before.length === 0)) {
    throw cannotEdit(path, 'it would not say what it should');
  }
}
