/**
 * Tells bills of materials apart by their first bytes.
 *
 * Source: CycloneDX 1.7, "bomFormat" and the namespace of its XML; SPDX 2.3 and 3.0, "spdxVersion" and "@context". Keys
 * of JSON have no order, but every generator seen writes these before its lists.
 */

export type SbomForm = 'cyclonedx-json' | 'cyclonedx-xml' | 'spdx-json' | 'spdx-tag-value' | 'json';

/** Before the lists stand a few short fields. */
export const SBOM_HEAD_BYTES = 16 * 1024;

const BYTE_ORDER_MARK = /^\u00EF\u00BB\u00BF/;
const FORMS: readonly (readonly [SbomForm, RegExp])[] = [
  ['cyclonedx-json', /^\s*\{[^]*?(?:"bomFormat"\s*:\s*"CycloneDX"|cyclonedx\.org\/schema\/bom-)/],
  ['spdx-json', /^\s*\{[^]*?(?:"spdxVersion"\s*:|"SPDXID"\s*:|spdx\.org\/rdf\/3)/],
  ['json', /^\s*\{/],
  ['cyclonedx-xml', /^\s*<[^]*?cyclonedx\.org\/schema\/bom/],
  ['spdx-tag-value', /^\s*SPDXVersion:/],
];

/** The form of a document that begins with `head`; `json` is an object that says none, `undefined` anything else. */
export function sbomForm(head: Uint8Array): SbomForm | undefined {
  const bytes = head.subarray(0, SBOM_HEAD_BYTES);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(BYTE_ORDER_MARK, '');
  return FORMS.find(([, pattern]) => pattern.test(text))?.[0];
}
