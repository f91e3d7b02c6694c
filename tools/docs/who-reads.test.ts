/** The page "Who reads a format" has every reader and every name that a cataloger wants. */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { MANAGERS } from '../../src/tasks/fix/managers/list.ts';
import { FINDERS } from '../../src/tasks/pin/finders/list.ts';
import { productFiles } from '../house/figures.ts';
import { catalogerReaders, declaredReaders, otherReaders, readsOf } from './readers.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const PAGE = readFileSync(new URL('../../docs/who-reads-a-format.md', import.meta.url), 'utf8');
const [formats = '', shared = ''] = PAGE.split('\n## Shared readers\n');
const known = new Set(codesIn(formats));

function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`(?<code>[^`\n]+)`/g)].flatMap(({ groups }) => groups?.['code'] ?? []);
}

/** Returns the readers and rooms of the first list entry with a name. */
function entryOf(file: string): readonly string[] {
  const lines = formats.split('\n');
  const start = lines.findIndex((line) => /^- [^:]*/.exec(line)?.[0].includes(`\`${file}\``));
  const next = lines.findIndex((line, index) => index > start && !line.startsWith('  '));
  return codesIn(lines.slice(start, next).join('\n'));
}

describe('who reads a format', () => {
  it('has every name that a cataloger wants', () => {
    // Programs and directories of which an excerpt is enough are known by other means than a name.
    const selectors = CATALOGERS.map(({ files }) => files).filter(
      (one) => one.excerpts === undefined,
    );
    const wanted = selectors.flatMap(({ names = [], paths = [] }) => [...names, ...paths]);
    expect(wanted.length).toBeGreaterThan(100);
    // Every path may be an SBOM that is given to the command.
    expect(wanted.filter((name) => name !== '/' && !known.has(name))).toEqual([]);
    const ends = selectors.flatMap(({ suffixes = [] }) => suffixes);
    const isOnPage = (end: string): boolean => [...known].some((name) => `/${name}`.endsWith(end));
    expect(ends.filter((end) => !isOnPage(end))).toEqual([]);
  });

  it('has every reader of the lists and of module comments, and each of them exists', () => {
    const readers = [...catalogerReaders(SRC).values(), ...otherReaders(SRC)];
    expect(readers.length).toBeGreaterThan(CATALOGERS.length - 20);
    expect(readers.map(({ module }) => module).filter((module) => !known.has(module))).toEqual([]);
    const modules = [...known].filter((code) => code.endsWith('.ts') && code.includes('/'));
    expect(modules.filter((module) => !existsSync(path.join(SRC, module)))).toEqual([]);
    expect(otherReaders(SRC).length).toBeGreaterThan(MANAGERS.length + FINDERS.length);
    expect(declaredReaders(SRC).length).toBeGreaterThan(20);
  });

  it('has each module of formats/ in one line of the shared readers', () => {
    const units = shared
      .split('\n')
      .flatMap((line) => /^- `(?<unit>[^`]+)`/.exec(line)?.groups?.['unit'] ?? []);
    const missing = productFiles(path.join(SRC, 'formats'))
      .map((file) => `formats/${file}`)
      .filter(
        (file) =>
          units.filter((unit) => (unit.endsWith('/') ? file.startsWith(unit) : file === unit))
            .length !== 1,
      );
    expect(missing).toEqual([]);
  });

  it.each([
    ['requirements.txt', ['scan/catalog/', 'rules/detect/', 'tasks/pin/', 'tasks/fix/']],
    ['yarn.lock', ['scan/catalog/', 'rules/detect/', 'tasks/fix/', 'formats/text/yarn-entries.ts']],
    ['.github/workflows/', ['scan/catalog/', 'rules/detect/', 'tasks/pin/']],
    ['package.json', ['scan/catalog/', 'rules/detect/', 'tasks/fix/', 'package-registry/']],
    ['pnpm-workspace.yaml', ['tasks/fix/']],
    ['.npmrc', ['rules/detect/', 'clients/package-index/', 'tasks/fix/']],
  ])('names the rooms of "%s"', (file, rooms) => {
    expect(entryOf(file)).toEqual(expect.arrayContaining(rooms));
  });

  it.each([
    ['one name', '/**\n * A file.\n *\n * Reads: `go.mod`.\n */', ['go.mod']],
    ['two lines', '/**\n * Reads: `a`,\n * `b`.\n */', ['a', 'b']],
    ['no line', '/** A file. */', []],
  ])('reads %s of a module comment', (_, comment, names) => {
    expect(readsOf(comment, 'a.ts')).toEqual(names);
  });

  it('refuses a line of a module comment that names nothing', () => {
    expect(() => readsOf('/**\n * Reads: go.mod.\n */', 'a.ts')).toThrow('a.ts: "Reads:"');
  });
});
