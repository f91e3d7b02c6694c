/**
 * Writes blobs and manifests.
 *
 * Source: OCI distribution specification, "Push". A blob goes in one piece after its upload was opened, because that is
 * what all registries take; each answer names the address for the next step, which is used as it is.
 */

import { AssayError } from '../base/errors.ts';
import { contentMismatch, sha256Of, parseDigest } from '../format/digest-check.ts';
import type { Digest } from '../model/artifact.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { readRegistryError } from './registry-error.ts';
import type { RegistryResponse } from './transport.ts';

/** A gate in front of a registry may hold an answer while it scans; load balancers give up before. */
const PATIENCE_MS = 15 * 60 * 1000;
/** What is smaller is sent with its length, which some registries want. */
const WHOLE_BYTES = 8 * 1024 * 1024;

interface Named {
  /** In errors, as in `"ghcr.io/acme/app"`. */
  readonly name: string;
}

/** Whether the registry took the blob over; else it opened an upload, which ends by itself. */
export function mountBlob(
  endpoint: Endpoint,
  { digest, fromPath, name }: Named & { readonly digest: Digest; readonly fromPath: string },
): Promise<boolean> {
  const query = new URLSearchParams({ mount: digest, from: fromPath });
  return ask(
    endpoint,
    { target: `blobs/uploads/?${query.toString()}`, fromPath, name },
    [201, 202],
  ).then(({ status }) => status === 201);
}

/** Uploads a blob. Its bytes are requested once the registry has opened the upload. */
export async function uploadBlob(
  endpoint: Endpoint,
  blob: Named & {
    readonly digest: Digest;
    readonly sizeBytes: number | undefined;
    readonly chunks: () => AsyncIterable<Uint8Array>;
  },
): Promise<void> {
  const { name, digest } = blob;
  const opened = await ask(endpoint, { target: 'blobs/uploads/', name }, [202]);
  const sent = await ask(
    endpoint,
    {
      target: await nextAddress(endpoint, opened, name),
      name,
      method: 'PATCH',
      headers: { 'content-type': 'application/octet-stream' },
      body: await bodyOf(blob),
      // What was sent in part cannot be sent again to the same address.
      attempts: 1,
    },
    [202],
  );
  // The query is the registry's own state and stays as it is.
  const { href, search } = await nextAddress(endpoint, sent, name);
  const end = new URL(`${href}${search === '' ? '?' : '&'}digest=${encodeURIComponent(digest)}`);
  await ask(endpoint, { target: end, name, method: 'PUT' }, [201, 204]);
}

/** Uploads a manifest under a tag or digest, and compares the digest that the registry answers. */
export async function putManifest(
  endpoint: Endpoint,
  manifest: Named & {
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
  const stored = await ask(endpoint, { target, name, method: 'PUT', headers, body: bytes }, [201]);
  const stated = parseDigest(stored.headers.get('docker-content-digest'));
  if (stated !== undefined && stated !== digest) {
    throw contentMismatch(`the manifest ${name}`, digest, stated);
  }
  return { digest, hasSubject: stored.headers.has('oci-subject') };
}

type Step = Pick<RegistryResponse, 'status' | 'headers' | 'url'>;

/** One step; `POST` where nothing else is said. */
function ask(
  endpoint: Endpoint,
  request: EndpointRequest,
  hopedFor: readonly number[],
): Promise<Step> {
  const whole: EndpointRequest = {
    method: 'POST',
    actions: 'pull,push',
    idleTimeoutMs: PATIENCE_MS,
    ...request,
  };
  return endpoint.send(whole, async (answer) => {
    const { status, headers, url } = answer;
    if (hopedFor.includes(status)) return { status, headers, url };
    throw await readRegistryError(answer, await endpoint.asked(request.name));
  });
}

async function nextAddress(endpoint: Endpoint, { headers }: Step, name: string): Promise<URL> {
  const location = headers.get('location');
  if (location !== null) return endpoint.resolve(location);
  throw new AssayError('NETWORK', `the registry does not say where to send ${name}`, {
    hint: 'Check that this is a container registry, and what stands in front of it.',
  });
}

async function bodyOf(blob: {
  readonly sizeBytes: number | undefined;
  readonly chunks: () => AsyncIterable<Uint8Array>;
}): Promise<Uint8Array | (() => AsyncIterable<Uint8Array>)> {
  if (blob.sizeBytes === undefined || blob.sizeBytes > WHOLE_BYTES) return blob.chunks;
  const pieces: Uint8Array[] = [];
  for await (const piece of blob.chunks()) pieces.push(piece);
  return Buffer.concat(pieces);
}
