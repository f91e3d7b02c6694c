/**
 * The edits that turn one text into another, line by line.
 *
 * Source: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), the greedy
 * algorithm.
 */

import type { ByteEdit } from '../../bytes/byte-range.ts';

const LINE_FEED = 0x0a;
/** Texts that differ in more lines are replaced from the first to the last of them. */
const MAX_DIFFERENCES = 2000;

/** Returns the edits of whole lines that turn `old` into `fresh`; none for equal texts. */
export function lineEdits(old: Uint8Array, fresh: Uint8Array): readonly ByteEdit[] {
  const [a, b] = [linesOf(old), linesOf(fresh)];
  let start = 0;
  while (start < a.length && start < b.length && a[start]?.text === b[start]?.text) start += 1;
  let [aEnd, bEnd] = [a.length, b.length];
  while (aEnd > start && bEnd > start && a[aEnd - 1]?.text === b[bEnd - 1]?.text) {
    aEnd -= 1;
    bEnd -= 1;
  }
  if (start === aEnd && start === bEnd) return [];
  const [from, to] = [a.slice(start, aEnd), b.slice(start, bEnd)];
  const offset = from[0]?.start ?? a[start]?.start ?? old.length;
  return pathOf(from, to).map(({ x, y, deleted, inserted }) => {
    const first = from[x]?.start ?? from.at(-1)?.end ?? offset;
    const last = deleted === 0 ? first : (from[x + deleted - 1]?.end ?? first);
    const freshStart = to[y]?.start ?? 0;
    const freshEnd = inserted === 0 ? freshStart : (to[y + inserted - 1]?.end ?? freshStart);
    return { range: { start: first, end: last }, text: fresh.subarray(freshStart, freshEnd) };
  });
}

interface Line {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function linesOf(bytes: Uint8Array): readonly Line[] {
  const lines: Line[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let start = 0; start < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    lines.push({ start, end, text: buffer.toString('latin1', start, end) });
    start = end;
  }
  return lines;
}

/** Lines that are replaced: `deleted` from `x` on by `inserted` from `y` on. */
interface Change {
  readonly x: number;
  readonly y: number;
  readonly deleted: number;
  readonly inserted: number;
}

function pathOf(a: readonly Line[], b: readonly Line[]): readonly Change[] {
  const whole = [{ x: 0, y: 0, deleted: a.length, inserted: b.length }];
  if (a.length === 0 || b.length === 0) return whole;
  const trace = shortestTrace(a, b);
  return trace === undefined ? whole : changesOf(trace, a.length, b.length);
}

/**
 * Returns the furthest points of each number of differences; `undefined` for too many differences.
 */
function shortestTrace(
  a: readonly Line[],
  b: readonly Line[],
): readonly ReadonlyMap<number, number>[] | undefined {
  const trace: ReadonlyMap<number, number>[] = [];
  let furthest: ReadonlyMap<number, number> = new Map([[1, 0]]);
  const most = Math.min(a.length + b.length, MAX_DIFFERENCES);
  for (let d = 0; d <= most; d += 1) {
    const next = new Map<number, number>();
    for (let k = -d; k <= d; k += 2) {
      const isDown = k === -d || (k !== d && at(furthest, k - 1) < at(furthest, k + 1));
      let x = isDown ? at(furthest, k + 1) : at(furthest, k - 1) + 1;
      while (x < a.length && x - k < b.length && a[x]?.text === b[x - k]?.text) x += 1;
      next.set(k, x);
      if (x >= a.length && x - k >= b.length) return [...trace, next];
    }
    trace.push(next);
    furthest = next;
  }
  return undefined;
}

/** Walks the trace back from the end, and joins neighbouring deletions and insertions. */
function changesOf(
  trace: readonly ReadonlyMap<number, number>[],
  aLength: number,
  bLength: number,
): readonly Change[] {
  const changes: Change[] = [];
  let [x, y] = [aLength, bLength];
  for (let d = trace.length - 1; d > 0; d -= 1) {
    const before = trace[d - 1] ?? new Map<number, number>();
    const k = x - y;
    const isDown = k === -d || (k !== d && at(before, k - 1) < at(before, k + 1));
    const fromX = at(before, isDown ? k + 1 : k - 1);
    const fromY = fromX - (isDown ? k + 1 : k - 1);
    const one = { x: fromX, y: fromY, deleted: isDown ? 0 : 1, inserted: isDown ? 1 : 0 };
    const last = changes.at(-1);
    if (last?.x === one.x + one.deleted && last.y === one.y + one.inserted) {
      changes[changes.length - 1] = {
        x: one.x,
        y: one.y,
        deleted: last.deleted + one.deleted,
        inserted: last.inserted + one.inserted,
      };
    } else changes.push(one);
    [x, y] = [fromX, fromY];
  }
  return changes.reverse();
}

function at(points: ReadonlyMap<number, number>, k: number): number {
  return points.get(k) ?? -1;
}
