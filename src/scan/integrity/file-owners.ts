/** The owning packages of files in the merged root. */

import type { FileListRef, RootfsView } from '../../core/model/layer/rootfs-view.ts';
import type { IntegrityInput, Subject } from './input.ts';

/**
 * The owners of bodies in the merged root, by the number of the body: hard links of one body have
 * one owner.
 */
export interface FileOwners {
  /** The digest in the package's manifest is that of the bytes. */
  readonly matched: Pick<ReadonlyMap<number, Subject>, 'get' | 'has'>;
  /** A manifest names the file, and its digest is another one. */
  readonly mismatched: ReadonlyMap<number, Subject>;
  /** A manifest names the file, and nothing can be compared. */
  readonly named: ReadonlyMap<number, Subject>;
}

/**
 * The owners of bodies whose digest is in a manifest: one by one, or all files of a manifest
 * together. The first package owns a body, unless a later one is the system's: a file list for a
 * language package can be written by anyone.
 */
export class MatchedBodyOwners implements Pick<ReadonlyMap<number, Subject>, 'get' | 'has'> {
  readonly #root: RootfsView;
  readonly #byBody = new Map<number, Subject>();
  readonly #byList = new Map<string, Subject>();

  constructor(root: RootfsView) {
    this.#root = root;
  }

  add(body: number, subject: Subject): void {
    if (isFirst(subject, this.get(body))) this.#byBody.set(body, subject);
  }

  addList(place: FileListRef, subject: Subject): void {
    const key = fileListKey(place);
    if (isFirst(subject, this.#byList.get(key))) this.#byList.set(key, subject);
  }

  get(body: number): Subject | undefined {
    const one = this.#byBody.get(body);
    if (this.#byList.size === 0 || one?.isSystem === true) return one;
    const place = this.#root.listOf(body);
    const all = place && this.#byList.get(fileListKey(place));
    // What was added by itself came first, or took the body from the list.
    return all !== undefined && isFirst(all, one) ? all : one;
  }

  has(body: number): boolean {
    return this.get(body) !== undefined;
  }
}

function isFirst(subject: Subject, known: Subject | undefined): boolean {
  return known === undefined || (!known.isSystem && subject.isSystem);
}

/** Returns the key of a list of owned files among those of all layers. */
export function fileListKey({ layer, list }: FileListRef): string {
  return `${layer} ${list}`;
}

/** Returns the lists of their layers that have the files at some paths. */
export function fileListsOf(
  { root }: IntegrityInput,
  paths: Iterable<string>,
): ReadonlySet<string> {
  const lists = new Set<string>();
  for (const path of paths) {
    const seen = root.lookUp(path, true);
    const place = seen.kind === 'file' ? root.listOf(seen.body) : undefined;
    if (place !== undefined) lists.add(fileListKey(place));
  }
  return lists;
}
