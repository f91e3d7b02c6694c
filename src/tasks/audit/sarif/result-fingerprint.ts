/**
 * The identity of a result besides its rule: the fingerprints of its analyzer, else the names on
 * its line.
 *
 * Source: SARIF 2.1.0, 3.27.17 (`fingerprints`) and 3.27.18 (`partialFingerprints`). Quoted texts
 * of the line are not part of it, nor is the region of a secret: the fingerprint has no key, so
 * that short values could be found by trying.
 */

import { compareText } from '../../../core/base/compare.ts';
import { fingerprintOf } from '../../../rules/detect/rule-draft.ts';
import type { ResultPlace } from './result-place.ts';
import type { SarifNode } from './sarif-node.ts';

/** Longer lines are generated; their beginning identifies them as well. */
const MAX_LINE_LENGTH = 1000;

const QUOTED = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`(?:[^`\\]|\\.)*`/gu;
const UNCLOSED_QUOTE = /["'`].*$/u;
const NAME_BEFORE_VALUE = /^[^=:"'`]*/u;
const BLANK = /\s+/gu;

/** The parts of a result that its fingerprint depends on. */
export interface FingerprintSubject {
  readonly rule: string;
  readonly result: SarifNode;
  readonly place: ResultPlace;
  readonly message: string;
  readonly isSecret: boolean;
}

/** Returns the fingerprint of a result. */
export function resultFingerprint(subject: FingerprintSubject): string {
  return fingerprintOf(subject.rule, givenParts(subject.result) ?? seenParts(subject));
}

/** Returns the fingerprints that the analyzer gives, if there are any. */
function givenParts(result: SarifNode): readonly string[] | undefined {
  for (const key of ['fingerprints', 'partialFingerprints'] as const) {
    const given = result.object(key);
    if (given === undefined || given.keys.length === 0) continue;
    const names = [...given.keys].sort(compareText);
    return [key, ...names.flatMap((name) => [name, given.raw(name) ?? ''])];
  }
  return undefined;
}

/** The names on the line; if there is no line, the name of the function or the message. */
function seenParts({ result, place, message, isSecret }: FingerprintSubject): readonly string[] {
  const { lineText, range } = place;
  if (lineText !== undefined) {
    const start = isSecret ? Math.min(range?.startColumn ?? 1, lineText.length + 1) - 1 : 0;
    return ['line', isSecret ? secretNames(lineText, start) : namesOf(lineText)];
  }
  const logical = result.list('locations')[0]?.list('logicalLocations')[0];
  const name = logical?.raw('fullyQualifiedName') ?? logical?.raw('name');
  return name === undefined ? ['message', message] : ['name', name];
}

/**
 * Returns the text before a secret; if its column is not known, the text before the first
 * assignment or quote.
 */
function secretNames(line: string, start: number): string {
  const before = start > 0 ? line.slice(0, start) : (NAME_BEFORE_VALUE.exec(line)?.[0] ?? '');
  return namesOf(before);
}

function namesOf(line: string): string {
  const text = line.slice(0, MAX_LINE_LENGTH).replace(QUOTED, '""').replace(UNCLOSED_QUOTE, '"');
  return text.replace(BLANK, ' ').trim();
}
