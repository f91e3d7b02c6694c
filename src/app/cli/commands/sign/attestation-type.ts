/** The types of `--type`. */

import { AssayError } from '../../../../core/base/errors.ts';
import { predicateTypeOf, typeHint } from '../../../../trust/trust-file/attestation-types.ts';

/** A type as it was given, and in full. */
export interface NamedType {
  readonly type: string;
  readonly predicateType: string;
}

/** Reads the name or the URI of a type. @throws AssayError `USAGE` */
export function readType(text: string): NamedType {
  const predicateType = predicateTypeOf(text);
  if (predicateType !== undefined) return { type: text, predicateType };
  throw new AssayError('USAGE', `--type "${text}" is not a type of attestation`, {
    hint: typeHint(text),
  });
}
