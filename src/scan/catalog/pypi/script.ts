/**
 * Python scripts that name their dependencies in a comment: inline script metadata.
 *
 * Source: PyPA specifications, "Inline script metadata" (PEP 723); uv documentation, "Running
 * scripts". The block begins with `# /// script` and ends with the last `# ///` of its comment; one
 * that does not end is ignored. Several blocks are an error of the tools, so what they request is
 * unknown. `dependencies` are requirements of PEP 508. A module of a package, which has
 * `__init__.py` beside it, is imported; then the block has no effect, unless the first line (`#!`)
 * has such a tool run the file. `[tool.uv.sources]` can lead to directories, which are no requests.
 * Nothing is refused.
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
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { lineNumberAt } from '../line-number.ts';
import { requestOf } from './requested.ts';
import { readRequirement } from './requirement.ts';

const BLOCK = /^# \/\/\/ script\r?\n(?<content>(?:#(?:| [^\n]*)\r?\n)+)# \/\/\/\r?$/gm;
/** The first line of a script that a tool with inline metadata runs. */
const RUNNER = /^#![^\n]*\b(?:uv|pipx|hatch|pdm)\b/;
const COMMENT = /^# ?/gm;
const SCRIPT_START = '# /// script';

export const pythonScript: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    if (!text.includes(SCRIPT_START)) return result.done();
    const isModule = siblings.get(siblingPath(file.path, '__init__.py')) !== undefined;
    if (isModule && !RUNNER.test(text)) return result.done();
    const blocks = [...text.matchAll(BLOCK)];
    const [block] = blocks;
    if (block === undefined) return result.done();
    const firstLine = lineNumberAt(text, block.index);
    if (blocks.length > 1) {
      result.requests({ requests: [], computed: 'has several blocks of inline metadata' });
      return result.done();
    }
    const toml = (block.groups?.['content'] ?? '').replaceAll(COMMENT, '');
    try {
      const { root } = readToml(file.path, Buffer.from(toml));
      result.requests({ requests: requestsOf(root, firstLine, result), addsPins: true });
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      result.requests({
        requests: [],
        computed: `its inline metadata cannot be read: ${error.reason}`,
      });
    }
    return result.done();
  },
};

/** Returns the requests. A requirement that is no text or cannot be read is reported as a gap. */
function requestsOf(
  root: JsonObject,
  line: number,
  result: CatalogBuilder,
): readonly RequestedPackage[] {
  const list = root['dependencies'];
  if (list === undefined) return [];
  if (!isJsonArray(list)) {
    result.unreadableRow(list, { reason: '"dependencies" is no list', line });
    return [];
  }
  const sources = sourcesOf(root);
  return list.flatMap((text): RequestedPackage | readonly RequestedPackage[] => {
    const requirement = typeof text === 'string' ? readRequirement(text) : undefined;
    if (requirement === undefined) {
      result.unreadableRow(text, { reason: 'no requirement', line });
      return [];
    }
    const source = sources.get(requirement.name);
    if (source === 'directory') return [];
    if (source !== undefined) return [{ name: requirement.name, range: source, line }];
    return requestOf(requirement, { line }) ?? [];
  });
}

/**
 * Returns the sources that uv uses instead of an index: `directory`, or the address of a repository
 * or archive.
 */
function sourcesOf(root: JsonObject): ReadonlyMap<string, string> {
  const tool = root['tool'];
  const uv = isJsonObject(tool) ? tool['uv'] : undefined;
  const sources = isJsonObject(uv) ? uv['sources'] : undefined;
  if (!isJsonObject(sources)) return new Map();
  return new Map(
    Object.entries(sources).flatMap(([name, source]) => {
      const { git, url, path } = readStrings(source, ['git', 'url', 'path']);
      const place = path === undefined ? (git ?? url) : 'directory';
      return place === undefined ? [] : [[normalizePythonName(name), place] as const];
    }),
  );
}
