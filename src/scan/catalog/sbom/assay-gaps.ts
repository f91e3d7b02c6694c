/**
 * Gaps of the artifact that an Assay document describes: without them its list would pass for a
 * complete one. A list of gaps that is none is a gap itself.
 */

import { isJsonArray, type JsonValue } from '../../../formats/text/json/json.ts';
import { GAP_KINDS, type GapKind } from '../../../core/model/finding/finding.ts';
import { SBOM_PROPERTY } from '../../../core/model/package/sbom-properties.ts';
import type { CatalogBuilder } from '../catalog-builder.ts';
import { parseJson } from './assay-component.ts';
import type { SbomComponent } from './sbom-document.ts';

/** Assay writes a thousand, and how many more there are. */
const MAX_GAPS = 1001;

/** Adds the gaps that the component's properties tell, each with the name of the thing. */
export function addAssayGaps(
  { name, line, properties }: SbomComponent,
  result: CatalogBuilder,
): void {
  const text = properties.get(SBOM_PROPERTY.gaps);
  if (text === undefined) return;
  const rows = parseJson(text);
  if (!isJsonArray(rows) || rows.length > MAX_GAPS) {
    result.unreadableRow(text, { reason: `no list of gaps in ${SBOM_PROPERTY.gaps}`, line });
    return;
  }
  for (const row of rows) {
    const gap = readGap(row);
    if (gap === undefined) result.unreadableRow(row, { reason: 'no gap with its kind', line });
    else result.gap(gap.kind, `in "${name}": ${gap.message}`, line);
  }
}

function readGap(row: JsonValue): { readonly kind: GapKind; readonly message: string } | undefined {
  const [first, message] = isJsonArray(row) ? row : [];
  const kind = GAP_KINDS.find((one) => one === first);
  return kind === undefined || typeof message !== 'string' ? undefined : { kind, message };
}
