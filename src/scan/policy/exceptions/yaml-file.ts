/** Shared code of the YAML forms of ignore files: a mapping of lists, whose items are mappings. */

import { ParseError } from '../../../core/base/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import { readYamlDocuments, type YamlDocument } from '../../../formats/text/yaml/yaml.ts';
import { dateProblem, type ExceptionCheckOptions } from './entry-checks.ts';
import { EntryFields } from './entry-fields.ts';
import type { ExceptionProblem, IgnoreEntry } from './exception.ts';
import { decodeIgnoreText } from './text.ts';

/** The mapping that an ignore file holds; an empty one where it holds nothing. */
export interface YamlFile {
  readonly path: string;
  readonly root: JsonObject;
  readonly document: YamlDocument | undefined;
}

const NOTHING: JsonObject = {};

/**
 * Reads a YAML mapping with the line of each value.
 *
 * @throws ParseError where it is not text, no YAML, or no mapping. JSON is YAML too.
 */
export function readYamlFile(path: string, bytes: Uint8Array): YamlFile {
  const text = decodeIgnoreText(path, bytes);
  const [document, second] = readYamlDocuments(path, new TextEncoder().encode(text));
  if (second !== undefined) throw new ParseError(path, 'more than one YAML document');
  const root = document?.root;
  if (root === undefined || root === '') return { path, root: NOTHING, document };
  if (!isJsonObject(root)) throw new ParseError(path, 'no mapping at the top', { hint: EXPECTED });
  return { path, root, document };
}

const EXPECTED =
  'An ignore file in YAML has a list of entries below a key, as "vulnerabilities:" or "exceptions:".';

/** Reads one entry; `undefined` where it is not usable, and says why in the fields. */
export type ReadEntry = (fields: EntryFields) => IgnoreEntry | undefined;

/** Collects the entries of all lists of a file, with their problems. */
export class EntryCollector {
  readonly entries: IgnoreEntry[] = [];
  readonly problems: ExceptionProblem[] = [];
  readonly #judging: ExceptionCheckOptions;

  constructor(judging: ExceptionCheckOptions) {
    this.#judging = judging;
  }

  /** Takes the items of one list of a file. */
  takeList({ path, root, document }: YamlFile, key: string, read: ReadEntry): void {
    const list = root[key];
    if (list === undefined || list === '') return;
    const keyLine = document?.lineOf(root, key) ?? 1;
    if (!isJsonArray(list)) {
      this.note(`${path}:${keyLine}`, `"${key}" is not a list; none of its entries counts`);
      return;
    }
    for (const [index, item] of list.entries()) {
      if (!isJsonObject(item)) {
        const message = `item ${index + 1} of "${key}" has no fields; the entry does not count`;
        this.note(`${path}:${keyLine}`, message);
        continue;
      }
      const [first = ''] = Object.keys(item);
      this.take(item, `${path}:${document?.lineOf(item, first) ?? keyLine}`, read);
    }
  }

  /** Takes one entry that stands at `from`. */
  take(fields: JsonObject, from: string, read: ReadEntry): void {
    const entryFields = new EntryFields(fields, from);
    const entry = read(entryFields);
    this.problems.push(...entryFields.problems);
    if (entry === undefined) return;
    const problem = dateProblem(entry, this.#judging);
    if (problem === undefined) this.entries.push(entry);
    else this.problems.push(problem);
  }

  /** Says that something of the file does not count. */
  note(from: string, message: string): void {
    this.problems.push({ kind: 'unusable', from, message });
  }
}
