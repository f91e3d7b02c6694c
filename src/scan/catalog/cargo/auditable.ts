/**
 * Rust programs that carry the list of their crates: the section `.dep-v0` that `cargo auditable`
 * writes.
 *
 * Source: cargo-auditable, `PARSING.md` and its JSON schema: zlib-compressed JSON with `packages`,
 * each with name, version, source, kind (`build` for what only the building needed), indices of its
 * dependencies, and `root`. Mach-O has the section as `.dep-v0` of `__DATA`. Crates of a folder
 * (`local`) are listed: they are compiled in like others. Programs without the section say nothing.
 * Refused: a section that cannot be unpacked, or that holds no such list.
 */

import { inflateSync } from 'node:zlib';

import { ParseError } from '../../../core/base/errors.ts';
import { readExactly } from '../../../formats/bytes/byte-source.ts';
import { findExecutables, sectionOf } from '../../../formats/binary/executable.ts';
import {
  isJsonArray,
  isJsonObject,
  readJson,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { CatalogFile, CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const SECTIONS = ['.dep-v0'];
/** A thousand crates take some 100 KB of text; the packed section is never larger. */
const MAX_TEXT_BYTES = 16 * 1024 * 1024;

export const auditable: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    for (const image of await findExecutables(file)) {
      const section = sectionOf(image, SECTIONS);
      if (section === undefined || section.sizeBytes === 0) continue;
      const { offset, sizeBytes } = section;
      const packed = await readExactly(file, offset, Math.min(sizeBytes, MAX_TEXT_BYTES));
      addCrates(readJson(file.path, unpack(file, packed)), file, result);
    }
    return result.done();
  },
};

function unpack(file: CatalogFile, packed: Uint8Array): Uint8Array {
  try {
    return inflateSync(packed, { maxOutputLength: MAX_TEXT_BYTES });
  } catch {
    throw new ParseError(file.path, 'the list of crates cannot be unpacked');
  }
}

function addCrates(root: JsonObject, file: CatalogFile, result: CatalogBuilder): void {
  const rows = root['packages'];
  if (!isJsonArray(rows)) throw new ParseError(file.path, 'the list of crates has no "packages"');
  const crates = rows.map((row) => (isJsonObject(row) ? row : undefined));
  const direct = new Set(crates.filter((row) => row?.['root'] === true).flatMap(dependenciesOf));
  for (const [index, row] of crates.entries()) {
    const { name, version, kind } = readStrings(row, ['name', 'version', 'kind']);
    if (row === undefined || name === undefined || version === undefined) {
      result.unreadableRow(rows[index]);
      continue;
    }
    const dependsOn = dependenciesOf(row)
      .map((at) => readStrings(crates[at], ['name', 'version']))
      .map((crate) => `${crate.name ?? ''}@${crate.version ?? ''}`);
    result.add({
      name,
      version,
      relationship: row['root'] === true ? 'root' : direct.has(index) ? 'direct' : 'indirect',
      ...(kind === 'build' && { scope: 'development' as const }),
      ...(dependsOn.length > 0 && { dependsOn }),
    } satisfies CatalogedPackage);
  }
}

/** Returns the indices of other rows. */
function dependenciesOf(row: JsonObject | undefined): readonly number[] {
  const list = row?.['dependencies'];
  if (!isJsonArray(list)) return [];
  return list.filter((at): at is number => typeof at === 'number');
}
