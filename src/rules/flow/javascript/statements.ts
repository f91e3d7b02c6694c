/** Statements of JavaScript in the small form. */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type { Block, Expression, Statement, Target } from '../form.ts';
import { childrenOf, spanOf } from '../lowering.ts';
import { moduleName, type Parts } from './expressions.ts';

type Lower = (node: SyntaxNode) => Block;

/** Lowers statements. */
export class JavaScriptStatements {
  readonly #parts: Parts;
  readonly #table: ReadonlyMap<string, Lower>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const declaration: Lower = (node) => this.#declaration(node);
    const named: Lower = (node) => this.#named(node);
    this.#table = new Map<string, Lower>([
      ['variable_declaration', declaration],
      ['lexical_declaration', declaration],
      ['function_declaration', named],
      ['generator_function_declaration', named],
      ['class_declaration', named],
      ['abstract_class_declaration', named],
      ['return_statement', (node) => [this.#return(node)]],
      ['if_statement', (node) => [this.#if(node)]],
      ['for_statement', (node) => this.#for(node)],
      ['for_in_statement', (node) => [this.#forIn(node)]],
      ['while_statement', (node) => [this.#while(node, false)]],
      ['do_statement', (node) => [this.#while(node, true)]],
      ['switch_statement', (node) => [this.#switch(node)]],
      ['try_statement', (node) => [this.#try(node)]],
      ['throw_statement', (node) => [{ kind: 'throw', ...this.#first(node) }]],
      ['break_statement', (node) => [{ kind: 'break', ...this.#label(node) }]],
      ['continue_statement', (node) => [{ kind: 'continue', ...this.#label(node) }]],
      ['labeled_statement', (node) => this.#labeled(node)],
      ['statement_block', (node) => [{ kind: 'block', body: this.#parts.block(childrenOf(node)) }]],
      // What could not be parsed is followed as far as it was.
      ['ERROR', (node) => this.#parts.block(childrenOf(node))],
      ['import_statement', (node) => this.#import(node)],
      ['export_statement', (node) => this.#export(node)],
      ['expression_statement', (node) => this.#parts.block(childrenOf(node))],
      ...['internal_module', 'module'].map((type): [string, Lower] => [
        type,
        (node) => this.#body(node.childForFieldName('body')),
      ]),
    ]);
  }

  /** Lowers a statement. */
  lower(node: SyntaxNode): Block {
    const lower = this.#table.get(node.type);
    if (lower !== undefined) return lower(node);
    if (IGNORED.has(node.type)) return [];
    return [{ kind: 'do', value: this.#parts.expression(node) }];
  }

  #label(node: SyntaxNode): { readonly label?: string } {
    const label = node.childForFieldName('label');
    return label === null ? {} : { label: this.#parts.textOf(label) };
  }

  #labeled(node: SyntaxNode): Block {
    const body = this.#body(node.childForFieldName('body'));
    const { label } = this.#label(node);
    return label === undefined ? body : [{ kind: 'labeled', label, body }];
  }

  #body(node: SyntaxNode | null): Block {
    if (node === null) return [];
    return this.#parts.block(node.type === 'statement_block' ? childrenOf(node) : [node]);
  }

  #first(node: SyntaxNode): { readonly value?: Expression } {
    const [value] = childrenOf(node);
    return value ? { value: this.#parts.expression(value) } : {};
  }

  #return(node: SyntaxNode): Statement {
    return { kind: 'return', span: spanOf(node), ...this.#first(node) };
  }

  #declaration(node: SyntaxNode): Block {
    const declares = node.type === 'variable_declaration' ? 'function' : 'block';
    return childrenOf(node).flatMap((one): Block => {
      const name = one.childForFieldName('name');
      const value = one.childForFieldName('value');
      if (name === null) return [];
      const target = this.#parts.target(name, declares);
      const span = spanOf(one);
      if (value === null) {
        if (declares === 'function') return [];
        const nothing = { kind: 'opaque', span, parts: [] } as const;
        return [{ kind: 'do', value: { kind: 'assign', span, target, value: nothing } }];
      }
      const known = this.#parts.named(value, this.#parts.textOf(name));
      return [{ kind: 'do', value: { kind: 'assign', span, target, value: known } }];
    });
  }

  #named(node: SyntaxNode): Block {
    const name = node.childForFieldName('name');
    const span = spanOf(node);
    const isClass = node.type.includes('class');
    const value: Expression = isClass
      ? { kind: 'class', span, code: this.#parts.classOf(node) }
      : { kind: 'closure', span, code: this.#parts.closure(node) };
    if (name === null) return [{ kind: 'do', value }];
    const target: Target = this.#parts.target(name, 'block');
    return [{ kind: 'do', isHoisted: !isClass, value: { kind: 'assign', span, target, value } }];
  }

  #condition(node: SyntaxNode): Expression {
    const test = node.childForFieldName('condition');
    const inner = test?.type === 'parenthesized_expression' ? childrenOf(test)[0] : test;
    return inner && inner.type !== 'empty_statement'
      ? this.#parts.expression(inner)
      : { kind: 'literal', span: spanOf(node), value: true };
  }

  #if(node: SyntaxNode): Statement {
    const otherwise = node.childForFieldName('alternative');
    const no = otherwise?.type === 'else_clause' ? (childrenOf(otherwise)[0] ?? null) : otherwise;
    const yes = this.#body(node.childForFieldName('consequence'));
    return { kind: 'branch', test: this.#condition(node), yes, no: this.#body(no) };
  }

  #for(node: SyntaxNode): Block {
    const start = node.childForFieldName('initializer');
    const update = node.childForFieldName('increment');
    const condition = node.childForFieldName('condition');
    const inner = condition?.type === 'expression_statement' ? childrenOf(condition)[0] : condition;
    const loop: Statement = {
      kind: 'loop',
      ...(inner && inner.type !== 'empty_statement' && inner.type !== ';'
        ? { test: this.#parts.expression(inner) }
        : { test: { kind: 'literal', span: spanOf(node), value: true } as const }),
      ...(update && { update: this.#parts.expression(update) }),
      body: this.#body(node.childForFieldName('body')),
    };
    const before = start && start.type !== 'empty_statement' ? this.#parts.block([start]) : [];
    return [{ kind: 'block', body: [...before, loop] }];
  }

  #forIn(node: SyntaxNode): Statement {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const kind = node.childForFieldName('kind');
    const declares =
      kind === null ? undefined : this.#parts.textOf(kind) === 'var' ? 'function' : 'block';
    const operator = node.childForFieldName('operator');
    const takes = operator && this.#parts.textOf(operator) === 'in' ? 'keys' : 'elements';
    const body = this.#body(node.childForFieldName('body'));
    if (left === null || right === null) return { kind: 'block', body };
    const target = this.#parts.target(left, declares);
    return { kind: 'loop', head: { target, iterable: this.#parts.expression(right), takes }, body };
  }

  #while(node: SyntaxNode, isTestedLast: boolean): Statement {
    const body = this.#body(node.childForFieldName('body'));
    return { kind: 'loop', test: this.#condition(node), body, isTestedLast };
  }

  #switch(node: SyntaxNode): Statement {
    const value = node.childForFieldName('value');
    const body = node.childForFieldName('body');
    const subject = value
      ? this.#parts.expression(value)
      : ({ kind: 'opaque', span: spanOf(node), parts: [] } as const);
    const cases = (body ? childrenOf(body) : []).map((one) => {
      const test = one.childForFieldName('value');
      const statements = childrenOf(one).filter((child) => child.id !== test?.id);
      return {
        ...(test && { test: this.#parts.expression(test) }),
        body: this.#parts.block(statements),
      };
    });
    return { kind: 'switch', subject, cases };
  }

  #try(node: SyntaxNode): Statement {
    const handler = node.childForFieldName('handler');
    const last = node.childForFieldName('finalizer');
    const parameter = handler?.childForFieldName('parameter');
    const target = parameter && this.#parts.target(parameter, 'block');
    const caught = handler && {
      ...(target && { target }),
      body: this.#body(handler.childForFieldName('body')),
    };
    return {
      kind: 'try',
      body: this.#body(node.childForFieldName('body')),
      handlers: caught ? [caught] : [],
      ...(last && { last: this.#body(last.childForFieldName('body')) }),
    };
  }

  #import(node: SyntaxNode): Block {
    const source = node.childForFieldName('source');
    const clause = childrenOf(node).find(({ type }) => type === 'import_clause');
    const required = childrenOf(node).find(({ type }) => type === 'import_require_clause');
    if (required !== undefined) return this.#importRequire(required);
    if (source === null || clause === undefined) return [];
    const module: Expression = {
      kind: 'symbol',
      span: spanOf(node),
      ref: moduleName(this.#parts.textOf(source)),
    };
    return childrenOf(clause).flatMap((one): Block => {
      if (one.type === 'identifier') return [this.#bind(one, module)];
      if (one.type === 'namespace_import') {
        const [name] = childrenOf(one);
        return name ? [this.#bind(name, module)] : [];
      }
      return childrenOf(one).flatMap((specifier): Block => {
        const name = specifier.childForFieldName('name');
        if (name === null) return [];
        const imported = this.#parts.textOf(name);
        const value: Expression =
          imported === 'default'
            ? module
            : { kind: 'member', span: spanOf(specifier), object: module, name: imported };
        return [this.#bind(specifier.childForFieldName('alias') ?? name, value)];
      });
    });
  }

  #importRequire(node: SyntaxNode): Block {
    const source = node.childForFieldName('source');
    const [name] = childrenOf(node);
    if (source === null || name === undefined) return [];
    const ref = moduleName(this.#parts.textOf(source));
    return [this.#bind(name, { kind: 'symbol', span: spanOf(node), ref })];
  }

  #bind(name: SyntaxNode, value: Expression): Statement {
    const target = this.#parts.target(name, 'block');
    const { span } = value;
    return { kind: 'do', isHoisted: true, value: { kind: 'assign', span, target, value } };
  }

  #export(node: SyntaxNode): Block {
    const declaration = node.childForFieldName('declaration');
    if (declaration !== null) return this.#parts.block([declaration]);
    const value = node.childForFieldName('value');
    return value === null ? [] : [{ kind: 'do', value: this.#parts.expression(value) }];
  }
}

const IGNORED: ReadonlySet<string> = new Set([
  ...['empty_statement', 'debugger_statement', 'interface_declaration', 'type_alias_declaration'],
  ...['ambient_declaration', 'function_signature', 'hash_bang_line', 'comment', 'import_alias'],
  ...['enum_declaration', 'with_statement'],
]);
