/**
 * Programs and libraries of .NET, identified by their own resources if no other file lists them.
 *
 * Source: the version resource, see `assembly-version.ts`. Most packages of NuGet are one assembly
 * of the same name. Written rules: where a `NAME.deps.json` of the same folder lists a library with
 * the file, that list counts and the file is no package of its own; `deployed-claims.ts` compares
 * the two. Translations (`*.resources.dll`) belong to their assembly, and reference assemblies of
 * an SDK (`/ref/net8.0/`) hold no code: neither is listed. Native programs, and assemblies without
 * a version resource, have no result. Refused: headers and resources that point outside the file.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readAssemblyVersion } from './assembly-version.ts';
import { listedFiles, readDepsList } from './deps-list.ts';

const WITHOUT_CODE = /\.resources\.dll$|\/ref\/net[^/]*\/[^/]*$/i;

export const assembly: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    if (WITHOUT_CODE.test(file.path)) return result.done();
    const said = await readAssemblyVersion(file);
    if (said === undefined || (await isListed(file, siblings))) return result.done();
    const { name, version } = said;
    result.add({ name, version });
    return result.done();
  },
};

async function isListed({ path }: CatalogFile, siblings: Siblings): Promise<boolean> {
  const name = baseName(path).toLowerCase();
  for (const list of siblings.beside?.(path, '.deps.json') ?? []) {
    let names = listed.get(list);
    if (names === undefined) listed.set(list, (names = filesOf(list)));
    if ((await names).has(name)) return true;
  }
  return false;
}

/** Returns the files; none if the list cannot be read, which its own reader reports. */
async function filesOf(list: CatalogFile): Promise<ReadonlySet<string>> {
  try {
    return listedFiles(readDepsList(list.path, await list.bytes()));
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return new Set();
  }
}

/** Files that each list names: one directory may hold hundreds of assemblies. */
const listed = new WeakMap<CatalogFile, Promise<ReadonlySet<string>>>();
