/**
 * The commands of a shell text, each with what is known of its words, where it stands, and what
 * becomes of its failure. Programs that run another command, as `sudo` and `sh -c`, are looked
 * through. Texts that the file writes and a shell reads are read as well.
 */

import { baseName } from '../../../core/base/artifact-path.ts';
import type {
  ShellChain,
  ShellCommand,
  ShellCompound,
  ShellPart,
  ShellPipeline,
  ShellReader,
  ShellRedirect,
  ShellSequence,
  ShellStatement,
  ShellWord,
} from '../../../formats/text/shell/shell.ts';
import { endWithError, IGNORED, linksOf, loopFailure, OF_FUNCTION } from './errexit.ts';
import {
  FAILURES,
  MAX_COMMANDS,
  MAX_PIPELINE,
  MAX_SCRIPT_DEPTH,
  TOO_MANY,
  TOO_MANY_PIPED,
  UNKNOWN_SCRIPT,
} from './limits.ts';
import { inputScripts, scriptsOf, type NestedScript } from './nested-scripts.ts';
import { noteCommand } from './noted-commands.ts';
import type { Argument, RunCommand, RunText } from './run-command.ts';
import {
  commandIn,
  DECLARATIONS,
  shapeIn,
  surroundingsInWords,
  TOP,
  type Shape,
  type Surroundings,
} from './command-shape.ts';
import { emptyEnvironment, ShellState, type ShellEnvironment } from './shell-state.ts';
import { wrappedBy } from './wrappers.ts';

export type { Argument, RunCommand } from './run-command.ts';
export { SHELLS } from './wrappers.ts';

/** What was read of an instruction. */
export interface RunCommands {
  readonly commands: readonly RunCommand[];
  readonly body: ShellSequence | undefined;
  /** Why a part was not read, in complete sentences. */
  readonly unread: readonly string[];
}

/** Reads the commands of a text. */
export function commandsOf(
  run: RunText,
  reader: ShellReader,
  environment: ShellEnvironment = emptyEnvironment(),
): RunCommands {
  return readScript(run, { reader, state: new ShellState(environment), depth: 0 }, TOP);
}

interface Script {
  readonly reader: ShellReader;
  readonly state: ShellState;
  readonly depth: number;
}

function readScript(run: RunText, script: Script, around: Surroundings): RunCommands {
  const result = script.reader.read(run.text);
  if ('failure' in result) {
    return { commands: [], body: undefined, unread: [FAILURES[result.failure]] };
  }
  const collector = new CommandCollector(run, script);
  collector.sequence(result.body, around);
  const unread = result.problems.map(({ message }) => message);
  return {
    commands: collector.commands,
    body: result.body,
    unread: [...unread, ...collector.unread],
  };
}

class CommandCollector {
  readonly commands: RunCommand[] = [];
  readonly unread: string[] = [];
  readonly #run: RunText;
  readonly #script: Script;
  readonly #state: ShellState;
  /** Commands in `>(…)`, which read what the command around them writes. */
  readonly #fed = new Set<RunCommand>();

  constructor(run: RunText, script: Script) {
    this.#run = run;
    this.#script = script;
    this.#state = script.state;
  }

  sequence({ statements }: ShellSequence, around: Surroundings): void {
    this.#statements(statements, around);
  }

  /** A failure of a statement that is not the last one counts only with `set -e`. */
  #statements(statements: readonly ShellStatement[], around: Surroundings): void {
    for (const [at, statement] of statements.entries()) {
      const isLast = at === statements.length - 1;
      const counts = (isLast || this.#state.isErrexit) && !statement.isBackground;
      const isTail = isLast && around.isFollowed !== true;
      this.#statement(statement, counts ? around : { ...around, failure: IGNORED }, isTail);
    }
  }

  /** Returns the commands whose output the statement writes. */
  #statement(
    statement: ShellStatement,
    around: Surroundings,
    isLast = true,
  ): readonly RunCommand[] {
    const before = this.commands.length;
    switch (statement.kind) {
      case 'command':
        this.#command(statement, around);
        break;
      case 'chain':
        this.#chain(statement, around, isLast);
        break;
      case 'pipeline':
        this.#pipeline(statement, around);
        break;
      case 'compound':
        this.#compound(statement, around, isLast);
    }
    return this.commands.slice(before);
  }

  #chain(chain: ShellChain, around: Surroundings, isLast: boolean): void {
    const newGroup = (): number => this.#state.newGroup();
    for (const { statement, failure } of linksOf(chain, {
      outer: around.failure,
      isLast,
      newGroup,
    })) {
      this.#statement(statement, { ...around, failure });
    }
  }

  #pipeline({ stages, isNegated }: ShellPipeline, around: Surroundings): void {
    let from = around.pipedFrom;
    for (const [at, stage] of stages.entries()) {
      const isSeen = at === stages.length - 1 || this.#state.isPipefail;
      const counts = isSeen && (!isNegated || around.isCondition === true);
      const failure = counts ? around.failure : IGNORED;
      const inner = { ...around, pipedFrom: from, failure, isFollowed: false };
      from = this.#shortened([...from, ...this.#statement(stage, inner)]);
    }
  }

  /** The first and the last commands of a pipeline; real ones have a few. */
  #shortened(commands: readonly RunCommand[]): readonly RunCommand[] {
    if (commands.length <= MAX_PIPELINE) return commands;
    if (!this.unread.includes(TOO_MANY_PIPED)) this.unread.push(TOO_MANY_PIPED);
    return [...commands.slice(0, MAX_PIPELINE / 2), ...commands.slice(-MAX_PIPELINE / 2)];
  }

  #compound(statement: ShellCompound, around: Surroundings, isLast: boolean): void {
    const { form, name, words, conditions, statements } = statement;
    const inputs = this.#inputs(statement.redirects, around);
    if (form === 'test') this.#test(statement, around);
    else this.#words(words, around);
    if (form === 'function' && name !== undefined) {
      const before = this.commands.length;
      this.#statements(statements, { ...TOP, failure: OF_FUNCTION });
      this.#state.functions.set(name, this.commands.slice(before));
      return;
    }
    const pipedFrom = [...around.pipedFrom, ...inputs.flatMap(({ origins = [] }) => origins)];
    const inner = { ...around, pipedFrom, isFollowed: !isLast && form !== 'subshell' };
    if (form === 'loop' && conditions.length > 0) {
      this.#loop(statement, inner);
      return;
    }
    if (form !== 'if') {
      for (const one of conditions) this.#statement(one, inner);
      this.#statements(statements, inner);
      return;
    }
    // What follows a condition decides what a failure of it does.
    const groups = [...around.failure.groups, this.#state.newGroup()];
    const isFatal = endWithError(statements, { isBehindTrue: true });
    for (const one of conditions) {
      this.#statement(one, { ...inner, failure: { isFatal, groups }, isCondition: true });
    }
    this.#statements(statements, { ...inner, failure: { ...around.failure, groups } });
  }

  /** A loop that a condition ends. Its status is that of its body, whatever the condition does. */
  #loop({ conditions, statements, span }: ShellCompound, inner: Surroundings): void {
    const isUntil = this.#run.text.startsWith('until', span.start);
    const groups = [this.#state.newGroup()];
    const failure = loopFailure(conditions, statements, { isUntil, groups });
    for (const one of conditions) this.#statement(one, { ...inner, failure, isCondition: true });
    const all = [...inner.failure.groups, ...groups];
    this.#statements(statements, { ...inner, failure: { ...inner.failure, groups: all } });
  }

  /** `[ … ]` and `[[ … ]]` are commands like others. */
  #test({ words, span }: ShellCompound, around: Surroundings): void {
    const before = this.commands.length;
    const inner = { ...around, isInTest: true };
    const args = words.flatMap((word) => this.#arguments(word, inner, true));
    const below = this.commands.splice(before);
    const range = this.#run.rangeOf(span);
    const shape = shapeIn(inner, range, { inputs: [], assignments: new Map(), shell: undefined });
    this.commands.push(commandIn(shape, { name: '[', args, program: undefined, called: [] }));
    for (const one of below) this.commands.push(one);
  }

  #command(command: ShellCommand, around: Surroundings): void {
    const before = this.commands.length;
    const { words, span, redirects } = command;
    const isTest = /^(?:\[|test)$/u.test(words[0]?.value ?? '');
    const inner = isTest ? { ...around, isInTest: true } : around;
    const inWords = surroundingsInWords(words, inner);
    const assignments = this.#assignments(command, inWords);
    const args: Argument[] = [];
    for (const word of words) {
      const { text, value, span: at } = word;
      const isDeclared = command.assignments.some((one) => one.span.start === at.start);
      if (isDeclared) args.push({ text, value, range: this.#run.rangeOf(at) });
      else for (const one of this.#arguments(word, inWords, false)) args.push(one);
    }
    const inputs = this.#inputs(redirects, { ...inner, failure: IGNORED });
    const below = this.commands.splice(before);
    const shape = shapeIn(inner, this.#run.rangeOf(span), { inputs, assignments, shell: command });
    if (args.length > 0) this.#take(args, shape);
    const own = below.length === 0 ? [] : this.commands.slice(before, before + 1);
    for (const one of below) {
      const isFed = this.#fed.delete(one);
      const pipedFrom = isFed ? [...shape.pipedFrom, ...own, ...one.pipedFrom] : one.pipedFrom;
      this.commands.push(commandIn({ ...one, pipedFrom }, one));
    }
    if (words.length === 1 && words[0]?.value === 'exec') this.#openDescriptors(redirects, inputs);
    for (const script of inputScripts(command, this.#run)) this.#nestedOrUnread(script, shape);
  }

  #assignments(
    { assignments, words }: ShellCommand,
    around: Surroundings,
  ): ReadonlyMap<string, string | undefined> {
    const set = new Map<string, string | undefined>();
    const isDeclaration = words.length === 0 || DECLARATIONS.has(words[0]?.value ?? '');
    for (const { name, value } of assignments) {
      const [argument, ...more] = value === undefined ? [] : this.#arguments(value, around, true);
      set.set(name, more.length > 0 ? undefined : argument?.value);
      if (isDeclaration) this.#state.set(name, argument);
    }
    return set;
  }

  /** As in `exec 3< <(curl …)`; `<&3` reads it later. */
  #openDescriptors(redirects: readonly ShellRedirect[], inputs: readonly Argument[]): void {
    const origins = inputs.flatMap((one) => one.origins ?? []);
    for (const { descriptor } of redirects) {
      const range = { start: 0, end: 0 };
      if (descriptor !== undefined) {
        this.#state.set(`&${descriptor}`, { text: '', value: undefined, range, origins });
      }
    }
  }

  /** Takes a command, and what it runs. */
  #take(words: readonly Argument[], shape: Shape): void {
    if (this.commands.length >= MAX_COMMANDS) {
      if (!this.unread.includes(TOO_MANY)) this.unread.push(TOO_MANY);
      return;
    }
    const [first, ...args] = words;
    const name = first?.value === undefined ? undefined : baseName(first.value);
    const called = this.#state.functions.get(name ?? '') ?? [];
    const command = commandIn(shape, { name, args, program: first, called });
    this.commands.push(command);
    if (name === undefined) return;
    this.#note(command);
    for (const { words: wrapped, isStatusLost } of wrappedBy(name, args)) {
      const failure = isStatusLost === true ? IGNORED : shape.failure;
      const wrappers = [...shape.wrappers, name];
      this.#take(wrapped, { ...shape, failure, wrappers, shell: undefined });
    }
    for (const script of scriptsOf(command, this.#state.files))
      this.#nestedOrUnread(script, command);
  }

  /** What a command changes for those behind it. */
  #note(command: RunCommand): void {
    noteCommand(command, this.#state);
    if (command.name === 'alias') this.#noteAliases(command);
  }

  /** An alias is a function without arguments. */
  #noteAliases(command: RunCommand): void {
    for (const { value = '', range } of command.args) {
      const { name, text } = /^(?<name>[\w-]+)=(?<text>.*)$/su.exec(value)?.groups ?? {};
      if (name === undefined || text === undefined) continue;
      const before = this.commands.length;
      this.#nested({ text, rangeOf: () => range }, { ...command, ...TOP, failure: IGNORED }, false);
      this.#state.functions.set(name, this.commands.splice(before));
    }
  }

  #nestedOrUnread(script: NestedScript, shape: Shape): void {
    const { run, isErrexit, takesPipe } = script;
    if (run === undefined) this.unread.push(UNKNOWN_SCRIPT);
    else this.#nested(run, takesPipe ? shape : { ...shape, pipedFrom: [] }, isErrexit);
  }

  #nested(run: RunText, { pipedFrom, failure }: Shape, isErrexit: boolean): void {
    const { reader, state, depth } = this.#script;
    if (depth >= MAX_SCRIPT_DEPTH) {
      this.unread.push(UNKNOWN_SCRIPT);
      return;
    }
    const outer = state.isErrexit;
    state.isErrexit = isErrexit;
    const script = { reader, state, depth: depth + 1 };
    const { commands, unread } = readScript(run, script, { pipedFrom, failure, isInTest: false });
    state.isErrexit = outer;
    for (const one of commands) this.commands.push(one);
    for (const one of unread) this.unread.push(one);
  }

  /** The arguments that a word becomes. A value of an assignment is not split. */
  #arguments(word: ShellWord, around: Surroundings, isValue: boolean): readonly Argument[] {
    const range = this.#run.rangeOf(word.span);
    const { text, value } = word;
    if (word.parts.every(({ kind }) => kind === 'text')) return [{ text, value, range }];
    const bodies = this.#bodies(word.parts, around);
    const parts = isValue ? word.parts.map((part) => ({ ...part, isQuoted: true })) : word.parts;
    return this.#state.argumentsOf({ ...word, parts }, range, bodies);
  }

  /** The commands of the substitutions in a word. */
  #bodies(
    parts: readonly ShellPart[],
    around: Surroundings,
  ): ReadonlyMap<ShellSequence, readonly RunCommand[]> {
    const bodies = new Map<ShellSequence, readonly RunCommand[]>();
    for (const part of parts) {
      if (part.kind === 'text') continue;
      const inside = part.kind === 'substitution' ? [part] : part.substitutions;
      for (const { body } of inside) {
        const before = this.commands.length;
        this.#statements(body.statements, { ...around, pipedFrom: [], isFollowed: false });
        const found = this.commands.slice(before);
        bodies.set(body, found);
        const isOutput =
          part.kind === 'substitution' && this.#run.text.startsWith('>(', part.span.start);
        if (isOutput) for (const one of found) this.#fed.add(one);
      }
    }
    return bodies;
  }

  #words(words: readonly ShellWord[], around: Surroundings): void {
    for (const { parts } of words) this.#bodies(parts, around);
  }

  #inputs(redirects: readonly ShellRedirect[], around: Surroundings): readonly Argument[] {
    return redirects.flatMap(({ operator, target, hereDocument, span }) => {
      const range = this.#run.rangeOf(span);
      if (hereDocument !== undefined) {
        const { text, isExpanded, substitutions } = hereDocument;
        const bodies = this.#bodies(
          [{ kind: 'arithmetic', text: '', substitutions, isQuoted: true }],
          around,
        );
        const inner = [...bodies.values()].flat();
        const { value, origins = [] } = isExpanded
          ? this.#state.expandedText(text)
          : { value: text };
        return [{ text: `${operator}${text}`, value, range, origins: [...origins, ...inner] }];
      }
      if (target === undefined) return [];
      const args = this.#arguments(target, around, true);
      if (operator === '<<<') {
        return args.map((one) => ({
          ...one,
          text: `<<<${one.text}`,
          value: one.value === undefined ? undefined : `${one.value}\n`,
        }));
      }
      if (operator === '<&') {
        const { origins = [] } = this.#state.valueOf(`&${target.value ?? ''}`) ?? {};
        return [{ text: target.text, value: undefined, range, origins }];
      }
      return operator === '<' ? args.map((one) => ({ ...one, value: undefined })) : [];
    });
  }
}
