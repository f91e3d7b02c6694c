/** Patterns of JavaScript: what declarations, parameters and assignments give values to. */

import type { SyntaxNode } from '../../../formats/text/tree-sitter.ts';
import type { Target, TargetEntry, TargetItem } from '../form.ts';
import { childrenOf, literalText, spanOf } from '../lowering.ts';
import type { Parts } from './expressions.ts';

type Declares = 'block' | 'function' | undefined;

/** Lowers patterns. */
export class JavaScriptTargets {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Lowers a pattern. `declares` says where its variables are made. */
  lower(node: SyntaxNode, declares: Declares): Target {
    const span = spanOf(node);
    switch (node.type) {
      case 'object_pattern':
        return {
          kind: 'record-target',
          span,
          entries: childrenOf(node).flatMap((one) => this.#entry(one, declares)),
        };
      case 'array_pattern':
        return { kind: 'list-target', span, items: this.#items(node, declares) };
      case 'member_expression':
      case 'subscript_expression': {
        const place = this.#parts.expression(node);
        if (place.kind === 'member' || place.kind === 'index') return place;
        return { kind: 'record-target', span, entries: [] };
      }
      case 'parenthesized_expression':
      case 'non_null_expression':
      case 'as_expression': {
        const [inner] = childrenOf(node);
        return inner ? this.#parts.target(inner, declares) : this.#variable(node, declares);
      }
      default:
        return this.#variable(node, declares);
    }
  }

  #variable(node: SyntaxNode, declares: Declares): Target {
    const name = this.#parts.textOf(node);
    const target = { kind: 'variable', span: spanOf(node), name } as const;
    return declares === undefined ? target : { ...target, declares };
  }

  #entry(node: SyntaxNode, declares: Declares): readonly TargetEntry[] {
    const span = spanOf(node);
    if (node.type === 'shorthand_property_identifier_pattern') {
      const key = literalText(span, this.#parts.textOf(node));
      return [{ key, target: this.#variable(node, declares) }];
    }
    if (node.type === 'object_assignment_pattern') {
      const left = node.childForFieldName('left');
      const right = node.childForFieldName('right');
      if (left === null || right === null) return [];
      const key = literalText(spanOf(left), this.#parts.textOf(left));
      const fallback = this.#parts.expression(right);
      return [{ key, target: this.#parts.target(left, declares), fallback }];
    }
    if (node.type === 'rest_pattern') {
      const [inner] = childrenOf(node);
      return inner ? [{ target: this.#parts.target(inner, declares) }] : [];
    }
    const key = node.childForFieldName('key');
    const value = node.childForFieldName('value');
    if (key === null || value === null) return [];
    const isPlain = key.type === 'property_identifier';
    const name = isPlain
      ? literalText(spanOf(key), this.#parts.textOf(key))
      : this.#parts.expression(key);
    return [{ key: name, ...this.#withFallback(value, declares) }];
  }

  #withFallback(node: SyntaxNode, declares: Declares): Pick<TargetEntry, 'target' | 'fallback'> {
    const left = node.type === 'assignment_pattern' ? node.childForFieldName('left') : null;
    const right = node.type === 'assignment_pattern' ? node.childForFieldName('right') : null;
    if (left === null || right === null) return { target: this.#parts.target(node, declares) };
    const fallback = this.#parts.expression(right);
    return { target: this.#parts.target(left, declares), fallback };
  }

  #items(node: SyntaxNode, declares: Declares): readonly (TargetItem | undefined)[] {
    const items: (TargetItem | undefined)[] = [];
    let isFilled = false;
    for (const child of node.children) {
      if (child.type === ',') {
        if (!isFilled) items.push(undefined);
        isFilled = false;
        continue;
      }
      if (!child.isNamed || child.type === 'comment') continue;
      isFilled = true;
      const isRest = child.type === 'rest_pattern';
      const inner = isRest ? (childrenOf(child)[0] ?? child) : child;
      items.push({ ...this.#withFallback(inner, declares), isRest });
    }
    return items;
  }
}
