/**
 * Shell commands as `formats/text/shell/shell.ts` reads them. Places are indexes of UTF-16 code units in the
 * text that was read.
 */

/** From `start` up to, and without, `end`. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** The syntax tree of a script. */
export interface ShellScript {
  readonly body: ShellSequence;
  /**
   * Places that the grammar does not explain. What stands around and in them is read nevertheless.
   */
  readonly problems: readonly ShellProblem[];
}

/** A place that the grammar does not explain. */
export interface ShellProblem {
  readonly span: TextSpan;
  readonly message: string;
}

/** Statements one after another. */
export interface ShellSequence {
  readonly kind: 'sequence';
  readonly statements: readonly ShellStatement[];
}

/** A command, or several that are joined. */
export type ShellStatement = ShellCommand | ShellPipeline | ShellChain | ShellCompound;

/** A chain, as in `a && b || c`, which the shell reads from left to right. */
export interface ShellChain {
  readonly kind: 'chain';
  readonly first: ShellStatement;
  readonly rest: readonly {
    readonly operator: '&&' | '||';
    readonly statement: ShellStatement;
  }[];
  readonly isBackground: boolean;
  readonly span: TextSpan;
}

/** A pipeline, as in `! a | b`. A single command without `!` is no pipeline. */
export interface ShellPipeline {
  readonly kind: 'pipeline';
  readonly isNegated: boolean;
  readonly stages: readonly ShellStatement[];
  readonly isBackground: boolean;
  readonly span: TextSpan;
}

/** One simple command; assignments alone have no words. */
export interface ShellCommand {
  readonly kind: 'command';
  readonly assignments: readonly ShellAssignment[];
  /** The name first. */
  readonly words: readonly ShellWord[];
  readonly redirects: readonly ShellRedirect[];
  readonly isBackground: boolean;
  readonly span: TextSpan;
}

/** A construct that holds statements. */
export interface ShellCompound {
  readonly kind: 'compound';
  readonly form: 'subshell' | 'group' | 'if' | 'loop' | 'case' | 'function' | 'test' | 'unknown';
  /** The name of a function. */
  readonly name?: string;
  /** The values of a loop, the subject and the patterns of a `case`, the operands of a test. */
  readonly words: readonly ShellWord[];
  readonly conditions: readonly ShellStatement[];
  readonly statements: readonly ShellStatement[];
  readonly redirects: readonly ShellRedirect[];
  readonly isBackground: boolean;
  readonly span: TextSpan;
}

/** An assignment, as in `NAME=value`. */
export interface ShellAssignment {
  readonly name: string;
  readonly value: ShellWord | undefined;
  readonly span: TextSpan;
}

/** A redirect, as in `2>file`. */
export interface ShellRedirect {
  /** The operator, as in `>`, `>>`, `2>&1` without its descriptor (`>&`), `<<`, `<<<`. */
  readonly operator: string;
  readonly descriptor?: string;
  readonly target: ShellWord | undefined;
  readonly hereDocument?: ShellHereDocument;
  readonly span: TextSpan;
}

/** The text behind `<<EOF`. */
export interface ShellHereDocument {
  /** The text as written, tabs of `<<-` included. */
  readonly text: string;
  /** Whether the shell expands variables and commands in it: its delimiter has no quotes. */
  readonly isExpanded: boolean;
  readonly substitutions: readonly ShellSubstitution[];
  /** Without the line of the delimiter. */
  readonly span: TextSpan;
}

/** One word before expansion. */
export interface ShellWord {
  /** The text as written. */
  readonly text: string;
  /**
   * The value that the command receives, if no variable, substitution or pattern is in the word.
   */
  readonly value: string | undefined;
  readonly parts: readonly ShellPart[];
  readonly span: TextSpan;
}

/** A piece of a word. */
export type ShellPart = ShellText | ShellVariable | ShellSubstitution | ShellArithmetic;

/** Text, without its quotes and escapes. */
export interface ShellText {
  readonly kind: 'text';
  readonly value: string;
  readonly isQuoted: boolean;
}

/** `$NAME` or `${NAME…}`. */
export interface ShellVariable {
  readonly kind: 'variable';
  readonly name: string;
  /** The text as written, as in `${V:-d}`. */
  readonly text: string;
  readonly span: TextSpan;
  /** Commands in its operands, as in `${V:-$(id)}`. */
  readonly substitutions: readonly ShellSubstitution[];
  readonly isQuoted: boolean;
}

/** `$(…)`, backticks, `<(…)` and `>(…)`. */
export interface ShellSubstitution {
  readonly kind: 'substitution';
  readonly form: 'command' | 'process';
  readonly body: ShellSequence;
  readonly isQuoted: boolean;
  readonly span: TextSpan;
}

/** `$((…))` and what else has no value that is known. */
export interface ShellArithmetic {
  readonly kind: 'arithmetic';
  readonly text: string;
  readonly substitutions: readonly ShellSubstitution[];
  readonly isQuoted: boolean;
}
