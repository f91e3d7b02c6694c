/** Expressions of JavaScript in the small form. */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type {
  Argument,
  Block,
  ClassCode,
  Expression,
  FunctionCode,
  ListItem,
  RecordEntry,
  Span,
  Target,
} from '../form.ts';
import { childrenOf, literalText, loweredSum, opaque, spanOf, unescaped } from '../lowering.ts';

/** The parts of the lowering, as they see one another. */
export interface Parts {
  textOf(node: SyntaxNode): string;
  expression(node: SyntaxNode): Expression;
  block(nodes: readonly SyntaxNode[]): Block;
  target(node: SyntaxNode, declares: 'block' | 'function' | undefined): Target;
  closure(node: SyntaxNode, givenName?: string): FunctionCode;
  classOf(node: SyntaxNode): ClassCode;
  /** Lowers a value that gets a name, which functions without one take. */
  named(node: SyntaxNode, name: string): Expression;
}

/** Returns the name of a module as rules write it, from its address in quotes. */
export function moduleName(quoted: string): string {
  const name = unescaped(quoted.slice(1, -1)).replace(/^node:/u, '');
  return /^(?:fs\/promises|fs-extra|graceful-fs)$/u.test(name) ? 'fs' : name;
}

type Lower = (node: SyntaxNode) => Expression;

/** Lowers expressions. */
export class JavaScriptExpressions {
  readonly #parts: Parts;
  readonly #table: ReadonlyMap<string, Lower>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const inner: Lower = (node) => this.#inner(node);
    const closure: Lower = (node) => ({
      kind: 'closure',
      span: spanOf(node),
      code: parts.closure(node),
    });
    const name: Lower = (node) => ({ kind: 'name', span: spanOf(node), name: parts.textOf(node) });
    this.#table = new Map<string, Lower>([
      ['identifier', name],
      ['shorthand_property_identifier', name],
      ['this', (node) => ({ kind: 'name', span: spanOf(node), name: 'this' })],
      ['super', (node) => ({ kind: 'name', span: spanOf(node), name: 'super' })],
      ['undefined', (node) => ({ kind: 'literal', span: spanOf(node), value: null })],
      ['null', (node) => ({ kind: 'literal', span: spanOf(node), value: null })],
      ['true', (node) => ({ kind: 'literal', span: spanOf(node), value: true })],
      ['false', (node) => ({ kind: 'literal', span: spanOf(node), value: false })],
      ['number', (node) => this.#number(node)],
      ['string', (node) => literalText(spanOf(node), unescaped(parts.textOf(node).slice(1, -1)))],
      ['regex', (node) => this.#regex(node)],
      [
        'template_string',
        (node) => ({ kind: 'text', span: spanOf(node), parts: this.#template(node) }),
      ],
      ['array', (node) => ({ kind: 'list', span: spanOf(node), items: this.#items(node) })],
      ['object', (node) => ({ kind: 'record', span: spanOf(node), entries: this.#entries(node) })],
      ['function_expression', closure],
      ['function', closure],
      ['generator_function', closure],
      ['arrow_function', closure],
      ['class', (node) => ({ kind: 'class', span: spanOf(node), code: parts.classOf(node) })],
      ['call_expression', (node) => this.#call(node)],
      ['new_expression', (node) => this.#new(node)],
      ['member_expression', (node) => this.#member(node)],
      ['subscript_expression', (node) => this.#subscript(node)],
      ['assignment_expression', (node) => this.#assignment(node)],
      ['augmented_assignment_expression', (node) => this.#augmented(node)],
      ['binary_expression', (node) => this.#binary(node)],
      ['unary_expression', (node) => this.#unary(node)],
      ['update_expression', (node) => this.#update(node)],
      ['ternary_expression', (node) => this.#ternary(node)],
      ['sequence_expression', (node) => this.#sequence(node)],
      ['await_expression', inner],
      ['parenthesized_expression', inner],
      ['as_expression', inner],
      ['satisfies_expression', inner],
      ['non_null_expression', inner],
      ['type_assertion', (node) => this.#last(node)],
      ['spread_element', inner],
      [
        'yield_expression',
        (node) => ({ kind: 'yield', span: spanOf(node), value: this.#inner(node) }),
      ],
      ['jsx_element', (node) => this.#jsx(node)],
      ['jsx_self_closing_element', (node) => this.#jsx(node)],
      ['jsx_expression', inner],
    ]);
  }

  /** Lowers an expression. */
  lower(node: SyntaxNode): Expression {
    const lower = this.#table.get(node.type);
    if (lower !== undefined) return lower(node);
    if (TYPES.has(node.type)) return opaque(spanOf(node), []);
    return opaque(
      spanOf(node),
      childrenOf(node).map((child) => this.#parts.expression(child)),
    );
  }

  #inner(node: SyntaxNode): Expression {
    const [first] = childrenOf(node);
    return first ? this.#parts.expression(first) : opaque(spanOf(node), []);
  }

  #last(node: SyntaxNode): Expression {
    const last = childrenOf(node).at(-1);
    return last ? this.#parts.expression(last) : opaque(spanOf(node), []);
  }

  #field(node: SyntaxNode, name: string): Expression {
    const child = node.childForFieldName(name);
    return child ? this.#parts.expression(child) : opaque(spanOf(node), []);
  }

  #number(node: SyntaxNode): Expression {
    const value = Number(this.#parts.textOf(node).replaceAll('_', ''));
    return Number.isNaN(value)
      ? opaque(spanOf(node), [])
      : { kind: 'literal', span: spanOf(node), value };
  }

  #regex(node: SyntaxNode): Expression {
    const pattern = node.childForFieldName('pattern');
    const flags = node.childForFieldName('flags');
    return {
      kind: 'pattern',
      span: spanOf(node),
      source: pattern ? this.#parts.textOf(pattern) : '',
      flags: flags ? this.#parts.textOf(flags) : '',
    };
  }

  #template(node: SyntaxNode): readonly Expression[] {
    const parts: Expression[] = [];
    let at = node.startIndex + 1;
    const literal = (end: number): void => {
      if (end > at) {
        const raw = this.#parts.textOf(node).slice(at - node.startIndex, end - node.startIndex);
        parts.push(literalText({ start: at, end }, unescaped(raw)));
      }
    };
    for (const child of childrenOf(node)) {
      if (child.type !== 'template_substitution') continue;
      literal(child.startIndex);
      parts.push(this.#inner(child));
      at = child.endIndex;
    }
    literal(node.endIndex - 1);
    return parts;
  }

  #items(node: SyntaxNode): readonly ListItem[] {
    return childrenOf(node).map((child) => ({
      value: this.#parts.expression(child),
      isSpread: child.type === 'spread_element',
    }));
  }

  #entries(node: SyntaxNode): readonly RecordEntry[] {
    return childrenOf(node).map((child): RecordEntry => {
      if (child.type === 'spread_element') return { value: this.#parts.expression(child) };
      if (child.type === 'method_definition') {
        const code = this.#parts.closure(child);
        const key = literalText(spanOf(child), code.name.replace(/^get /u, ''));
        return { key, value: { kind: 'closure', span: spanOf(child), code } };
      }
      const key = child.childForFieldName('key');
      const value = child.childForFieldName('value');
      if (key === null || value === null) {
        const name = this.#parts.textOf(child);
        return { key: literalText(spanOf(child), name), value: this.#parts.expression(child) };
      }
      const isName = key.type === 'property_identifier';
      const name = isName ? literalText(spanOf(key), this.#parts.textOf(key)) : this.#key(key);
      return { key: name, value: this.#parts.named(value, this.#parts.textOf(key)) };
    });
  }

  #key(node: SyntaxNode): Expression {
    return node.type === 'computed_property_name'
      ? this.#inner(node)
      : this.#parts.expression(node);
  }

  #call(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const callee = node.childForFieldName('function');
    const list = node.childForFieldName('arguments');
    if (callee === null || list === null) return opaque(span, []);
    if (list.type === 'template_string') return this.#tagged(span, callee, list);
    const args = this.#args(list);
    const module = this.#required(callee, list);
    if (module !== undefined) return { kind: 'symbol', span, ref: module };
    if (callee.type === 'super') {
      const object = this.#parts.expression(callee);
      const maker = { kind: 'member', span: spanOf(callee), object, name: 'constructor' } as const;
      return { kind: 'call', span, callee: maker, args };
    }
    return { kind: 'call', span, callee: this.#parts.expression(callee), args };
  }

  /** A tagged template has its untrusted parts apart, as arguments behind the first. */
  #tagged(span: Span, callee: SyntaxNode, template: SyntaxNode): Expression {
    const holes = this.#template(template).filter(({ kind }) => kind !== 'literal');
    const text = this.#template(template).filter(({ kind }) => kind === 'literal');
    const first: Argument = { value: { kind: 'text', span: spanOf(template), parts: text } };
    const args = [first, ...holes.map((value) => ({ value }))];
    return { kind: 'call', span, callee: this.#parts.expression(callee), args };
  }

  #required(callee: SyntaxNode, list: SyntaxNode): string | undefined {
    if (callee.type !== 'import' && this.#parts.textOf(callee) !== 'require') return undefined;
    const [first] = childrenOf(list);
    return first?.type === 'string' ? moduleName(this.#parts.textOf(first)) : undefined;
  }

  #args(list: SyntaxNode): readonly Argument[] {
    return childrenOf(list).map((child) => ({
      value: this.#parts.expression(child),
      ...(child.type === 'spread_element' && { isSpread: true }),
    }));
  }

  #new(node: SyntaxNode): Expression {
    const list = node.childForFieldName('arguments');
    return {
      kind: 'call',
      span: spanOf(node),
      callee: this.#field(node, 'constructor'),
      args: list ? this.#args(list) : [],
      isNew: true,
    };
  }

  #member(node: SyntaxNode): Expression {
    const property = node.childForFieldName('property');
    const object = this.#field(node, 'object');
    const name = property ? this.#parts.textOf(property) : '';
    // The default export of a module is the module itself here.
    if (name === 'default' && object.kind === 'symbol') return object;
    return { kind: 'member', span: spanOf(node), object, name };
  }

  #subscript(node: SyntaxNode): Expression {
    const [object, key] = [this.#field(node, 'object'), this.#field(node, 'index')];
    if (key.kind === 'literal' && typeof key.value === 'string') {
      return { kind: 'member', span: spanOf(node), object, name: key.value };
    }
    return { kind: 'index', span: spanOf(node), object, key };
  }

  #assignment(node: SyntaxNode): Expression {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const span = spanOf(node);
    if (left === null || right === null) return opaque(span, []);
    const value = this.#parts.named(right, this.#parts.textOf(left));
    return { kind: 'assign', span, target: this.#parts.target(left, undefined), value };
  }

  #augmented(node: SyntaxNode): Expression {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const operator = node.childForFieldName('operator');
    const span = spanOf(node);
    if (left === null || right === null) return opaque(span, []);
    const [a, b] = [this.#parts.expression(left), this.#parts.expression(right)];
    const op = operator ? this.#parts.textOf(operator) : '';
    const value = this.#combined(span, op.slice(0, -1), [a, b]);
    return { kind: 'assign', span, target: this.#parts.target(left, undefined), value };
  }

  #combined(span: Span, op: string, [left, right]: readonly [Expression, Expression]): Expression {
    if (op === '+') return { kind: 'sum', span, left, right };
    const logic = LOGIC[op];
    if (logic !== undefined) return { kind: 'logic', span, op: logic, left, right };
    return { kind: 'operation', span, op, args: [left, right] };
  }

  #binary(node: SyntaxNode): Expression {
    const operator = node.childForFieldName('operator');
    const op = operator ? this.#parts.textOf(operator) : '';
    if (op === '+') return loweredSum(node, (operand) => this.#parts.expression(operand));
    const sides = [this.#field(node, 'left'), this.#field(node, 'right')] as const;
    return this.#combined(spanOf(node), op, sides);
  }

  #unary(node: SyntaxNode): Expression {
    const operator = node.childForFieldName('operator');
    const op = operator ? this.#parts.textOf(operator) : '';
    const argument = this.#field(node, 'argument');
    const span = spanOf(node);
    if (op === 'void') return { kind: 'sequence', span, items: [argument, opaque(span, [])] };
    return { kind: 'operation', span, op: op === '!' ? 'not' : op, args: [argument] };
  }

  #update(node: SyntaxNode): Expression {
    const argument = node.childForFieldName('argument');
    const span = spanOf(node);
    if (argument === null) return opaque(span, []);
    const one = { kind: 'literal', span, value: 1 } as const;
    const op = this.#parts.textOf(node).includes('--') ? '-' : '+';
    const value = this.#combined(span, op, [this.#parts.expression(argument), one]);
    return { kind: 'assign', span, target: this.#parts.target(argument, undefined), value };
  }

  #ternary(node: SyntaxNode): Expression {
    const [test, yes, no] = ['condition', 'consequence', 'alternative'].map((name) =>
      this.#field(node, name),
    );
    if (!test || !yes || !no) return opaque(spanOf(node), []);
    return { kind: 'choice', span: spanOf(node), test, yes, no };
  }

  #sequence(node: SyntaxNode): Expression {
    const items = childrenOf(node).map((child) => this.#parts.expression(child));
    return { kind: 'sequence', span: spanOf(node), items };
  }

  /**
   * An element is a call of `jsx` with its name and a map of its attributes. Its text is escaped by
   * the libraries.
   */
  #jsx(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const opening = node.childForFieldName('open_tag') ?? node;
    const name = opening.childForFieldName('name');
    const entries: RecordEntry[] = [];
    for (const attribute of childrenOf(opening)) {
      if (attribute.type !== 'jsx_attribute') continue;
      const [key, value] = childrenOf(attribute);
      if (key === undefined) continue;
      const at = literalText(spanOf(key), this.#parts.textOf(key));
      entries.push({ key: at, value: value ? this.#parts.expression(value) : at });
    }
    const children =
      node.type === 'jsx_element' ? childrenOf(node).filter(({ type }) => CONTENT.has(type)) : [];
    const args: Argument[] = [
      { value: literalText(span, name ? this.#parts.textOf(name) : '') },
      { value: { kind: 'record', span, entries } },
    ];
    const element: Expression = {
      kind: 'call',
      span,
      callee: { kind: 'symbol', span, ref: 'jsx' },
      args,
    };
    return {
      kind: 'sequence',
      span,
      items: [...children.map((child) => this.#parts.expression(child)), element],
    };
  }
}

const CONTENT: ReadonlySet<string> = new Set([
  ...['jsx_element', 'jsx_self_closing_element', 'jsx_expression'],
]);

const LOGIC: Readonly<Record<string, 'and' | 'or' | 'nullish'>> = {
  '&&': 'and',
  '||': 'or',
  '??': 'nullish',
};

const TYPES: ReadonlySet<string> = new Set([
  ...['type_annotation', 'type_arguments', 'type_parameters', 'comment', 'jsx_text'],
  ...['interface_declaration', 'type_alias_declaration', 'property_identifier', 'ERROR'],
]);
