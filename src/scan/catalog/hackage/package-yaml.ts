/**
 * A Haskell package and what it requests, as hpack takes it: `package.yaml`, from which it writes
 * the `.cabal` file.
 *
 * Source: the hpack documentation, "Dependencies": lists of texts, or mappings of names to
 * versions, at the top, in `library`, `internal-libraries` and `executables`; those of `tests`,
 * `benchmarks` and `custom-setup` are for development. A `.cabal` file beside it says the same, and
 * is read instead. A file with none of these sections is of another tool. One that is no YAML
 * requests something unknown.
 */

import {
  isJsonArray,
  isJsonObject,
  readStrings,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import type {
  DependencyManifest,
  RequestedPackage,
} from '../../../core/model/package/dependency-manifest.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readHaskellRequest } from './requested.ts';

const RUNTIME = ['executables', 'internal-libraries'];
const PARTS = ['library', 'executable', 'executables', 'tests', 'internal-libraries'];

export const packageYaml: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    if ((siblings.beside?.(file.path, '.cabal') ?? []).length > 0) return result.done();
    const root = readYamlDocuments(file.path, await file.bytes())[0]?.root;
    const manifest = isJsonObject(root) && PARTS.some((part) => part in root);
    if (manifest) result.requests(manifestOf(root));
    return result.done();
  },
};

function manifestOf(root: JsonObject): DependencyManifest {
  const sections = [root, root['library'], root['executable']];
  for (const part of RUNTIME) {
    const named = root[part];
    if (isJsonObject(named)) sections.push(...Object.values(named));
  }
  const { name } = readStrings(root, ['name']);
  const requests = new Map<string, RequestedPackage>();
  for (const section of sections) {
    const list = isJsonObject(section) ? section['dependencies'] : undefined;
    for (const entry of textsOf(list)) {
      const request = readHaskellRequest(entry);
      if (request !== undefined && request.name !== name) requests.set(request.name, request);
    }
  }
  return {
    ...(name !== undefined && { name }),
    requests: [...requests.values()],
    leavesIndirect: true,
    addsPins: true,
  };
}

/**
 * Returns the texts of a text, a list of texts or of mappings with a name, or a mapping of names to
 * versions.
 */
function textsOf(list: JsonValue | undefined): readonly string[] {
  if (typeof list === 'string') return list === '' ? [] : [list];
  if (isJsonArray(list)) {
    return list.map((item) => (typeof item === 'string' ? item : namedText(item)));
  }
  if (!isJsonObject(list)) return [];
  return Object.entries(list).map(([name, value]) =>
    typeof value === 'string' ? `${name} ${value}` : namedText({ ...asObject(value), name }),
  );
}

function namedText(item: JsonValue): string {
  const { name = '', version = '' } = readStrings(item, ['name', 'version']);
  return `${name} ${version}`;
}

function asObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
