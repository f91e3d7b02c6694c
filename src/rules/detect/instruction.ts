/**
 * Instructions of an image's history as findings show them: without the values of secrets, and not
 * longer than a line.
 */

import { maskSecrets } from '../../core/base/mask-secrets.ts';
import { historyText } from '../../core/model/artifact/history-text.ts';
import type { BuildStep } from '../../core/model/artifact/image-configuration.ts';

/** Longer instructions are cut. */
const MAX_LENGTH = 200;
/** Enough to fill a line, whatever is masked. */
const MAX_READ_LENGTH = 4096;

/** A step of a build, read once. */
export interface Instruction {
  /** In capital letters, as in `ENV`. */
  readonly keyword: string;
  /** The text after the keyword, as in the history. */
  readonly text: string;
  readonly layer: number;
  /** For a finding. */
  readonly shown: string;
}

/** Reads a step of a build. */
export function instructionOf({ createdBy, layer }: BuildStep): Instruction {
  const { keyword, text } = historyText(createdBy);
  return { keyword, text, layer, shown: shownInstruction(`${keyword} ${text}`) };
}

/**
 * Returns the instruction that made a layer, for a finding; `undefined` where the history does not
 * name it.
 */
export function shownInstructionOf(createdBy: string | undefined): string | undefined {
  if (createdBy === undefined || createdBy === '') return undefined;
  const { keyword, text } = historyText(createdBy);
  return shownInstruction(`${keyword} ${text}`);
}

function shownInstruction(text: string): string {
  const shown = maskSecrets(text.slice(0, MAX_READ_LENGTH)).replace(/\s+/gu, ' ').trim();
  return shown.length > MAX_LENGTH ? `${shown.slice(0, MAX_LENGTH - 1)}…` : shown;
}

/**
 * Returns each variable with the last instruction of a keyword that sets it, in one of the two
 * forms `NAME=value` and `NAME value`.
 */
export function variableSetters(
  instructions: readonly Instruction[],
  wanted: string,
): ReadonlyMap<string, Instruction> {
  const setters = new Map<string, Instruction>();
  for (const instruction of instructions) {
    if (instruction.keyword !== wanted) continue;
    for (const { groups } of instruction.text.matchAll(SET_VARIABLE)) {
      setters.set(groups?.['name'] ?? '', instruction);
    }
  }
  return setters;
}

const SET_VARIABLE = /(?<=^|\s)"?(?<name>[\w.-]{1,256})"?(?:=|(?<=^[\w.-]{1,256}) )/gu;
