/**
 * The place of a `FROM` line's image: in the line itself, in the default of a global `ARG`, or in
 * the default of a variable such as `${BASE:-debian:12}`. Only a whole reference can carry a
 * digest; an argument that is used for anything else too must not change.
 */

import { textOf } from '../../../formats/bytes/byte-range.ts';
import { subWord } from '../../../formats/text/dockerfile/dockerfile-arguments.ts';
import { variablesOf } from '../../../formats/text/dockerfile/dockerfile-expand.ts';
import {
  PREDEFINED_ARGUMENTS,
  globalScope,
  type BuildArguments,
  type DockerfileScope,
} from '../../../formats/text/dockerfile/dockerfile-scope.ts';
import {
  parseWord,
  type VariablePart,
  type WordPart,
} from '../../../formats/text/dockerfile/dockerfile-word.ts';
import type {
  Dockerfile,
  DockerfileInstruction,
  DockerfileWord,
} from '../../../formats/text/dockerfile/dockerfile.ts';
import type { Obstacle } from '../finder.ts';
import { digestOf } from '../reference-value.ts';
import { imageObstacle } from './image-value.ts';

/** The image of a `FROM` line. */
export interface BaseImage {
  /** With arguments resolved; the text as written if that is not possible. */
  readonly value: string;
  /** The word that contains it. */
  readonly word: DockerfileWord;
  /** The arguments that lead to the place, from `FROM` on. */
  readonly names: readonly string[];
  /** The `ARG` instructions of these names. */
  readonly instructions: readonly DockerfileInstruction[];
  readonly obstacle?: Obstacle;
  /** The build argument that decides the image or a part of it. */
  readonly givenBy?: string;
}

/** A global `ARG`, and the value that a build gives it, else its default. */
interface Argument {
  readonly instruction: DockerfileInstruction;
  readonly base: BaseImage | undefined;
}

/** Arguments lead to arguments this deep at most. */
const MAX_CHAIN = 20;
const MENTION = /\$(?<brace>\{?)(?<name>[A-Za-z_]\w*)/gu;
/** A word without these characters stands for itself. */
const EXPANDED = /[$"'\\`]/u;
/** Characters that join a variable and adjacent text to one word. */
const JOINED = /[\w./:@#%-]/u;

/** Finds the places of the images of all `FROM` lines of a file. */
export class BaseImages {
  readonly #file: Dockerfile;
  readonly #globals: DockerfileScope;
  readonly #arguments = new Map<string, Argument>();
  /** Arguments that are a part of something. */
  readonly #parts = new Set<string>();

  /** @param given Build arguments, if the images of one build are wanted */
  constructor(file: Dockerfile, given: BuildArguments = new Map()) {
    this.#file = file;
    this.#globals = globalScope(file, given);
    for (const instruction of file.preamble) {
      if (instruction.keyword !== 'ARG') continue;
      for (const { name, value } of instruction.pairs) {
        const text = given.get(name.text);
        const own = value === undefined ? undefined : this.#baseOf(value, 0);
        const base = text === undefined ? own : givenBase(name, text);
        this.#arguments.set(name.text, { instruction, base });
      }
    }
    for (const { base } of file.stages) if (base !== undefined) this.#baseOf(base, 0);
    for (const name of namesInCommands(file, this.#arguments)) this.#parts.add(name);
  }

  /** Returns the image of a `FROM` line. */
  of(word: DockerfileWord): BaseImage {
    const base = this.#baseOf(word, 0);
    const shared = base.names.find((name) => this.#parts.has(name));
    if (shared === undefined || base.obstacle !== undefined) return base;
    const message = `the argument ${shared}, which holds "${base.value}", is also used as a part of something else`;
    return { ...base, obstacle: { id: 'shared-value', message } };
  }

  #baseOf(word: DockerfileWord, depth: number): BaseImage {
    if (!EXPANDED.test(word.text)) {
      return { value: word.text, word, names: [], instructions: [] };
    }
    const parsed = parseWord(word.text, this.#file.escape);
    const plain = { value: word.text, word, names: [], instructions: [] };
    if (parsed.parts === undefined) {
      const message = `"${word.text}" cannot be expanded: ${parsed.problem.replace(/\.$/u, '')}`;
      return { ...plain, obstacle: { id: 'not-a-reference', message } };
    }
    const variables = variablesOf(parsed.parts);
    const givenBy = this.#givenBy(variables);
    const base = { ...plain, ...(givenBy !== undefined && { givenBy }) };
    const value = this.#globals.expand(word).value ?? word.text;
    if (variables.length === 0) return { ...base, value };
    const only = onlyVariable(parsed.parts);
    if (only !== undefined && only.operator.search(/[#%/+]/u) < 0 && depth < MAX_CHAIN) {
      return this.#ofVariable(word, only, depth);
    }
    // ${name:+word} does not contain the value of the argument.
    for (const { name, operator } of variables) {
      if (!operator.endsWith('+')) this.#parts.add(name);
    }
    // A digest decides alone, whatever the name or tag before it is made of.
    if (digestOf('image', value) !== undefined) return { ...base, value };
    // A name without the value of its arguments, such as "node:", is worth less than the text as
    // written.
    const shown = imageObstacle(value) === undefined ? value : word.text;
    return { ...base, value: shown, obstacle: this.#partObstacle(shown, only, variables) };
  }

  /** Returns the first build argument that is a part of the variables. */
  #givenBy(variables: readonly VariablePart[]): string | undefined {
    for (const { name } of variables) {
      const givenBy = this.#arguments.get(name)?.base?.givenBy;
      if (givenBy !== undefined) return givenBy;
    }
    return undefined;
  }

  #ofVariable(word: DockerfileWord, part: VariablePart, depth: number): BaseImage {
    const { name, operator } = part;
    const argument = this.#arguments.get(name);
    const base = { value: word.text, word, names: [name], instructions: [] };
    if (argument === undefined && PREDEFINED_ARGUMENTS.has(name)) {
      const message = `the builder sets ${name} in "${word.text}"`;
      return { ...base, obstacle: { id: 'computed-name', message } };
    }
    const hasWord = operator === '-' || operator === ':-';
    const isEmpty = argument?.base?.value === '' && operator.startsWith(':');
    if (argument?.base !== undefined && !isEmpty) {
      const { names, instructions } = argument.base;
      if (names.length >= MAX_CHAIN) {
        const message = `more than ${MAX_CHAIN} arguments lead to the value of ${name}`;
        return { ...base, obstacle: { id: 'computed-name', message } };
      }
      return {
        ...argument.base,
        names: [name, ...names],
        instructions: [argument.instruction, ...instructions],
      };
    }
    const inner = hasWord ? this.#innerWord(word, part) : undefined;
    if (inner !== undefined) return this.#baseOf(inner, depth + 1);
    const reason =
      argument === undefined ? 'no ARG before the first FROM declares' : 'no default is given for';
    const message = `${reason} ${name} in "${word.text}"`;
    return { ...base, obstacle: { id: 'unset-argument', message } };
  }

  /**
   * Returns the word of `${name:-word}`. Its place is known if each character of the text is one
   * byte.
   */
  #innerWord(word: DockerfileWord, { word: parts }: VariablePart): DockerfileWord | undefined {
    const first = parts.at(0);
    const last = parts.at(-1);
    const { start, end } = word.slice;
    if (first === undefined || last === undefined || word.text.length !== end - start)
      return undefined;
    return subWord(word, first.start, last.end);
  }

  #partObstacle(
    value: string,
    only: VariablePart | undefined,
    variables: readonly VariablePart[],
  ): Obstacle {
    const set = variables.filter(({ name }) => this.#arguments.has(name));
    const builder = variables.find(
      ({ name }) => PREDEFINED_ARGUMENTS.has(name) && !this.#arguments.has(name),
    );
    if (builder !== undefined) {
      return { id: 'computed-name', message: `the builder sets ${builder.name} in "${value}"` };
    }
    if (only !== undefined) {
      return { id: 'computed-name', message: `"${value}" is made of the argument ${only.name}` };
    }
    const names = [...new Set((set.length > 0 ? set : variables).map(({ name }) => name))];
    const message =
      names.length === 1
        ? `the argument ${names[0] ?? ''} is only a part of "${value}"`
        : `the arguments ${names.join(', ')} are only parts of "${value}"`;
    return { id: 'partial-argument', message };
  }
}

/** Returns the image of an argument that the build gives. */
function givenBase(name: DockerfileWord, value: string): BaseImage {
  return { value, word: name, names: [], instructions: [], givenBy: name.text };
}

/** Returns the variable that a word consists of, in quotes or not. */
function onlyVariable(parts: readonly WordPart[]): VariablePart | undefined {
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || part.kind === 'text') return undefined;
  return part.kind === 'variable' ? part : onlyVariable(part.parts);
}

/**
 * Returns the names of global arguments that commands of stages use as a part of something. Labels
 * are texts for people.
 */
function namesInCommands(
  file: Dockerfile,
  globals: ReadonlyMap<string, unknown>,
): ReadonlySet<string> {
  const names = new Set<string>();
  const visible = new Set<string>();
  for (const { instructions } of file.stages) {
    for (const { keyword, pairs, range } of instructions) {
      if (keyword === 'ARG') {
        for (const { name, value } of pairs) {
          if (value === undefined && globals.has(name.text)) visible.add(name.text);
        }
      }
      if (visible.size === 0 || keyword === 'LABEL') continue;
      for (const name of joinedNames(textOf(file.bytes, range))) {
        if (visible.has(name)) names.add(name);
      }
    }
  }
  return names;
}

function* joinedNames(text: string): Generator<string> {
  for (const { 0: mention, groups, index } of text.matchAll(MENTION)) {
    const { brace = '', name = '' } = groups ?? {};
    const end = index + mention.length;
    const isClosed = brace === '' || text.charAt(end) === '}';
    const after = text.charAt(brace === '' ? end : end + 1);
    if (!isClosed || JOINED.test(after) || JOINED.test(text.charAt(index - 1))) yield name;
  }
}
