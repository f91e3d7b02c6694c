/**
 * Commands of image histories as the instructions of a Dockerfile that they were. Docker's older
 * builder and buildah write the shell that ran a command, BuildKit writes the instruction with a
 * mark.
 */

/** An instruction as a history has it. */
export interface HistoryText {
  /** In capital letters, as in `RUN`. */
  readonly keyword: string;
  /** The text after the keyword, with single blanks. */
  readonly text: string;
}

const BUILDKIT_MARK = / *# buildkit$/u;
const SHELL = /^(?:RUN )?(?:\|\d+ .*?)?\/bin\/(?:sh|bash|ash)(?: -?\w{1,20}){0,8}? -\w{0,8}c /su;
const NOT_RUN = /^#\(nop\) +/u;
const KEYWORD = /^(?<keyword>[A-Z]+) (?<text>.*)$/su;

/**
 * Returns the instruction that the history names by a command; build arguments in front of a
 * command are left out.
 */
export function historyText(createdBy: string): HistoryText {
  const text = createdBy.replace(BUILDKIT_MARK, '');
  const inner = text.replace(SHELL, '');
  const isShell = inner !== text && !NOT_RUN.test(inner);
  const instruction = inner.replace(NOT_RUN, '');
  const parts = isShell ? undefined : KEYWORD.exec(instruction)?.groups;
  return {
    keyword: parts?.['keyword'] ?? 'RUN',
    text: (parts?.['text'] ?? instruction).replace(/\s+/gu, ' ').trim(),
  };
}
