/**
 * Rules of a run: descriptors of the driver and of extensions, and the configurations that replace
 * their default.
 *
 * Source: SARIF 2.1.0, 3.27.5 to 3.27.7 (`ruleId`, `ruleIndex`, `rule`), 3.49
 * (`reportingDescriptor`), 3.51 (`configurationOverride`), 3.52 (`reportingDescriptorReference`). A
 * `ruleId` may have more parts than the id of its descriptor (`CA2101/1`). Refused: an index that
 * leads to no descriptor or to one of another id.
 */

import type { SarifNode } from './sarif-node.ts';

/** A descriptor with the component that has it. */
export interface Descriptor {
  readonly node: SarifNode;
  readonly component: SarifNode;
  readonly id: string | undefined;
}

/** The rules of one run. */
export class RuleDescriptors {
  readonly #driver: readonly Descriptor[];
  /** One list for each extension. */
  readonly #extensions: readonly (readonly Descriptor[])[];
  readonly #extensionNodes: readonly SarifNode[];

  constructor(run: SarifNode) {
    const tool = run.required('tool');
    this.#driver = descriptorsOf(tool.required('driver'));
    this.#extensionNodes = tool.list('extensions');
    this.#extensions = this.#extensionNodes.map(descriptorsOf);
  }

  /** Returns the descriptor of the rule of a result; `undefined` if the document has none. */
  ofResult(result: SarifNode): Descriptor | undefined {
    const rule = result.object('rule');
    const id = rule?.raw('id') ?? result.raw('ruleId');
    const index = rule?.index('index') ?? result.index('ruleIndex');
    return this.#find({ at: rule ?? result, rule, id, index });
  }

  /** Returns the descriptor that a reference names. */
  ofReference(reference: SarifNode): Descriptor | undefined {
    const index = reference.index('index');
    return this.#find({ at: reference, rule: reference, id: reference.raw('id'), index });
  }

  #find({ at, rule, id, index }: Reference): Descriptor | undefined {
    const component = rule?.object('toolComponent');
    const list = component === undefined ? this.#driver : this.#componentOf(component);
    if (index !== undefined && list.length > 0) {
      const found = list[index];
      if (found === undefined) {
        return at.fail(`rule index ${index} is beyond the ${list.length} rules of its component`);
      }
      if (id !== undefined && found.id !== undefined && !isPartOf(found.id, id)) {
        return at.fail(`rule index ${index} is the rule "${found.id}", and the rule id is "${id}"`);
      }
      return found;
    }
    const guid = rule?.raw('guid');
    if (guid !== undefined) {
      const found = list.find(({ node }) => node.raw('guid') === guid);
      if (found !== undefined) return found;
    }
    if (id === undefined) return undefined;
    return nearest(list, id) ?? (component ? undefined : nearest(this.#extensions.flat(), id));
  }

  #componentOf(reference: SarifNode): readonly Descriptor[] {
    const index = reference.index('index');
    const guid = reference.raw('guid');
    const name = reference.raw('name');
    if (index !== undefined) {
      return this.#extensions[index] ?? reference.fail(`there is no extension ${index}`);
    }
    const at = this.#extensionNodes.findIndex(
      (node) =>
        (guid !== undefined && node.raw('guid') === guid) ||
        (guid === undefined && name !== undefined && node.raw('name') === name),
    );
    return this.#extensions[at] ?? this.#driver;
  }
}

interface Reference {
  /** The place of errors. */
  readonly at: SarifNode;
  readonly rule: SarifNode | undefined;
  readonly id: string | undefined;
  readonly index: number | undefined;
}

function descriptorsOf(component: SarifNode): readonly Descriptor[] {
  return component.list('rules').map((node) => ({ node, component, id: node.raw('id') }));
}

/** Returns whether an id is that of the descriptor, or one of its parts. */
function isPartOf(descriptorId: string, id: string): boolean {
  return id === descriptorId || id.startsWith(`${descriptorId}/`);
}

/** Returns the descriptor whose id has the most parts in common. */
function nearest(list: readonly Descriptor[], id: string): Descriptor | undefined {
  let best: Descriptor | undefined;
  for (const one of list) {
    if (one.id === undefined || !isPartOf(one.id, id)) continue;
    if (best?.id === undefined || one.id.length > best.id.length) best = one;
  }
  return best;
}
