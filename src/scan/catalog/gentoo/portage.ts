/**
 * Packages of Gentoo in Portage's database, one folder a package:
 * `var/db/pkg/CATEGORY/NAME-VERSION/PF`.
 *
 * Source: Package Manager Specification 8, chapters 3 (names and versions) and 14 of Gentoo's
 * devmanual for the database: `PF` holds name, version and revision; `CONTENTS` lists the files
 * (`obj PATH MD5 TIME`, `sym PATH -> TARGET TIME`, `dir PATH`). The name is `category/name`.
 * Refused: a `PF` without a version.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { OwnedFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** The version is the last part that looks like one; names may hold digits (`gtk+-2`). */
const PF =
  /^(?<name>[A-Za-z0-9+_](?:[A-Za-z0-9+_-]{0,200}?))-(?<version>\d+(?:\.\d+){0,30}[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d{0,20}){0,10}(?:-r\d{1,20})?)$/;
const OBJECT = /^obj (?<path>\/.*) (?<md5>[0-9a-f]{32}) \d+$/;
const LINK = /^sym (?<path>\/.*?) -> (?<target>.+) \d+$/;
/** Portage's default CONFIG_PROTECT: files that it never replaces by itself. */
const CONFIGURATION = '/etc/';

export const portage: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder('utf-8').decode(await file.bytes()).trim();
    const { name, version } = PF.exec(text)?.groups ?? {};
    if (name === undefined || version === undefined) {
      throw new ParseError(file.path, 'no name with a version');
    }
    const folder = directoryOf(file.path);
    const category =
      (await textOf(`${folder}/CATEGORY`, siblings)) ?? folder.split('/').at(-2) ?? '';
    const slot = await textOf(`${folder}/SLOT`, siblings);
    const contents = await textOf(`${folder}/CONTENTS`, siblings);
    result.add({
      name: category === '' ? name : `${category}/${name}`,
      version,
      ...(slot !== undefined && slot !== '' && { qualifiers: new Map([['slot', slot]]) }),
      ...(contents !== undefined && { ownedFiles: readContents(contents) }),
    });
    return result.done();
  },
};

async function textOf(path: string, siblings: Siblings): Promise<string | undefined> {
  const bytes = await siblings.get(path)?.bytes();
  return bytes && new TextDecoder('utf-8').decode(bytes).trim();
}

function readContents(text: string): readonly OwnedFile[] {
  const files: OwnedFile[] = [];
  for (const line of text.split('\n')) {
    const object = OBJECT.exec(line)?.groups;
    if (object?.['path'] !== undefined && object['md5'] !== undefined) {
      const path = object['path'];
      const kind = path.startsWith(CONFIGURATION) ? 'config' : 'file';
      files.push({ path, kind, digest: `md5:${object['md5']}` });
      continue;
    }
    const link = LINK.exec(line)?.groups;
    if (link?.['path'] === undefined || link['target'] === undefined) continue;
    files.push({ path: link['path'], kind: 'link', target: link['target'] });
  }
  return files;
}
