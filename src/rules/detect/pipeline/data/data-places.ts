/**
 * Places of a shell script where a value stays data: arguments of commands that do not evaluate
 * them, assignments whose variable is used in such places only, and tests that compare texts. Where
 * a command writes to counts too: what a pipe hands to a shell, or what is appended to
 * `$GITHUB_ENV`, is read once more.
 *
 * Sources: POSIX.1-2017, Shell Command Language; the manual of bash for `[[` and arithmetic.
 */

import type {
  ShellCommand,
  ShellCompound,
  ShellPart,
  ShellPipeline,
  ShellRedirect,
  ShellSequence,
  ShellStatement,
  ShellVariable,
  ShellWord,
} from '../../../../formats/text/shell/shell.ts';
import {
  isDataArgument,
  isDataCommand,
  isDataFilter,
  isPlainVariable,
  isUnknownArgument,
  type PlacedArgument,
} from './data-commands.ts';

/** A variable at its place. */
interface Place {
  readonly variable: ShellVariable;
  readonly isData: boolean;
  /** The variable that is set to it. */
  readonly assigned?: string;
}

/**
 * Returns whether the variable or the expression that begins at an offset of a script stays data.
 * With `trustsUnknown`, programs of which nothing is known count as those that treat their
 * arguments as data.
 */
export function dataPlaces(
  body: ShellSequence,
  text: string,
  trustsUnknown = false,
): (offset: number) => boolean {
  if (LISTS_VARIABLES.test(text)) return () => false;
  const reader = new PlaceReader(text, trustsUnknown);
  reader.sequence(body, true);
  const judge = new PlaceJudge(reader, text);
  return (offset) => judge.isData(offset);
}

/**
 * Commands that write all variables, whose output may be read as a script: `env > vars; . ./vars`.
 */
const LISTS_VARIABLES =
  /(?:^|[\s;&|(`])(?:env|printenv|envsubst|set|export\s+-p|(?:declare|typeset)\s+-[a-z]*[px][a-z]*)[ \t]*(?:[|<>;&)`]|$)/mu;

/** Commands after which nothing is known of where others write, or of what a name means. */
const CHANGING: ReadonlySet<string> = new Set(['exec', 'alias', 'coproc', 'enable', 'hash']);
const DECLARING: ReadonlySet<string> = new Set([
  ...['export', 'readonly', 'local', 'declare', 'typeset'],
]);

class PlaceReader {
  readonly places: Place[] = [];
  /**
   * The number of places at which the name of a variable is only named, as in an assignment or
   * behind `export`.
   */
  readonly named = new Map<string, number>();
  isKnown = true;
  readonly #text: string;
  /** The variable that is set to the output of the substitution that is read. */
  #assigned: string | undefined;

  readonly #trustsUnknown: boolean;
  /** Names of functions of the script. */
  readonly #functions: ReadonlySet<string>;

  constructor(text: string, trustsUnknown: boolean) {
    this.#text = text;
    this.#trustsUnknown = trustsUnknown;
    this.#functions = trustsUnknown ? functionsOf(text) : new Set();
  }

  sequence({ statements }: ShellSequence, isData: boolean): void {
    for (const one of statements) this.#statement(one, isData);
  }

  /** `isData`: whether what the statement writes stays data. */
  #statement(statement: ShellStatement, isData: boolean): void {
    switch (statement.kind) {
      case 'command':
        this.#command(statement, isData);
        break;
      case 'chain':
        this.#statement(statement.first, isData);
        for (const one of statement.rest) this.#statement(one.statement, isData);
        break;
      case 'pipeline':
        this.#pipeline(statement, isData);
        break;
      case 'compound':
        this.#compound(statement, isData);
    }
  }

  #pipeline({ stages }: ShellPipeline, isData: boolean): void {
    let isOutputData = isData;
    for (const stage of stages.toReversed()) {
      this.#statement(stage, isOutputData);
      isOutputData &&= isFilter(stage);
    }
  }

  #command(command: ShellCommand, isOutput: boolean): void {
    const { words, redirects } = command;
    const [first, ...args] = words;
    const name = first?.value;
    if (CHANGING.has(name ?? '')) this.isKnown = false;
    const values = args.map((word) => word.value);
    const isOutputData = isOutput && redirects.every(isDataTarget);
    this.#assignments(command, values);
    if (first !== undefined) this.#word(first, false);
    const declared = new Set(command.assignments.map(({ span }) => span.start));
    for (const [at, word] of args.entries()) {
      if (declared.has(word.span.start)) continue;
      const argument = { words: values, at, lead: leadOf(word) };
      const isData = name !== undefined && this.#isDataArgument(name, argument);
      this.#word(word, isOutputData && isData);
    }
    const isFed = isOutputData && name !== undefined && isDataFilter(name, values);
    for (const { operator, target } of redirects) {
      if (target !== undefined) this.#word(target, operator === '<<<' && isFed);
    }
  }

  #isDataArgument(name: string, argument: PlacedArgument): boolean {
    if (isDataArgument(name, argument)) return true;
    return this.#trustsUnknown && !this.#functions.has(name) && isUnknownArgument(name, argument);
  }

  /**
   * Assignments in front of a command, alone, or behind `export` and its like, which name variables
   * too.
   */
  #assignments(
    { words, assignments }: ShellCommand,
    values: readonly (string | undefined)[],
  ): void {
    const isDeclaration = DECLARING.has(words[0]?.value ?? '');
    const isTyped = isDeclaration && values.some((value) => value?.startsWith('-') === true);
    const declared = new Set(assignments.map(({ span }) => span.start));
    for (const { name, value } of assignments) {
      this.#name(name);
      if (value === undefined) continue;
      const isPlain = /^[A-Za-z_]\w*$/u.test(name) && isPlainVariable(name);
      this.#word(value, isPlain && !isTyped, name);
    }
    if (!isDeclaration || isTyped) return;
    for (const { value, span } of words.slice(1)) {
      if (value !== undefined && !declared.has(span.start)) this.#name(value);
    }
  }

  #compound(statement: ShellCompound, isData: boolean): void {
    const { form, name, words, conditions, statements, redirects } = statement;
    if (name !== undefined && isDataCommand(name)) this.isKnown = false;
    const isOutputData =
      isData && form !== 'function' && form !== 'unknown' && redirects.every(isDataTarget);
    const isDataWord =
      form === 'case' || form === 'group' || (form === 'test' && this.#isTextTest(statement));
    for (const word of words) this.#word(word, isDataWord);
    for (const one of [...conditions, ...statements]) this.#statement(one, isOutputData);
    for (const { target } of redirects) if (target !== undefined) this.#word(target, false);
  }

  /** Returns whether a test evaluates none of its operands. */
  #isTextTest({ span }: ShellCompound): boolean {
    const test = this.#text.slice(span.start, span.end);
    if (test.startsWith('[[')) return !/\s-(?:eq|ne|lt|le|gt|ge|v|R)\s/u.test(test);
    return SIMPLE_TEST.test(test);
  }

  #name(name: string): void {
    this.named.set(name, (this.named.get(name) ?? 0) + 1);
  }

  #word({ parts }: ShellWord, isData: boolean, assigned?: string): void {
    for (const part of parts) this.#part(part, isData, assigned);
  }

  #part(part: ShellPart, isData: boolean, own: string | undefined): void {
    const assigned = own ?? this.#assigned;
    if (part.kind === 'variable') {
      this.places.push({ variable: part, isData, ...(assigned !== undefined && { assigned }) });
    } else if (part.kind === 'substitution') {
      const outer = this.#assigned;
      this.#assigned = assigned;
      this.sequence(part.body, isData && part.form === 'command');
      this.#assigned = outer;
    }
  }
}

/** The names in front of `()` and behind `function`. */
function functionsOf(text: string): ReadonlySet<string> {
  const found = text.matchAll(
    /(?<before>[^\s;&|(){}<>"'`$]+)[ \t]*\([ \t]*\)|\bfunction[ \t]+(?<behind>[^\s;&|(){}]+)/gu,
  );
  return new Set([...found].map(({ groups }) => groups?.['before'] ?? groups?.['behind'] ?? ''));
}

/**
 * Two operands and an operator, or one behind it; more are read by some shells in more ways than
 * one.
 */
const SIMPLE_TEST =
  /^\[\s+(?:!\s+)?(?:-[nzfderswx]\s+\S+|\S+\s+(?:==?|!=|-eq|-ne|-lt|-le|-gt|-ge)\s+\S+)\s+\]$/u;

/** Returns whether output that goes to a file is read by people only. */
function isDataTarget({ operator, target }: ShellRedirect): boolean {
  if (operator.startsWith('<')) return true;
  const text = target?.text ?? '';
  if (operator.endsWith('&') && /^\d$/u.test(text)) return true;
  return /^(?:\/dev\/(?:null|stderr|stdout)|"?\$\{?GITHUB_STEP_SUMMARY\}?"?)$/u.test(text);
}

function isFilter(stage: ShellStatement): boolean {
  if (stage.kind !== 'command') return false;
  const [name, ...args] = stage.words.map(({ value }) => value);
  return name !== undefined && isDataFilter(name, args);
}

/** The constant text at the begin of a word. */
function leadOf({ parts }: ShellWord): string {
  let lead = '';
  for (const part of parts) {
    if (part.kind !== 'text') break;
    lead += part.value;
  }
  return lead;
}

class PlaceJudge {
  readonly #reader: PlaceReader;
  readonly #text: string;
  readonly #places: ReadonlyMap<number, Place>;
  readonly #uses = new Map<string, readonly Place[] | undefined>();

  constructor(reader: PlaceReader, text: string) {
    this.#reader = reader;
    this.#text = text;
    this.#places = new Map(reader.places.map((one) => [one.variable.span.start, one]));
  }

  isData(offset: number): boolean {
    const place = this.#places.get(offset);
    if (place === undefined || !this.#reader.isKnown) return false;
    const visited = new Set<string>();
    const open = [place];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { isData, assigned } = next;
      if (!isData) return false;
      if (assigned === undefined || visited.has(assigned)) continue;
      visited.add(assigned);
      const uses = this.#plainUses(assigned);
      if (uses === undefined) return false;
      open.push(...uses);
    }
    return true;
  }

  /**
   * Returns the uses of a variable; `undefined` where one of them is not plain, or its name stands
   * elsewhere too.
   */
  #plainUses(name: string): readonly Place[] | undefined {
    if (this.#uses.has(name) || this.#uses.size >= MAX_NAMES) return this.#uses.get(name);
    const uses = this.#reader.places.filter(({ variable }) => variable.name === name);
    const count = [...this.#text.matchAll(new RegExp(`(?<!\\w)${name}(?!\\w)`, 'gu'))].length;
    const isCounted = count === uses.length + (this.#reader.named.get(name) ?? 0);
    const isPlain = uses.every(({ variable }) => isPlainUse(variable.text));
    this.#uses.set(name, isCounted && isPlain ? uses : undefined);
    return this.#uses.get(name);
  }
}

/** Variables whose uses are followed; real scripts have some. */
const MAX_NAMES = 100;

/** `$V`, `${V}`, and forms that remove or replace constants; not `${!V}`, `${V@P}` and indexes. */
function isPlainUse(text: string): boolean {
  return /^\$(?:\w+|\{\w+(?:[#%]{1,2}[^$`{}]*|\/{1,2}[^$`{}]*|,{1,2}|\^{1,2}|:\d+(?::\d+)?|:?-[^$`{}]*)?\})$/u.test(
    text,
  );
}
