/**
 * Parts of X.509 certificates that Node.js does not show.
 *
 * Source: RFC 5280, sections 4.1 and 4.2. Refused: an extension that is there twice, because
 * readers would choose differently.
 */

import { DER_TAG, readDer, readDerChildren, readObjectId } from './der.ts';

/**
 * One extension: its value in DER, and whether a reader that does not know it must refuse the
 * certificate.
 */
export interface CertificateExtension {
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

const EXTENSIONS_TAG = 0xa3;
const BOOLEAN = 0x01;

/**
 * Returns the extensions by object identifier; `undefined` where they cannot be read. A certificate
 * may have none.
 */
export function readCertificateExtensions(
  der: Uint8Array,
): ReadonlyMap<string, CertificateExtension> | undefined {
  const [content] = readDerChildren(readDer(der)) ?? [];
  const fields = readDerChildren(content);
  const list = fields?.find(({ tag }) => tag === EXTENSIONS_TAG);
  if (fields !== undefined && list === undefined) return new Map();
  const extensions = readDerChildren(readDerChildren(list)?.[0]);
  if (extensions === undefined) return undefined;
  const byId = new Map<string, CertificateExtension>();
  for (const extension of extensions) {
    const parts = readDerChildren(extension) ?? [];
    const id = readObjectId(parts[0]);
    const value = parts.at(-1);
    if (id === '' || value?.tag !== DER_TAG.octetString || byId.has(id)) return undefined;
    const isCritical = parts.length === 3 && parts[1]?.tag === BOOLEAN && parts[1].content[0] !== 0;
    byId.set(id, { isCritical, value: value.content });
  }
  return byId;
}

/**
 * Returns the object identifier of the algorithm that signed a certificate; `''` where it cannot be
 * read.
 */
export function certificateSignatureAlgorithm(der: Uint8Array): string {
  const [, algorithm] = readDerChildren(readDer(der)) ?? [];
  return readObjectId(readDerChildren(algorithm)?.[0]);
}
