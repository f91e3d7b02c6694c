/** Programs of one file that say the truth themselves, and the parts that they consist of. */

/** The kinds of sinks of the programs. */
export type TruthKind = 'command' | 'path' | 'html' | 'sql' | 'redirect';

/** The languages of the programs. */
export type TruthLanguage = 'javascript' | 'typescript' | 'python';

/** A program with the inputs that it is run with. */
export interface TruthProgram {
  readonly id: string;
  readonly language: TruthLanguage;
  readonly kind: TruthKind;
  readonly rule: string;
  readonly traits: readonly string[];
  readonly text: string;
}

/** Code that is written: lines above the handler, and lines in it. */
export class Writer {
  readonly top: string[] = [];
  readonly body: string[] = [];
  #names = 0;

  /** Returns a new name of a variable, a function or a class. */
  name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }
}

/** Writes code that gives the value of an expression to another one, or a fixed text instead. */
export type Trait = (writer: Writer, value: string, isCarried: boolean) => string;

/** Writes a check of a value for a kind of sinks: a right one, or a broken variant of it. */
export interface Check {
  readonly kind: TruthKind;
  write(writer: Writer, value: string, isRight: boolean): string;
}

/** The parts of a language. */
export interface Parts {
  readonly traits: Readonly<Record<string, Trait>>;
  readonly checks: Readonly<Record<string, Check>>;
  /** Statements that send a value to the sink of a kind. */
  readonly sinks: Readonly<Record<TruthKind, (value: string) => string>>;
  whole(writer: Writer): string;
}

/** The rule that reports a sink of a kind. */
export const RULES: Readonly<Record<TruthKind, string>> = {
  command: 'code/command-injection',
  path: 'code/path-traversal',
  html: 'code/cross-site-scripting',
  sql: 'code/sql-injection',
  redirect: 'code/open-redirect',
};

/** Marked inputs. A program is run with each of those of its kind. */
export const INPUTS: Readonly<Record<TruthKind, readonly string[]>> = {
  command: ['a', '; MARK', 'a; b; MARK', 'a\n; MARK'],
  path: ['a', '../../MARK', '/MARK', '..', '/srv/data/../../MARK', 'a/../../../MARK'],
  html: ['a', '<MARK>', 'a<b><MARK>'],
  sql: ['a', "' MARK", "a' b' MARK"],
  redirect: ['/a', 'https://MARK/', '//MARK/', '/home//MARK'],
};
