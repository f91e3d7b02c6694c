/**
 * Limits the diagnostics of one layer. A hostile layer can contain millions of files that each
 * cause one, so the first of each kind are listed with their locations and the others are counted.
 * `docs/limits.md` has the values.
 */

import { pluralize } from '../../core/base/pluralize.ts';
import type { CatalogResult } from '../../core/model/catalog/catalog.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';

/** The largest public images give a few hundred notes, nearly all of one kind. */
const MAX_LISTED = 1000;
/** Number of distinguished kinds: each format has a few. */
const MAX_KINDS = 500;
/**
 * Longer messages are cut. File names may have 4096 bytes, and quoted rows are shortened before.
 */
const MAX_MESSAGE_LENGTH = 20_000;

interface Kind {
  readonly first: Diagnostic;
  count: number;
}

/**
 * The diagnostics of one layer by kind: those of one stage and gap whose messages differ only in
 * quoted texts and numbers.
 */
export class DiagnosticLimiter {
  readonly #layer: number;
  readonly #maxListed: number;
  readonly #kinds = new Map<string, Kind>();
  readonly #listed: Diagnostic[] = [];

  constructor(layer: number, maxListed = MAX_LISTED) {
    this.#layer = layer;
    this.#maxListed = maxListed;
  }

  /** Lists diagnostics that are among the first of their kinds. */
  push(...diagnostics: readonly Diagnostic[]): void {
    for (const diagnostic of diagnostics)
      if (this.keeps(diagnostic)) this.#listed.push(short(diagnostic));
  }

  /** Counts a diagnostic. Returns whether it is among the first of its kind. */
  keeps(diagnostic: Diagnostic): boolean {
    const kind = this.#kindOf(diagnostic);
    kind.count += 1;
    return kind.count <= this.#maxListed;
  }

  /**
   * Returns the first diagnostics of each kind in the order of their pushes, then one for the
   * others of each kind.
   */
  all(): readonly Diagnostic[] {
    return [...this.#listed, ...this.rest()];
  }

  /** Returns one diagnostic for each kind that has more than are listed. Those of gaps are gaps. */
  rest(): readonly Diagnostic[] {
    const rest: Diagnostic[] = [];
    for (const { first, count } of this.#kinds.values()) {
      if (count <= this.#maxListed) continue;
      rest.push({
        stage: first.stage,
        message: `${pluralize(count - this.#maxListed, 'more diagnostic')} in layer ${this.#layer + 1} like: ${first.message}`,
        ...(first.gap !== undefined && { gap: first.gap }),
      });
    }
    return rest;
  }

  #kindOf(diagnostic: Diagnostic): Kind {
    const { stage, gap = '' } = diagnostic;
    const key = `${stage} ${gap} ${patternOf(diagnostic)}`;
    const known = this.#kinds.get(key) ?? this.#otherKind(`${stage} ${gap}`);
    if (known !== undefined) return known;
    const kind: Kind = { first: short(diagnostic), count: 0 };
    this.#kinds.set(this.#kinds.size < MAX_KINDS ? key : `${stage} ${gap}`, kind);
    return kind;
  }

  #otherKind(key: string): Kind | undefined {
    return this.#kinds.size < MAX_KINDS ? undefined : this.#kinds.get(key);
  }
}

const QUOTED = /"[^"]*"/g;
const DIGITS = /\d+/g;
/** Enough of a message to identify its kind. */
const MAX_PATTERN_LENGTH = 200;

/** Returns the message without the parts that differ between files. */
function patternOf({ message, location }: Diagnostic): string {
  const start = message.slice(0, MAX_PATTERN_LENGTH * 2);
  const text = location === undefined ? start : start.replaceAll(location.path, '');
  return text.replace(QUOTED, '""').replace(DIGITS, '0').slice(0, MAX_PATTERN_LENGTH);
}

function short(diagnostic: Diagnostic): Diagnostic {
  const { message } = diagnostic;
  if (message.length <= MAX_MESSAGE_LENGTH) return diagnostic;
  return { ...diagnostic, message: `${message.slice(0, MAX_MESSAGE_LENGTH)}…` };
}

/**
 * Returns the result of a cataloger with the diagnostics that are among the first of their kinds in
 * the layer.
 */
export function limitDiagnostics(result: CatalogResult, fold: DiagnosticLimiter): CatalogResult {
  const { diagnostics } = result;
  if (diagnostics === undefined) return result;
  return { ...result, diagnostics: diagnostics.filter((one) => fold.keeps(one)) };
}
