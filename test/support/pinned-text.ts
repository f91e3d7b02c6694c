/**
 * Pins the references of one file with made-up digests, without network: for tests that compare the
 * result.
 */

import { createHash } from 'node:crypto';

import { splice, type ByteEdit } from '../../src/formats/bytes/byte-range.ts';
import type { FoundReference } from '../../src/tasks/pin/finder.ts';
import { FINDERS } from '../../src/tasks/pin/finders/list.ts';
import { isImmutable, withoutDigest } from '../../src/tasks/pin/reference-value.ts';

/** A file before and after. */
export interface PinnedText {
  readonly before: string;
  readonly after: string;
  /** The values that were pinned. */
  readonly values: readonly string[];
}

/** Pins everything in a file that can be pinned. */
export async function pinnedText(path: string, bytes: Uint8Array): Promise<PinnedText> {
  const found: FoundReference[] = [];
  for (const row of FINDERS.filter((each) => each.accepts(path, false))) {
    found.push(...(await row.load()).find({ path, bytes }).references);
  }
  const open = found.filter(
    ({ kind, value, obstacle, noPin }) =>
      obstacle === undefined && noPin === undefined && !isImmutable(kind, value),
  );
  const edits = open.flatMap(({ kind, value, edit, comment }): ByteEdit[] => {
    const name = withoutDigest(kind, value);
    const pinned =
      kind === 'image'
        ? `${name}@sha256:${hash('sha256', value)}`
        : `${value.slice(0, value.lastIndexOf('@'))}@${hash('sha1', value)}`;
    return [
      { range: edit.range, text: edit.write(pinned) },
      ...(comment === undefined ? [] : [{ range: comment.range, text: comment.write('v1.2.3') }]),
    ];
  });
  return {
    before: textOf(bytes),
    after: textOf(splice(bytes, edits)),
    values: open.map(({ value }) => value),
  };
}

function hash(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('hex');
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
