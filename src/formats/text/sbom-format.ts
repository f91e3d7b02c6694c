/**
 * Recognizes bills of materials by their first bytes.
 *
 * Source: CycloneDX 1.7, "bomFormat" and the namespace of its XML; SPDX 2.3 and 3.0, "spdxVersion"
 * and "@context"; the JSON of syft and trivy; DSSE 1.0 and in-toto 1.0, "payloadType" and "_type".
 * Keys of JSON have no order, but every generator seen writes these before its lists.
 */

/** A document format whose packages can be read. */
export type SbomFormat =
  | 'cyclonedx-json'
  | 'cyclonedx-xml'
  | 'spdx-json'
  | 'spdx3-json'
  | 'spdx-tag-value'
  | 'syft-json'
  | 'trivy-json'
  | 'attestation'
  | 'json';

/** Before the lists stand a few short fields. */
export const SBOM_HEAD_BYTES = 16 * 1024;

const BYTE_ORDER_MARK = /^\u00EF\u00BB\u00BF/;
const FORMS: readonly (readonly [SbomFormat, RegExp])[] = [
  [
    'attestation',
    /^\s*\{[^]{0,300}?(?:"payloadType"\s*:\s*"application\/vnd\.in-toto\+json"|"_type"\s*:\s*"https:\/\/in-toto\.io\/Statement)/,
  ],
  ['trivy-json', /^\s*\{[^]{0,200}?"SchemaVersion"\s*:/],
  ['syft-json', /^\s*\{\s*"artifacts"\s*:\s*\[/],
  ['cyclonedx-json', /^\s*\{[^]*?(?:"bomFormat"\s*:\s*"CycloneDX"|cyclonedx\.org\/schema\/bom-)/],
  ['spdx3-json', /^\s*\{[^]*?spdx\.org\/rdf\/3/],
  ['spdx-json', /^\s*\{[^]*?(?:"spdxVersion"\s*:|"SPDXID"\s*:)/],
  ['json', /^\s*\{/],
  ['cyclonedx-xml', /^\s*<[^]*?cyclonedx\.org\/schema\/bom/],
  ['spdx-tag-value', /^(?:\s*#[^\n]*\n)*\s*SPDXVersion:/],
];

/**
 * Returns the form of a document that begins with `head`; `json` is an object that says none,
 * `undefined` anything else.
 */
export function detectSbomFormat(head: Uint8Array): SbomFormat | undefined {
  const bytes = head.subarray(0, SBOM_HEAD_BYTES);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(BYTE_ORDER_MARK, '');
  return FORMS.find(([, pattern]) => pattern.test(text))?.[0];
}

/**
 * Returns the form of a whole JSON document by its keys, whatever their order; `undefined` for
 * other documents.
 */
export function sbomFormatOfRoot(root: Readonly<Record<string, unknown>>): SbomFormat | undefined {
  if (root['bomFormat'] === 'CycloneDX') return 'cyclonedx-json';
  if (typeof root['spdxVersion'] === 'string') return 'spdx-json';
  if (Array.isArray(root['@graph'])) return 'spdx3-json';
  if (Array.isArray(root['artifacts']) && 'descriptor' in root) return 'syft-json';
  if ('SchemaVersion' in root && 'ArtifactName' in root) return 'trivy-json';
  if ('payload' in root || 'predicate' in root) return 'attestation';
  return undefined;
}
