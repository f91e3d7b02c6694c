/**
 * Packages that a conda environment file asks for: `environment.yml`.
 *
 * Source: conda documentation, "Creating an environment file manually" and "Package match
 * specifications". A single equals sign is a prefix (`python=3.8` is any 3.8), so only `==` and a
 * build name one version; others are listed with an empty one. Below `pip:` stand requirements of
 * pip. Refused: what is no YAML mapping.
 */

import { load } from 'js-yaml';

import { errorMessage, ParseError } from '../../../core/base/errors.ts';
import type { CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { normalizePythonName } from '../../../core/model/package/python-name.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

/** `channel::name=version=build`, also with spaces instead of equals signs. */
const SPEC =
  /^(?:[^\s:=]{1,200}::)?(?<name>[A-Za-z0-9_.-]{1,200})\s*(?:(?<operator>==?)\s*(?<version>[^\s=<>!~,|*]{1,100})(?:=(?<build>[^\s=*]{1,100}))?)?$/;
const NAME = /^(?:[^\s:=]{1,200}::)?(?<name>[A-Za-z0-9_.-]{1,200})/;
const REQUIREMENT =
  /^(?<name>[A-Za-z0-9][A-Za-z0-9._-]{0,200})\s*(?:\[[^\]]{0,200}\])?\s*(?:===?\s*(?<version>[^\s;,*#]{1,100})(?=\s*(?:[;#]|$)))?/;
const ITEM = /^[ ]*-[ ]+["']?(?<item>[^"'#\n]{0,300}[^"'#\s])/;
const MAX_ROWS = 100_000;

export const condaEnvironment: Cataloger = {
  async read(file) {
    const text = new TextDecoder().decode(await file.bytes());
    const root = parseYaml(file.path, text);
    const result = new CatalogBuilder(file.path);
    const lines = linesOf(text);
    const requests: RequestedPackage[] = [];
    const to = { lines, result, requests };
    const dependencies = root['dependencies'];
    for (const row of Array.isArray(dependencies) ? dependencies.slice(0, MAX_ROWS) : []) {
      if (typeof row === 'string') addRow(row, readSpec(row), to);
      else
        for (const requirement of pipRows(row)) {
          addRow(requirement, readRequirement(requirement), to);
        }
    }
    result.requests({ requests });
    return result.done();
  },
};

function parseYaml(path: string, text: string): Readonly<Record<string, unknown>> {
  let root: unknown;
  try {
    root = load(text);
  } catch (error) {
    const [reason = ''] = errorMessage(error).split('\n', 1);
    throw new ParseError(path, `invalid YAML: ${reason}`, { cause: error });
  }
  if (typeof root !== 'object' || root === null || Array.isArray(root)) {
    throw new ParseError(path, 'no mapping');
  }
  return root as Readonly<Record<string, unknown>>;
}

function pipRows(row: unknown): readonly string[] {
  if (typeof row !== 'object' || row === null) return [];
  const rows: unknown = (row as Readonly<Record<string, unknown>>)['pip'];
  return Array.isArray(rows) ? rows.filter((value) => typeof value === 'string') : [];
}

/** Returns the lines of the items of lists, for the usual form with one item a line. */
function linesOf(text: string): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  for (const [index, line] of text.split('\n').entries()) {
    const item = ITEM.exec(line)?.groups?.['item'];
    if (item !== undefined && !lines.has(item)) lines.set(item, index + 1);
  }
  return lines;
}

function addRow(
  row: string,
  pkg: CatalogedPackage | undefined,
  to: {
    readonly lines: ReadonlyMap<string, number>;
    readonly result: CatalogBuilder;
    readonly requests: RequestedPackage[];
  },
): void {
  const line = to.lines.get(row);
  if (pkg === undefined) {
    to.result.unreadableRow(row, { line });
    return;
  }
  const { name, version } = pkg;
  const at = line === undefined ? {} : { line };
  to.result.add({ ...pkg, relationship: 'direct', ...at });
  to.requests.push({ name, range: version, ...(version !== '' && { version }), ...at });
}

function readSpec(text: string): CatalogedPackage | undefined {
  const groups = SPEC.exec(text.trim())?.groups;
  const name = (groups ?? NAME.exec(text.trim())?.groups)?.['name'];
  if (name === undefined) return undefined;
  const build = groups?.['build'];
  const isExact = groups?.['operator'] === '==' || build !== undefined;
  return {
    name: name.toLowerCase(),
    version: isExact ? (groups?.['version'] ?? '') : '',
    ...(build !== undefined && { qualifiers: new Map([['build', build]]) }),
  };
}

/** Options such as `-r other.txt` name no package. */
function readRequirement(text: string): CatalogedPackage | undefined {
  const groups = REQUIREMENT.exec(text.trim())?.groups;
  const name = groups?.['name'];
  if (name === undefined) return undefined;
  return { name: normalizePythonName(name), version: groups?.['version'] ?? '', ecosystem: 'pypi' };
}
