/**
 * All readers of input files with the names of these files. They come from the rows of the lists of
 * plugins, and for other modules from a line of the module comment: "Reads: `go.mod`, `go.work`."
 */

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import type { FileSelector } from '../../src/core/model/catalog/catalog.ts';
import { originReaderOf } from '../../src/rules/detect/origin/readers/list.ts';
import { ORIGIN_FILES } from '../../src/rules/detect/origin/readers/names.ts';
import { DETECTORS } from '../../src/rules/detect/list.ts';
import { CATALOGERS } from '../../src/scan/catalog/list.ts';
import { MANAGERS } from '../../src/tasks/fix/managers/list.ts';
import { FINDERS } from '../../src/tasks/pin/finders/list.ts';
import { productFiles } from '../house/figures.ts';

/** A module that reads files. */
export interface FormatReader {
  /** Path below `src/`. */
  readonly module: string;
  /** Names and patterns of the files: `go.mod`, `*.csproj`, `.github/workflows/`. */
  readonly files: readonly string[];
}

const ORIGIN_LIST = 'rules/detect/origin/readers/list.ts';
const READS = /^ \* Reads: (?<files>`[^`]+`(?:,(?: |\n \* )`[^`]+`)*)\.$/m;
/** What makes an example of a path from a part of a name. */
const EXAMPLE_ENDS = ['', '.txt', 'a', 'a.txt', 'a.toml', 'a.yml'];

/** Returns the readers of all catalogers that know their files by name. */
export function catalogerReaders(src: string): ReadonlyMap<string, FormatReader> {
  const modules = modulesOfRows(src, filesBelow(src, 'scan/catalog/rows/'));
  return new Map(
    CATALOGERS.flatMap(({ id, files }) => {
      const names = selectorNames(files);
      return names.length === 0 ? [] : [[id, { module: moduleOf(modules, id), files: names }]];
    }),
  );
}

/** Returns the readers of all other lists, then those that name their files themselves. */
export function otherReaders(src: string): readonly FormatReader[] {
  const detectors = modulesOfRows(src, filesBelow(src, 'rules/detect/rows/'));
  const managers = modulesOfRows(src, ['tasks/fix/managers/list.ts']);
  const finders = modulesOfRows(src, ['tasks/pin/finders/list.ts']);
  return [
    ...FINDERS.map(({ id, files }) => ({
      module: moduleOf(finders, id),
      files: finderNames(files),
    })),
    // A repository is looked at as a whole, and sources have readers of their own.
    ...DETECTORS.flatMap((row) =>
      row.kind === 'file' && row.id !== 'origin/sources' && row.id.split('/')[0] !== 'secret'
        ? [{ module: moduleOf(detectors, row.id), files: selectorNames(row.files) }]
        : [],
    ),
    ...originReaders(src),
    ...MANAGERS.map(({ id, files, patterns }) => ({
      module: moduleOf(managers, id),
      files: [
        ...files,
        ...(patterns === undefined || patterns.words !== undefined ? [] : patterns.suffixes).map(
          (suffix) => `*${suffix}`,
        ),
      ],
    })),
    ...declaredReaders(src),
  ].filter(({ files }) => files.length > 0);
}

/** Returns the modules that name the files that they read. @throws Error for an unreadable line */
export function declaredReaders(src: string): readonly FormatReader[] {
  return productFiles(src).flatMap((module) => {
    const text = readFileSync(path.join(src, module), 'utf8');
    const files = readsOf(text.slice(0, text.indexOf('*/')), module);
    return files.length === 0 ? [] : [{ module, files }];
  });
}

/** Returns the names in the line "Reads:" of a module comment, none without such a line. */
export function readsOf(comment: string, module: string): readonly string[] {
  const found = READS.exec(comment)?.groups?.['files'];
  if (found === undefined && /^ \* Reads:/m.test(comment)) {
    throw new Error(`${module}: "Reads:" is not followed by names in backticks and a period`);
  }
  return [...(found ?? '').matchAll(/`(?<name>[^`]+)`/g)].flatMap(
    ({ groups }) => groups?.['name'] ?? [],
  );
}

/** Returns the names of a selector as pages write them. Files that any name can have are left out. */
function selectorNames(selector: FileSelector): readonly string[] {
  const { names = [], paths = [], prefixes = [], suffixes = [], windowsSuffixes = [] } = selector;
  if (selector.excerpts !== undefined) return [];
  const above = selector.below === undefined ? '' : `${selector.below.slice(1)}**/`;
  return [
    ...names,
    ...paths.filter((file) => file !== '/'),
    ...prefixes.map((prefix) => `${prefix}*`),
    ...suffixes.map((suffix) => (suffix.startsWith('/') ? suffix.slice(1) : `${above}*${suffix}`)),
    ...windowsSuffixes.map((suffix) => `*${suffix}`),
  ];
}

/** Splits the files of a finder. A directory of workflows is named without what is in it. */
function finderNames(files: string): readonly string[] {
  if (files.includes(' with ')) return [files];
  return files
    .split(', ')
    .map((name) => name.replace(/ and \*\.\w+$/, '').replace(/(?<=\/workflows\/)\*\.ya?ml$/, ''));
}

/** Returns the reader of sources for each name, by the function that the list gives for it. */
function originReaders(src: string): readonly FormatReader[] {
  const modules = importedNames(src, ORIGIN_LIST);
  const { names = [], prefixes = [], suffixes = [], windowsSuffixes = [] } = ORIGIN_FILES;
  const examples: readonly (readonly [file: string, paths: readonly string[]])[] = [
    ...names.map((name) => [name, [`/${name}`]] as const),
    ...prefixes.map((text) => [`${text}*`, EXAMPLE_ENDS.map((end) => `/${text}${end}`)] as const),
    ...[...suffixes, ...windowsSuffixes].map(
      (text) =>
        [
          text.startsWith('/') ? text.slice(1) : `*${text}`,
          EXAMPLE_ENDS.map((end) => (text.startsWith('/') ? text + end : `/a${text}`)),
        ] as const,
    ),
  ];
  const files = new Map<string, string[]>();
  for (const [file, paths] of examples) {
    const reader = paths.map(originReaderOf).find((found) => found !== undefined);
    if (reader === undefined) throw new Error(`no reader of sources takes "${file}"`);
    // Of some files the sources are not read: that function is of the list itself.
    const module = modules.get(reader.name);
    if (module !== undefined) files.set(module, [...(files.get(module) ?? []), file]);
  }
  return [...files].map(([module, all]) => ({ module, files: all }));
}

/** Returns, by the id of a row, the module that its `load` imports. */
function modulesOfRows(src: string, lists: readonly string[]): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const list of lists) {
    const visit = (node: ts.Node): void => {
      if (ts.isObjectLiteralExpression(node)) {
        const id = idOf(node);
        const specifier = id === undefined ? undefined : firstImport(node);
        if (id !== undefined && specifier !== undefined) modules.set(id, resolve(list, specifier));
      }
      ts.forEachChild(node, visit);
    };
    visit(parse(src, list));
  }
  return modules;
}

function idOf(row: ts.ObjectLiteralExpression): string | undefined {
  for (const property of row.properties) {
    if (!ts.isPropertyAssignment(property) || property.name.getText() !== 'id') continue;
    if (ts.isStringLiteral(property.initializer)) return property.initializer.text;
  }
  return undefined;
}

function firstImport(node: ts.Node): string | undefined {
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [target] = node.arguments;
    if (target !== undefined && ts.isStringLiteral(target)) return target.text;
  }
  return ts.forEachChild(node, firstImport);
}

/** Returns, by imported name, the module that it comes from. */
function importedNames(src: string, file: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const statement of parse(src, file).statements) {
    if (!ts.isImportDeclaration(statement) || !ts.isStringLiteral(statement.moduleSpecifier)) {
      continue;
    }
    const bindings = statement.importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const module = resolve(file, statement.moduleSpecifier.text);
    for (const element of bindings.elements) names.set(element.name.text, module);
  }
  return names;
}

function moduleOf(modules: ReadonlyMap<string, string>, id: string): string {
  const module = modules.get(id);
  if (module === undefined) throw new Error(`no module of "${id}"`);
  return module;
}

function filesBelow(src: string, directory: string): readonly string[] {
  const files = productFiles(path.join(src, directory)).map((file) => directory + file);
  if (files.length === 0) throw new Error(`no files in "${directory}"`);
  return files;
}

function resolve(file: string, specifier: string): string {
  return path.posix.join(path.posix.dirname(file), specifier);
}

function parse(src: string, file: string): ts.SourceFile {
  const place = path.join(src, file);
  if (!existsSync(place)) throw new Error(`there is no "${place}"`);
  return ts.createSourceFile(file, readFileSync(place, 'utf8'), ts.ScriptTarget.Latest, true);
}
