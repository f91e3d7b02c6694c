/**
 * Applications that Flatpak installed: `flatpak/app/ID/…/share/metainfo/ID.metainfo.xml`.
 *
 * Source: the Flatpak documentation, "Under the Hood" (where applications lie), and the AppStream
 * specification, "Release Information": `component` with `id` and, newest first, `releases` of
 * `release` with `version`. One without releases is listed without a version. Files of another id
 * describe parts of the application, and give nothing. Refused: what is no XML.
 */

import { childrenOf, readXml } from '../../../formats/text/xml/xml.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const PLACE =
  /\/flatpak\/app\/(?<id>[^/]+)\/.*\/share\/(?:metainfo|appdata)\/(?<name>[^/]+)\.(?:metainfo|appdata)\.xml$/;

export const metainfo: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const { id, name } = PLACE.exec(file.path)?.groups ?? {};
    if (id === undefined || id !== name) return result.done();
    const root = readXml(file.path, await file.bytes());
    const [releases] = childrenOf(root, 'releases');
    const [newest] = releases === undefined ? [] : childrenOf(releases, 'release');
    const line = newest?.line;
    const version = newest?.attributes.get('version') ?? '';
    result.add({ name: id, version, ...(line !== undefined && { line }) });
    return result.done();
  },
};
