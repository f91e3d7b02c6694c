/**
 * The words in a syntax tree of bash: their parts, and their value where it is known before
 * expansion. Source: POSIX.1-2017, Shell Command Language, 2.2 (quoting) and 2.6 (word expansions);
 * the manual of bash for `$'…'`, `<(…)` and braces.
 */

import { unescapeAnsiC } from './shell-ansi-c.ts';
import type {
  ShellPart,
  ShellSequence,
  ShellSubstitution,
  ShellWord,
  TextSpan,
} from './shell-model.ts';
import type { SyntaxNode } from '../tree-sitter.ts';

/** Characters that make a word a pattern, a home folder or a list, where they are not quoted. */
const EXPANDED = /[*?[]|^~|\{.*[,.].*\}/su;

/** Reads words of one text. */
export class ShellWordReader {
  readonly #text: string;
  readonly #sequence: (substitution: SyntaxNode) => ShellSequence;

  constructor(text: string, sequence: (substitution: SyntaxNode) => ShellSequence) {
    this.#text = text;
    this.#sequence = sequence;
  }

  read(node: SyntaxNode): ShellWord {
    const parts = this.#parts(node, false);
    const span = spanOf(node);
    const text = this.#text.slice(span.start, span.end);
    return { text, value: valueOf(parts), parts, span };
  }

  /** Returns the words in a node that is none, as the operands of a test. */
  below(node: SyntaxNode): readonly ShellWord[] {
    const words: ShellWord[] = [];
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next !== node && next.type === 'test_operator') continue;
      const isJoint = /_expression$|^parenthesized/u.test(next.type);
      if (isJoint) open.push(...next.namedChildren.toReversed());
      else words.push(this.read(next));
    }
    return words;
  }

  /** Returns all substitutions in a node, the outer ones only. */
  substitutionsBelow(node: SyntaxNode): readonly ShellSubstitution[] {
    const found: ShellSubstitution[] = [];
    const open = node.namedChildren.toReversed();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const isOuter = next.type === 'command_substitution' || next.type === 'process_substitution';
      if (isOuter) found.push(this.#substitution(next, true));
      else open.push(...next.namedChildren.toReversed());
    }
    return found;
  }

  #parts(node: SyntaxNode, isQuoted: boolean): readonly ShellPart[] {
    switch (node.type) {
      case 'raw_string':
        return [{ kind: 'text', value: this.#rawText(node), isQuoted: true }];
      case 'translated_string':
        return node.namedChildren.flatMap((child) => this.#parts(child, true));
      case 'string':
        return this.#stringParts(node);
      case 'concatenation':
      case 'command_name':
        return node.children.flatMap((child) => this.#parts(child, isQuoted));
      case 'simple_expansion':
      case 'expansion':
        return [this.#variable(node, isQuoted)];
      case 'command_substitution':
      case 'process_substitution':
        return [this.#substitution(node, isQuoted)];
      case 'arithmetic_expansion':
        return [this.#arithmetic(node, isQuoted)];
      default:
        return this.#otherParts(node, isQuoted);
    }
  }

  #otherParts(node: SyntaxNode, isQuoted: boolean): readonly ShellPart[] {
    const text = this.#slice(node);
    if (node.childCount === 0) return textParts(text, isQuoted);
    const isPlain = !/[$`]|[<>]\(/u.test(text);
    return isPlain ? textParts(text, isQuoted) : [this.#arithmetic(node, isQuoted)];
  }

  /**
   * Returns the parts of a string. Text between its children is included: the grammar omits some
   * white space.
   */
  #stringParts(node: SyntaxNode): readonly ShellPart[] {
    const parts: ShellPart[] = [];
    let at = node.startIndex + 1;
    const end = node.endIndex - (this.#text[node.endIndex - 1] === '"' ? 1 : 0);
    const takeText = (to: number): void => {
      if (to > at) {
        const value = unescapeDouble(this.#text.slice(at, to));
        parts.push({ kind: 'text', value, isQuoted: true });
      }
    };
    for (const child of node.namedChildren) {
      if (child.type === 'string_content') continue;
      takeText(child.startIndex);
      parts.push(...this.#parts(child, true));
      at = child.endIndex;
    }
    takeText(end);
    return parts.length === 0 ? [{ kind: 'text', value: '', isQuoted: true }] : parts;
  }

  /** Returns the raw text; the plain script has `'…'` for `$'…'` too. */
  #rawText(node: SyntaxNode): string {
    return this.#text[node.startIndex] === '$'
      ? unescapeAnsiC(this.#slice(node, 2, 1))
      : this.#slice(node, 1, 1);
  }

  #variable(node: SyntaxNode, isQuoted: boolean): ShellPart {
    const text = this.#slice(node);
    const name = /^\$\{?[#!]?(?<name>\w+|[@*#?$!-])/u.exec(text)?.groups?.['name'] ?? '';
    const substitutions = this.substitutionsBelow(node);
    return { kind: 'variable', name, text, span: spanOf(node), substitutions, isQuoted };
  }

  #substitution(node: SyntaxNode, isQuoted: boolean): ShellSubstitution {
    return {
      kind: 'substitution',
      form: node.type === 'process_substitution' ? 'process' : 'command',
      body: this.#sequence(node),
      isQuoted,
      span: spanOf(node),
    };
  }

  #arithmetic(node: SyntaxNode, isQuoted: boolean): ShellPart {
    const substitutions = this.substitutionsBelow(node);
    return { kind: 'arithmetic', text: this.#slice(node), substitutions, isQuoted };
  }

  #slice(node: SyntaxNode, before = 0, after = 0): string {
    return this.#text.slice(node.startIndex + before, node.endIndex - after);
  }
}

/** Returns the place of a node. */
export function spanOf(node: SyntaxNode): TextSpan {
  return { start: node.startIndex, end: node.endIndex };
}

/** Returns the text outside of quotes: escaped characters are quoted. */
function textParts(text: string, isQuoted: boolean): readonly ShellPart[] {
  if (isQuoted || !text.includes('\\')) return [{ kind: 'text', value: text, isQuoted }];
  const parts: ShellPart[] = [];
  for (const [whole, escaped] of text.matchAll(/\\(\n|[\s\S]|$)|[^\\]+/gu)) {
    if (escaped === undefined) parts.push({ kind: 'text', value: whole, isQuoted: false });
    else if (escaped !== '\n') parts.push({ kind: 'text', value: escaped, isQuoted: true });
  }
  return parts;
}

function valueOf(parts: readonly ShellPart[]): string | undefined {
  let value = '';
  let bare = '';
  for (const part of parts) {
    if (part.kind !== 'text') return undefined;
    value += part.value;
    // A quoted character stands between the others and is none of the special ones.
    bare += part.isQuoted ? '\0'.repeat(part.value.length) : part.value;
  }
  return EXPANDED.test(bare) ? undefined : value;
}

/** In double quotes a backslash escapes `$`, a backtick, `"`, itself and the end of a line. */
function unescapeDouble(text: string): string {
  return text.replaceAll(/\\([$`"\\]|\n)/gu, (_, character: string) =>
    character === '\n' ? '' : character,
  );
}
