/**
 * Crates pinned by Cargo: `Cargo.lock`, versions 1 to 4.
 *
 * Source: The Cargo Book, "Cargo.toml vs Cargo.lock", and the encodings of `cargo::core::resolver`:
 * `[[package]]` with name, version, `source`, `checksum` (the SHA-256 of the `.crate`) and
 * `dependencies`, each a name, with the version and the source where the name is not enough.
 * Version 1 keeps checksums in `[metadata]` and the project in `[root]`. Written rules: a crate
 * without source is one of the project's own folders and is listed, `root` where no crate needs it;
 * what such a crate needs is direct. Which dependencies are for development or building is not
 * written down. A lockfile in Cargo's own cache of sources came with a crate and pins nothing here:
 * a note. One without a crate of a source beside a `Cargo.toml` that asks for some is a gap, and so
 * are dependencies that no crate of the file is. Refused: what is no TOML, and `package` that is no
 * list.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { readToml } from '../../../formats/text/toml.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { requiredCrates } from './cargo-toml.ts';
import { crateQualifiers } from './crate-source.ts';

/** `name`, `name version` or `name version (source)`. */
const EDGE = /^(?<name>[^ ]{1,200})(?: (?<version>[^ ]{1,200})(?: \(.*\))?)?$/;

/** `CARGO_HOME/registry/src/INDEX/NAME-VERSION/` and `CARGO_HOME/git/checkouts/NAME/COMMIT/`. */
const SOURCE_CACHE = /\/(?:registry\/src|git\/checkouts)\/[^/]+\/[^/]+\//;

interface Crate {
  readonly name: string;
  readonly version: string;
  readonly source: string | undefined;
  readonly checksum: string | undefined;
  readonly line: number | undefined;
  /** `name`, or `name@version`. */
  readonly edges: readonly string[];
}

export const cargoLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    if (SOURCE_CACHE.test(file.path)) {
      result.note('a lockfile that came with a crate pins nothing here');
      return result.done();
    }
    const document = readToml(file.path, await readPrefix(file, result, ROW_STARTS.tables));
    const { root } = document;
    const rows = root['package'] ?? [];
    if (!isJsonArray(rows)) throw new ParseError(file.path, '"package" is no list');
    const lines = document.linesOf('package');
    const sums = isJsonObject(root['metadata']) ? root['metadata'] : undefined;
    const crates: Crate[] = [];
    const project = isJsonObject(root['root'])
      ? readCrate(root['root'], undefined, sums)
      : undefined;
    if (project !== undefined) crates.push(project);
    for (const [index, row] of rows.entries()) {
      const crate = isJsonObject(row) ? readCrate(row, lines[index], sums) : undefined;
      if (crate === undefined) result.unreadableRow(row, { line: lines[index] });
      else crates.push(crate);
    }
    for (const pkg of catalog(crates)) result.add(pkg);
    const own = crates.filter(({ source }) => source === undefined).map(({ name }) => name);
    result.locks({ names: own });
    reportMissingLockEntries(unansweredIn(crates), result);
    if (crates.every(({ source }) => source === undefined)) {
      await reportEmptyLock(
        result,
        siblings.get(siblingPath(file.path, 'Cargo.toml')),
        requiredCrates,
      );
    }
    return result.done();
  },
};

function readCrate(
  row: JsonObject,
  line: number | undefined,
  sums: JsonObject | undefined,
): Crate | undefined {
  const strings = readStrings(row, ['name', 'version', 'source', 'checksum']);
  const { name, version, source } = strings;
  if (name === undefined || name === '' || version === undefined || version === '')
    return undefined;
  const sum = sums?.[`checksum ${name} ${version} (${source ?? ''})`];
  const list = row['dependencies'];
  return {
    name,
    version,
    source,
    checksum: strings.checksum ?? (typeof sum === 'string' ? sum : undefined),
    line,
    edges: isJsonArray(list) ? list.map(readEdge).filter((edge) => edge !== undefined) : [],
  };
}

function readEdge(value: unknown): string | undefined {
  const groups = typeof value === 'string' ? EDGE.exec(value)?.groups : undefined;
  if (groups?.['name'] === undefined) return undefined;
  const version = groups['version'];
  return version === undefined ? groups['name'] : `${groups['name']}@${version}`;
}

/** Cargo writes the crates of all platforms and features, so each that is named has a row. */
function* unansweredIn(crates: readonly Crate[]): Generator<string> {
  const known = new Set(crates.flatMap(({ name, version }) => [name, `${name}@${version}`]));
  for (const { edges } of crates) for (const edge of edges) if (!known.has(edge)) yield edge;
}

function* catalog(crates: readonly Crate[]): Generator<CatalogedPackage> {
  const needed = new Set(crates.flatMap(({ edges }) => edges));
  const ownNeeds = new Set(
    crates.filter(({ source }) => source === undefined).flatMap(({ edges }) => edges),
  );
  for (const crate of crates) {
    const { name, version, source, checksum, line, edges } = crate;
    const isNamedIn = (names: ReadonlySet<string>): boolean =>
      names.has(name) || names.has(`${name}@${version}`);
    const isRoot = source === undefined && !isNamedIn(needed);
    const digests = hexDigests('sha256', checksum);
    const qualifiers = crateQualifiers(source);
    yield {
      name,
      version,
      relationship: isRoot ? 'root' : isNamedIn(ownNeeds) ? 'direct' : 'indirect',
      ...(line !== undefined && { line }),
      ...(edges.length > 0 && { dependsOn: edges }),
      ...(qualifiers.size > 0 && { qualifiers }),
      ...(digests.length > 0 && { digests }),
    };
  }
}
