/**
 * License expressions of SPDX as a list of licences.
 *
 * Source: SPDX 2.3, annex D. What `AND` joins at the top are several licences; everything else
 * stays one expression.
 */

const NOTHING: ReadonlySet<string> = new Set(['', 'NOASSERTION', 'NONE']);
const REFERENCE = /(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+/g;
const MAX_LENGTH = 4096;

/**
 * Splits an SPDX license expression into the licenses that it names. `NONE` and `NOASSERTION`
 * yield an empty list.
 *
 * @param names Names of licences that the document defines itself, by id.
 */
export function licenseList(
  expression: string | undefined,
  names: ReadonlyMap<string, string> = new Map(),
): readonly string[] {
  const text = (expression ?? '').trim().slice(0, MAX_LENGTH);
  if (NOTHING.has(text)) return [];
  const parts = text.includes('(') || / (?:OR|WITH) /.test(text) ? [text] : text.split(' AND ');
  return [
    ...new Set(
      parts
        .map((part) => part.trim().replaceAll(REFERENCE, (id) => names.get(id) ?? id))
        .filter((part) => !NOTHING.has(part)),
    ),
  ];
}
