/**
 * The variables of a Dockerfile: which `ARG` or `ENV` sets a name at a place, and to what. Source:
 * the Dockerfile reference, "ARG", "ENV", "Scope", and "Automatic platform ARGs in the global
 * scope".
 */

import {
  UNKNOWN,
  expandWord,
  expansionBudget,
  type Expansion,
  type Lookup,
} from './dockerfile-expand.ts';
import type { GlobBudget } from './dockerfile-glob.ts';
import type {
  Dockerfile,
  DockerfileInstruction,
  DockerfilePair,
  DockerfileStage,
  DockerfileWord,
} from './dockerfile-model.ts';
import { stageNamed } from './dockerfile-stages.ts';

/** A variable with the instruction that set it last. */
export interface DockerfileVariable {
  readonly name: string;
  readonly keyword: 'ARG' | 'ENV';
  readonly instruction: DockerfileInstruction;
  readonly pair: DockerfilePair;
  /**
   * Absent if the file does not decide it: an `ARG` without a default, or a value made of unknown
   * ones.
   */
  readonly value: string | undefined;
  /** The global `ARG` whose value an `ARG` without a default takes over in a stage. */
  readonly global: DockerfileVariable | undefined;
}

/** The variables at one place of a file. */
export interface DockerfileScope {
  /** Returns the variable of a name; `undefined` if the file does not set it here. */
  get(name: string): DockerfileVariable | undefined;
  /** Returns the value of a word here. */
  expand(word: DockerfileWord): Expansion;
}

/**
 * Arguments that BuildKit sets itself: global without `ARG`, and in a stage by an `ARG` without a
 * default.
 */
export const PREDEFINED_ARGUMENTS: ReadonlySet<string> = new Set([
  'BUILDARCH',
  'BUILDOS',
  'BUILDPLATFORM',
  'BUILDVARIANT',
  'TARGETARCH',
  'TARGETOS',
  'TARGETPLATFORM',
  'TARGETSTAGE',
  'TARGETVARIANT',
]);

/**
 * A stage that builds on another one takes its variables; further away than this they are not
 * looked for.
 */
const MAX_PARENTS = 200;

/** Values that a build gives to arguments; they replace the defaults of `ARG`. */
export type BuildArguments = ReadonlyMap<string, string>;

/**
 * Returns the variables that `FROM` lines can use: the `ARG` instructions before the first `FROM`.
 */
export function globalScope(file: Dockerfile, given?: BuildArguments): DockerfileScope {
  return globalVariables(file, expansionBudget(), given);
}

/**
 * Walks through the instructions of all stages with the variables that each of them can use, `FROM`
 * with the global ones. A scope is valid until the next step.
 */
export function* scopesOf(
  file: Dockerfile,
): Generator<{ readonly instruction: DockerfileInstruction; readonly scope: DockerfileScope }> {
  const budget = expansionBudget();
  const globals = globalVariables(file, budget);
  const scopes: StageScope[] = [];
  for (const stage of file.stages) {
    const scope = new StageScope(file, stage, {
      globals,
      parent: parentOf(file, stage, globals, scopes),
      budget,
    });
    scopes.push(scope);
    yield { instruction: stage.from, scope: globals };
    for (const instruction of stage.instructions) {
      yield { instruction, scope };
      scope.add(instruction);
    }
  }
}

function parentOf(
  file: Dockerfile,
  { base, index }: DockerfileStage,
  globals: DockerfileScope,
  scopes: readonly StageScope[],
): StageScope | undefined {
  const name = base === undefined ? undefined : globals.expand(base).value;
  const parent = name === undefined ? undefined : stageNamed(file.stages, name, index);
  return parent === undefined ? undefined : scopes[parent.index];
}

function globalVariables(
  file: Dockerfile,
  budget: GlobBudget,
  given?: BuildArguments,
): DockerfileScope {
  const variables = new Map<string, DockerfileVariable>();
  const lookup: Lookup = (name) => {
    const variable = variables.get(name);
    if (variable === undefined) return PREDEFINED_ARGUMENTS.has(name) ? UNKNOWN : undefined;
    return variable.value ?? UNKNOWN;
  };
  const expand = ({ text }: DockerfileWord): Expansion =>
    expandWord(text, lookup, { escape: file.escape, budget });
  for (const instruction of file.preamble) {
    if (instruction.keyword !== 'ARG') continue;
    for (const pair of instruction.pairs) {
      const name = pair.name.text;
      const own = pair.value === undefined ? undefined : expand(pair.value).value;
      const value = given?.get(name) ?? own;
      variables.set(name, { name, keyword: 'ARG', instruction, pair, value, global: undefined });
    }
  }
  return { get: (name) => variables.get(name), expand };
}

/** The variables of a stage, which grow as its instructions are passed. */
class StageScope implements DockerfileScope {
  readonly #variables = new Map<string, DockerfileVariable>();
  readonly #escape: Dockerfile['escape'];
  readonly #globals: DockerfileScope;
  readonly #parent: StageScope | undefined;
  readonly #budget: GlobBudget;
  readonly #isScratch: boolean;

  constructor(
    file: Dockerfile,
    stage: DockerfileStage,
    outer: {
      readonly globals: DockerfileScope;
      readonly parent: StageScope | undefined;
      readonly budget: GlobBudget;
    },
  ) {
    this.#escape = file.escape;
    this.#globals = outer.globals;
    this.#parent = outer.parent;
    this.#budget = outer.budget;
    const { parent } = outer;
    this.#isScratch = parent === undefined ? stage.base?.text === 'scratch' : parent.#isScratch;
  }

  get(name: string): DockerfileVariable | undefined {
    let found = this.#variables.get(name);
    let scope = this.#parent;
    for (
      let count = 0;
      found === undefined && scope !== undefined && count < MAX_PARENTS;
      count += 1
    ) {
      found = scope.#variables.get(name);
      scope = scope.#parent;
    }
    return found;
  }

  /**
   * A name that no instruction sets can be in the environment of the base image, unless the base is
   * `scratch`.
   */
  expand({ text }: DockerfileWord): Expansion {
    const lookup: Lookup = (name) => {
      const variable = this.get(name);
      if (variable === undefined) return this.#isScratch ? undefined : UNKNOWN;
      return variable.value ?? UNKNOWN;
    };
    return expandWord(text, lookup, { escape: this.#escape, budget: this.#budget });
  }

  /** Adds what an instruction sets. All its values are made from the variables before it. */
  add(instruction: DockerfileInstruction): void {
    const { keyword, pairs } = instruction;
    if (keyword !== 'ARG' && keyword !== 'ENV') return;
    const added = pairs.map((pair): DockerfileVariable => {
      // Builders expand names as they expand values.
      const name = /["'\\`$]/u.test(pair.name.text)
        ? (this.expand(pair.name).value ?? pair.name.text)
        : pair.name.text;
      const global = pair.value === undefined ? this.#globals.get(name) : undefined;
      const value = pair.value === undefined ? global?.value : this.expand(pair.value).value;
      return { name, keyword, instruction, pair, value, global };
    });
    for (const variable of added) {
      // An ENV holds against every ARG of its name.
      if (keyword === 'ARG' && this.get(variable.name)?.keyword === 'ENV') continue;
      this.#variables.set(variable.name, variable);
    }
  }
}
