/** Statements of Python in the small form. */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type { Block, Expression, Statement, Target } from '../form.ts';
import { childrenOf, opaque, spanOf } from '../lowering.ts';
import type { Parts } from './expressions.ts';

type Lower = (node: SyntaxNode) => Block;

/** Lowers statements. */
export class PythonStatements {
  readonly #parts: Parts;
  readonly #table: ReadonlyMap<string, Lower>;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#table = new Map<string, Lower>([
      [
        'expression_statement',
        (node) => childrenOf(node).map((one) => this.#do(parts.expression(one))),
      ],
      ['import_statement', (node) => this.#import(node)],
      ['import_from_statement', (node) => this.#importFrom(node)],
      ['function_definition', (node) => this.#definition(node, [])],
      ['class_definition', (node) => this.#definition(node, [])],
      ['decorated_definition', (node) => this.#decorated(node)],
      ['if_statement', (node) => [this.#if(node, childrenOf(node))]],
      ['for_statement', (node) => [this.#for(node)]],
      ['while_statement', (node) => [this.#while(node)]],
      ['try_statement', (node) => [this.#try(node)]],
      ['with_statement', (node) => this.#with(node)],
      [
        'return_statement',
        (node) => [{ kind: 'return', span: spanOf(node), ...this.#value(node) }],
      ],
      ['raise_statement', (node) => [{ kind: 'throw', ...this.#value(node) }]],
      ['break_statement', () => [{ kind: 'break' }]],
      ['continue_statement', () => [{ kind: 'continue' }]],
      ['match_statement', (node) => [this.#match(node)]],
      ['assert_statement', (node) => this.#assert(node)],
      ['block', (node) => parts.block(childrenOf(node))],
      // What could not be parsed is followed as far as it was.
      ['ERROR', (node) => parts.block(childrenOf(node))],
    ]);
  }

  /** Lowers a statement. */
  lower(node: SyntaxNode): Block {
    const lower = this.#table.get(node.type);
    if (lower !== undefined) return lower(node);
    if (IGNORED.has(node.type)) return [];
    return [this.#do(this.#parts.expression(node))];
  }

  #do(value: Expression): Statement {
    return { kind: 'do', value };
  }

  #assign(target: Target, value: Expression): Statement {
    return this.#do({ kind: 'assign', span: target.span, target, value });
  }

  #value(node: SyntaxNode): { readonly value?: Expression } {
    const [value] = childrenOf(node);
    return value ? { value: this.#parts.expression(value) } : {};
  }

  #body(node: SyntaxNode | null | undefined): Block {
    if (!node) return [];
    return this.#parts.block(node.type === 'block' ? childrenOf(node) : [node]);
  }

  #import(node: SyntaxNode): Block {
    return childrenOf(node).flatMap((one): Block => {
      const name = one.type === 'aliased_import' ? one.childForFieldName('name') : one;
      const alias = one.type === 'aliased_import' ? one.childForFieldName('alias') : null;
      if (name === null) return [];
      const span = spanOf(one);
      const full = this.#parts.textOf(name);
      if (alias !== null)
        return [this.#assign(this.#parts.variable(alias), { kind: 'symbol', span, ref: full })];
      // `import os.path` binds `os`.
      const [first] = childrenOf(name);
      const target = this.#parts.variable(first ?? name);
      return [this.#assign(target, { kind: 'symbol', span, ref: full.split('.')[0] ?? full })];
    });
  }

  #importFrom(node: SyntaxNode): Block {
    const module = node.childForFieldName('module_name');
    const from = module ? this.#parts.textOf(module) : '';
    return childrenOf(node).flatMap((one): Block => {
      if (one.id === module?.id || one.type === 'wildcard_import') return [];
      const name = one.type === 'aliased_import' ? one.childForFieldName('name') : one;
      const alias = one.type === 'aliased_import' ? one.childForFieldName('alias') : null;
      if (name === null) return [];
      const value = {
        kind: 'symbol',
        span: spanOf(one),
        ref: `${from}.${this.#parts.textOf(name)}`,
      } as const;
      return [this.#assign(this.#parts.variable(alias ?? name), value)];
    });
  }

  #decorated(node: SyntaxNode): Block {
    const { inner, decorators } = this.#parts.decorated(node);
    return inner === null ? [] : this.#definition(inner, decorators);
  }

  #definition(node: SyntaxNode, decorators: readonly Expression[]): Block {
    const name = node.childForFieldName('name');
    if (name === null) return [];
    const span = spanOf(node);
    const isClass = node.type === 'class_definition';
    const value: Expression = isClass
      ? { kind: 'class', span, code: this.#parts.classOf(node, decorators) }
      : { kind: 'closure', span, code: this.#parts.closure(node, decorators) };
    return [this.#assign(this.#parts.variable(name), value)];
  }

  #if(node: SyntaxNode, children: readonly SyntaxNode[]): Statement {
    const others = children.filter(({ type }) => type === 'elif_clause' || type === 'else_clause');
    return this.#branch(node, others);
  }

  #branch(node: SyntaxNode, others: readonly SyntaxNode[]): Statement {
    const condition = node.childForFieldName('condition');
    const test = condition ? this.#parts.expression(condition) : opaque(spanOf(node), []);
    const yes = this.#body(node.childForFieldName('consequence'));
    const [next, ...more] = others;
    const no =
      next === undefined
        ? []
        : next.type === 'elif_clause'
          ? [this.#branch(next, more)]
          : this.#body(next.childForFieldName('body'));
    return { kind: 'branch', test, yes, no };
  }

  #otherwise(node: SyntaxNode): { readonly otherwise?: Block } {
    const clause =
      node.childForFieldName('alternative') ??
      childrenOf(node).find(({ type }) => type === 'else_clause');
    return clause ? { otherwise: this.#body(clause.childForFieldName('body')) } : {};
  }

  #for(node: SyntaxNode): Statement {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const body = this.#body(node.childForFieldName('body'));
    if (left === null || right === null) return { kind: 'block', body };
    const iterable = this.#parts.expression(right);
    const head = { target: this.#parts.target(left), iterable, takes: 'elements' } as const;
    return { kind: 'loop', head, body, ...this.#otherwise(node) };
  }

  #while(node: SyntaxNode): Statement {
    const condition = node.childForFieldName('condition');
    return {
      kind: 'loop',
      ...(condition && { test: this.#parts.expression(condition) }),
      body: this.#body(node.childForFieldName('body')),
      ...this.#otherwise(node),
    };
  }

  #try(node: SyntaxNode): Statement {
    const children = childrenOf(node);
    const last = children.find(({ type }) => type === 'finally_clause');
    const handlers = children
      .filter(({ type }) => type === 'except_clause' || type === 'except_group_clause')
      .map((clause) => {
        const body = this.#body(childrenOf(clause).find(({ type }) => type === 'block'));
        const pattern = childrenOf(clause).find(({ type }) => type === 'as_pattern');
        const alias = pattern?.childForFieldName('alias') ?? clause.childForFieldName('alias');
        return { ...(alias && { target: this.#parts.target(alias) }), body };
      });
    const block = last && childrenOf(last).find(({ type }) => type === 'block');
    return {
      kind: 'try',
      body: this.#body(node.childForFieldName('body')),
      handlers,
      ...this.#otherwise(node),
      ...(block && { last: this.#body(block) }),
    };
  }

  #with(node: SyntaxNode): Block {
    const clause = childrenOf(node).find(({ type }) => type === 'with_clause');
    const items = (clause ? childrenOf(clause) : []).flatMap((item): Block => {
      const value = item.childForFieldName('value') ?? childrenOf(item)[0];
      return value ? [this.#do(this.#parts.expression(value))] : [];
    });
    return [...items, ...this.#body(node.childForFieldName('body'))];
  }

  #assert(node: SyntaxNode): Block {
    const [test] = childrenOf(node);
    if (test === undefined) return [];
    // Programs run with -O have no assertions: what they check is not relied on.
    return [this.#do(this.#parts.expression(test))];
  }

  #match(node: SyntaxNode): Statement {
    const subject = node.childForFieldName('subject') ?? childrenOf(node)[0];
    const body = node.childForFieldName('body');
    const cases = childrenOf(body ?? node).filter(({ type }) => type === 'case_clause');
    const value = subject ? this.#parts.expression(subject) : opaque(spanOf(node), []);
    return {
      kind: 'switch',
      subject: value,
      cases: cases.map((one) => {
        const [pattern] = childrenOf(one).filter(({ type }) => type === 'case_pattern');
        const inner = pattern && childrenOf(pattern)[0];
        const statements = this.#body(one.childForFieldName('consequence'));
        const block: Block = [...statements, { kind: 'break' }];
        if (inner === undefined || this.#parts.textOf(pattern ?? one) === '_')
          return { body: block };
        if (LITERALS.has(inner.type)) return { test: this.#parts.expression(inner), body: block };
        const names = capturedNames(inner);
        const bound = names.map((name) => this.#assign(this.#parts.variable(name), value));
        const guard = one.childForFieldName('guard');
        const guarded = guard ? [this.#do(this.#parts.expression(guard))] : [];
        return { test: opaque(spanOf(inner), []), body: [...bound, ...guarded, ...block] };
      }),
    };
  }
}

/** The names that a pattern of `match` binds. */
function capturedNames(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type === 'identifier' || (node.type === 'dotted_name' && node.namedChildCount === 1))
    return [node];
  return childrenOf(node).flatMap(capturedNames);
}

const LITERALS: ReadonlySet<string> = new Set([
  'string',
  'integer',
  'float',
  'true',
  'false',
  'none',
]);

const IGNORED: ReadonlySet<string> = new Set([
  ...['pass_statement', 'global_statement', 'nonlocal_statement', 'comment', 'delete_statement'],
  ...['future_import_statement', 'type_alias_statement'],
]);
