/** What `COPY` and `ADD` copy, and where to. */

import type { DockerfileSubject, Step } from './subject.ts';

const ADDRESS = /^(?:https?|ftp|git|ssh):\/\/|^git@|\.git(?:#.*)?$/iu;

/** Whether a source of `ADD` is downloaded. */
export function isAddress(source: string): boolean {
  return ADDRESS.test(source);
}

/** One instruction with its words, as far as they are known. */
export interface Copy {
  readonly step: Step;
  readonly sources: readonly string[];
  readonly target: string;
}

/** All instructions of a keyword. */
export function copies({ steps }: DockerfileSubject, keyword: 'COPY' | 'ADD'): readonly Copy[] {
  return steps.flatMap((step) => copyOf(step, keyword));
}

/**
 * The words of an instruction; none for other keywords. Here-documents are left out of the sources.
 */
export function copyOf(step: Step, keyword: 'COPY' | 'ADD'): readonly Copy[] {
  if (step.instruction.keyword !== keyword) return [];
  let known = copyAt.get(step);
  if (known === undefined) {
    known = readCopy(step);
    copyAt.set(step, known);
  }
  return known;
}

/** Many rules ask for each instruction. */
const copyAt = new WeakMap<Step, readonly Copy[]>();

function readCopy(step: Step): readonly Copy[] {
  const { instruction, values } = step;
  const words = instruction.words.map((word) =>
    instruction.isJson ? word.value : (values.expand(word).value ?? word.text),
  );
  const target = words.at(-1);
  if (target === undefined || words.length < 2) return [];
  const heredocs = new Set(instruction.heredocs.map(({ word }) => word.text.trim()));
  const sources = instruction.words
    .slice(0, -1)
    .flatMap(({ text }, at) => (heredocs.has(text.trim()) ? [] : [words[at] ?? text]));
  return [{ step, sources, target }];
}

/** The option `--from` of `COPY`. */
export function fromOf({ instruction }: Step):
  | {
      readonly value: string | undefined;
      readonly range: { readonly start: number; readonly end: number };
    }
  | undefined {
  if (instruction.keyword !== 'COPY') return undefined;
  return instruction.flags.find(({ name }) => name === 'from');
}
