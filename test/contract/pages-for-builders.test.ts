/**
 * Pages for builders name what is there: each path in backticks exists in the tree, and the list of
 * boxes and rooms in `docs/architecture.md` equals the directories of `src/`.
 */

import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { compileGlobs } from '../../src/core/base/glob.ts';
import { placesOf, productFiles } from '../../tools/house/figures.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGES = ['docs/architecture.md', 'CONTRIBUTING.md'];
const NOT_OF_THE_TREE = /^(?:node_modules|coverage|dist|\.git|\.dist-.*)$/;
/** Slashes that separate no directories, and paths that a build or a run makes. */
const NO_PATH = /^(?:[/~.]*\/|["']|[a-z]+:|--|@)|^dist\/|[ ()=$]/;
/** `<ecosystem>` or `NAME`: one part of a path, or a piece of it. */
const PLACEHOLDER = /<[^>]+>|\b[A-Z]{2,}\b(?!\.md)/g;
const FILE = /^[\w.-]+\.(?:ts|mjs|cjs|md|json)$/;
/** A box or a room as a list names it. */
const PLACE = /^[a-z-]+\/(?:[a-z-]+\/)?$/;

const tree = treeBelow('');

/** Returns all paths of the repository, directories with a slash at the end. */
function treeBelow(directory: string): readonly string[] {
  return readdirSync(path.join(ROOT, directory), { withFileTypes: true }).flatMap((entry) => {
    if (NOT_OF_THE_TREE.test(entry.name)) return [];
    const name = directory + entry.name;
    return entry.isDirectory() ? [`${name}/`, ...treeBelow(`${name}/`)] : [name];
  });
}

function codesIn(text: string): readonly string[] {
  const prose = text.replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`(?<code>[^`\n]+)`/g)].flatMap(({ groups }) => groups?.['code'] ?? []);
}

/** Returns the paths among the codes of a page that are not in the tree. */
function missingPaths(text: string): readonly string[] {
  // Paragraphs, entries of lists and rows of tables.
  return text.split(/\n(?=\s*[-*|]\s)|\n\n/).flatMap((block) => {
    const codes = codesIn(block);
    const places = codes.filter((code) => PLACE.test(code) && tree.includes(`src/${code}`));
    return codes.filter((code) => isMissing(code, places));
  });
}

/** A directory may also be named by its path below a room of the same paragraph. */
function isMissing(code: string, places: readonly string[]): boolean {
  const pattern = code.replace(PLACEHOLDER, '*');
  if (FILE.test(code)) {
    return pattern === code && !tree.some((file) => path.posix.basename(file) === code);
  }
  if (!code.includes('/') || NO_PATH.test(code)) return false;
  const below = code.endsWith('/') ? places.map((place) => `src/${place}${pattern}`) : [];
  const candidates = [pattern, `src/${pattern}`, ...below];
  if (!/[*{?]/.test(pattern)) return !candidates.some((one) => tree.includes(one));
  const matches = compileGlobs(candidates);
  return !tree.some((file) => matches(file.replace(/\/$/, '')));
}

/** Returns the boxes and rooms at the beginning of list entries and table rows. */
function placesIn(page: string): ReadonlySet<string> {
  const heads = page.split('\n').flatMap((line, index, lines) => {
    const isEntry = /^\s*(?:[-*]|\|)\s/.test(line);
    if (!isEntry) return [];
    // An entry that names several places can go over two lines.
    const next = lines[index + 1] ?? '';
    const entry = line.includes(':') || !next.startsWith(' ') ? line : `${line} ${next.trim()}`;
    const head = entry.startsWith('|') ? (entry.split('|')[1] ?? '') : (entry.split(':')[0] ?? '');
    // Nothing but places, or this is another list.
    return /^(?:\s*(?:[-*]\s)?[\s*,]*`[^`]+`[\s*]*)+$/.test(head) ? codesIn(head) : [];
  });
  return new Set(heads.filter((head) => PLACE.test(head)));
}

describe('pages for builders', () => {
  it.each(PAGES)('%s names paths of the tree', (page) => {
    const text = readFileSync(path.join(ROOT, page), 'utf8');
    expect(codesIn(text).length).toBeGreaterThan(10);
    expect(missingPaths(text)).toEqual([]);
  });

  it('who reads a format names modules and rooms of the tree', () => {
    const text = readFileSync(path.join(ROOT, 'docs/who-reads-a-format.md'), 'utf8');
    // Names of input files are those of other trees.
    const modules = codesIn(text).filter((code) => /^[^*]*\/.*\.ts$/.test(code));
    const rooms = text
      .split('\n')
      .flatMap((line) => codesIn(/ for (?<rooms>`.*)$/.exec(line)?.[1] ?? ''));
    expect([modules.length > 100, rooms.length > 100]).toEqual([true, true]);
    expect([...modules, ...rooms].filter((place) => !tree.includes(`src/${place}`))).toEqual([]);
  });

  it('the architecture lists every box and every room, and no other', () => {
    const listed = placesIn(readFileSync(path.join(ROOT, 'docs/architecture.md'), 'utf8'));
    const places = [...placesOf(productFiles(path.join(ROOT, 'src'))).values()];
    const there = new Set(places.flatMap(({ box, room }) => [`${box}/`, `${room}/`]));
    expect([...listed].sort()).toEqual([...there].sort());
  });

  it.each([
    ['a module that is gone', 'see `core/base/gone.ts`', ['core/base/gone.ts']],
    ['a directory that is gone', 'see `src/catalog/`', ['src/catalog/']],
    ['a file that is nowhere', 'see `no-such-file.ts`', ['no-such-file.ts']],
    ['a pattern without a file', 'see `scan/catalog/*/gone.ts`', ['scan/catalog/*/gone.ts']],
    [
      'paths, patterns and words',
      '`core/base/errors.ts`, `src/**/NAME.test.ts`, `a b/c`, `"/x"`',
      [],
    ],
    ['a directory below another room', '`core/`: `base/`\n\n`scan/`: `base/`', ['base/']],
    ['a placeholder', '`scan/catalog/<ecosystem>/<format>.ts`', []],
  ])('finds %s', (_, text, missing) => {
    expect(missingPaths(text)).toEqual(missing);
  });

  it.each([
    [
      'a list',
      '- **`core/`**: x\n  - `core/base/`: y `core/net/`\n- `core/x.ts`: z',
      ['core/', 'core/base/'],
    ],
    ['a list of several', '- `a/b/`, `a/c/`,\n  `a/d/`: x', ['a/b/', 'a/c/', 'a/d/']],
    ['a table', '| room | what |\n|---|---|\n| `a/b/` | `c/d/` |', ['a/b/']],
  ])('reads the places of %s', (_, text, places) => {
    expect([...placesIn(text)]).toEqual(places);
  });

  it('the tree is that of the repository', () => {
    expect(tree.length).toBeGreaterThan(2000);
    expect(statSync(path.join(ROOT, 'src')).isDirectory()).toBe(true);
  });
});
