/**
 * Findings of rules in merged layers. A whiteout hides a file from a container, and its bytes are
 * still in the image: so findings in deleted and replaced files stay, marked with both layers. Two
 * kinds do not: a finding that the file in its place repeats word for word, as after a change of
 * the mode, and a misconfiguration that a newer file corrects.
 */

import type { LayerRecord } from '../../core/model/layer/layer-record.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import { erasingLayers } from './erasing-layers.ts';
import type { FileNode, HardLinkNode } from './root-tree.ts';

/** A finding with its place in the merged root. */
export interface PlacedRule {
  /** The row of its record. */
  readonly row: RuleDraft;
  /** In the merged root; of a deleted or replaced file as its layer stores it. */
  readonly path: string;
  readonly layer: number;
  /** The layer that deleted or replaced the file. */
  readonly whitedOutIn?: number;
}

/** Collects the findings of the visible files, from which those of the other files follow. */
export class RulePlacement {
  readonly #records: readonly LayerRecord[];
  /** Most runs have no finding at all, and then nothing is collected. */
  readonly #isNeeded: boolean;
  readonly #visible = new Map<RuleDraft, PlacedRule>();
  /** Findings of earlier states of visible files. */
  readonly #replaced = new Set<RuleDraft>();

  constructor(records: readonly LayerRecord[]) {
    this.#records = records;
    this.#isNeeded = records.some(({ rules }) => rules.length > 0);
  }

  /** Takes a visible file. */
  add(path: string, node: FileNode | HardLinkNode): void {
    if (!this.#isNeeded) return;
    const { layer } = node;
    for (const row of node.said?.rules ?? []) this.#visible.set(row, { row, path, layer });
    for (let { before } = node; before !== undefined; before = before.before) {
      for (const row of before.said?.rules ?? []) this.#replaced.add(row);
    }
  }

  /** Returns all findings. Those of visible files come first. */
  done(): readonly PlacedRule[] {
    if (!this.#isNeeded) return [];
    const shown = new Map<string, number>();
    for (const { row, layer } of this.#visible.values()) shown.set(JSON.stringify(row), layer);
    const lost: PlacedRule[] = [];
    for (const [layer, { rules }] of [...this.#records.entries()].reverse()) {
      for (const row of rules) {
        if (this.#visible.has(row) || this.#isCorrected(row)) continue;
        const text = JSON.stringify(row);
        if ((shown.get(text) ?? layer) > layer) continue;
        shown.set(text, layer);
        lost.push({ row, path: row.location.path, layer });
      }
    }
    const erasedIn = erasingLayers(this.#records, lost);
    const whitedOut = lost.map((one, index) => ({
      ...one,
      whitedOutIn: erasedIn[index] ?? one.layer,
    }));
    return [...this.#visible.values(), ...whitedOut];
  }

  #isCorrected(row: RuleDraft): boolean {
    return row.category === 'misconfiguration' && this.#replaced.has(row);
  }
}

/**
 * Returns the findings of an artifact, located in its layers. If its layers can be unpacked in two
 * ways, a file is visible if one of them shows it.
 */
export function locateRules(...views: readonly (readonly PlacedRule[])[]): readonly RuleDraft[] {
  const placed = new Map<RuleDraft, PlacedRule>();
  for (const one of views.flat()) {
    const known = placed.get(one.row);
    const isBetter = known?.whitedOutIn !== undefined && one.whitedOutIn === undefined;
    if (known === undefined || isBetter) placed.set(one.row, one);
  }
  return [...placed.values()].map(({ row, path, layer, whitedOutIn }) => ({
    ...row,
    location: { ...row.location, path, layer },
    ...(whitedOutIn !== undefined && { whitedOutIn }),
  }));
}
