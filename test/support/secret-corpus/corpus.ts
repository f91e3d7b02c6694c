/** The corpus of secrets: each format in each carrier, and decoys. The same for the same seed. */

import { BLOCK_CARRIERS, LINE_CARRIERS, type CorpusFile } from './carriers.ts';
import { DOCUMENTED_FORMATS, type DocumentedFormat } from './documented-formats.ts';
import type { Random } from './random-text.ts';
import { TABLE_FORMATS } from './table-formats.ts';

/** A file with a secret of a format. */
export interface CorpusCase extends CorpusFile {
  readonly format: string;
  readonly carrier: string;
  /** Whether its maker was written without sight of the rules. */
  readonly isDocumented: boolean;
  readonly secret: string;
}

/** Yields the files with secrets: `count` for each format and carrier. */
export function* corpusOf(random: Random, count: number): Generator<CorpusCase> {
  for (const format of DOCUMENTED_FORMATS) yield* casesOf(format, true, random, count);
  for (const format of TABLE_FORMATS) yield* casesOf(format, false, random, count);
}

function* casesOf(
  { id, name, make, isBlock }: DocumentedFormat,
  isDocumented: boolean,
  random: Random,
  count: number,
): Generator<CorpusCase> {
  const carriers = isBlock === true ? BLOCK_CARRIERS : LINE_CARRIERS;
  for (const [carrier, carry] of Object.entries(carriers)) {
    for (let index = 0; index < count; index += 1) {
      const secret = make(random);
      const file = carry({ name, secret, random });
      yield { ...file, format: id, carrier, isDocumented, secret };
    }
  }
}
