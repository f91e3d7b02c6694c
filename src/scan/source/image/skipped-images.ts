/** A note about the images beside the opened ones. */

import type { Diagnostic } from '../../../core/model/finding/finding.ts';

/**
 * Images are published for a dozen platforms, each with an attestation; the first few say what they
 * are.
 */
const MAX_NAMED = 5;

/**
 * Returns notes about skipped images; `rows` name a manifest each, as in `linux/arm64 (sha256:…)`.
 */
export function skippedImageNotes(rows: readonly string[]): readonly Diagnostic[] {
  if (rows.length === 0) return [];
  const count = rows.length === 1 ? '1 manifest' : `${rows.length} manifests`;
  const more = rows.length > MAX_NAMED ? ` and ${rows.length - MAX_NAMED} more` : '';
  return [
    {
      stage: 'source',
      message: `${count} of the image ${rows.length === 1 ? 'is' : 'are'} left out: ${rows.slice(0, MAX_NAMED).join(', ')}${more}`,
    },
  ];
}
