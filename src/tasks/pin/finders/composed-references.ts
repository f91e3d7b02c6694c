/**
 * References that several scalars compose. A scalar that would get two digests is an obstacle for
 * each of them.
 */

import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import type { FoundReference } from '../finder.ts';
import { shownText } from './shown-text.ts';

/** Collects the references of one file. */
export class ComposedReferences {
  /** By the scalar that gets the digest. */
  readonly #byTarget = new Map<YamlScalar, Map<string, FoundReference>>();
  readonly #others: FoundReference[] = [];

  /** Adds a reference. The same value at the same target is one reference. */
  add(target: YamlScalar | undefined, reference: FoundReference): void {
    if (target === undefined) {
      this.#others.push(reference);
      return;
    }
    const values = this.#byTarget.get(target) ?? new Map<string, FoundReference>();
    this.#byTarget.set(target, values);
    if (!values.has(reference.value)) values.set(reference.value, reference);
  }

  /** Returns all references. */
  list(): readonly FoundReference[] {
    const references = [...this.#others];
    for (const [target, values] of this.#byTarget) {
      const isShared = values.size > 1;
      for (const reference of values.values()) {
        references.push(isShared ? withObstacle(reference, target) : reference);
      }
    }
    return references;
  }
}

function withObstacle(reference: FoundReference, target: YamlScalar): FoundReference {
  if (reference.obstacle !== undefined) return reference;
  const message = `several images use the value "${shownText(target.value.trim())}"`;
  return { ...reference, obstacle: { id: 'shared-value', message } };
}
