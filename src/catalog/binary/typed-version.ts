/**
 * What programs and libraries say of their own version, for the packages that own them.
 *
 * Source: the table in `typed-versions.ts`. The body is searched piece by piece. A file that names two versions of its
 * product says nothing: one of them may be that of a module or of a protocol. Nothing is refused, and what a file does
 * not say is no sign of anything.
 */

import { Buffer } from 'node:buffer';

import type { CatalogFile } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { typedVersionsOf, type TypedVersion } from './typed-versions.ts';

const WINDOW_BYTES = 1024 * 1024;
/** Longer than any text of the table, so that none is lost between two pieces. */
const OVERLAP_BYTES = 256;
/** One file says its version a few times; a hostile one a million times. */
const MAX_HITS = 1000;

export const typedVersion: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const name = file.path.slice(file.path.lastIndexOf('/') + 1);
    const searches = typedVersionsOf(name).map((row) => ({ row, found: new Set<string>() }));
    for await (const piece of windows(file)) {
      for (const { row, found } of searches) addVersions(piece, row, found);
    }
    for (const { row, found } of searches) {
      const [version] = found;
      if (version === undefined || found.size > 1) continue;
      const { products, part } = row;
      result.testify({
        of: { kind: 'owner', products },
        versionClaims: [{ by: name, version, weight: 'binding', part, path: file.path }],
      });
    }
    return result.done();
  },
};

async function* windows(file: CatalogFile): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.sizeBytes; at += WINDOW_BYTES) {
    const lengthBytes = Math.min(WINDOW_BYTES + OVERLAP_BYTES, file.sizeBytes - at);
    yield Buffer.from(await file.readAt(at, lengthBytes));
  }
}

function addVersions(piece: Buffer, row: TypedVersion, found: Set<string>): void {
  const { anchor, pattern } = row;
  let at = piece.indexOf(anchor, 0, 'latin1');
  for (let hits = 0; at !== -1 && hits < MAX_HITS; hits += 1) {
    const text = piece.toString('latin1', at, at + OVERLAP_BYTES);
    pattern.lastIndex = 0;
    const version = pattern.exec(text)?.groups?.['version'];
    if (version !== undefined) found.add(version);
    at = piece.indexOf(anchor, at + anchor.length, 'latin1');
  }
}
