/**
 * The statements in a syntax tree of bash. The grammar joins some of them in another way than
 * shells do: a redirect behind a list is given to the whole list, and `a && b >f | c` is a pipeline
 * of a list. They are joined here as POSIX.1-2017 says (Shell Command Language, 2.9 and 2.10).
 */

import {
  chainOf,
  emptyCommand,
  emptyCompound,
  makeLastBackground,
  negated,
  pipelineOf,
  withRedirects,
  type ChainLink,
} from './shell-joins.ts';
import type {
  ShellAssignment,
  ShellCommand,
  ShellCompound,
  ShellHereDocument,
  ShellProblem,
  ShellRedirect,
  ShellScript,
  ShellSequence,
  ShellStatement,
  ShellSubstitution,
  ShellWord,
  TextSpan,
} from './shell-model.ts';
import type { HereDocumentText } from './shell-plain.ts';
import { unreadPlaces } from './shell-unread.ts';
import { ShellWordReader, spanOf } from './shell-words.ts';
import type { Grammar, SyntaxNode } from '../tree-sitter.ts';

/** Statements and substitutions that are nested deeper are not read. */
const MAX_DEPTH = 64;
/** The same for conditions and other parts of statements, which take less of the stack. */
const MAX_NODE_DEPTH = 500;
const TOO_DEEP = 'Statements are nested too deep to be read.';
/**
 * Most characters that here-documents with commands may have, each with all that stands before it.
 */
const HERE_DOCUMENT_BUDGET = 4 << 20;

const FORMS: ReadonlyMap<string, ShellCompound['form']> = new Map([
  ['subshell', 'subshell'],
  ['compound_statement', 'group'],
  ['do_group', 'group'],
  ['if_statement', 'if'],
  ['elif_clause', 'if'],
  ['else_clause', 'group'],
  ['for_statement', 'loop'],
  ['c_style_for_statement', 'loop'],
  ['while_statement', 'loop'],
  ['case_statement', 'case'],
  ['case_item', 'group'],
  ['function_definition', 'function'],
  ['test_command', 'test'],
]);

const WORDS: ReadonlySet<string> = new Set([
  'word',
  'string',
  'raw_string',
  'ansi_c_string',
  'translated_string',
  'concatenation',
  'number',
  'simple_expansion',
  'expansion',
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'brace_expression',
  'extglob_pattern',
  'regex',
]);

/** Reads one tree; nodes are not kept. */
export class ShellTreeReader {
  readonly #text: string;
  readonly #documents: ReadonlyMap<number, HereDocumentText>;
  readonly #grammar: Grammar;
  readonly #problems: ShellProblem[] = [];
  readonly #words: ShellWordReader;
  #depth = 0;
  #nodeDepth = 0;
  #budget = HERE_DOCUMENT_BUDGET;

  constructor(text: string, documents: readonly HereDocumentText[], grammar: Grammar) {
    this.#text = text;
    this.#documents = new Map(documents.map((one) => [one.operator.start, one]));
    this.#grammar = grammar;
    this.#words = new ShellWordReader(text, (node) => this.#sequence(node.children));
  }

  read(root: SyntaxNode): ShellScript {
    const body = this.#sequence(root.children);
    for (const { span, missing } of unreadPlaces(root)) {
      const text = shortened(this.#text.slice(span.start, span.end));
      this.#report(
        span,
        missing === undefined ? `"${text}" is not read.` : `"${missing}" is missing.`,
      );
    }
    for (const { operator, isTerminated, delimiter } of this.#documents.values()) {
      if (!isTerminated) this.#report(operator, `No line "${delimiter}" ends the here-document.`);
    }
    return { body, problems: this.#problems.sort((a, b) => a.span.start - b.span.start) };
  }

  #slice(node: SyntaxNode): string {
    return this.#text.slice(node.startIndex, node.endIndex);
  }

  #report(span: TextSpan, message: string): void {
    this.#problems.push({ span, message });
  }

  #sequence(nodes: readonly SyntaxNode[]): ShellSequence {
    return { kind: 'sequence', statements: this.#statements(nodes) };
  }

  #statements(nodes: readonly SyntaxNode[]): readonly ShellStatement[] {
    if (this.#depth >= MAX_DEPTH) {
      const [first] = nodes;
      if (first !== undefined) {
        this.#report(spanOf(first), TOO_DEEP);
      }
      return [];
    }
    this.#depth += 1;
    const statements: ShellStatement[] = [];
    for (const node of nodes) {
      if (node.type === '&') makeLastBackground(statements);
      else for (const one of this.#statementsOf(node)) statements.push(one);
    }
    this.#depth -= 1;
    return statements;
  }

  /** Returns the statements of a node; none for punctuation or a comment. */
  #statementsOf(node: SyntaxNode): readonly ShellStatement[] {
    if (node.type === 'ERROR') {
      const span = spanOf(node);
      const text = this.#text.slice(span.start, span.end);
      this.#report(span, `"${shortened(text)}" is not read as a shell reads it.`);
      return this.#statements(node.children);
    }
    if (node.isMissing) return [];
    if (this.#nodeDepth >= MAX_NODE_DEPTH) {
      this.#report(spanOf(node), TOO_DEEP);
      return [];
    }
    this.#nodeDepth += 1;
    const statement = this.#statement(node);
    this.#nodeDepth -= 1;
    return statement === undefined ? [] : [statement];
  }

  #statement(node: SyntaxNode): ShellStatement | undefined {
    switch (node.type) {
      case 'command':
      case 'declaration_command':
      case 'unset_command':
      case 'variable_assignment':
      case 'variable_assignments':
        return this.#command(node);
      case 'list':
        return this.#chain(node);
      case 'pipeline':
        return this.#pipeline(node);
      case 'negated_command':
        return negated(this.#single(node.children), spanOf(node));
      case 'redirected_statement':
        return this.#redirected(node);
      default:
        return this.#other(node);
    }
  }

  #other(node: SyntaxNode): ShellStatement | undefined {
    const form = FORMS.get(node.type);
    if (form !== undefined) return this.#compound(node, form);
    if (WORDS.has(node.type)) {
      return { ...emptyCommand(spanOf(node)), words: [this.#words.read(node)] };
    }
    if (!node.isNamed || node.type === 'comment' || node.childCount === 0) return undefined;
    return this.#compound(node, 'unknown');
  }

  /** Returns the one statement among nodes; several are a group. */
  #single(nodes: readonly SyntaxNode[]): ShellStatement | undefined {
    const statements = this.#statements(nodes);
    if (statements.length < 2) return statements[0];
    const [first, last] = [nodes[0], nodes.at(-1)];
    const span = { start: first?.startIndex ?? 0, end: last?.endIndex ?? 0 };
    return { ...emptyCompound('unknown', span), statements };
  }

  #command(node: SyntaxNode): ShellCommand {
    const assignments: ShellAssignment[] = [];
    const words: ShellWord[] = [];
    const redirects: ShellRedirect[] = [];
    const parts = node.type === 'variable_assignment' ? [node] : node.children;
    for (const part of parts) {
      if (part.type === 'variable_assignment') {
        // Behind `export` and its like it is an argument as well.
        assignments.push(this.#assignment(part));
        if (words.length > 0) words.push(this.#words.read(part));
      } else if (part.type.endsWith('_redirect')) {
        for (const one of this.#redirect(part, words)) redirects.push(one);
      } else if (part.type === 'ERROR') {
        for (const one of this.#statementsOf(part)) {
          if (one.kind === 'command') words.push(...one.words);
        }
      } else {
        words.push(this.#words.read(part.type === 'command_name' ? (part.child(0) ?? part) : part));
      }
    }
    return { ...emptyCommand(spanOf(node)), assignments, words, redirects };
  }

  #assignment(node: SyntaxNode): ShellAssignment {
    const name = node.childForFieldName('name');
    const value = node.childForFieldName('value');
    return {
      name: name === null ? '' : this.#slice(name),
      value: value === null ? undefined : this.#words.read(value),
      span: spanOf(node),
    };
  }

  /**
   * Reads a redirect. Words that the grammar counts to it and the shell to the command are added to
   * `words`.
   */
  #redirect(node: SyntaxNode, words: ShellWord[]): readonly ShellRedirect[] {
    let descriptor: string | undefined;
    let operator: SyntaxNode | undefined;
    let target: ShellWord | undefined;
    for (const part of node.children) {
      if (part.type === 'file_descriptor') descriptor = this.#slice(part);
      else if (part.type === 'ERROR') this.#statementsOf(part);
      else if (operator === undefined) operator = part;
      else if (target === undefined) target = this.#words.read(part);
      else words.push(this.#words.read(part));
    }
    if (operator === undefined) return [];
    const document = this.#documents.get(operator.startIndex);
    return [
      {
        operator: document === undefined ? operator.type : document.isTabStripped ? '<<-' : '<<',
        ...(descriptor !== undefined && { descriptor }),
        target,
        ...(document !== undefined && { hereDocument: this.#hereDocument(document) }),
        span: spanOf(node),
      },
    ];
  }

  #hereDocument({ body, isExpanded, delimiter }: HereDocumentText): ShellHereDocument {
    const text = this.#text.slice(body.start, body.end);
    const substitutions =
      isExpanded && /\$\(|`|\$\{/u.test(text) ? this.#substitutionsIn(body, delimiter) : [];
    return { text, isExpanded, substitutions, span: body };
  }

  /**
   * The body is parsed at its place as the only here-document of a script, where the grammar reads
   * it as shells do.
   */
  #substitutionsIn({ start, end }: TextSpan, delimiter: string): readonly ShellSubstitution[] {
    const head = `<<${delimiter}\n`;
    this.#budget -= end;
    const isReadable = /^\w+$/u.test(delimiter) && this.#budget > 0 && this.#depth < MAX_DEPTH;
    const padding = ' '.repeat(Math.max(0, start - head.length));
    const result = isReadable
      ? this.#grammar.read(
          `${padding}${head}${this.#text.slice(start, end)}\n${delimiter}\n`,
          (root) => this.#words.substitutionsBelow(root),
        )
      : undefined;
    if (result !== undefined && 'value' in result) return result.value;
    this.#report({ start, end }, 'Commands in this here-document are not read.');
    return [];
  }

  #redirected(node: SyntaxNode): ShellStatement {
    const words: ShellWord[] = [];
    const redirects: ShellRedirect[] = [];
    const rest: SyntaxNode[] = [];
    for (const part of node.children) {
      if (part.type.endsWith('_redirect')) redirects.push(...this.#redirect(part, words));
      else rest.push(part);
    }
    const body = this.#single(rest) ?? emptyCommand(spanOf(node));
    return withRedirects(body, redirects, words);
  }

  #chain(node: SyntaxNode): ShellStatement | undefined {
    const links: ChainLink[] = [];
    let operator: ChainLink['operator'] = '&&';
    for (const part of unfolded(node)) {
      if (part.type === '&&' || part.type === '||') operator = part.type;
      else for (const statement of this.#statementsOf(part)) links.push({ operator, statement });
    }
    return chainOf(links);
  }

  #pipeline(node: SyntaxNode): ShellStatement | undefined {
    return pipelineOf(unfolded(node).flatMap((part) => this.#statementsOf(part)));
  }

  #compound(node: SyntaxNode, form: ShellCompound['form']): ShellCompound {
    const words: ShellWord[] = [];
    const conditions: ShellStatement[] = [];
    const rest: SyntaxNode[] = [];
    const redirects: ShellRedirect[] = [];
    let name: string | undefined;
    for (const [at, part] of node.children.entries()) {
      const field = node.fieldNameForChild(at);
      if (part.type.endsWith('_redirect')) redirects.push(...this.#redirect(part, words));
      else if (field === 'condition') conditions.push(...this.#statementsOf(part));
      else if (form === 'function' && field === 'name') name = this.#slice(part);
      else if (form === 'test' && part.isNamed) words.push(...this.#words.below(part));
      else if (WORDS.has(part.type) && form !== 'unknown') words.push(this.#words.read(part));
      else rest.push(part);
    }
    return {
      ...emptyCompound(form, spanOf(node)),
      ...(name !== undefined && { name }),
      ...{ words, conditions, redirects },
      statements: this.#statements(rest),
    };
  }
}

/** Returns the parts of a list or pipeline whose first part is one of the same kind, and so on. */
function unfolded(node: SyntaxNode): readonly SyntaxNode[] {
  const parts: SyntaxNode[] = [];
  let rest: readonly SyntaxNode[] = node.children;
  for (;;) {
    const [first, ...others] = rest;
    parts.push(...others.toReversed());
    if (first === undefined) break;
    if (first.type !== node.type) {
      parts.push(first);
      break;
    }
    rest = first.children;
  }
  return parts.reverse();
}

function shortened(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}
