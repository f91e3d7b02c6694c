/** From the merged view to the inventory: each package once, with all its places and its first layer. */

import type { Artifact } from '../model/artifact.ts';
import type { Ecosystem } from '../model/ecosystem.ts';
import type { Diagnostic } from '../model/finding.ts';
import type { Distro, Inventory, Package } from '../model/package.ts';
import type { MergedView } from './merge.ts';

export interface InventoryOptions {
  readonly distro?: Distro;
  /** The catalogers' rows by id, for the ecosystem and the presence of what they found. */
  readonly rows: ReadonlyMap<
    string,
    { readonly ecosystem?: Ecosystem; readonly presence: Package['presence'] }
  >;
  readonly artifactKind: Artifact['kind'];
}

/** Builds the inventory. The diagnostics are those of the view and those of the building. */
export function buildInventory(
  view: MergedView,
  options: InventoryOptions,
): { readonly inventory: Inventory; readonly diagnostics: readonly Diagnostic[] } {
  throw new Error(String(view.layerCount) + options.artifactKind);
}
