/**
 * Requests in the rows of a lockfile's `packages` that no row answers.
 *
 * Source: npm documentation, "package-lock.json", and Node's, "Loading from node_modules folders".
 * npm writes a row for all that must be installed. Written rules: nothing is reported for rows that
 * npm may leave incomplete, which are optional, peers, bundled, of a package with a shrinkwrap of
 * its own, of no use any more, or of a folder that lies outside the project or that no link leads
 * to; nor of names that are an optional dependency or a peer as well.
 */

import { directoryOf } from '../../../core/base/artifact-path.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../formats/text/json/json.ts';
import { readDependencies } from './package-fields.ts';

const NODE_MODULES = 'node_modules/';
const INCOMPLETE = ['optional', 'devOptional', 'peer', 'inBundle', 'extraneous', 'link'];
const FIELDS = ['dependencies'];
const ROOT_FIELDS = ['dependencies', 'devDependencies'];
const EXCUSED_FIELDS = ['optionalDependencies', 'peerDependencies'];
/** Deeper than npm nests; beyond it a name counts as answered. */
const MAX_DEPTH = 64;

/** Yields the names, each as often as it is requested. */
export function* unresolvedRequirements(rows: JsonObject): Generator<string> {
  const all = Object.entries(rows);
  const wrapped = all.filter(([, row]) => isWrapped(row)).map(([path]) => path);
  const homes = new Set(all.map(([path]) => homeOf(path)));
  const linked = new Set<unknown>(all.map(([, row]) => targetOf(row)));
  for (const [path, row] of all) {
    if (!isJsonObject(row) || path.startsWith('..')) continue;
    // Most packages ask for none.
    if (path !== '' && row['dependencies'] === undefined) continue;
    if (path !== '' && !path.includes(NODE_MODULES) && !linked.has(path)) continue;
    if (INCOMPLETE.some((flag) => row[flag] === true)) continue;
    if (wrapped.some((one) => path === one || path.startsWith(`${one}/`))) continue;
    const asked = readDependencies(row, path === '' ? ROOT_FIELDS : FIELDS);
    const missing = asked.filter((name) => rows[NODE_MODULES + name] === undefined);
    if (missing.length === 0) continue;
    const above = homesAbove(path, homes);
    if (above === undefined) continue;
    const unanswered = missing.filter((name) =>
      above.every((home) => rows[home + name] === undefined),
    );
    if (unanswered.length === 0) continue;
    const excused = new Set(readDependencies(row, EXCUSED_FIELDS));
    yield* unanswered.filter((name) => !excused.has(name));
  }
}

function isWrapped(row: JsonValue | undefined): boolean {
  return isJsonObject(row) && Boolean(row['hasShrinkwrap']);
}

function targetOf(row: JsonValue | undefined): unknown {
  return isJsonObject(row) && row['link'] === true ? row['resolved'] : undefined;
}

/** Returns the `…/node_modules/` that a path lies in; empty for other folders. */
function homeOf(path: string): string {
  const at = path.lastIndexOf(NODE_MODULES);
  return at === -1 ? '' : path.slice(0, at + NODE_MODULES.length);
}

/**
 * Returns the places where Node searches for a directory's requests, among those that hold
 * anything; the top one is left out. Returns `undefined` if the path is too deep.
 */
function homesAbove(path: string, homes: ReadonlySet<string>): readonly string[] | undefined {
  const found: string[] = [];
  let folder = path;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (folder === '') return found;
    const home = `${folder}/${NODE_MODULES}`;
    if (homes.has(home)) found.push(home);
    folder = directoryOf(folder);
  }
  return undefined;
}
