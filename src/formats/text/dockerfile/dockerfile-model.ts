/** The parts of a Dockerfile, each with its bytes. */

import type { ByteRange, TextPlace } from '../../bytes/byte-range.ts';
import type { LineSlice } from './dockerfile-text.ts';

/**
 * A Dockerfile as it was read. Reading never fails; `problems` lists what a builder would refuse.
 */
export interface Dockerfile {
  readonly bytes: Uint8Array;
  /** The escape character: a backslash unless the directive `escape` names the backtick. */
  readonly escape: '\\' | '`';
  readonly directives: readonly DockerfileDirective[];
  /**
   * The image of the frontend that builds the file, as BuildKit finds it; see
   * {@link DockerfileSyntax}.
   */
  readonly syntax: DockerfileSyntax | undefined;
  /**
   * All comments in file order, those inside of instructions included. Directives are not comments.
   */
  readonly comments: readonly DockerfileComment[];
  /**
   * All instructions in file order, `FROM` included. Triggers of `ONBUILD` are parts of their
   * instruction.
   */
  readonly instructions: readonly DockerfileInstruction[];
  /** The instructions before the first `FROM`. Only `ARG` is allowed there. */
  readonly preamble: readonly DockerfileInstruction[];
  readonly stages: readonly DockerfileStage[];
  readonly problems: readonly DockerfileProblem[];
  /** Returns the line and column of an offset. */
  placeOf(offset: number): TextPlace;
}

/** A parser directive at the top of the file, such as `# escape=\``. */
export interface DockerfileDirective {
  /** Lowercase: `syntax`, `escape` or `check`. */
  readonly name: string;
  readonly value: string;
  readonly range: ByteRange;
  readonly valueRange: ByteRange;
}

/**
 * The frontend image of a file. BuildKit also finds it behind a first line that begins with `#!`,
 * and in comments that begin with `//`.
 */
export interface DockerfileSyntax {
  /** The first word of the directive's value. */
  readonly image: string;
  readonly range: ByteRange;
}

/** A comment line. */
export interface DockerfileComment {
  /** The text behind `#`, without white space at its ends. */
  readonly text: string;
  /** From `#` to the last character of the line. */
  readonly range: ByteRange;
}

/** An argument, or a part of one. */
export interface DockerfileWord {
  /** The characters of the file, without continuations. */
  readonly text: string;
  /**
   * A string of the JSON form: decoded. Anything else: `text`; quotes and variables are left to
   * `expandWord`.
   */
  readonly value: string;
  readonly range: ByteRange;
  /** The place in the instruction's line, for readers of parts of the word. */
  readonly slice: LineSlice;
}

/** A name of `ARG`, `ENV` or `LABEL` with its value. */
export interface DockerfilePair {
  readonly name: DockerfileWord;
  /** Absent for an `ARG` without a default. */
  readonly value: DockerfileWord | undefined;
  /** `=`, or a blank for the old form `ENV name value`; absent without a value. */
  readonly separator: '=' | ' ' | undefined;
}

/** An option of an instruction, such as `--from=build`. */
export interface DockerfileFlag {
  /** Without the hyphens, as written. */
  readonly name: string;
  /** Without quotes and escapes; absent without `=`. */
  readonly value: string | undefined;
  /** The whole flag as written, without continuations. */
  readonly text: string;
  readonly range: ByteRange;
  /** The text after `=`, quotes included. */
  readonly valueRange: ByteRange | undefined;
  /** The options of `--mount`; empty for other flags. */
  readonly options: readonly DockerfileMountOption[];
}

/** One option of a mount: `from=alpine`, or `ro` without a value. */
export interface DockerfileMountOption {
  /** Lowercase. */
  readonly name: string;
  readonly value: string | undefined;
  readonly range: ByteRange;
  readonly valueRange: ByteRange | undefined;
}

/** A here-document. */
export interface DockerfileHeredoc {
  /** The delimiter without quotes. */
  readonly name: string;
  /** `<<-`: leading tabs are removed from each line. */
  readonly isChomped: boolean;
  /** No part of the delimiter is quoted, so variables are replaced. */
  readonly isExpanded: boolean;
  /** The file descriptor before `<<`; 0 without one. */
  readonly descriptor: number;
  /** The word with `<<`. */
  readonly word: DockerfileWord;
  /** The lines of the document, without the line of the delimiter. */
  readonly bodyRange: ByteRange;
  /** `false`: the file ends before the delimiter. */
  readonly isTerminated: boolean;
}

/** An instruction with its arguments. */
export interface DockerfileInstruction {
  /** Uppercase. */
  readonly keyword: string;
  readonly keywordRange: ByteRange;
  /** From the keyword to the last argument, or to the delimiter of the last here-document. */
  readonly range: ByteRange;
  readonly flags: readonly DockerfileFlag[];
  /** Whether the arguments are a JSON list of strings. */
  readonly isJson: boolean;
  /** Everything behind the flags as one word; absent without arguments. */
  readonly rest: DockerfileWord | undefined;
  /**
   * The arguments by the grammar of the instruction: the strings of the JSON form; one word for a
   * shell command, `USER`, `WORKDIR`, `STOPSIGNAL` and `MAINTAINER`; type and command for
   * `HEALTHCHECK`; words between blanks for others. Empty for `ARG`, `ENV` and `LABEL`, which have
   * `pairs`, and for `ONBUILD`, which has a `trigger`.
   */
  readonly words: readonly DockerfileWord[];
  readonly pairs: readonly DockerfilePair[];
  readonly heredocs: readonly DockerfileHeredoc[];
  /** The instruction behind `ONBUILD`. */
  readonly trigger: DockerfileInstruction | undefined;
  /** The number of the stage, `undefined` before the first `FROM`. */
  readonly stageIndex: number | undefined;
  /** The comment lines directly above, without an empty line between. */
  readonly commentsAbove: readonly DockerfileComment[];
  /** The comment lines between continuations. */
  readonly commentsInside: readonly DockerfileComment[];
}

/** A build stage. */
export interface DockerfileStage {
  /** 0-based. */
  readonly index: number;
  /** Lowercase, as builders compare it; absent without `AS`. */
  readonly name: string | undefined;
  readonly nameWord: DockerfileWord | undefined;
  /**
   * The base: an image, `scratch`, or the name of an earlier stage; absent for a `FROM` without
   * arguments.
   */
  readonly base: DockerfileWord | undefined;
  readonly from: DockerfileInstruction;
  /** The instructions behind `FROM`. */
  readonly instructions: readonly DockerfileInstruction[];
}

/**
 * Reason for a builder's refusal of the file, or (`warning`) for a reading that differs from its
 * appearance.
 */
export interface DockerfileProblem {
  readonly code: DockerfileProblemCode;
  readonly severity: 'error' | 'warning';
  /** A full sentence. */
  readonly message: string;
  readonly range: ByteRange;
}

/** The kinds of problems. */
export type DockerfileProblemCode =
  | 'ambiguous-continuation'
  | 'bad-directive'
  | 'bad-from'
  | 'bad-mount'
  | 'bad-stage-name'
  | 'bad-trigger'
  | 'duplicate-directive'
  | 'duplicate-stage-name'
  | 'empty-continuation-line'
  | 'encoding'
  | 'missing-argument'
  | 'missing-equals'
  | 'no-instructions'
  | 'no-stage'
  | 'not-strings'
  | 'unknown-instruction'
  | 'unterminated-heredoc';

/**
 * The list that stands for "nothing" in all parts, so that an instruction without them costs no
 * memory for it.
 */
export const NOTHING: readonly never[] = [];
