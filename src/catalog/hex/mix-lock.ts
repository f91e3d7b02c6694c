/**
 * Elixir packages pinned by Mix: `mix.lock`.
 *
 * Source: the Mix documentation, "mix deps.get", and the form that Mix writes: a map with one dependency a line,
 * `"name": {:hex, :package, "version", "inner", [builders], [{:needed, "requirement", [..]}], "repository", "outer"}`, where
 * `outer` is the SHA-256 of the package's file, or `{:git, "url", "commit", [..]}`. Git gives no version; a `:path` is a folder
 * of the project, a note. What is direct is not written down. A map that nothing ends was cut off, a gap. Refused: a
 * file that is no such map.
 */

import { ParseError } from '../../base/errors.ts';
import type { Cataloged } from '../../model/catalog.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { hexDigests } from '../record-digests.ts';
import { gitQualifiers } from '../vcs-url.ts';

const ENTRY = /^\s*"(?<key>[^"\s]{1,300})":\s*\{:(?<kind>[a-z_]{1,30}),\s*(?<rest>.*)$/;
const HEX = /^:"?(?<name>[A-Za-z0-9_@.-]{1,300})"?,\s*"(?<version>[^"]{1,200})"/;
const GIT = /^"(?<url>[^"]{1,2000})",\s*"(?<commit>[0-9a-f]{4,64})"/;
const NEEDED = /\{:"?(?<name>[A-Za-z0-9_@.-]{1,300})"?, "/g;
const OUTER = /"(?<sum>[0-9a-f]{64})"\s*\},?\s*$/;
/** No package needs as many. */
const MAX_EDGES = 500;

export const mixLock: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    if (text.trim() !== '' && !text.trimStart().startsWith('%{')) {
      throw new ParseError(file.path, 'no map of dependencies');
    }
    for (const [index, row] of text.split('\n').entries()) {
      const line = index + 1;
      const { key, kind, rest = '' } = ENTRY.exec(row)?.groups ?? {};
      if (key === undefined) {
        if (row.trimStart().startsWith('"')) result.unreadableRow(row, { line });
      } else if (kind === 'path') result.note(`"${key}" is a folder of the project`, line);
      else {
        const pkg =
          kind === 'hex' ? readHex(rest) : kind === 'git' ? readGit(key, rest) : undefined;
        if (pkg === undefined) result.unreadableRow(row, { line });
        else result.add({ ...pkg, line });
      }
    }
    if (text.trim() !== '' && !text.trimEnd().endsWith('}')) {
      result.gap('unreadable', 'cut off: nothing ends the map of dependencies');
    }
    return result.done();
  },
};

function readHex(rest: string): Cataloged | undefined {
  const { name, version } = HEX.exec(rest)?.groups ?? {};
  if (name === undefined || version === undefined) return undefined;
  const dependsOn: string[] = [];
  for (const match of rest.matchAll(NEEDED)) {
    if (dependsOn.length < MAX_EDGES) dependsOn.push(match.groups?.['name'] ?? '');
  }
  // Lockfiles of older versions end without it.
  const digests = hexDigests('sha256', OUTER.exec(rest)?.groups?.['sum']);
  return {
    name,
    version,
    ...(dependsOn.length > 0 && { dependsOn }),
    ...(digests.length > 0 && { digests }),
  };
}

function readGit(name: string, rest: string): Cataloged | undefined {
  const { url, commit } = GIT.exec(rest)?.groups ?? {};
  if (url === undefined) return undefined;
  return { name, version: '', qualifiers: gitQualifiers(url, commit) };
}
