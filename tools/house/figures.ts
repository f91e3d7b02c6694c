/**
 * Figures about the sources of a checkout: how many files there are, how they import one another,
 * and how often a field is spread under a condition. Sources are parsed, not resolved by a build.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** A directory with more product files than this needs a reason. */
export const FLAT_FILES = 40;

/** Figures of one checkout. Product files are the TypeScript files below `src/`, without tests. */
export interface HouseFigures {
  readonly files: number;
  /** Files that exactly one other product file imports, types and `import()` included. */
  readonly oneImporter: number;
  /** Those of them whose importer is in the same directory. */
  readonly oneImporterBeside: number;
  /** Directories with more than `FLAT_FILES` product files, largest first. */
  readonly flatDirectories: readonly (readonly [directory: string, files: number])[];
  /** Spreads `...(condition ? {} : {...})` and `...(condition && {...})` into objects. */
  readonly conditionalSpreads: number;
  /** Those of them whose condition compares with `undefined`. */
  readonly conditionalSpreadsForUndefined: number;
  readonly boxes: number;
  readonly boxArrows: number;
  readonly rooms: number;
  readonly roomArrows: number;
}

/** Returns the figures of the checkout in a directory. */
export function houseFigures(checkout: string): HouseFigures {
  const src = path.join(checkout, 'src');
  const files = productFiles(src);
  const known = new Set(files);
  const importers = new Map<string, Set<string>>(files.map((file) => [file, new Set()]));
  const spreads = { all: 0, forUndefined: 0 };
  for (const file of files) {
    const source = parse(path.join(src, file));
    for (const target of importedFiles(source, file)) {
      if (known.has(target) && target !== file) importers.get(target)?.add(file);
    }
    countSpreads(source, spreads);
  }
  const single = [...importers].filter(([, all]) => all.size === 1);
  const beside = single.filter(([file, all]) =>
    [...all].every((importer) => path.posix.dirname(importer) === path.posix.dirname(file)),
  );
  const places = placesOf(files);
  return {
    files: files.length,
    oneImporter: single.length,
    oneImporterBeside: beside.length,
    flatDirectories: flatDirectories(files),
    conditionalSpreads: spreads.all,
    conditionalSpreadsForUndefined: spreads.forUndefined,
    boxes: new Set([...places.values()].map(({ box }) => box)).size,
    boxArrows: arrows(importers, (file) => places.get(file)?.box),
    rooms: new Set([...places.values()].map(({ room }) => room)).size,
    roomArrows: arrows(importers, (file) => places.get(file)?.room),
  };
}

/** Returns the product files below `src`, relative to it, in order. */
export function productFiles(src: string): readonly string[] {
  if (!existsSync(src)) throw new Error(`no src/ in "${path.dirname(src)}"`);
  return readdirSync(src, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test|\.d)\.ts$/.test(entry.name))
    .map((entry) => path.relative(src, path.join(entry.parentPath, entry.name)))
    .map((file) => file.replaceAll(path.sep, '/'))
    .filter((file) => !file.split('/').includes('testdata'))
    .sort();
}

/** Returns the files that a source file imports by a relative path, relative to `src`. */
export function importsOf(src: string, file: string): readonly string[] {
  return importedFiles(parse(path.join(src, file)), file);
}

/**
 * Returns the box and the room of each file that is in a directory. A first directory with product
 * files of its own is one room, as all are in a layout of one level. Elsewhere the second directory
 * is the room.
 */
export function placesOf(
  files: readonly string[],
): ReadonlyMap<string, { readonly box: string; readonly room: string }> {
  const single = new Set(
    files.filter((file) => file.split('/').length === 2).map((file) => file.split('/')[0]),
  );
  const places = new Map<string, { box: string; room: string }>();
  for (const file of files) {
    const [box, room, ...rest] = file.split('/');
    if (box === undefined || room === undefined) continue;
    const isSingle = single.has(box) || rest.length === 0;
    places.set(file, { box, room: isSingle ? box : `${box}/${room}` });
  }
  return places;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
}

function importedFiles(source: ts.SourceFile, file: string): readonly string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = specifierOf(node);
    if (specifier?.startsWith('.') === true) {
      found.push(path.posix.join(path.posix.dirname(file), specifier));
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function specifierOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return textOf(node.moduleSpecifier);
  }
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? textOf(node.argument.literal) : undefined;
  }
  const isImport =
    ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport ? textOf(node.arguments[0]) : undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function countSpreads(source: ts.SourceFile, spreads: { all: number; forUndefined: number }): void {
  const visit = (node: ts.Node): void => {
    const condition = ts.isSpreadAssignment(node) ? conditionOf(bare(node.expression)) : undefined;
    if (condition !== undefined) {
      spreads.all += 1;
      if (comparesWithUndefined(condition)) spreads.forUndefined += 1;
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}

/** Returns the condition under which fields are spread, `undefined` for another expression. */
function conditionOf(spread: ts.Expression): ts.Expression | undefined {
  if (ts.isConditionalExpression(spread)) {
    return [spread.whenTrue, spread.whenFalse].some(isEmptyObject) ? spread.condition : undefined;
  }
  const isAnd =
    ts.isBinaryExpression(spread) &&
    spread.operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken;
  return isAnd ? spread.left : undefined;
}

function isEmptyObject(node: ts.Expression): boolean {
  const inner = bare(node);
  return ts.isObjectLiteralExpression(inner) && inner.properties.length === 0;
}

function bare(node: ts.Expression): ts.Expression {
  return ts.isParenthesizedExpression(node) ? bare(node.expression) : node;
}

function comparesWithUndefined(node: ts.Node): boolean {
  if (ts.isBinaryExpression(node)) {
    const isUndefined = [node.left, node.right].some(
      (side) => ts.isIdentifier(side) && side.text === 'undefined',
    );
    if (isUndefined) return true;
  }
  return ts.forEachChild(node, (child) => comparesWithUndefined(child) || undefined) ?? false;
}

function flatDirectories(files: readonly string[]): HouseFigures['flatDirectories'] {
  const counts = new Map<string, number>();
  for (const file of files) {
    const directory = path.posix.join('src', path.posix.dirname(file));
    counts.set(directory, (counts.get(directory) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > FLAT_FILES).sort(([, a], [, b]) => b - a);
}

/** Counts pairs of places of which the first imports the second. Files without a place are left out. */
function arrows(
  importers: ReadonlyMap<string, ReadonlySet<string>>,
  placeOf: (file: string) => string | undefined,
): number {
  const pairs = new Set<string>();
  for (const [file, all] of importers) {
    const to = placeOf(file);
    for (const importer of all) {
      const from = placeOf(importer);
      if (from !== undefined && to !== undefined && from !== to) pairs.add(`${from} ${to}`);
    }
  }
  return pairs.size;
}
