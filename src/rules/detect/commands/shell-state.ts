/**
 * The known state while the commands of a script are read one after another: variables, functions,
 * files, options.
 */

import type { ShellPart, ShellSequence, ShellWord } from '../../../formats/text/shell/shell.ts';
import type { Argument, RunCommand, WrittenFiles } from './run-command.ts';
import { outputOf } from './known-output.ts';

/** The initial state of a script. */
export interface ShellEnvironment {
  /** Returns the value that `ENV` or `ARG` gives to a variable. */
  readonly lookup: (name: string) => string | undefined;
  readonly files: WrittenFiles;
  /** Whether a failure ends the script from the beginning, as with `sh -e`. */
  readonly isErrexit: boolean;
  /**
   * Whether a failure of any command of a pipeline counts from the beginning, as with `bash -o
   * pipefail`.
   */
  readonly isPipefail?: boolean;
}

/** Returns an environment without variables and files. */
export function emptyEnvironment(): ShellEnvironment {
  return { lookup: () => undefined, files: new Map(), isErrexit: false };
}

interface Variable {
  readonly value: string | undefined;
  readonly origins: readonly RunCommand[];
}

/** A value is followed up to this length. */
const MAX_VALUE = 1 << 16;
/** A word becomes this many words at most. */
const MAX_FIELDS = 1000;

/** Variables that shells set themselves. */
const OWN_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['SHELL', '/bin/sh'],
  ['BASH', '/bin/bash'],
  ['0', 'sh'],
  ['IFS', ' \t\n'],
]);

/** The state of a script. Scripts inside of scripts share it. */
export class ShellState {
  readonly variables = new Map<string, Variable>();
  readonly functions = new Map<string, readonly RunCommand[]>();
  readonly files: WrittenFiles;
  isErrexit: boolean;
  isPipefail: boolean;
  readonly #lookup: ShellEnvironment['lookup'];
  #lastGroup = 0;

  constructor({ lookup, files, isErrexit, isPipefail = false }: ShellEnvironment) {
    this.#lookup = lookup;
    this.files = files;
    this.isErrexit = isErrexit;
    this.isPipefail = isPipefail;
  }

  /** Returns a number that no other group of the script has. */
  newGroup(): number {
    this.#lastGroup += 1;
    return this.#lastGroup;
  }

  set(name: string, argument: Argument | undefined): void {
    const { value, origins = [] } = argument ?? { value: '' };
    this.variables.set(name, { value, origins });
  }

  valueOf(name: string): Variable | undefined {
    const own = this.variables.get(name);
    if (own !== undefined) return own;
    const value = this.#lookup(name) ?? OWN_VARIABLES.get(name);
    return value === undefined ? undefined : { value, origins: [] };
  }

  /** Returns the value of a text in which variables are replaced, as that of a here-document. */
  expandedText(text: string): Pick<Argument, 'value' | 'origins'> {
    const origins = new Set<RunCommand>();
    const unknown: string[] = [];
    const value = text.replaceAll(
      /\\([\\$`])|\$(?:(\w+)|\{(\w+)\})|\$\(|`|\$\{/gu,
      (...match: unknown[]) => {
        const [whole = '', escaped, plain, braced] = match as (string | undefined)[];
        if (escaped !== undefined) return escaped;
        const variable = this.valueOf(plain ?? braced ?? '');
        addAll(origins, variable?.origins ?? []);
        if (variable?.value === undefined) unknown.push(whole);
        return variable?.value ?? whole;
      },
    );
    return { value: unknown.length === 0 ? value : undefined, origins: [...origins] };
  }

  /**
   * Returns the arguments that a word becomes: a variable without quotes is split at white space.
   * `bodies` has the commands of each substitution.
   */
  argumentsOf(
    word: ShellWord,
    range: Argument['range'],
    bodies: ReadonlyMap<ShellSequence, readonly RunCommand[]>,
  ): readonly Argument[] {
    const { text, parts } = word;
    if (parts.every(({ kind }) => kind === 'text')) return [{ text, value: word.value, range }];
    const fields = new Fields();
    const all = new Set<RunCommand>();
    let isKnown = true;
    for (const part of parts) {
      const known = this.#part(part, bodies);
      addAll(all, known.origins);
      if (known.value === undefined) isKnown = false;
      else if (part.kind === 'text' || part.isQuoted) fields.add(known.value, part.isQuoted);
      else fields.addSplit(known.value);
    }
    const withOrigins = all.size === 0 ? {} : { origins: [...all] };
    if (!isKnown) return [{ text, value: undefined, range, ...withOrigins }];
    const values = fields.all();
    if (values === undefined) return [{ text, value: undefined, range, ...withOrigins }];
    return values.map((value) => ({
      text: values.length === 1 ? text : value,
      ...{ value, range, ...withOrigins },
    }));
  }

  #part(part: ShellPart, bodies: ReadonlyMap<ShellSequence, readonly RunCommand[]>): Variable {
    switch (part.kind) {
      case 'text':
        return { value: part.value, origins: [] };
      case 'variable':
        return this.#variable(part, bodies);
      case 'substitution': {
        const origins = bodies.get(part.body) ?? [];
        const isOne = part.form === 'command' && isPipeline(part.body);
        const value = isOne ? outputOf(origins)?.replace(/\n+$/u, '') : undefined;
        return { value, origins };
      }
      case 'arithmetic':
        return {
          value: undefined,
          origins: part.substitutions.flatMap(({ body }) => bodies.get(body) ?? []),
        };
    }
  }

  /** `$V`, `${V}`, and the defaults of `${V:-text}` where the variable is not known. */
  #variable(
    { name, text, substitutions }: Extract<ShellPart, { readonly kind: 'variable' }>,
    bodies: ReadonlyMap<ShellSequence, readonly RunCommand[]>,
  ): Variable {
    const inner = substitutions.flatMap(({ body }) => bodies.get(body) ?? []);
    const known = this.valueOf(name);
    const origins = [...(known?.origins ?? []), ...inner];
    if (/^\$(?:\w+|\{\w+\})$/u.test(text)) return { value: known?.value, origins };
    const value = /^\$\{\w+:?-(?<word>[\w./-]*)\}$/u.exec(text)?.groups?.['word'];
    return { value: value === undefined ? undefined : (known?.value ?? value), origins };
  }
}

/** Returns whether a sequence is one command or one pipeline. */
function isPipeline({ statements }: ShellSequence): boolean {
  const [first, second] = statements;
  if (first === undefined || second !== undefined) return false;
  return first.kind === 'command' || first.kind === 'pipeline';
}

/** Beyond these, further commands behind one word are left out: the first ones are as bad. */
const MAX_ORIGINS = 200;

function addAll(origins: Set<RunCommand>, more: readonly RunCommand[]): void {
  for (const one of more) if (origins.size < MAX_ORIGINS) origins.add(one);
}

/** The words that a word becomes. */
class Fields {
  readonly #done: string[] = [];
  #open: string | undefined;
  #isPattern = false;
  #length = 0;

  add(text: string, isQuoted: boolean): void {
    // A pattern, a home folder or a list is not known.
    if (!isQuoted && /[*?[\]^~]|\{.*[,.].*\}/su.test(text)) this.#isPattern = true;
    this.#open = (this.#open ?? '') + text;
    this.#length += text.length;
  }

  addSplit(text: string): void {
    const words = text.split(/[ \t\n]+/u);
    for (const [at, word] of words.entries()) {
      if (at > 0) this.#close();
      if (word !== '') this.add(word, false);
    }
  }

  #close(): void {
    if (this.#open !== undefined && this.#done.length < MAX_FIELDS) this.#done.push(this.#open);
    this.#open = undefined;
  }

  /** Returns `undefined` where the words are not known. */
  all(): readonly string[] | undefined {
    this.#close();
    return this.#isPattern || this.#length > MAX_VALUE ? undefined : this.#done;
  }
}
