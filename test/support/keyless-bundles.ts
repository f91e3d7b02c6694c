/** Verifies the bundles that tests make. */

import { readTrustedRoot } from '../../src/trust/signing/keyless/trusted-root.ts';
import {
  verifyCertificateBundle,
  type BundleVerification,
} from '../../src/trust/signing/keyless/verify-bundle.ts';
import type { Json } from './sigstore-mock.ts';

/** The signed content. */
export const CONTENT = Buffer.from('content\n');
/** Content that is not signed. */
export const OTHER = Buffer.from('other\n');

/** Verifies a bundle about a content by a root. */
export function judge(
  bundle: Json,
  { root, content = CONTENT }: { readonly root: object; readonly content?: Uint8Array },
): BundleVerification {
  const trusted = readTrustedRoot(Buffer.from(JSON.stringify(root)), 'root.json');
  return verifyCertificateBundle(Buffer.from(JSON.stringify(bundle)), { content }, trusted);
}

/** Why a bundle does not verify; `undefined` if it does. */
export function problem(result: BundleVerification): string | undefined {
  return 'problem' in result ? result.problem : undefined;
}
