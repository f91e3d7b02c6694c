/**
 * Judges one program by rules of the user alone, and returns its comments: what a test of rules
 * needs.
 */

import { loadGrammar, type SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { DetectionNote } from '../detector.ts';
import type { OwnRules } from './own-rules.ts';
import { grammarOf, PARSE_LIMITS, sourceCode } from './source.ts';

/** A comment of a program with its delimiters. Lines are 1-based. */
export interface ExampleComment {
  readonly text: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** The findings in an example. */
export interface JudgedExample {
  /** Findings of rules of the user, also with low confidence. */
  readonly drafts: readonly RuleDraft[];
  readonly notes: readonly DetectionNote[];
  /** In the order of their places; `undefined` if the program cannot be parsed at all. */
  readonly comments: readonly ExampleComment[] | undefined;
}

/** Returns whether rules look at a file with such a name. */
export function isExample(path: string): boolean {
  return grammarOf(path) !== undefined;
}

/** Judges an example. `path` begins with a slash. */
export async function judgeExample(
  path: string,
  bytes: Uint8Array,
  code: OwnRules,
): Promise<JudgedExample> {
  const notes: DetectionNote[] = [];
  await sourceCode.prepare?.(path);
  const settings = { code, minConfidence: 'low' } as const;
  const found = sourceCode.detect({ path, bytes, settings }, (note) => notes.push(note));
  const ids = new Set<string>(code.rules.map(({ id }) => id));
  const drafts = found.filter(({ rule }) => ids.has(rule));
  return { drafts, notes, comments: await commentsOf(path, bytes) };
}

async function commentsOf(
  path: string,
  bytes: Uint8Array,
): Promise<readonly ExampleComment[] | undefined> {
  const name = grammarOf(path);
  if (name === undefined) return undefined;
  const grammar = await loadGrammar(name, PARSE_LIMITS);
  const read = grammar.read(new TextDecoder().decode(bytes), (root) =>
    root.descendantsOfType(['comment', 'html_comment']).map(commentOf),
  );
  return 'failure' in read ? undefined : read.value;
}

function commentOf(node: SyntaxNode): ExampleComment {
  return {
    text: node.text,
    startLine: node.startPosition.row + 1,
    endLine: node.endPosition.row + 1,
  };
}
