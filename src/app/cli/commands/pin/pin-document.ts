/** The answer of `assay pin` in JSON: `schema/assay-pin-1.schema.json`. */

import { pinCauses, type PinCause } from '../../../../tasks/pin/exit-code.ts';
import type { PinOutcome } from '../../../../tasks/pin/outcome.ts';

/** Returns the document. The diff is part of it if it was asked for. */
export function pinDocument(
  { diff, ...outcome }: PinOutcome,
  { exitCode, wantsDiff }: { readonly exitCode: number; readonly wantsDiff: boolean },
): object {
  const causes: readonly PinCause[] = pinCauses({ diff, ...outcome });
  return { schemaVersion: 1, ...outcome, causes, exitCode, ...(wantsDiff && { diff }) };
}
