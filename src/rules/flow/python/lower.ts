/**
 * Python in the small form. Source: the Python language reference 3.13, and the node types of the
 * grammar tree-sitter-python.
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
  Span,
  Target,
} from '../form.ts';
import { childrenOf, commentsIn, Depth, once, spanOf } from '../lowering.ts';
import { PythonExpressions, type Parts } from './expressions.ts';
import { PythonStatements } from './statements.ts';

/** Lowers a file. The nodes must stay valid as long as the program is followed. */
export function lowerPython(root: SyntaxNode, text: string): Program {
  const lowering = new Lowering(text);
  return {
    language: 'python',
    comments: () => [...commentsIn(root), ...docstringsIn(root)].sort(byStart),
    body: () => lowering.block(childrenOf(root)),
  };
}

/** Returns the places of statements that are only a text, which run without any effect. */
function docstringsIn(root: SyntaxNode): readonly Span[] {
  return root.descendantsOfType('expression_statement').flatMap(({ namedChildren }) => {
    const [only, ...more] = namedChildren;
    const isText = only?.type === 'string' && more.length === 0;
    return isText && !only.namedChildren.some(({ type }) => type === 'interpolation')
      ? [spanOf(only)]
      : [];
  });
}

function byStart(a: Span, b: Span): number {
  return a.start - b.start;
}

class Lowering implements Parts {
  readonly text: string;
  readonly #depth = new Depth();
  readonly #expressions: PythonExpressions;
  readonly #statements: PythonStatements;
  /** Names that the functions around declare as those of a scope outside. */
  #outer: ReadonlySet<string> = new Set();

  constructor(text: string) {
    this.text = text;
    this.#expressions = new PythonExpressions(this);
    this.#statements = new PythonStatements(this);
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

  target(node: SyntaxNode): Target {
    return this.#depth.enter(() => this.#target(node));
  }

  variable(node: SyntaxNode): Target {
    const name = this.textOf(node);
    const target = { kind: 'variable', span: spanOf(node), name } as const;
    return this.#outer.has(name) ? target : { ...target, declares: 'function' };
  }

  #target(node: SyntaxNode): Target {
    const span = spanOf(node);
    switch (node.type) {
      case 'attribute':
      case 'subscript': {
        const place = this.expression(node);
        if (place.kind === 'member' || place.kind === 'index') return place;
        return { kind: 'record-target', span, entries: [] };
      }
      case 'tuple_pattern':
      case 'list_pattern':
      case 'pattern_list':
      case 'tuple':
      case 'list':
      case 'expression_list':
        return {
          kind: 'list-target',
          span,
          items: childrenOf(node).map((child) => {
            const isRest = child.type === 'list_splat_pattern' || child.type === 'list_splat';
            const inner = isRest ? (childrenOf(child)[0] ?? child) : child;
            return { target: this.target(inner), isRest };
          }),
        };
      case 'parenthesized_expression':
      case 'as_pattern_target': {
        const [inner] = childrenOf(node);
        return inner ? this.target(inner) : this.variable(node);
      }
      default:
        return this.variable(node);
    }
  }

  closure(node: SyntaxNode, decorators: readonly Expression[]): FunctionCode {
    const name = node.childForFieldName('name');
    const body = node.childForFieldName('body');
    const bodyText = body ? this.textOf(body) : '';
    return {
      span: spanOf(node),
      name: name ? this.textOf(name) : '',
      parameters: this.#parameters(node.childForFieldName('parameters')),
      isArrow: false,
      isGenerator: node.type !== 'lambda' && /\byield\b/u.test(bodyText),
      isExported: false,
      decorators,
      body: once(() => {
        if (body === null) return [];
        if (node.type === 'lambda') {
          return [{ kind: 'return', span: spanOf(body), value: this.expression(body) }];
        }
        const around = this.#outer;
        this.#outer = outerNames(bodyText);
        try {
          return this.block(childrenOf(body));
        } finally {
          this.#outer = around;
        }
      }),
    };
  }

  #parameters(list: SyntaxNode | null): readonly Parameter[] {
    if (list === null) return [];
    return childrenOf(list).flatMap((node) => this.#parameter(node));
  }

  #parameter(node: SyntaxNode): readonly Parameter[] {
    const declared = (inner: SyntaxNode): Target => ({
      kind: 'variable',
      span: spanOf(inner),
      name: this.textOf(inner),
      declares: 'function',
    });
    const type = node.childForFieldName('type');
    const typed = type ? this.#typeName(type) : undefined;
    const value = node.childForFieldName('value');
    const extra = {
      ...(value && { fallback: this.expression(value) }),
      ...(typed && { type: typed }),
    };
    switch (node.type) {
      case 'identifier':
        return [{ target: declared(node) }];
      case 'default_parameter':
      case 'typed_default_parameter': {
        const name = node.childForFieldName('name');
        return name ? [{ target: declared(name), ...extra }] : [];
      }
      case 'typed_parameter': {
        const [inner] = childrenOf(node);
        if (inner === undefined) return [];
        if (inner.type === 'identifier') return [{ target: declared(inner), ...extra }];
        return this.#parameter(inner);
      }
      case 'list_splat_pattern':
      case 'dictionary_splat_pattern': {
        const [inner] = childrenOf(node);
        const rest = node.type === 'list_splat_pattern' ? 'list' : 'record';
        return inner ? [{ target: declared(inner), rest }] : [];
      }
      default:
        return [];
    }
  }

  #typeName(type: SyntaxNode): Expression | undefined {
    const [inner] = childrenOf(type);
    if (inner === undefined) return undefined;
    if (inner.type === 'identifier' || inner.type === 'attribute') return this.expression(inner);
    if (inner.type === 'generic_type' && childrenOf(inner)[0]) {
      // `Optional[int]` is no plain type of its own: what it may hold decides.
      const parameters = childrenOf(inner)[1];
      const [first] = parameters ? childrenOf(parameters) : [];
      return first && this.textOf(inner).startsWith('Optional') ? this.#typeName(first) : undefined;
    }
    return undefined;
  }

  classOf(node: SyntaxNode, decorators: readonly Expression[]): ClassCode {
    const name = node.childForFieldName('name');
    const bases = node.childForFieldName('superclasses');
    const body = node.childForFieldName('body');
    return {
      span: spanOf(node),
      name: name ? this.textOf(name) : '',
      bases: (bases ? childrenOf(bases) : [])
        .filter(({ type }) => type === 'identifier' || type === 'attribute')
        .map((base) => this.expression(base)),
      decorators,
      members: (body ? childrenOf(body) : []).flatMap((child) => this.#member(child)),
    };
  }

  #member(node: SyntaxNode): readonly ClassMember[] {
    const decorators = childrenOf(node).filter(({ type }) => type === 'decorator');
    const inner =
      node.type === 'decorated_definition' ? node.childForFieldName('definition') : node;
    if (inner?.type === 'function_definition') {
      const marks = decorators.map((one) => this.#decorator(one));
      const code = this.closure(inner, marks);
      const isStatic = marks.some(
        (one) => one.kind === 'name' && /^(?:static|class)method$/u.test(one.name),
      );
      const value = { kind: 'closure', span: spanOf(inner), code } as const;
      return [{ name: code.name, value, isStatic, role: 'method' }];
    }
    if (inner?.type !== 'expression_statement') return [];
    const [assignment] = childrenOf(inner);
    const left = assignment?.childForFieldName('left');
    if (assignment?.type !== 'assignment' || left?.type !== 'identifier') return [];
    const right = assignment.childForFieldName('right');
    const value: Expression = right
      ? this.expression(right)
      : { kind: 'opaque', span: spanOf(left), parts: [] };
    return [{ name: this.textOf(left), value, isStatic: right !== null, role: 'field' }];
  }

  #decorator(node: SyntaxNode): Expression {
    const [inner] = childrenOf(node);
    return inner ? this.expression(inner) : { kind: 'opaque', span: spanOf(node), parts: [] };
  }

  decorated(node: SyntaxNode): {
    readonly inner: SyntaxNode | null;
    readonly decorators: readonly Expression[];
  } {
    const decorators = childrenOf(node).filter(({ type }) => type === 'decorator');
    return {
      inner: node.childForFieldName('definition'),
      decorators: decorators.map((one) => this.#decorator(one)),
    };
  }
}

/** Names after `global` and `nonlocal`. Those in functions inside are among them, which is rare. */
function outerNames(text: string): ReadonlySet<string> {
  const found = text.matchAll(/^[ \t]*(?:global|nonlocal)[ \t]+(?<names>[\w, \t]+)/gmu);
  return new Set([...found].flatMap(({ groups }) => (groups?.['names'] ?? '').split(/[\s,]+/u)));
}
