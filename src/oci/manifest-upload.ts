/**
 * Uploads a manifest.
 *
 * Source: OCI distribution specification, "Pushing Manifests".
 */

import { contentMismatch, parseDigest, sha256Of } from '../format/digest-check.ts';
import type { Digest } from '../model/artifact.ts';
import type { Endpoint } from './endpoint.ts';
import { askUpload } from './upload-step.ts';

/** Uploads a manifest under a tag or digest, and compares the digest that the registry answers. */
export async function putManifest(
  endpoint: Endpoint,
  manifest: {
    /** In errors, as in `"ghcr.io/acme/app:1"`. */
    readonly name: string;
    readonly version: string;
    readonly bytes: Uint8Array;
    readonly mediaType: string;
  },
): Promise<{ readonly digest: Digest; readonly hasSubject: boolean }> {
  const { version, bytes, mediaType, name } = manifest;
  const digest = sha256Of(bytes);
  const asked = parseDigest(version);
  if (asked !== undefined && asked !== digest) {
    throw contentMismatch(`the manifest ${name}`, asked, digest);
  }
  const headers = { 'content-type': mediaType };
  const target = `manifests/${version}`;
  const stored = await askUpload(
    endpoint,
    { target, name, method: 'PUT', headers, body: bytes },
    [201],
  );
  if ('refused' in stored) throw stored.refused;
  const stated = parseDigest(stored.headers.get('docker-content-digest'));
  if (stated !== undefined && stated !== digest) {
    throw contentMismatch(`the manifest ${name}`, digest, stated);
  }
  return { digest, hasSubject: stored.headers.has('oci-subject') };
}
