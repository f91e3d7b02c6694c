/**
 * The versions that programs and libraries state themselves: a package if the file has no owner,
 * and otherwise a claim about its owner; `integrity/` decides which.
 *
 * Source: the tables in `texts/`. Only executables of the form ELF are read, because in a script or
 * a document the same text means nothing. If a file names several versions of its product, none is
 * used: the program is listed without a version, which is a gap as soon as an advisory names it.
 * Nothing is refused, and a missing text proves nothing.
 */

import { Buffer } from 'node:buffer';

import { baseName } from '../../../core/base/artifact-path.ts';
import { anchorFor, isAnchoredFile } from '../../../core/model/layer/anchor.ts';
import type { CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { programOf } from '../../../core/model/program/program.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { BINARY_CLASSIFIERS } from './texts/list.ts';
import type { BinaryClassifier, VersionPattern } from './texts/classifier.ts';

const ELF = Buffer.from('\u007fELF', 'latin1');
const WINDOW_BYTES = 1024 * 1024;
/** Longer than any text of the tables, so that none is lost between two pieces. */
const OVERLAP_BYTES = 256;
/** One file says its version a few times; a hostile one a million times. */
const MAX_HITS = 1000;
/** More than a few are no versions of one program. */
const MAX_VERSIONS = 8;

export const programText: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const name = baseName(file.path);
    const products = BINARY_CLASSIFIERS.filter((row) => isAnchoredFile(name, row)).map(
      (product) => ({
        product,
        searches: product.texts.map((text) => new Search(text, name)),
      }),
    );
    if (products.length === 0 || !(await isElf(file))) return result.done();
    for await (const piece of windows(file)) {
      for (const { searches } of products) for (const search of searches) search.push(piece);
    }
    for (const { product, searches } of products) {
      for (const search of searches) addClaim(file, { name, product, search }, result);
      if (product.program !== undefined) addProgram(product.program, searches, result);
    }
    return result.done();
  },
};

function addClaim(
  { path }: CatalogFile,
  { name, product, search }: { name: string; product: BinaryClassifier; search: Search },
  result: CatalogBuilder,
): void {
  const [version] = search.versions;
  if (version === undefined || search.versions.size > 1 || product.products.length === 0) return;
  const part = search.text.part ?? 'upstream';
  result.addClaim({
    of: { kind: 'owner', products: product.products },
    versionClaims: [{ by: name, version, weight: 'binding', part, path }],
  });
}

function addProgram(name: string, searches: readonly Search[], result: CatalogBuilder): void {
  const releases = new Set(searches.flatMap((search) => [...search.releases]));
  const [version] = releases;
  if (version === undefined) return;
  const ecosystem = programOf(name)?.ecosystem ?? 'program';
  if (releases.size === 1) {
    result.add({ ecosystem, name, version });
    return;
  }
  const some = [...releases].sort().join(', ');
  result.note(`says of itself that it is ${name} in several versions (${some}): none is believed`);
  result.add({ ecosystem, name, version: '' });
}

/** Looks for one text. */
class Search {
  readonly text: VersionPattern;
  readonly versions = new Set<string>();
  readonly releases = new Set<string>();
  readonly #anchor: string | undefined;
  #hits = 0;

  constructor(text: VersionPattern, name: string) {
    this.text = text;
    this.#anchor = anchorFor(text.anchor, name);
  }

  push(piece: Buffer): void {
    const anchor = this.#anchor;
    if (anchor === undefined) return;
    const { pattern } = this.text;
    for (
      let at = piece.indexOf(anchor, 0, 'latin1');
      at !== -1 && this.#hits < MAX_HITS && this.releases.size < MAX_VERSIONS;
      at = piece.indexOf(anchor, at + anchor.length, 'latin1')
    ) {
      this.#hits += 1;
      pattern.lastIndex = 0;
      const found = pattern.exec(piece.toString('latin1', at, at + OVERLAP_BYTES))?.groups;
      const version = found?.['version'];
      if (version === undefined) continue;
      this.versions.add(version);
      this.releases.add(found?.['release'] ?? version);
    }
  }
}

async function isElf(file: CatalogFile): Promise<boolean> {
  return ELF.equals(await file.readAt(0, Math.min(ELF.length, file.sizeBytes)));
}

async function* windows(file: CatalogFile): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.sizeBytes; at += WINDOW_BYTES) {
    const lengthBytes = Math.min(WINDOW_BYTES + OVERLAP_BYTES, file.sizeBytes - at);
    yield Buffer.from(await file.readAt(at, lengthBytes));
  }
}
