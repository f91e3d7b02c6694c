/**
 * Node packages that lie unpacked on disk, each by its `package.json`.
 *
 * Source: npm documentation, "package.json"; what trivy and syft list in an image. Written rules:
 * - every `package.json` with a name and a version is a package, in `node_modules` or outside, private or not: tools such
 *   as yarn are installed outside, and an application is part of what is shipped. Outside `node_modules` it is the
 *   `root` of its tree.
 * - one without name or version is a note, because Node reads such files only for settings (`{"type": "module"}`).
 * - outside `node_modules`, the manifest of a Visual Studio Code extension (`engines.vscode` or `contributes`) or of a
 *   Unity package (`unity`) is a note: its name is not one of the npm registry. Inside `node_modules` the fields change
 *   nothing, or a line in a file would hide a package.
 * - dependencies that are only named here are not listed: a range is not a version.
 *
 * Refused: a file that is not a JSON object. Deeper inside an installed package (templates, examples) such a file is a
 * note: Node takes a package's name and version only from the folder that `node_modules` names.
 */

import { ParseError } from '../../base/errors.ts';
import {
  isJsonObject,
  readJsonDocument,
  readStrings,
  type JsonDocument,
  type JsonObject,
} from '../../format/json.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { readDependencies, readLicenses } from './fields.ts';

const NODE_MODULES = '/node_modules/';
const RUNTIME_FIELDS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

export const nodePackage: Cataloger = {
  async read(file) {
    const bytes = await file.bytes();
    const result = new CatalogBuilder(file.path);
    const document = readManifest(file.path, bytes, result);
    if (document === undefined) return result.done();
    const { root } = document;
    const { name, version } = readStrings(root, ['name', 'version']);
    const isInstalled = file.path.includes(NODE_MODULES);
    const otherKind = isInstalled ? undefined : otherEcosystem(root);
    if (name === undefined || name === '' || version === undefined || version === '') {
      result.note('package.json without name or version');
      return result.done();
    }
    if (otherKind !== undefined) {
      result.note(`${otherKind}, not a package of the npm registry`);
      return result.done();
    }
    const line = document.lineOfRootKey('name');
    const licenses = readLicenses(root);
    const dependsOn = readDependencies(root, RUNTIME_FIELDS);
    result.add({
      name,
      version,
      ...(line !== undefined && { line }),
      ...(!isInstalled && { relationship: 'root' as const }),
      ...(licenses.length > 0 && { licenses }),
      ...(dependsOn.length > 0 && { dependsOn }),
    });
    for (const { key, line: second } of document.duplicateKeys) {
      if (key === 'name' || key === 'version') {
        result.note(`"${key}" is given twice; the last one counts, as in Node`, second);
      }
    }
    return result.done();
  },
};

function readManifest(
  path: string,
  bytes: Uint8Array,
  result: CatalogBuilder,
): JsonDocument | undefined {
  try {
    return readJsonDocument(path, bytes);
  } catch (error) {
    if (!(error instanceof ParseError) || !isInsidePackage(path)) throw error;
    result.note(`inside an installed package: ${error.reason}`);
    return undefined;
  }
}

/** Whether a path lies below the top folder of an installed package. */
function isInsidePackage(path: string): boolean {
  const at = path.lastIndexOf(NODE_MODULES);
  if (at === -1) return false;
  const parts = path.slice(at + NODE_MODULES.length).split('/');
  return parts.length > (parts[0]?.startsWith('@') ? 3 : 2);
}

function otherEcosystem(root: JsonObject): string | undefined {
  const { engines } = root;
  if (isJsonObject(engines) && 'vscode' in engines) return 'a Visual Studio Code extension';
  if (isJsonObject(root['contributes'])) return 'a Visual Studio Code extension';
  return typeof root['unity'] === 'string' ? 'a Unity package' : undefined;
}
