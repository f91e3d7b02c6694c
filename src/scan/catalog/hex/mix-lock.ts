/**
 * Elixir packages pinned by Mix: `mix.lock`.
 *
 * Source: the Mix documentation, "mix deps.get", and the form that Mix writes: a map with one
 * dependency a line, `"name": {:hex, :package, "version", "inner", [builders], [{:needed,
 * "requirement", [..]}], "repository", "outer"}`, where `outer` is the SHA-256 of the package's
 * file, or `{:git, "url", "commit", [..]}`. It is code of Elixir, which Mix evaluates, so entries
 * may stand on any lines, as its formatter sets them, and names without quotation marks. Git gives
 * no version; a `:path` is a folder of the project, a note. What only Elixir could evaluate is no
 * literal and a gap. What is direct is not written down. A map that nothing ends was cut off, a
 * gap, and so is one that pins nothing beside a `mix.exs` that asks for packages. A package that
 * another one needs, not optionally, and that no entry is of, may be a folder of the project: a gap
 * where `mix.exs` beside it knows of no folders. Refused: a file that is no such map.
 */

import { siblingPath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { CatalogFile, CatalogedPackage } from '../../../core/model/catalog/catalog.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportEmptyLock } from '../empty-lockfile.ts';
import { hexDigests } from '../../../formats/crypto/digest/package-digests.ts';
import { reportMissingLockEntries } from '../missing-lock-entries.ts';
import { gitQualifiers } from '../vcs-url.ts';
import { ownApplications, requiredApplications } from './mix-exs.ts';

const MANIFEST = 'mix.exs';
const MAP = /^(?:\s|#[^\n]*\n)*%\{/;
/** Matches a bracket or comma, or a text or comment that may contain one without meaning. */
const TOKEN = /#[^\n]*|"[^"\\]*(?:\\.[^"\\]*)*(?:"|$)|[{}[\],]/gs;
const ENTRY =
  /^(?:"(?<quoted>[^"\s]{1,300})"|(?<bare>[A-Za-z_][A-Za-z0-9_@]{0,300})):\s*\{\s*:(?<kind>[a-z_]{1,30}),\s*(?<rest>.*)$/s;
/**
 * Matches the tokens of an entry without evaluated parts: texts without computed parts, atoms,
 * keywords, numbers, brackets and comments.
 */
const LITERAL =
  /:?"(?:[^"\\#]|\\[^\n]|#(?!\{))*":?|:[A-Za-z_][A-Za-z0-9_@]*[?!]?|[A-Za-z_][A-Za-z0-9_@]*[?!]?:(?=\s)|\b(?:true|false|nil|\d+)\b|#[^\n]*|[{}[\],\s]/g;
const HEX = /^:"?(?<name>[A-Za-z0-9_@.-]{1,300})"?,\s*"(?<version>[^"\\]{1,200})"/;
const GIT = /^"(?<url>[^"]{1,2000})"(?:,\s*"(?<commit>[0-9a-fA-F]{4,64})")?/;
const NEEDED =
  /\{\s*:"?(?<name>[A-Za-z0-9_@.-]{1,300})"?,\s+"(?:[^"]{0,300}",\s*\[(?<options>[^[\]]{0,1000})\])?/g;
const OPTIONAL = /\boptional:\s*true\b/;
const OUTER = /"(?<sum>[0-9a-f]{64})"\s*\}$/;
const COMMENT = /^(?:\s|#[^\n]*\n)+/;
/** No package needs as many. */
const MAX_EDGES = 500;

export const mixLock: Cataloger = {
  async read(file, siblings, context) {
    const result = new CatalogBuilder(file.path, context.limits.maxPackages);
    const text = new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.lines));
    const manifest = siblings.get(siblingPath(file.path, MANIFEST));
    if (text.trim() !== '') {
      const unanswered = addEntries(text, file.path, result);
      await reportUnanswered(unanswered, manifest, result);
    }
    if (result.packageCount === 0) {
      await reportEmptyLock(result, manifest, requiredApplications);
    }
    return result.done();
  },
};

/** Folders of the project have no entries, and neither has the project itself. */
async function reportUnanswered(
  unanswered: ReadonlySet<string>,
  manifest: CatalogFile | undefined,
  result: CatalogBuilder,
): Promise<void> {
  // Where something could not be read, that is the gap.
  if (result.hasGap) return;
  const project = manifest && ownApplications(await manifest.bytes());
  const names = [...unanswered].filter((name) => project?.names.has(name) !== true);
  reportMissingLockEntries(names, result, project?.hasFolders === false);
}

/** Adds the pinned entries; returns required names that have no entry. */
function addEntries(text: string, path: string, result: CatalogBuilder): ReadonlySet<string> {
  const [start] = MAP.exec(text) ?? [];
  if (start === undefined) throw new ParseError(path, 'no map of dependencies');
  const pinned = new Set<string>();
  const needed = new Set<string>();
  let line = 1;
  let counted = 0;
  for (const { entry, at } of entriesOf(text, start.length, result)) {
    for (; counted < at; counted += 1) if (text.charAt(counted) === '\n') line += 1;
    addEntry(entry, line, result);
    const { quoted, bare, kind, rest = '' } = ENTRY.exec(entry)?.groups ?? {};
    pinned.add(quoted ?? bare ?? '');
    if (kind === 'hex') for (const name of neededBy(rest)) needed.add(name);
  }
  return new Set([...needed].filter((name) => !pinned.has(name)));
}

/** Yields the required dependencies of a package of Hex. */
function* neededBy(rest: string): Generator<string> {
  for (const { groups } of rest.matchAll(NEEDED)) {
    if (!OPTIONAL.test(groups?.['options'] ?? '')) yield groups?.['name'] ?? '';
  }
}

interface Entry {
  readonly entry: string;
  /** Offset of its start. */
  readonly at: number;
}

/** Yields the texts between the commas of the map. */
function* entriesOf(text: string, start: number, result: CatalogBuilder): Generator<Entry> {
  let depth = 1;
  let from = start;
  for (const { 0: token, index } of text.slice(start).matchAll(TOKEN)) {
    const end = start + index;
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth > 1 || (depth === 1 && token !== ',')) continue;
    yield* entryIn(text, from, end);
    if (depth === 0) {
      reportBehind(text.slice(end + 1), result);
      return;
    }
    from = end + 1;
  }
  yield* entryIn(text, from, text.length);
  result.missingEnd('nothing ends the map of dependencies');
}

/** Elixir evaluates what stands behind the map, too, as in `%{…} |> Map.put(…)`. */
function reportBehind(text: string, result: CatalogBuilder): void {
  const rest = text.slice(COMMENT.exec(text)?.[0].length ?? 0).trim();
  if (rest === '' || rest.startsWith('#')) return;
  result.unreadableRow(rest, { reason: 'behind the map of dependencies' });
}

/** Behind the last comma there may be nothing. */
function* entryIn(text: string, from: number, end: number): Generator<Entry> {
  const whole = text.slice(from, end);
  const before = COMMENT.exec(whole)?.[0].length ?? 0;
  const entry = whole.slice(before).trimEnd();
  if (entry !== '' && !entry.startsWith('#')) yield { entry, at: from + before };
}

function addEntry(entry: string, line: number, result: CatalogBuilder): void {
  if (entry.replaceAll(LITERAL, '') !== '') {
    result.unreadableRow(entry, { reason: 'an expression, which only Elixir can evaluate', line });
    return;
  }
  const { quoted, bare = '', kind, rest = '' } = ENTRY.exec(entry)?.groups ?? {};
  const key = quoted ?? bare;
  if (kind === 'path') {
    result.note(`"${key}" is a folder of the project`, line);
    return;
  }
  const pkg = kind === 'hex' ? readHex(rest) : kind === 'git' ? readGit(key, rest) : undefined;
  if (pkg === undefined) result.unreadableRow(entry, { line });
  else result.add({ ...pkg, line });
}

function readHex(rest: string): CatalogedPackage | undefined {
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

/** A commit of another form than git's is none. */
function readGit(name: string, rest: string): CatalogedPackage | undefined {
  const { url, commit } = GIT.exec(rest)?.groups ?? {};
  if (url === undefined) return undefined;
  return { name, version: '', qualifiers: gitQualifiers(url, commit) };
}
