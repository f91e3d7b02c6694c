/** Expressions of Python in the small form. */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type {
  Argument,
  Block,
  ClassCode,
  EachLoop,
  Expression,
  FunctionCode,
  RecordEntry,
  Span,
  Target,
} from '../form.ts';
import { operation, percent, valueOf } from './formats.ts';
import { childrenOf, literalText, loweredSum, opaque, spanOf, unescaped } from '../lowering.ts';

/** The parts of the lowering, as they see one another. */
export interface Parts {
  textOf(node: SyntaxNode): string;
  expression(node: SyntaxNode): Expression;
  block(nodes: readonly SyntaxNode[]): Block;
  target(node: SyntaxNode): Target;
  variable(node: SyntaxNode): Target;
  closure(node: SyntaxNode, decorators: readonly Expression[]): FunctionCode;
  classOf(node: SyntaxNode, decorators: readonly Expression[]): ClassCode;
  decorated(node: SyntaxNode): {
    readonly inner: SyntaxNode | null;
    readonly decorators: readonly Expression[];
  };
}

type Lower = (node: SyntaxNode) => Expression;

/** Lowers expressions. */
export class PythonExpressions {
  readonly #parts: Parts;
  readonly #table: ReadonlyMap<string, Lower>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const inner: Lower = (node) => this.#inner(node);
    const list: Lower = (node) => this.#list(node);
    const each: Lower = (node) => this.#each(node);
    const literal =
      (value: boolean | null): Lower =>
      (node) => ({ kind: 'literal', span: spanOf(node), value });
    this.#table = new Map<string, Lower>([
      ['identifier', (node) => ({ kind: 'name', span: spanOf(node), name: parts.textOf(node) })],
      ['true', literal(true)],
      ['false', literal(false)],
      ['none', literal(null)],
      ['integer', (node) => this.#number(node)],
      ['float', (node) => this.#number(node)],
      ['string', (node) => this.#string(node)],
      [
        'concatenated_string',
        (node) => ({ kind: 'text', span: spanOf(node), parts: this.#all(node) }),
      ],
      ['list', list],
      ['tuple', list],
      ['set', list],
      ['expression_list', list],
      ['pattern_list', list],
      [
        'dictionary',
        (node) => ({ kind: 'record', span: spanOf(node), entries: this.#entries(node) }),
      ],
      ['list_comprehension', each],
      ['set_comprehension', each],
      ['generator_expression', each],
      ['dictionary_comprehension', each],
      ['call', (node) => this.#call(node)],
      ['attribute', (node) => this.#attribute(node)],
      ['subscript', (node) => this.#subscript(node)],
      ['binary_operator', (node) => this.#binary(node)],
      ['boolean_operator', (node) => this.#logic(node)],
      ['comparison_operator', (node) => this.#comparison(node)],
      ['not_operator', (node) => this.#operation(node, 'not', 'argument')],
      ['unary_operator', (node) => this.#operation(node, '-', 'argument')],
      ['conditional_expression', (node) => this.#choice(node)],
      [
        'lambda',
        (node) => ({ kind: 'closure', span: spanOf(node), code: parts.closure(node, []) }),
      ],
      ['assignment', (node) => this.#assignment(node)],
      ['augmented_assignment', (node) => this.#augmented(node)],
      ['named_expression', (node) => this.#named(node)],
      ['as_pattern', (node) => this.#as(node)],
      ['await', inner],
      ['parenthesized_expression', inner],
      ['interpolation', inner],
      ['yield', (node) => ({ kind: 'yield', span: spanOf(node), value: this.#inner(node) })],
    ]);
  }

  /** Lowers an expression. */
  lower(node: SyntaxNode): Expression {
    const lower = this.#table.get(node.type);
    if (lower !== undefined) return lower(node);
    if (node.type === 'type') return opaque(spanOf(node), []);
    return opaque(spanOf(node), this.#all(node));
  }

  #all(node: SyntaxNode): readonly Expression[] {
    return childrenOf(node).map((child) => this.#parts.expression(child));
  }

  #inner(node: SyntaxNode): Expression {
    const [first] = childrenOf(node);
    return first ? this.#parts.expression(first) : opaque(spanOf(node), []);
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

  #string(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const [first] = node.children;
    const isRaw = first !== undefined && /^\w*r/iu.test(this.#parts.textOf(first));
    const parts: Expression[] = [];
    let at = first?.endIndex ?? node.startIndex;
    const end = node.children.at(-1)?.startIndex ?? node.endIndex;
    const literal = (until: number): void => {
      if (until <= at) return;
      const raw = this.#parts.textOf(node).slice(at - node.startIndex, until - node.startIndex);
      parts.push(literalText({ start: at, end: until }, isRaw ? raw : unescaped(raw)));
    };
    for (const child of childrenOf(node)) {
      if (child.type !== 'interpolation') continue;
      literal(child.startIndex);
      parts.push(this.#inner(child));
      at = child.endIndex;
    }
    literal(end);
    const [only] = parts;
    if (only === undefined) return literalText(span, '');
    if (parts.length === 1 && only.kind === 'literal') return { ...only, span };
    return { kind: 'text', span, parts };
  }

  #list(node: SyntaxNode): Expression {
    const items = childrenOf(node).map((child) => {
      const isSpread = child.type === 'list_splat';
      const inner = isSpread ? childrenOf(child)[0] : child;
      return { value: this.#parts.expression(inner ?? child), isSpread };
    });
    return { kind: 'list', span: spanOf(node), items };
  }

  #entries(node: SyntaxNode): readonly RecordEntry[] {
    return childrenOf(node).map((child): RecordEntry => {
      if (child.type !== 'pair') return { value: this.#inner(child) };
      return { key: this.#field(child, 'key'), value: this.#field(child, 'value') };
    });
  }

  #each(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const body = node.childForFieldName('body');
    const loops: { target: Target; iterable: Expression; tests: Expression[] }[] = [];
    for (const child of childrenOf(node)) {
      if (child.type === 'for_in_clause') {
        const left = child.childForFieldName('left');
        if (left === null) continue;
        const iterable = this.#field(child, 'right');
        loops.push({ target: this.#parts.target(left), iterable, tests: [] });
      } else if (child.type === 'if_clause') loops.at(-1)?.tests.push(this.#inner(child));
    }
    const made: readonly EachLoop[] = loops.map(scopedToBlock);
    if (body?.type === 'pair') {
      const [key, value] = [this.#field(body, 'key'), this.#field(body, 'value')];
      return { kind: 'each', span, loops: made, key, value };
    }
    return {
      kind: 'each',
      span,
      loops: made,
      value: body ? this.#parts.expression(body) : opaque(span, []),
    };
  }

  #call(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const callee = node.childForFieldName('function');
    const list = node.childForFieldName('arguments');
    if (callee === null || list === null) return opaque(span, []);
    if (this.#parts.textOf(callee) === 'super') return { kind: 'name', span, name: 'super' };
    const args =
      list.type === 'generator_expression'
        ? [{ value: this.#parts.expression(list) }]
        : this.#args(list);
    const formatted = this.#format(span, callee, args);
    if (formatted !== undefined) return formatted;
    // Python has no word in front of constructors: the fields of a record are passed by a mapping.
    const isNew =
      args.some(({ name }) => name === '**') &&
      /(?:^|\.)[A-Z]\w*[a-z]\w*$/u.test(this.#parts.textOf(callee));
    const call = { kind: 'call', span, callee: this.#parts.expression(callee), args } as const;
    return isNew ? { ...call, isNew } : call;
  }

  /** `"…{}…".format(a)`: a text of parts. */
  #format(span: Span, callee: SyntaxNode, args: readonly Argument[]): Expression | undefined {
    if (callee.type !== 'attribute') return undefined;
    const attribute = callee.childForFieldName('attribute');
    if (attribute === null || this.#parts.textOf(attribute) !== 'format') return undefined;
    const template = this.#field(callee, 'object');
    if (template.kind !== 'literal' || typeof template.value !== 'string') return undefined;
    const placed = args.filter(({ name, isSpread }) => name === undefined && isSpread !== true);
    if (args.some(({ isSpread }) => isSpread)) return undefined;
    let next = 0;
    const parts = template.value.split(/(?<hole>\{[^{}]*\})/u).map((piece, index): Expression => {
      if (index % 2 === 0) return literalText(span, piece);
      const key = /^\{(?<key>\w*)/u.exec(piece)?.groups?.['key'] ?? '';
      const place = key === '' ? next++ : Number(key);
      const found = Number.isNaN(place) ? args.find(({ name }) => name === key) : placed[place];
      return found?.value ?? opaque(span, []);
    });
    return { kind: 'text', span, parts };
  }

  #args(list: SyntaxNode): readonly Argument[] {
    return childrenOf(list).map((child): Argument => {
      if (child.type === 'keyword_argument') {
        const name = child.childForFieldName('name');
        return { value: this.#field(child, 'value'), name: name ? this.#parts.textOf(name) : '' };
      }
      if (child.type === 'list_splat') return { value: this.#inner(child), isSpread: true };
      if (child.type === 'dictionary_splat') {
        return { value: this.#inner(child), isSpread: true, name: '**' };
      }
      return { value: this.#parts.expression(child) };
    });
  }

  #attribute(node: SyntaxNode): Expression {
    const attribute = node.childForFieldName('attribute');
    const name = attribute ? this.#parts.textOf(attribute) : '';
    return { kind: 'member', span: spanOf(node), object: this.#field(node, 'object'), name };
  }

  #subscript(node: SyntaxNode): Expression {
    const span = spanOf(node);
    const object = this.#field(node, 'value');
    const key = node.childForFieldName('subscript');
    if (key === null || key.type === 'slice') {
      // A part of a list or a text is like all of it.
      const callee = { kind: 'member', span, object, name: 'slice' } as const;
      return { kind: 'call', span, callee, args: [] };
    }
    return { kind: 'index', span, object, key: this.#parts.expression(key) };
  }

  #binary(node: SyntaxNode): Expression {
    const operator = node.childForFieldName('operator');
    const op = operator ? this.#parts.textOf(operator) : '';
    if (op === '+') return loweredSum(node, (operand) => this.#parts.expression(operand));
    const span = spanOf(node);
    const [left, right] = [this.#field(node, 'left'), this.#field(node, 'right')];
    if (op === '%' && (left.kind === 'text' || typeof valueOf(left) === 'string')) {
      return percent(span, left, right);
    }
    // A text of unknown form, or a remainder.
    if (op === '%')
      return left.kind === 'literal'
        ? operation(span, op, [left, right])
        : opaque(span, [left, right]);
    // A path of `pathlib`, or a number.
    if (op === '/') {
      const callee = { kind: 'member', span, object: left, name: 'joinpath' } as const;
      return { kind: 'call', span, callee, args: [{ value: right }] };
    }
    if (op === '*' && (left.kind === 'list' || left.kind === 'text')) return opaque(span, [left]);
    if (op === '|') return { kind: 'record', span, entries: [{ value: left }, { value: right }] };
    return operation(span, op, [left, right]);
  }

  #logic(node: SyntaxNode): Expression {
    const operator = node.childForFieldName('operator');
    const op = operator && this.#parts.textOf(operator) === 'and' ? 'and' : 'or';
    const [left, right] = [this.#field(node, 'left'), this.#field(node, 'right')];
    return { kind: 'logic', span: spanOf(node), op, left, right };
  }

  #comparison(node: SyntaxNode): Expression {
    const [left, right, ...more] = childrenOf(node);
    const span = spanOf(node);
    if (!left || !right || more.length > 0) return operation(span, '', this.#all(node));
    const between = this.#parts
      .textOf(node)
      .slice(left.endIndex - node.startIndex, right.startIndex - node.startIndex);
    const op = between.trim().replaceAll(/\s+/gu, ' ');
    return operation(span, op, [this.#parts.expression(left), this.#parts.expression(right)]);
  }

  #operation(node: SyntaxNode, op: string, field: string): Expression {
    return operation(spanOf(node), op, [this.#field(node, field)]);
  }

  #choice(node: SyntaxNode): Expression {
    const [yes, test, no] = this.#all(node);
    if (!yes || !test || !no) return opaque(spanOf(node), []);
    return { kind: 'choice', span: spanOf(node), test, yes, no };
  }

  #assignment(node: SyntaxNode): Expression {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const span = spanOf(node);
    if (left === null || right === null) return opaque(span, []);
    return {
      kind: 'assign',
      span,
      target: this.#parts.target(left),
      value: this.#parts.expression(right),
    };
  }

  #augmented(node: SyntaxNode): Expression {
    const left = node.childForFieldName('left');
    const operator = node.childForFieldName('operator');
    const span = spanOf(node);
    if (left === null) return opaque(span, []);
    const [a, b] = [this.#parts.expression(left), this.#field(node, 'right')];
    const op = operator ? this.#parts.textOf(operator).slice(0, -1) : '';
    const value: Expression =
      op === '+'
        ? { kind: 'sum', span, left: a, right: b }
        : op === '%'
          ? percent(span, a, b)
          : operation(span, op, [a, b]);
    return { kind: 'assign', span, target: this.#parts.target(left), value };
  }

  #named(node: SyntaxNode): Expression {
    const name = node.childForFieldName('name');
    const value = this.#field(node, 'value');
    if (name === null) return value;
    return { kind: 'assign', span: spanOf(node), target: this.#parts.variable(name), value };
  }

  #as(node: SyntaxNode): Expression {
    const [value] = childrenOf(node);
    const alias = node.childForFieldName('alias');
    const made = value ? this.#parts.expression(value) : opaque(spanOf(node), []);
    if (alias === null) return made;
    return { kind: 'assign', span: spanOf(node), target: this.#parts.target(alias), value: made };
  }
}

/** Variables of comprehensions are their own. */
function scopedToBlock({ target, iterable, tests }: EachLoop): EachLoop {
  return { target: ofBlock(target), iterable, tests };
}

function ofBlock(target: Target): Target {
  if (target.kind === 'variable') return { ...target, declares: 'block' };
  if (target.kind !== 'list-target') return target;
  const items = target.items.map((item) => item && { ...item, target: ofBlock(item.target) });
  return { ...target, items };
}
