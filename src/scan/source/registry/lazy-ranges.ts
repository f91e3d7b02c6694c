/**
 * The parts of a blob that are requested, several at a time: a request costs more than the bytes of
 * a small gap.
 */

/** A requested part of a blob. */
export interface Span {
  readonly start: number;
  /** Behind its last byte. */
  readonly end: number;
}

/** Wanted spans that are got by one request. */
export interface SpanGroup<Wanted extends Span> extends Span {
  readonly spans: readonly Wanted[];
}

/** A round trip to a registry takes as long as some 64 KiB do on a middling line. */
const MAX_GAP_BYTES = 64 * 1024;
/** Only a single file makes a request larger. */
const MAX_GROUP_BYTES = 8 * 1024 * 1024;
/** Registries answer a few at once without counting it as abuse. */
const REQUESTS_AT_ONCE = 4;
/** Bytes of responses that may wait unused, beside the oldest. */
const MAX_AHEAD_BYTES = 16 * 1024 * 1024;

/** Groups `spans`, which are in ascending order, without overlaps. */
export function groupSpans<Wanted extends Span>(
  spans: readonly Wanted[],
): readonly SpanGroup<Wanted>[] {
  const groups: { start: number; end: number; spans: Wanted[] }[] = [];
  for (const span of spans) {
    const last = groups.at(-1);
    const isNear = last !== undefined && span.start - last.end < MAX_GAP_BYTES;
    if (isNear && span.end - last.start <= MAX_GROUP_BYTES) {
      last.end = span.end;
      last.spans.push(span);
    } else groups.push({ start: span.start, end: span.end, spans: [span] });
  }
  return groups;
}

/**
 * Yields the answer for each span, in order. What is ahead of the reader is bounded by number and
 * bytes; what is under way when the reader ends is waited for.
 */
export async function* fetchInOrder<Asked extends Span, Answer>(
  asked: readonly Asked[],
  fetch: (span: Asked) => Promise<Answer>,
): AsyncGenerator<readonly [Asked, Answer]> {
  const ahead: { readonly span: Asked; readonly answer: Promise<Answer> }[] = [];
  let aheadBytes = 0;
  let next = 0;
  const hasRoom = (span: Span): boolean =>
    ahead.length === 0 ||
    (ahead.length < REQUESTS_AT_ONCE && aheadBytes + lengthOf(span) <= MAX_AHEAD_BYTES);
  try {
    for (;;) {
      for (let span = asked[next]; span !== undefined && hasRoom(span); span = asked[next]) {
        const answer = fetch(span);
        // It may fail before anybody waits for it.
        answer.catch(() => undefined);
        ahead.push({ span, answer });
        aheadBytes += lengthOf(span);
        next += 1;
      }
      const first = ahead[0];
      if (first === undefined) return;
      const answer = await first.answer;
      ahead.shift();
      aheadBytes -= lengthOf(first.span);
      yield [first.span, answer];
    }
  } finally {
    await Promise.allSettled(ahead.map(({ answer }) => answer));
  }
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}
