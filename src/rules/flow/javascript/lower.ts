/**
 * JavaScript and TypeScript in the small form. Types are left out, apart from those of parameters.
 * Source: ECMA-262, the TypeScript handbook, and the node types of the grammars
 * tree-sitter-javascript and tree-sitter-typescript.
 */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type {
  Block,
  ClassCode,
  ClassMember,
  Expression,
  FunctionCode,
  Parameter,
  Program,
} from '../form.ts';
import { childrenOf, commentsIn, Depth, once, spanOf } from '../lowering.ts';
import { JavaScriptExpressions, type Parts } from './expressions.ts';
import { JavaScriptStatements } from './statements.ts';
import { JavaScriptTargets } from './targets.ts';

/** Lowers a file. The nodes must stay valid as long as the program is followed. */
export function lowerJavaScript(root: SyntaxNode, text: string): Program {
  const lowering = new Lowering(text);
  return {
    language: 'javascript',
    comments: () => commentsIn(root),
    body: () => lowering.block(childrenOf(root)),
  };
}

class Lowering implements Parts {
  readonly text: string;
  readonly #depth = new Depth();
  readonly #expressions: JavaScriptExpressions;
  readonly #statements: JavaScriptStatements;
  readonly #targets: JavaScriptTargets;
  readonly #exported: string;

  constructor(text: string) {
    this.text = text;
    this.#expressions = new JavaScriptExpressions(this);
    this.#statements = new JavaScriptStatements(this);
    this.#targets = new JavaScriptTargets(this);
    const at = /\bexports\b|\bexport\s*(?:default\s+\w|\{)/u.exec(text)?.index;
    this.#exported = at === undefined ? '' : text.slice(at);
  }

  textOf({ startIndex, endIndex }: SyntaxNode): string {
    return this.text.slice(startIndex, endIndex);
  }

  expression(node: SyntaxNode): Expression {
    return this.#depth.enter(() => this.#expressions.lower(node));
  }

  block(nodes: readonly SyntaxNode[]): Block {
    return this.#depth.enter(() => nodes.flatMap((node) => this.#statements.lower(node)));
  }

  target(...args: Parameters<Parts['target']>): ReturnType<Parts['target']> {
    return this.#depth.enter(() => this.#targets.lower(...args));
  }

  named(node: SyntaxNode, name: string): Expression {
    if (!/^(?:arrow_function|function_expression|generator_function)$/u.test(node.type)) {
      return this.expression(node);
    }
    return { kind: 'closure', span: spanOf(node), code: this.closure(node, name) };
  }

  closure(node: SyntaxNode, givenName?: string): FunctionCode {
    const own = node.childForFieldName('name');
    const name = own ? this.textOf(own).replaceAll(/^['"[]|['"\]]$/gu, '') : (givenName ?? '');
    const body = node.childForFieldName('body');
    const isArrow = node.type === 'arrow_function';
    const accessor = node.children.find(({ type }) => type === 'get');
    return {
      span: spanOf(node),
      name: accessor ? `get ${name}` : name,
      parameters: this.#parameters(node),
      isArrow,
      isGenerator: node.children.some(({ type }) => type === '*'),
      isExported: this.#isExported(node, name),
      decorators: [],
      body: once(() => {
        if (body === null) return [];
        if (body.type === 'statement_block') {
          return [...this.#parameterProperties(node), ...this.block(childrenOf(body))];
        }
        return [{ kind: 'return', span: spanOf(body), value: this.expression(body) }];
      }),
    };
  }

  #isExported(node: SyntaxNode, name: string): boolean {
    if (node.parent?.type === 'export_statement') return true;
    if (this.#exported === '' || !/^[\w$]+$/u.test(name)) return false;
    return this.#exported.includes(name);
  }

  #parameters(node: SyntaxNode): readonly Parameter[] {
    const single = node.childForFieldName('parameter');
    const list = node.childForFieldName('parameters');
    const nodes = single ? [single] : list ? childrenOf(list) : [];
    return nodes
      .filter((one) => this.textOf(one) !== 'this' && one.type !== 'decorator')
      .map((one) => this.#parameter(one));
  }

  /** `constructor(private x: string)` stores its parameter in a field. */
  #parameterProperties(node: SyntaxNode): Block {
    const list = node.childForFieldName('parameters');
    if (list === null) return [];
    return childrenOf(list).flatMap((one): Block => {
      const isProperty = one.children.some(
        ({ type }) => type === 'accessibility_modifier' || type === 'readonly',
      );
      const pattern = one.childForFieldName('pattern');
      if (!isProperty || pattern?.type !== 'identifier') return [];
      const span = spanOf(pattern);
      const name = this.textOf(pattern);
      const self = { kind: 'name', span, name: 'this' } as const;
      const target = { kind: 'member', span, object: self, name } as const;
      return [
        {
          kind: 'do',
          value: { kind: 'assign', span, target, value: { kind: 'name', span, name } },
        },
      ];
    });
  }

  #parameter(node: SyntaxNode): Parameter {
    const pattern = node.childForFieldName('pattern');
    const inner = pattern ?? node;
    const type = node.childForFieldName('type');
    const value =
      node.childForFieldName('value') ??
      (inner.type === 'assignment_pattern' ? inner.childForFieldName('right') : null);
    const left = inner.type === 'assignment_pattern' ? inner.childForFieldName('left') : inner;
    const typed = type && this.#typeName(type);
    if (inner.type === 'rest_pattern') {
      const [rest] = childrenOf(inner);
      return { target: this.target(rest ?? inner, 'block'), rest: 'list' };
    }
    return {
      target: this.target(left ?? inner, 'block'),
      ...(value && { fallback: this.expression(value) }),
      ...(typed && { type: typed }),
    };
  }

  /** The name of a type, as an expression that is resolved like one. */
  #typeName(annotation: SyntaxNode): Expression | undefined {
    let [type] = childrenOf(annotation);
    if (type?.type === 'generic_type') type = type.childForFieldName('name') ?? undefined;
    if (type === undefined) return undefined;
    const span = spanOf(type);
    const names = this.textOf(type).split('.');
    if (!names.every((one) => /^[\w$]+$/u.test(one))) return undefined;
    const [first = '', ...others] = names;
    return others.reduce<Expression>((object, name) => ({ kind: 'member', span, object, name }), {
      kind: 'name',
      span,
      name: first,
    });
  }

  classOf(node: SyntaxNode): ClassCode {
    const name = node.childForFieldName('name');
    const heritage = childrenOf(node).find(({ type }) => type === 'class_heritage');
    const clause =
      heritage && (childrenOf(heritage).find(({ type }) => type === 'extends_clause') ?? heritage);
    const base = clause && (clause.childForFieldName('value') ?? childrenOf(clause)[0]);
    const body = node.childForFieldName('body');
    return {
      span: spanOf(node),
      name: name ? this.textOf(name) : '',
      bases: base && base.type !== 'implements_clause' ? [this.expression(base)] : [],
      decorators: [],
      members: body ? this.#members(body) : [],
    };
  }

  #members(body: SyntaxNode): readonly ClassMember[] {
    const members: ClassMember[] = [];
    for (const node of childrenOf(body)) {
      const isStatic = node.children.some(({ type }) => type === 'static');
      if (node.type === 'method_definition') {
        const code = this.closure(node);
        const value = { kind: 'closure', span: spanOf(node), code } as const;
        const name = code.name.replace(/^get /u, '');
        members.push({ name, value, isStatic, role: name === code.name ? 'method' : 'getter' });
      } else if (node.type === 'field_definition' || node.type === 'public_field_definition') {
        const key = node.childForFieldName('property') ?? node.childForFieldName('name');
        const value = node.childForFieldName('value');
        if (key === null || value === null) continue;
        const name = this.textOf(key);
        members.push({ name, value: this.expression(value), isStatic, role: 'field' });
      }
    }
    return members;
  }
}
