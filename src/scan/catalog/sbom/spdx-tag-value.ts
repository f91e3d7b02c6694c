/**
 * SPDX 2 as tags and values, rewritten into the form that its JSON has.
 *
 * Source: SPDX 2.3, annex on the tag-value format, and the tags in clauses 6 to 12. A value in
 * `<text>` may have several lines. Tags of a file, snippet or review belong to no package and are
 * passed over.
 *
 * Refused: a text that does not name its version first. A line that is neither a tag nor a comment
 * is an unreadable row, and so is a value in `<text>` without an end, which takes all that follows,
 * and a second value of a field of a package. Tags are read in any case, although the annex asks for
 * one: a reader that passes them over would hide a package.
 */

import { ParseError } from '../../../core/base/errors.ts';
import type { JsonObject, JsonValue } from '../../../formats/text/json/json.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import type { Spdx2Source } from './spdx2.ts';

const TAG = /^(?<tag>[A-Za-z][A-Za-z0-9]*):[ \t]*(?<value>.*)$/;
const EXTERNAL_REFERENCE = /^\S+\s+(?<type>\S+)\s+(?<locator>\S+)$/;
const CHECKSUM = /^(?<algorithm>\S+):\s*(?<value>\S+)$/;
const RELATIONSHIP = /^(?<from>\S+)\s+(?<type>[A-Z_]+)\s+(?<to>\S+)$/;
const OPENING = '<text>';
const CLOSING = '</text>';

/** Fields of a package by their tags. */
const PACKAGE_FIELDS: ReadonlyMap<string, string> = new Map([
  ['PackageLicenseConcluded', 'licenseConcluded'],
  ['PackageLicenseDeclared', 'licenseDeclared'],
  ['PackageSourceInfo', 'sourceInfo'],
  ['PackageVersion', 'versionInfo'],
  ['PrimaryPackagePurpose', 'primaryPackagePurpose'],
]);
/** Tags that begin something else than a package. */
const OTHER_SECTIONS: ReadonlySet<string> = new Set(['FileName', 'SnippetSPDXID', 'Reviewer']);

/** Other tags that are read. */
const OTHER_TAGS = [
  ...['SPDXVersion', 'SPDXID', 'SPDXREF', 'PackageName', 'Relationship', 'AnnotationComment'],
  ...['LicenseID', 'LicenseName', 'ExternalRef', 'PackageChecksum', 'PackageAttributionText'],
];
/** Tags as the annex writes them, by their lower case. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [...PACKAGE_FIELDS.keys(), ...OTHER_SECTIONS, ...OTHER_TAGS].map((tag) => [
    tag.toLowerCase(),
    tag,
  ]),
);

interface Fields {
  readonly texts: Map<string, string>;
  readonly externalRefs: JsonValue[];
  readonly checksums: JsonValue[];
  readonly annotations: JsonValue[];
  readonly attributionTexts: JsonValue[];
  readonly line: number;
}

/**
 * Reads an SPDX document in tag-value form into the structure of its JSON form.
 *
 * @throws ParseError where it is no such document.
 */
export function readSpdxTagValue(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): Spdx2Source {
  const reader = new TagReader();
  for (const row of tagsOf(new TextDecoder().decode(bytes))) {
    if (row.tag === undefined) {
      const { value, line, reason = 'no tag' } = row;
      result.unreadableRow(value, { reason, line });
      continue;
    }
    const tag = SPELLINGS.get(row.tag.toLowerCase()) ?? row.tag;
    if (!reader.take(tag, row.value, row.line)) {
      const reason = 'a tag that is given twice; the last one was read';
      result.unreadableRow(tag, { reason, line: row.line });
    }
  }
  if (reader.version === undefined) throw new ParseError(path, 'no "SPDXVersion"');
  return reader.done();
}

interface TagRow {
  readonly tag?: string;
  readonly value: string;
  readonly line: number;
  /** The problem of a line that is no tag. */
  readonly reason?: string;
}

/** Yields all tags with their values; what is no tag has none. */
function* tagsOf(text: string): Generator<TagRow> {
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    const written = lines[at]?.trim() ?? '';
    if (written === '' || written.startsWith('#')) continue;
    const { tag, value = '' } = TAG.exec(written)?.groups ?? {};
    if (tag === undefined) {
      yield { value: written, line };
      continue;
    }
    if (!value.startsWith(OPENING)) {
      yield { tag, value, line };
      continue;
    }
    const { text: inside, lastAt, isOpen } = textFrom(lines, at, value.slice(OPENING.length));
    at = lastAt;
    yield { tag, value: inside, line };
    if (isOpen) {
      yield { value: written, line, reason: `no ${CLOSING} ends it, nor what stands behind it` };
    }
  }
}

/** Returns a value in `<text>` that begins so on a line, and the line that ends it. */
function textFrom(
  lines: readonly string[],
  firstAt: number,
  beginning: string,
): { readonly text: string; readonly lastAt: number; readonly isOpen: boolean } {
  const pieces = [beginning];
  let at = firstAt;
  while (!(pieces.at(-1) ?? '').includes(CLOSING) && at + 1 < lines.length) {
    at += 1;
    pieces.push(lines[at] ?? '');
  }
  const isOpen = !(pieces.at(-1) ?? '').includes(CLOSING);
  const [text = ''] = pieces.join('\n').split(CLOSING);
  return { text, lastAt: at, isOpen };
}

class TagReader {
  version: string | undefined;
  readonly #packages: Fields[] = [];
  readonly #byId = new Map<string, Fields>();
  readonly #relationships: JsonValue[] = [];
  readonly #licenses: Map<string, string>[] = [];
  /** The package that tags now speak of; absent in the head, and in other sections. */
  #current: Fields | undefined;
  /** The element that an annotation belongs to. */
  #annotated = '';

  /** @returns whether the value stands alone: `false` if it takes the place of an earlier one. */
  take(tag: string, value: string, line: number): boolean {
    if (tag === 'SPDXVersion') this.version ??= value;
    else if (tag === 'PackageName') this.#openPackage(value, line);
    else if (OTHER_SECTIONS.has(tag)) this.#current = undefined;
    else if (tag === 'Relationship') this.#relate(value);
    else if (tag === 'SPDXREF') this.#annotated = value;
    else if (tag === 'AnnotationComment') {
      const fields = this.#byId.get(this.#annotated) ?? this.#current;
      fields?.annotations.push({ comment: value });
    } else if (tag === 'LicenseID') {
      this.#current = undefined;
      this.#licenses.push(new Map([['licenseId', value]]));
    } else if (tag === 'LicenseName') this.#licenses.at(-1)?.set('name', value);
    else if (this.#current !== undefined) {
      return takeOfPackage(this.#current, tag, value, this.#byId);
    }
    return true;
  }

  done(): Spdx2Source {
    const lines = new Map<JsonObject, number>();
    const packages = this.#packages.map((fields) => {
      const { texts, line, ...lists } = fields;
      const row: JsonObject = { ...Object.fromEntries(texts), ...lists };
      lines.set(row, line);
      return row;
    });
    const root: JsonObject = {
      spdxVersion: this.version,
      packages,
      relationships: this.#relationships,
      hasExtractedLicensingInfos: this.#licenses.map((fields) => Object.fromEntries(fields)),
    };
    return { root, lineOf: (value) => lines.get(value) };
  }

  #openPackage(name: string, line: number): void {
    this.#current = {
      texts: new Map([['name', name]]),
      externalRefs: [],
      checksums: [],
      annotations: [],
      attributionTexts: [],
      line,
    };
    this.#packages.push(this.#current);
  }

  #relate(value: string): void {
    const { from, type, to } = RELATIONSHIP.exec(value)?.groups ?? {};
    if (from === undefined || type === undefined || to === undefined) return;
    this.#relationships.push({
      spdxElementId: from,
      relatedSpdxElement: to,
      relationshipType: type,
    });
  }
}

function takeOfPackage(
  fields: Fields,
  tag: string,
  value: string,
  byId: Map<string, Fields>,
): boolean {
  const field = tag === 'SPDXID' ? tag : PACKAGE_FIELDS.get(tag);
  if (field !== undefined) {
    const isFirst = !fields.texts.has(field);
    fields.texts.set(field, value);
    if (tag === 'SPDXID') byId.set(value, fields);
    return isFirst;
  }
  if (tag === 'ExternalRef') {
    const { type, locator } = EXTERNAL_REFERENCE.exec(value)?.groups ?? {};
    fields.externalRefs.push({ referenceType: type ?? '', referenceLocator: locator ?? '' });
  } else if (tag === 'PackageChecksum') {
    const groups = CHECKSUM.exec(value)?.groups;
    fields.checksums.push({
      algorithm: groups?.['algorithm'] ?? '',
      checksumValue: groups?.['value'] ?? '',
    });
  } else if (tag === 'PackageAttributionText') fields.attributionTexts.push(value);
  return true;
}
