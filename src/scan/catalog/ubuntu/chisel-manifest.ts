/**
 * Packages of a chiselled image: slices of Ubuntu's packages, without dpkg.
 * `var/lib/chisel/manifest.wall`.
 *
 * Source: canonical/chisel, "Manifest" (jsonwall 1.0, schema 1.0): zstd; a line of JSON a record,
 * of the kinds `package`, `slice`, `path` and `content`. A path belongs to the packages of its
 * slices (`NAME_SLICE`). Its digest is that of the file as it was packaged, `final_sha256` that
 * after the slice changed it. Refused: another first line. The manifest does not say which source a
 * package was built from, and Ubuntu's advisories name sources, so it says so with a gap.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { decompressBytes } from '../../../formats/archive/decompress-bytes.ts';
import {
  readJson,
  readStrings,
  isJsonArray,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import type { OwnedFile } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const SHA256 = /^[0-9a-f]{64}$/;

interface Sliced {
  readonly version: string;
  readonly sha256: string | undefined;
  readonly architecture: string | undefined;
  readonly line: number;
  readonly ownedFiles: OwnedFile[];
}

export const chiselManifest: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path);
    const { maxFileBytes } = context.limits;
    const bytes = await decompressBytes(file.path, await file.bytes(), maxFileBytes);
    const packages = new Map<string, Sliced>();
    const paths: JsonObject[] = [];
    for (const { record, line } of recordsOf(file.path, bytes, result)) {
      if (record['kind'] === 'path') paths.push(record);
      else if (record['kind'] === 'package') addPackage(record, { line, packages, result });
    }
    for (const record of paths) addPath(record, packages);
    for (const [name, { version, sha256, architecture, line, ownedFiles }] of packages) {
      result.add({
        name,
        version,
        line,
        ownedFiles: ownedFiles,
        ...(architecture !== undefined && { qualifiers: new Map([['arch', architecture]]) }),
        ...(sha256 !== undefined && SHA256.test(sha256) && { digests: [`sha256:${sha256}`] }),
      });
    }
    if (packages.size > 0) {
      result.gap(
        'noAdvisoryData',
        'the manifest names no source packages, which advisories of Ubuntu speak of: packages that are called otherwise than their source could not be matched',
      );
    }
    return result.done();
  },
};

function* recordsOf(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): Generator<{ readonly record: JsonObject; readonly line: number }> {
  let line = 0;
  for (const text of new TextDecoder('utf-8').decode(bytes).split('\n')) {
    line += 1;
    if (text === '') continue;
    const record = readRecord(path, text);
    if (line === 1) {
      if (record?.['jsonwall'] === undefined) throw new ParseError(path, 'no manifest of chisel');
    } else if (record === undefined) {
      result.unreadableRow(text, { reason: 'no JSON object', line });
    } else yield { record, line };
  }
  if (line < 2) throw new ParseError(path, 'no manifest of chisel');
}

function readRecord(path: string, text: string): JsonObject | undefined {
  try {
    return readJson(path, new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}

function addPackage(
  record: JsonObject,
  to: { line: number; packages: Map<string, Sliced>; result: CatalogBuilder },
): void {
  const { name, version, sha256, arch } = readStrings(record, [
    'name',
    'version',
    'sha256',
    'arch',
  ]);
  if (name === undefined || name === '' || version === undefined || version === '') {
    to.result.unreadableRow(name ?? version, { line: to.line });
    return;
  }
  to.packages.set(name, { version, sha256, architecture: arch, line: to.line, ownedFiles: [] });
}

/** Folders end in a slash and own nothing. */
function addPath(record: JsonObject, packages: ReadonlyMap<string, Sliced>): void {
  const {
    path = '',
    link,
    sha256 = '',
    final_sha256: final,
  } = readStrings(record, ['path', 'link', 'sha256', 'final_sha256']);
  if (!path.startsWith('/') || path.endsWith('/')) return;
  const digest = final ?? sha256;
  const file: OwnedFile =
    link === undefined
      ? { path, kind: 'file', ...(SHA256.test(digest) && { digest: `sha256:${digest}` }) }
      : { path, kind: 'link', target: link };
  const slices = record['slices'];
  const owners = new Set<string>();
  for (const slice of isJsonArray(slices) ? slices : []) {
    if (typeof slice === 'string') owners.add(slice.slice(0, slice.indexOf('_')));
  }
  for (const owner of owners) packages.get(owner)?.ownedFiles.push(file);
}
