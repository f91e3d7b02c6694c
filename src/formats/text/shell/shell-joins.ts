/**
 * Statements of the shell joined as POSIX.1-2017 says (Shell Command Language, 2.9 and 2.10), in
 * whatever order a grammar has joined them.
 */

import type {
  ShellCommand,
  ShellCompound,
  ShellRedirect,
  ShellStatement,
  ShellWord,
  TextSpan,
} from './shell-model.ts';

/** Returns a command without words. */
export function emptyCommand(span: TextSpan): ShellCommand {
  return {
    kind: 'command',
    assignments: [],
    words: [],
    redirects: [],
    isBackground: false,
    span,
  };
}

/** Returns a construct without parts. */
export function emptyCompound(form: ShellCompound['form'], span: TextSpan): ShellCompound {
  return {
    kind: 'compound',
    form,
    words: [],
    conditions: [],
    statements: [],
    redirects: [],
    isBackground: false,
    span,
  };
}

/** `&` behind statements lets the last of them run in the background. */
export function makeLastBackground(statements: ShellStatement[]): void {
  const last = statements.pop();
  if (last !== undefined) statements.push({ ...last, isBackground: true });
}

function joined(first: ShellStatement, last: ShellStatement): TextSpan {
  return { start: first.span.start, end: Math.max(first.span.end, last.span.end) };
}

/** One statement of a chain, and what stands before it. */
export interface ChainLink {
  readonly operator: '&&' | '||';
  readonly statement: ShellStatement;
}

/** Returns a chain, as in `a && b || c`. The operator of the first link has no meaning. */
export function chainOf(links: readonly ChainLink[]): ShellStatement | undefined {
  const flat = links.flatMap(({ operator, statement }) =>
    statement.kind === 'chain'
      ? [{ operator, statement: statement.first }, ...statement.rest]
      : [{ operator, statement }],
  );
  const [first, ...rest] = flat;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return first?.statement;
  const span = joined(first.statement, last.statement);
  return { kind: 'chain', first: first.statement, rest, isBackground: false, span };
}

/** Returns a pipeline, as in `a | b`. `a && b | c` pipes `b` alone. */
export function pipelineOf(statements: readonly ShellStatement[]): ShellStatement | undefined {
  const at = statements.findIndex(({ kind }) => kind === 'chain');
  const chain = statements[at];
  if (chain?.kind === 'chain') {
    const first = pipelineOf([...statements.slice(0, at), chain.first]) ?? chain.first;
    const whole = { ...chain, first, span: joined(first, chain) };
    const behind = statements.slice(at + 1);
    return withLast(whole, (last) => pipelineOf([last, ...behind]) ?? last);
  }
  const stages = statements.flatMap((one) => (one.kind === 'pipeline' ? one.stages : [one]));
  const [first, last] = [statements[0], statements.at(-1)];
  if (first === undefined || last === undefined || stages.length < 2) return first;
  const isNegated = first.kind === 'pipeline' && first.isNegated;
  return { kind: 'pipeline', isNegated, stages, isBackground: false, span: joined(first, last) };
}

/** Returns a negated statement, as in `! a`. `! a && b` negates `a` alone. */
export function negated(
  statement: ShellStatement | undefined,
  span: TextSpan,
): ShellStatement | undefined {
  if (statement === undefined) return undefined;
  if (statement.kind === 'chain') {
    return { ...statement, first: negated(statement.first, span) ?? statement.first, span };
  }
  if (statement.kind === 'pipeline') {
    return { ...statement, isNegated: !statement.isNegated, span };
  }
  return { kind: 'pipeline', isNegated: true, stages: [statement], isBackground: false, span };
}

/** Redirects and words behind a list or a pipeline belong to its last command. */
export function withRedirects(
  statement: ShellStatement,
  redirects: readonly ShellRedirect[],
  words: readonly ShellWord[],
): ShellStatement {
  if (statement.kind === 'chain') {
    return withLast(statement, (last) => withRedirects(last, redirects, words));
  }
  const end = Math.max(statement.span.end, ...redirects.map((one) => one.span.end));
  const span = { start: Math.min(statement.span.start, redirects[0]?.span.start ?? Infinity), end };
  if (statement.kind === 'pipeline') {
    const last = statement.stages.at(-1);
    if (last === undefined) return statement;
    const changed = withRedirects(last, redirects, words);
    return { ...statement, stages: [...statement.stages.slice(0, -1), changed], span };
  }
  const all = [...statement.redirects, ...redirects];
  return { ...statement, words: [...statement.words, ...words], redirects: all, span };
}

function withLast(
  chain: Extract<ShellStatement, { readonly kind: 'chain' }>,
  change: (last: ShellStatement) => ShellStatement,
): ShellStatement {
  const last = chain.rest.at(-1);
  if (last === undefined) return change(chain.first);
  const changed = { ...last, statement: change(last.statement) };
  const span = joined(chain, changed.statement);
  return { ...chain, rest: [...chain.rest.slice(0, -1), changed], span };
}
