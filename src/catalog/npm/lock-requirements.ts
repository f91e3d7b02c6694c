/**
 * What the rows of a lockfile's `packages` ask for and no row answers.
 *
 * Source: npm documentation, "package-lock.json", and Node's, "Loading from node_modules folders". npm writes a row for all
 * that must be installed. Written rules: nothing is said of rows that npm may leave incomplete, which are optional, peers,
 * bundled, of a package with a shrinkwrap of its own, of no use any more, or of a folder that lies
 * outside the project or that no link leads to; nor of names
 * that are an optional dependency or a peer as well.
 */

import { isJsonObject, type JsonObject, type JsonValue } from '../../format/json.ts';
import { readDependencies } from './fields.ts';
import { objectAt } from './locked-packages.ts';

const NODE_MODULES = 'node_modules/';
const INCOMPLETE = ['optional', 'devOptional', 'peer', 'inBundle', 'extraneous', 'link'];
const EXCUSED_FIELDS = ['optionalDependencies', 'peerDependencies'];
/** Deeper than npm nests; beyond it a name counts as answered. */
const MAX_DEPTH = 64;

/** The names, each as often as it is asked for. */
export function* unansweredIn(rows: JsonObject): Generator<string> {
  const wrapped = Object.keys(rows).filter((path) => objectAt(rows, path)?.['hasShrinkwrap']);
  const linked = new Set<unknown>(Object.values(rows).map(targetOf));
  for (const [path, row] of Object.entries(rows)) {
    if (!isJsonObject(row) || path.startsWith('..')) continue;
    if (path !== '' && !path.includes(NODE_MODULES) && !linked.has(path)) continue;
    if (INCOMPLETE.some((flag) => row[flag] === true)) continue;
    if (wrapped.some((one) => path === one || path.startsWith(`${one}/`))) continue;
    const asked = readDependencies(row, [
      'dependencies',
      ...(path === '' ? ['devDependencies'] : []),
    ]);
    const unanswered = asked.filter((name) => !isAnswered(name, path, rows));
    if (unanswered.length === 0) continue;
    const excused = new Set(readDependencies(row, EXCUSED_FIELDS));
    yield* unanswered.filter((name) => !excused.has(name));
  }
}

function targetOf(row: JsonValue | undefined): unknown {
  return isJsonObject(row) && row['link'] === true ? row['resolved'] : undefined;
}

/** Whether Node finds a package from a folder; nearly all are at the top. */
function isAnswered(name: string, path: string, rows: JsonObject): boolean {
  if (rows[NODE_MODULES + name] !== undefined) return true;
  let folder = path;
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    if (folder === '') return false;
    if (rows[`${folder}/${NODE_MODULES}${name}`] !== undefined) return true;
    folder = folder.slice(0, Math.max(folder.lastIndexOf('/'), 0));
  }
  return true;
}
