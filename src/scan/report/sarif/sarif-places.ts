/** Places of SARIF: files with their regions (sections 3.29 and 3.30). */

import type { Artifact, Location } from '../../../core/model/artifact/artifact.ts';
import type { TextRange } from '../../../core/model/rule/rule-finding.ts';
import type { Json } from '../../../core/codec/streamed-json.ts';
import { placeUri } from '../findings/artifact-identity.ts';

/** The text at a place, as far as a finding knows it. */
export interface SarifText {
  readonly range?: TextRange | undefined;
  readonly snippet?: string | undefined;
}

/**
 * Returns a place with its region: the line alone, or the range with its text. Code scanning
 * refuses places without a line.
 */
export function sarifPlace(
  place: Location,
  artifact: Artifact,
  { range, snippet }: SarifText = {},
): { readonly physicalLocation: Json } {
  const lines =
    range === undefined ? { startLine: Math.max(place.line ?? 1, 1) } : regionOfRange(range);
  return {
    physicalLocation: {
      artifactLocation: { uri: placeUri(artifact, place) },
      region: { ...lines, ...(snippet !== undefined && { snippet: { text: snippet } }) },
    },
  };
}

/**
 * Returns the region of a range. Lines and columns start at 1, and the end column is exclusive
 * (section 3.30.8), as that of {@link TextRange}. A stored report may claim an end before the
 * start, which code scanning refuses; the region then ends where it starts.
 */
function regionOfRange(range: TextRange): Readonly<Record<string, number>> {
  const startLine = Math.max(range.startLine, 1);
  const startColumn = Math.max(range.startColumn, 1);
  const endLine = Math.max(range.endLine, startLine);
  const endColumn = Math.max(range.endColumn, endLine === startLine ? startColumn : 1);
  return { startLine, startColumn, endLine, endColumn };
}
