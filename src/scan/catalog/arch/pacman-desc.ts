/**
 * Packages of Arch Linux in pacman's local database, one folder a package:
 * `var/lib/pacman/local/NAME-VERSION/desc`.
 *
 * Source: pacman's `lib/libalpm/be_local.c`: `%FIELD%` on a line of its own, its values behind it a
 * line each, an empty line ends them. The mtree beside it (gzip) lists the files with their
 * digests, `files` names those that are configuration (`%BACKUP%`). Refused: a file without a name
 * and a version.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Context } from '../../../core/base/context.ts';
import { decompressBytes } from '../../../formats/archive/decompress-bytes.ts';
import type { CatalogedPackage, OwnedFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readMtree } from './mtree.ts';

const FIELD = /^%(?<name>[A-Z0-9]+)%$/;
const CONSTRAINT = /[<>=:].*$/s;
/** Files of this name elsewhere are something else. */
const DATABASE = '/pacman/local/';
const NAME = '/desc';

export const pacmanDesc: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path);
    const fields = readFields(new TextDecoder('utf-8').decode(await file.bytes()));
    const name = fields.get('NAME')?.[0] ?? '';
    const version = fields.get('VERSION')?.[0] ?? '';
    if (name === '' || version === '') {
      if (file.path.endsWith(NAME) && !file.path.includes(DATABASE)) return result.done();
      throw new ParseError(file.path, 'no name and version of a package');
    }
    const folder = directoryOf(file.path);
    const owns = await ownedFiles(folder, { siblings, context, result });
    result.add({
      name,
      version,
      ...described(fields, { name, version }),
      ...(owns && { ownedFiles: owns }),
    });
    return result.done();
  },
};

function described(
  fields: ReadonlyMap<string, readonly string[]>,
  { name, version }: { readonly name: string; readonly version: string },
): Omit<CatalogedPackage, 'name' | 'version'> {
  const architecture = fields.get('ARCH')?.[0];
  const dependsOn = (fields.get('DEPENDS') ?? []).map((text) => text.replace(CONSTRAINT, ''));
  return {
    source: { name: fields.get('BASE')?.[0] ?? name, version },
    ...(architecture !== undefined && { qualifiers: new Map([['arch', architecture]]) }),
    licenses: fields.get('LICENSE') ?? [],
    ...(dependsOn.length > 0 && { dependsOn }),
  };
}

function readFields(text: string): ReadonlyMap<string, readonly string[]> {
  const fields = new Map<string, string[]>();
  let values: string[] | undefined;
  for (const raw of text.split('\n')) {
    const line = raw.trimEnd();
    const name = FIELD.exec(line)?.groups?.['name'];
    if (name !== undefined) {
      values = [];
      // pacman takes the first of equal fields.
      if (!fields.has(name)) fields.set(name, values);
    } else if (line === '') values = undefined;
    else values?.push(line);
  }
  return fields;
}

interface Job {
  readonly siblings: Siblings;
  readonly context: Context;
  readonly result: CatalogBuilder;
}

/** Returns `undefined` where the package has no mtree here. */
async function ownedFiles(
  folder: string,
  { siblings, context, result }: Job,
): Promise<readonly OwnedFile[] | undefined> {
  const mtree = siblings.get(`${folder}/mtree`);
  if (mtree === undefined) return undefined;
  try {
    const bytes = await decompressBytes(
      mtree.path,
      await mtree.bytes(),
      context.limits.maxFileBytes,
    );
    const list = siblings.get(`${folder}/files`);
    const lines = list === undefined ? '' : new TextDecoder('utf-8').decode(await list.bytes());
    const backup = readFields(lines).get('BACKUP') ?? [];
    const configuration = new Set(backup.map((line) => line.split('\t', 1)[0] ?? ''));
    return readMtree(new TextDecoder('utf-8').decode(bytes), configuration);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    result.note(error.message);
    return undefined;
  }
}
