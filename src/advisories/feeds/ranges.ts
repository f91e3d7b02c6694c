/**
 * Turns the events of an OSV range into spans of versions.
 *
 * Source: OSV schema 1.7, "Evaluation": events are sorted; a version is affected from an
 * `introduced` up to the next `fixed` (exclusive) or `last_affected` (inclusive), and only below a
 * `limit` where there is one.
 */

import type { VersionRange } from '../../core/model/advisory/advisory.ts';

/** An event of an affected range (OSV schema, "affected[].ranges[].events"). */
export type RangeEvent =
  | { readonly kind: 'introduced'; readonly version: string }
  | { readonly kind: 'fixed'; readonly version: string }
  | { readonly kind: 'last_affected'; readonly version: string }
  | { readonly kind: 'limit'; readonly version: string };

/** `undefined` where two versions cannot be ordered. */
export type CompareVersions = (a: string, b: string) => -1 | 0 | 1 | undefined;

/**
 * Returns the spans of one range, lowest first. A `fixed` that closes no span, because a lower one
 * did, becomes an empty span from itself to itself: it affects nothing and records the fixed
 * version of a later branch. Returns `undefined` if nothing was introduced.
 */
export function spansOf(
  events: readonly RangeEvent[],
  compare: CompareVersions,
): readonly VersionRange[] | undefined {
  const [first, second] = events;
  // Nearly all ranges are so, and a look-up reads thousands.
  if (first?.kind === 'introduced' && second !== undefined && isSimple(events)) {
    const { kind, version } = second;
    if (kind !== 'limit') return [closed(first.version, kind, version)];
  }
  const limit = highestLimit(events, compare);
  const bounds = events.filter((event) => event.kind !== 'limit');
  if (!bounds.some((event) => event.kind === 'introduced')) return undefined;
  const spans: VersionRange[] = [];
  let introduced: string | undefined;
  for (const { kind, version } of inOrder(bounds, compare)) {
    if (kind === 'introduced') {
      introduced ??= version;
    } else if (introduced !== undefined) {
      spans.push(closed(introduced, kind, version, limit));
      introduced = undefined;
    } else if (kind === 'fixed') {
      spans.push({ introduced: version, fixed: version });
    }
  }
  if (introduced !== undefined) spans.push({ introduced, ...limited(limit) });
  return spans;
}

function closed(
  introduced: string,
  kind: RangeEvent['kind'],
  version: string,
  limit?: string,
): VersionRange {
  if (limit === undefined) {
    return kind === 'fixed'
      ? { introduced, fixed: version }
      : { introduced, lastAffected: version };
  }
  const end = kind === 'fixed' ? { fixed: version } : { lastAffected: version };
  return { introduced, ...end, limit };
}

function limited(limit: string | undefined): { readonly limit?: string } {
  return limit === undefined ? {} : { limit };
}

/** With several limits a version need only be below one of them; `*` is above all versions. */
function highestLimit(events: readonly RangeEvent[], compare: CompareVersions): string | undefined {
  let highest: string | undefined;
  for (const { kind, version } of events) {
    if (kind !== 'limit') continue;
    if (version === '*') return undefined;
    if (highest === undefined || compare(version, highest) === 1) highest = version;
  }
  return highest;
}

/**
 * Returns the events in the order of versions; as given if any two of them have none, for then no
 * order is better.
 */
function inOrder(events: readonly RangeEvent[], compare: CompareVersions): readonly RangeEvent[] {
  if (events.length < 2 || isSimple(events)) return events;
  // A scheme orders all versions that it can read, so neighbours are enough; `0` needs no reading.
  const read = events.filter((event) => event.version !== '0');
  for (const [index, event] of read.entries()) {
    const next = read[index + 1];
    if (next !== undefined && eventOrder(event, next, compare) === undefined) return events;
  }
  return [...events].sort((a, b) => eventOrder(a, b, compare) ?? 0);
}

/**
 * Returns whether the events are simple, as in nearly all ranges: one introduction, then at most
 * one end.
 */
function isSimple(events: readonly RangeEvent[]): boolean {
  return (
    events.length === 2 && events[0]?.kind === 'introduced' && events[1]?.kind !== 'introduced'
  );
}

/**
 * At the same version a fix comes before the next span's beginning. What is last affected there may
 * end a span that began at this very version, or one before; it stays where the publisher wrote it.
 */
function eventOrder(a: RangeEvent, b: RangeEvent, compare: CompareVersions): number | undefined {
  const order = versionOrder(a.version, b.version, compare);
  if (order !== 0) return order;
  if (a.kind === 'last_affected' || b.kind === 'last_affected') return 0;
  return Number(a.kind === 'introduced') - Number(b.kind === 'introduced');
}

function versionOrder(a: string, b: string, compare: CompareVersions): number | undefined {
  if (a === b) return 0;
  if (a === '0') return -1;
  if (b === '0') return 1;
  return compare(a, b);
}
