/** One command that a shell runs, with its words, its input, and the effect of its failure. */

import type { ByteRange } from '../../../formats/bytes/byte-range.ts';
import type { ShellCommand, TextSpan } from '../../../formats/text/shell/shell.ts';

/** Text that a shell runs. */
export interface RunText {
  readonly text: string;
  /** Returns the bytes of a part of the text. */
  rangeOf(span: TextSpan): ByteRange;
}

/** A word of a command. */
export interface Argument {
  /** The text as written. */
  readonly text: string;
  /** The value that the command receives; absent if the file does not determine it. */
  readonly value: string | undefined;
  readonly range: ByteRange;
  /** Commands whose output is a part of the word, by a substitution or a variable. */
  readonly origins?: readonly RunCommand[];
}

/** One command that is run. */
export interface RunCommand {
  /**
   * Without its folder, as in `apt-get` for `/usr/bin/apt-get`; absent where the file does not
   * decide it.
   */
  readonly name: string | undefined;
  /** Behind the name. */
  readonly args: readonly Argument[];
  readonly range: ByteRange;
  /** The first word, as it is written. */
  readonly program: Argument | undefined;
  /** The commands of the pipeline in front of it, the nearest one last. */
  readonly pipedFrom: readonly RunCommand[];
  /** The inputs from `<`, `<<<` and here-documents. */
  readonly inputs: readonly Argument[];
  /** Programs that run it, the outer one first: `sudo`, `xargs`. */
  readonly wrappers: readonly string[];
  /** Variables that are set for it alone, as in `DEBIAN_FRONTEND=noninteractive apt-get`. */
  readonly assignments: ReadonlyMap<string, string | undefined>;
  readonly shell: ShellCommand | undefined;
  /** The commands of the function that it calls. */
  readonly called: readonly RunCommand[];
  readonly failure: Failure;
  /** The test that it is a part of, as in `[ "$(sha256sum a)" = … ]`. */
  readonly isInTest: boolean;
}

/** The effect of a command's failure. */
export interface Failure {
  /** Whether a failure ends the whole instruction. */
  readonly isFatal: boolean;
  /** Set where only the function ends that the command is in: its calls decide about the rest. */
  readonly isOfFunction?: boolean;
  /** Groups of commands of which the later ones do not run after a failure, as in `a && b`. */
  readonly groups: readonly number[];
}

/** A file whose text the instructions before have written. */
export interface WrittenFile {
  readonly text: string;
  /** Whether its commands have been read as a script already. */
  isRead: boolean;
}

/** Files of a stage by their names without folders, as far as the texts in them are known. */
export type WrittenFiles = Map<string, WrittenFile>;

/** Returns a path of an argument for comparisons: without quotes, `${V}` as `$V`. */
export function pathText({ value, text }: Pick<Argument, 'value' | 'text'>): string {
  return value ?? text.replaceAll(/["']/gu, '').replaceAll(/\$\{(\w+)\}/gu, '$$$1');
}
