/**
 * Snaps that are mounted or unpacked: `NAME/REVISION/meta/snap.yaml`.
 *
 * Source: the snap documentation, "Snap format" and "Snapcraft top-level metadata": `name`,
 * `version`, `architectures`. What a snap is made of it does not say. Refused: what is no YAML
 * mapping. A file without a name is an unreadable row.
 */

import { ParseError } from '../../../core/base/errors.ts';
import { isJsonArray, isJsonObject, readStrings } from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

export const snapYaml: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const [document] = readYamlDocuments(file.path, await file.bytes());
    if (document === undefined || !isJsonObject(document.root)) {
      throw new ParseError(file.path, 'no mapping');
    }
    const { name = '', version = '' } = readStrings(document.root, ['name', 'version']);
    const architectures = document.root['architectures'];
    const [arch, ...more] = isJsonArray(architectures) ? architectures : [];
    const isOfOne = typeof arch === 'string' && more.length === 0 && arch !== 'all';
    const line = document.lineOf(document.root, 'name');
    if (name === '') result.unreadableRow(document.root, { reason: 'no name', line });
    else {
      result.add({
        name,
        version,
        ...(line !== undefined && { line }),
        ...(isOfOne && { qualifiers: new Map([['arch', arch]]) }),
      });
    }
    return result.done();
  },
};
