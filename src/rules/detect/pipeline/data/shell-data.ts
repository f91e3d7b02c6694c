/**
 * Data of outsiders in the variables of a shell script: by assignments, `read`, loops, and the
 * output of substitutions. The order of statements does not count.
 *
 * Source: POSIX.1-2017, Shell Command Language, 2.6 (word expansions); the manual of bash for
 * `read` and `for`.
 */

import type {
  ShellCommand,
  ShellCompound,
  ShellPart,
  ShellRedirect,
  ShellSequence,
  ShellStatement,
  ShellWord,
} from '../../../../formats/text/shell/shell.ts';
import { mostFree, type Freedom } from './context-values.ts';

/** Commands whose output has a bounded form, or that quote what they are given. */
const CLEANING =
  /\b(?:wc|cksum|md5sum|sha\d+sum|shasum|b2sum|base64|base32|od|hexdump)\b(?!\s+(?:-\w*[dD]|--decode))|\btr\s+(?:-\w*(?:[cC]\w*d|d\w*[cC])|-c\s+-d|-d\s+-c)|\bprintf\s+(?:--\s+)?["']?%q|@sh\b|@Q\}|\bshlex\.quote\b|\bsed\s[^|]{0,200}\[\^|\bslug/u;

/** Characters of a command that are looked at. */
const MAX_TEXT = 2000;

/** Returns whether a command, or what stands in a line, leaves of a value only what is harmless. */
export function cleansData(text: string): boolean {
  return CLEANING.test(text.slice(0, MAX_TEXT));
}

/** A command that reads texts of outsiders from the event, or from the interface of GitHub. */
const READS_EVENT =
  /\b(?:jq|cat)\b[^|;]{0,200}GITHUB_EVENT_PATH|\bgh\s+(?:pr|issue)\s+(?:view|list)\b[^|;]{0,200}\b(?:title|body|headRefName|comments)\b/u;

/**
 * Returns whether a command reads texts that outsiders have chosen from the event, as in
 * `jq -r .issue.title "$GITHUB_EVENT_PATH"`.
 */
export function readsEvent(text: string): boolean {
  return READS_EVENT.test(text.slice(0, MAX_TEXT));
}

/** The known facts of a script. */
export interface ScriptFacts {
  readonly text: string;
  /**
   * Returns the freedom of the expression that begins at an offset of the text; `undefined` if none
   * begins.
   */
  readonly expressionAt: (offset: number) => Freedom | undefined;
}

/** Each pass follows one more assignment of a variable to another. */
const MAX_PASSES = 4;
/** Words that reach the input of a statement; real pipelines have some dozens. */
const MAX_INPUT = 100;

/** Returns variables with those that a script sets to data. */
export function assignedVariables(
  body: ShellSequence,
  known: ReadonlyMap<string, Freedom>,
  facts: ScriptFacts,
): ReadonlyMap<string, Freedom> {
  const all = new Map(known);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    const before = [...all.values()].join();
    new Assignments(all, facts).sequence(body, []);
    if ([...all.values()].join() === before) break;
  }
  return all;
}

class Assignments {
  readonly #variables: Map<string, Freedom>;
  readonly #facts: ScriptFacts;

  constructor(variables: Map<string, Freedom>, facts: ScriptFacts) {
    this.#variables = variables;
    this.#facts = facts;
  }

  sequence({ statements }: ShellSequence, input: readonly ShellWord[]): void {
    for (const one of statements) this.#statement(one, input);
  }

  #statement(statement: ShellStatement, input: readonly ShellWord[]): void {
    switch (statement.kind) {
      case 'command':
        this.#command(statement, input);
        break;
      case 'chain':
        this.#statement(statement.first, input);
        for (const { statement: one } of statement.rest) this.#statement(one, input);
        break;
      case 'pipeline': {
        let given = input;
        for (const stage of statement.stages) {
          this.#statement(stage, given);
          given = [...given, ...wordsOf(stage)].slice(-MAX_INPUT);
        }
        break;
      }
      case 'compound':
        this.#compound(statement, input);
    }
  }

  #command(command: ShellCommand, input: readonly ShellWord[]): void {
    const { words, redirects } = command;
    for (const { name, value } of command.assignments) {
      if (value === undefined) continue;
      this.#set(name.replace(/\[.*$|\+$/su, ''), this.#word(value));
      this.#inside(value);
    }
    for (const word of words) this.#inside(word);
    const [first, ...rest] = words;
    if (!['read', 'mapfile', 'readarray'].includes(first?.value ?? '')) return;
    const freedom = mostFree(...this.#inputs([...input, ...inputsOf(redirects)], redirects));
    for (const { value } of rest) {
      if (value !== undefined && /^[A-Za-z_]\w*$/u.test(value)) this.#set(value, freedom);
    }
  }

  #compound(statement: ShellCompound, input: readonly ShellWord[]): void {
    const { form, words, conditions, statements, redirects, span } = statement;
    if (form === 'loop') {
      const head = this.#facts.text.slice(span.start, span.start + 200);
      const name = /^(?:for|select)\s+(?<name>[A-Za-z_]\w*)/u.exec(head)?.groups?.['name'];
      if (name !== undefined) this.#set(name, mostFree(...words.map((one) => this.#word(one))));
    }
    for (const word of words) this.#inside(word);
    const given = [...input, ...inputsOf(redirects)];
    for (const one of [...conditions, ...statements]) this.#statement(one, given);
  }

  #inputs(words: readonly ShellWord[], redirects: readonly ShellRedirect[]): readonly Freedom[] {
    const documents = redirects.flatMap(({ hereDocument }) =>
      hereDocument?.isExpanded === true ? [this.#text(hereDocument.text)] : [],
    );
    return [...words.map((word) => this.#word(word)), ...documents];
  }

  #set(name: string, freedom: Freedom): void {
    const most = mostFree(this.#variables.get(name) ?? 'fixed', freedom);
    if (most !== 'fixed') this.#variables.set(name, most);
  }

  /** Assignments in the substitutions of a word. */
  #inside({ parts }: ShellWord): void {
    for (const part of parts) {
      if (part.kind === 'substitution') this.sequence(part.body, []);
    }
  }

  #word({ parts, text }: ShellWord): Freedom {
    const isList = text.startsWith('(') && parts.every(({ kind }) => kind === 'arithmetic');
    return isList ? this.#text(text) : mostFree(...parts.map((part) => this.#part(part)));
  }

  #part(part: ShellPart): Freedom {
    switch (part.kind) {
      case 'text':
        return 'fixed';
      case 'arithmetic':
        return part.text.startsWith('$((') ? 'fixed' : this.#text(part.text);
      case 'variable': {
        if (/^\$\{#|@Q\}$/u.test(part.text)) return 'fixed';
        const expression = this.#facts.expressionAt(part.span.start);
        return expression ?? this.#variables.get(part.name) ?? 'fixed';
      }
      case 'substitution': {
        const text = this.#facts.text.slice(part.span.start, part.span.end);
        if (cleansData(text)) return 'fixed';
        if (readsEvent(text)) return 'free';
        const words = part.body.statements.flatMap(wordsOf).slice(0, MAX_INPUT);
        return mostFree(...words.map((word) => this.#word(word)));
      }
    }
  }

  #text(text: string): Freedom {
    const names = [...text.matchAll(/\$\{?(?<name>[A-Za-z_]\w*)/gu)];
    return mostFree(
      ...names.map(({ groups }) => this.#variables.get(groups?.['name'] ?? '') ?? 'fixed'),
    );
  }
}

function inputsOf(redirects: readonly ShellRedirect[]): readonly ShellWord[] {
  return redirects.flatMap(({ operator, target }) =>
    target !== undefined && operator.startsWith('<') ? [target] : [],
  );
}

/** Returns the words of all commands in a statement. */
function wordsOf(statement: ShellStatement): readonly ShellWord[] {
  switch (statement.kind) {
    case 'command':
      return [...statement.words, ...inputsOf(statement.redirects)];
    case 'chain':
      return [statement.first, ...statement.rest.map((one) => one.statement)].flatMap(wordsOf);
    case 'pipeline':
      return statement.stages.flatMap(wordsOf);
    case 'compound':
      return [
        ...statement.words,
        ...[...statement.conditions, ...statement.statements].flatMap(wordsOf),
        ...inputsOf(statement.redirects),
      ];
  }
}
