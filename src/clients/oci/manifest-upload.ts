/**
 * Uploads a manifest.
 *
 * Source: OCI distribution specification, "Pushing Manifests".
 */

import { AssayError } from '../../core/base/errors.ts';
import {
  contentMismatch,
  parseDigest,
  sha256Of,
} from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Endpoint } from './endpoint.ts';
import { readManifest } from './manifest.ts';
import { askUpload, checkStored, type Step } from './upload-step.ts';

/** A manifest, and the tag or digest under which it is stored. */
interface ManifestUpload {
  /** In errors, as in `"ghcr.io/acme/app:1"`. */
  readonly name: string;
  readonly version: string;
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Uploads a manifest under a tag or digest, and compares the digest that the registry answers. */
export async function putManifest(
  endpoint: Endpoint,
  manifest: ManifestUpload,
): Promise<{ readonly digest: Digest; readonly hasSubject: boolean }> {
  const { version, bytes, name } = manifest;
  const digest = sha256Of(bytes);
  const asked = parseDigest(version);
  if (asked !== undefined && asked !== digest) {
    throw contentMismatch(`the manifest ${name}`, asked, digest);
  }
  const stored = await send(endpoint, manifest);
  checkStored(stored, digest, `the manifest ${name}`);
  return { digest, hasSubject: stored.headers.has('oci-subject') };
}

async function send(endpoint: Endpoint, manifest: ManifestUpload): Promise<Step> {
  const { name, version, bytes: body, mediaType } = manifest;
  const headers = { 'content-type': mediaType };
  const target = `manifests/${version}`;
  try {
    const sent = await askUpload(endpoint, { target, name, method: 'PUT', headers, body }, [201]);
    if ('refused' in sent) throw sent.refused;
    return sent;
  } catch (error) {
    throw withForeignLayers(error, manifest);
  }
}

/**
 * Adds to a refusal that layers have addresses. docker-registry refuses such a manifest with status
 * 500, without a reason.
 */
function withForeignLayers(error: unknown, { name, bytes, mediaType }: ManifestUpload): unknown {
  if (!(error instanceof AssayError) || error.code !== 'NETWORK') return error;
  const manifest = readManifest(bytes, mediaType, name);
  if (manifest.kind !== 'manifest') return error;
  const foreign = manifest.layers.find(({ urls }) => urls.length > 0);
  if (foreign === undefined) return error;
  const note = `The layer ${foreign.digest} is a foreign layer: the manifest names an address for it ("urls"). Many registries refuse such manifests; docker-registry allows addresses by the setting validation.manifests.urls.allow.`;
  const hint = error.hint === undefined ? note : `${note}\n${error.hint}`;
  return new AssayError(error.code, error.message, { hint, cause: error });
}
