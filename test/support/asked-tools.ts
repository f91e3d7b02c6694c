/**
 * Finds test files that start an external program without asking whether it is installed. What
 * support modules start and ask for counts for each test file that uses it.
 *
 * The search reads the syntax only. A command counts if it is written out: as a text, as a constant
 * or a list of the file, or as the argument of a function that starts what it is given.
 */

import path from 'node:path';
import ts from 'typescript';

import { ABILITIES, type Ability } from './abilities.ts';

const CHILD_PROCESS = 'node:child_process';
const RELATIVE_IMPORT = /from '(?<from>\.[^']*)'/gu;
/** Functions of {@link CHILD_PROCESS} that start a program. */
const STARTING = ['execFile', 'execFileSync', 'spawn', 'spawnSync'];
/** Functions that ask for tools by name, and for abilities by id. */
const ASKING = new Set(['missingTool', 'missingForInterop']);
const ASKING_ABILITIES = 'missingAbility';
/** A shell is there wherever `npm` runs scripts; Node runs the tests. */
const ALWAYS = new Set(['sh', 'node']);
const SHELLS = new Set(['sh', 'bash']);
/** Programs that methods and scripts start and that few tests ask for. */
const COMMON = ['cp', 'gzip', 'ln', 'mkdir', 'mkfifo', 'mount', 'mv', 'rm', 'touch', 'umount'];

/** A program that a test file starts, and that it does not ask for. */
export interface UnaskedTool {
  readonly file: string;
  readonly tool: string;
}

/** What a declaration does, or a member of a class. */
interface Part {
  readonly starts: Set<string>;
  readonly asks: Set<string>;
  /** Names that occur in it: of the module, imported, or of members. */
  readonly uses: Set<string>;
  /** Members of a class by name; they count only if their name is used, too. */
  readonly members: Map<string, Part>;
}

/** Imported names of a module, with the file and the name there. */
type Imports = ReadonlyMap<string, { readonly from: string; readonly name: string }>;

/** A module by what is declared in it. */
interface Module {
  readonly file: string;
  readonly source: ts.SourceFile;
  readonly imports: Imports;
  readonly constants: Constants;
}

/**
 * Returns the tools that test files start and do not ask for, in order.
 * @param files sources by path: the test files, and the support modules that they import
 */
export function unaskedTools(files: ReadonlyMap<string, string>): readonly UnaskedTool[] {
  const tests = [...files.keys()].filter(
    (file) => file.endsWith('.test.ts') && startsPrograms(importedBy(file, files), files),
  );
  const needed = new Set(tests.flatMap((file) => [...importedBy(file, files)]));
  const modules = withImported([...needed].map((file) => parsed(file, files.get(file) ?? '')));
  const starters = findStarters(modules);
  const known = new Set(COMMON);
  const parts = new Map<string, ReadonlyMap<string, Part>>();
  for (const module of modules) {
    const named = readModule(module, starters);
    parts.set(module.file, named);
    for (const part of named.values()) {
      for (const one of [part, ...part.members.values()])
        one.asks.forEach((tool) => known.add(tool));
    }
  }
  const imports = new Map(modules.map((module) => [module.file, module.imports]));
  const found: UnaskedTool[] = [];
  for (const file of tests) {
    const { starts, asks } = reached(file, parts, imports);
    for (const tool of [...starts].sort()) {
      const name = tool.startsWith(MAYBE) ? tool.slice(MAYBE.length) : tool;
      if (name !== tool && !known.has(name)) continue;
      if (!asks.has(name) && !ALWAYS.has(name)) found.push({ file, tool: name });
    }
  }
  return found;
}

/**
 * In front of the names of programs that only a method or a script seems to start: methods of the
 * same name can belong to other classes.
 */
const MAYBE = '? ';
/** In front of the names of members that are used. */
const MEMBER = '.';
/** The name of all that a module does when it is imported. */
const WHOLE = '';
/** Its probes start tools that the callers do not name. */
const ABILITIES_FILE = 'test/support/abilities.ts';

/** Adds up what a test file and all that it uses start and ask for. */
function reached(
  file: string,
  parts: ReadonlyMap<string, ReadonlyMap<string, Part>>,
  imports: ReadonlyMap<string, Imports>,
): Pick<Part, 'starts' | 'asks'> {
  const all = { starts: new Set<string>(), asks: new Set<string>() };
  const taken = new Set<Part>();
  const seen = new Set<string>();
  const used = new Set<string>();
  /** Members of classes that are in use. */
  const members: { readonly at: string; readonly name: string; readonly part: Part }[] = [];
  const left: { readonly at: string; readonly name: string }[] = [];
  const take = (at: string, part: Part | undefined): void => {
    if (part === undefined || taken.has(part)) return;
    taken.add(part);
    part.starts.forEach((tool) => all.starts.add(tool));
    part.asks.forEach((tool) => all.asks.add(tool));
    for (const [name, member] of part.members) members.push({ at, name, part: member });
    for (const name of part.uses) {
      used.add(name);
      left.push({ at, name });
    }
  };
  for (const part of parts.get(file)?.values() ?? []) take(file, part);
  while (left.length > 0) {
    for (const { at, name } of left.splice(0)) {
      if (seen.has(`${at} ${name}`)) continue;
      seen.add(`${at} ${name}`);
      take(at, parts.get(at)?.get(name));
      const origin = imports.get(at)?.get(name);
      if (origin === undefined || origin.from === ABILITIES_FILE) continue;
      take(origin.from, parts.get(origin.from)?.get(WHOLE));
      left.push({ at: origin.from, name: origin.name });
    }
    for (const { at, name, part } of members) if (used.has(MEMBER + name)) take(at, part);
  }
  return all;
}

function parsed(file: string, text: string): Module {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imports = new Map<string, { readonly from: string; readonly name: string }>();
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    for (const [name, origin] of importsOf(file, statement)) imports.set(name, origin);
  }
  return { file, source, imports, constants: constantsOf(source) };
}

/** Returns a file and the given files that it imports, also through others. */
function importedBy(file: string, files: ReadonlyMap<string, string>): ReadonlySet<string> {
  const found = new Set([file]);
  for (const at of found) {
    for (const { groups } of files.get(at)?.matchAll(RELATIVE_IMPORT) ?? []) {
      const from = path.posix.join(path.posix.dirname(at), groups?.['from'] ?? '');
      if (files.has(from)) found.add(from);
    }
  }
  return found;
}

/** Files that do not name the module for child processes start nothing, and are not parsed. */
function startsPrograms(among: ReadonlySet<string>, files: ReadonlyMap<string, string>): boolean {
  return [...among].some((file) => files.get(file)?.includes(CHILD_PROCESS) === true);
}

/** Adds the constants that modules import to those of their own. */
function withImported(modules: readonly Module[]): readonly Module[] {
  const byFile = new Map(modules.map((module) => [module.file, module]));
  return modules.map((module) => {
    const imported = [...module.imports].flatMap(([name, origin]) => {
      const texts = byFile.get(origin.from)?.constants.get(origin.name);
      return texts === undefined ? [] : [[name, texts] as const];
    });
    if (imported.length === 0) return module;
    return { ...module, constants: constantsOf(module.source, new Map(imported)) };
  });
}

/** Returns the imported names of an import of a module of the project or of child processes. */
function importsOf(
  file: string,
  { moduleSpecifier, importClause }: ts.ImportDeclaration,
): readonly (readonly [string, { readonly from: string; readonly name: string }])[] {
  const bindings = importClause?.namedBindings;
  if (!ts.isStringLiteral(moduleSpecifier)) return [];
  const { text } = moduleSpecifier;
  if (!text.startsWith('.') && text !== CHILD_PROCESS) return [];
  if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
  const from = text === CHILD_PROCESS ? text : path.posix.join(path.posix.dirname(file), text);
  return bindings.elements.map(({ name, propertyName }) => [
    name.text,
    { from, name: (propertyName ?? name).text },
  ]);
}

/** Returns the declarations of a module by name; what is done on import has the name of all. */
function readModule(module: Module, starters: Starters): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>([[WHOLE, emptyPart()]]);
  for (const statement of module.source.statements) {
    if (isWithoutEffect(statement)) continue;
    if (ts.isClassDeclaration(statement) && statement.name !== undefined) {
      parts.set(statement.name.text, readClass(statement, module, starters));
      continue;
    }
    const names = declaredNames(statement);
    const part = names.length === 0 ? parts.get(WHOLE) : emptyPart();
    if (part === undefined) continue;
    readPart(statement, part, module, starters);
    for (const name of names) parts.set(name, part);
  }
  return parts;
}

function isWithoutEffect(statement: ts.Statement): boolean {
  return [ts.isImportDeclaration, ts.isInterfaceDeclaration, ts.isTypeAliasDeclaration].some((is) =>
    is(statement),
  );
}

function readClass(node: ts.ClassDeclaration, module: Module, starters: Starters): Part {
  const part = emptyPart();
  for (const member of node.members) {
    const isNamed = ts.isMethodDeclaration(member) || ts.isGetAccessorDeclaration(member);
    const target = isNamed ? emptyPart() : part;
    readPart(member, target, module, starters);
    if (isNamed) part.members.set(member.name.getText(), target);
  }
  return part;
}

function emptyPart(): Part {
  return { starts: new Set(), asks: new Set(), uses: new Set(), members: new Map() };
}

function declaredNames(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) =>
      ts.isIdentifier(name) ? [name.text] : [],
    );
  }
  if (!ts.isFunctionDeclaration(statement) || statement.name === undefined) return [];
  return [statement.name.text];
}

/** Texts of a file by the name of the constant that has them. */
type Constants = ReadonlyMap<string, readonly string[]>;

/** Returns the constants that are a text or a list of texts, also inside of functions. */
function constantsOf(source: ts.SourceFile, known: Constants = new Map()): Constants {
  const constants = new Map(known);
  visit(source, (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer) {
      const texts = textsOf(node.initializer, constants);
      if (texts.length > 0) constants.set(node.name.text, texts);
    }
    // `for (const tool of ['a', 'b'])`
    if (ts.isForOfStatement(node) && ts.isVariableDeclarationList(node.initializer)) {
      const name = node.initializer.declarations[0]?.name;
      const texts = textsOf(node.expression, constants);
      if (name !== undefined && ts.isIdentifier(name) && texts.length > 0) {
        constants.set(name.text, texts);
      }
    }
  });
  return constants;
}

/** Returns the texts that an expression can be; none if it is not written out. */
function textsOf(node: ts.Expression, constants: Constants): readonly string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isIdentifier(node)) return constants.get(node.text) ?? [];
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.flatMap((one) => textsOf(one, constants));
  }
  if (ts.isSpreadElement(node) || ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return textsOf(node.expression, constants);
  }
  if (ts.isConditionalExpression(node)) {
    return [node.whenTrue, node.whenFalse].flatMap((one) => textsOf(one, constants));
  }
  return [];
}

/**
 * Functions that start a program that they are given, with the place of that parameter: by file and
 * name, and methods by name alone.
 */
type Starters = ReadonlyMap<string, number>;

const METHOD = 'method';

function findStarters(modules: readonly Module[]): Starters {
  const starters = new Map<string, number>(STARTING.map((name) => [`${CHILD_PROCESS} ${name}`, 0]));
  for (let before = -1; before !== starters.size;) {
    before = starters.size;
    for (const module of modules) {
      visit(module.source, (node) => {
        if (!ts.isFunctionLike(node)) return;
        const key = keyOf(node, module.file);
        if (key === undefined || starters.has(key)) return;
        const places = node.parameters.map(({ name }) => name.getText());
        visit(node, (inner) => {
          const command = commandOf(inner, module, starters)?.command;
          const place = command === undefined ? -1 : places.indexOf(command.getText());
          if (place >= 0) starters.set(key, place);
        });
      });
    }
  }
  return starters;
}

/** Returns the key of a function, or of the constant that it is assigned to. */
function keyOf(node: ts.SignatureDeclaration, file: string): string | undefined {
  if (ts.isMethodDeclaration(node)) return `${METHOD} ${node.name.getText()}`;
  const named = node.name ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name : undefined);
  return named !== undefined && ts.isIdentifier(named) ? `${file} ${named.text}` : undefined;
}

/** Returns the argument that names the program, if a node is a call that starts one. */
function commandOf(
  node: ts.Node,
  { file, imports }: Module,
  starters: Starters,
): { readonly command: ts.Expression; readonly isMethod: boolean } | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const isMethod = ts.isPropertyAccessExpression(expression);
  // `promisify(execFile)('git', …)`
  const callee = ts.isCallExpression(expression) ? expression.arguments[0] : expression;
  let key: string | undefined;
  if (isMethod) key = `${METHOD} ${expression.name.text}`;
  else if (callee !== undefined && ts.isIdentifier(callee)) {
    const origin = imports.get(callee.text);
    key = origin === undefined ? `${file} ${callee.text}` : `${origin.from} ${origin.name}`;
  }
  const place = key === undefined ? undefined : starters.get(key);
  const command = place === undefined ? undefined : node.arguments[place];
  return command === undefined ? undefined : { command, isMethod };
}

/** Reads what a declaration or a statement starts, asks for and uses. */
function readPart(root: ts.Node, part: Part, module: Module, starters: Starters): void {
  const { constants } = module;
  visit(root, (node) => {
    const name = usedName(node);
    if (name !== undefined) part.uses.add(name);
    if (!ts.isCallExpression(node)) return;
    const texts = node.arguments.flatMap((one) => textsOf(one, constants));
    if (ts.isIdentifier(node.expression)) {
      const { text } = node.expression;
      if (ASKING.has(text)) texts.forEach((tool) => part.asks.add(tool));
      if (text === ASKING_ABILITIES) toolsOf(texts).forEach((tool) => part.asks.add(tool));
    }
    const started = commandOf(node, module, starters);
    if (started === undefined) return;
    for (const tool of textsOf(started.command, constants)) {
      // Programs by their path belong to the test or are looked for by it.
      if (tool.includes('/') || tool === '') continue;
      part.starts.add(started.isMethod ? MAYBE + tool : tool);
      if (SHELLS.has(tool)) scriptTools(texts).forEach((one) => part.starts.add(MAYBE + one));
    }
  });
}

/** Returns the name that a node uses, with {@link MEMBER} in front of that of a member. */
function usedName(node: ts.Node): string | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(node)) return MEMBER + node.name.text;
  if (!ts.isIdentifier(node)) return undefined;
  const isMember = ts.isPropertyAccessExpression(parent) && parent.name === node;
  const isKey = ts.isPropertyAssignment(parent) && parent.name === node;
  return isMember || isKey ? undefined : node.text;
}

/** Returns the tools that abilities need. */
function toolsOf(ids: readonly string[]): readonly string[] {
  const table: Readonly<Record<string, Ability>> = ABILITIES;
  return ids.flatMap((id) => table[id]?.tools ?? []);
}

/** Returns the first words of the commands of a script, behind `-c`. */
function scriptTools(args: readonly string[]): readonly string[] {
  const script = args[args.indexOf('-c') + 1] ?? '';
  if (!args.includes('-c')) return [];
  return script
    .split(/[;&|\n()]+/u)
    .flatMap((line) => /^\s*(?<word>[\w-]+)/u.exec(line)?.[1] ?? []);
}

function visit(node: ts.Node, each: (node: ts.Node) => void): void {
  each(node);
  ts.forEachChild(node, (child) => {
    visit(child, each);
  });
}
