/** One step of an upload, and the address of the next one. */

import { AssayError } from '../../core/base/errors.ts';
import { contentMismatch, parseDigest } from '../../formats/crypto/digest/digest-check.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Endpoint, EndpointRequest } from './endpoint.ts';
import { readErrorResponse, registryError, type ErrorResponse } from './registry-error.ts';
import type { RegistryResponse } from './transport.ts';

/**
 * A gate in front of a registry may hold an answer while it scans; load balancers give up before.
 */
const PATIENCE_MS = 15 * 60 * 1000;

/** The status for a body that is too large. */
export const PAYLOAD_TOO_LARGE = 413;
/**
 * Words for a full disk or an exceeded quota; 28 is the number of ENOSPC in what docker-registry
 * writes about its disk.
 */
const FULL =
  /no space left|"Err":28\b|quota|insufficient.storage|exceed the configured upper limit/iu;

/** An answer that was expected. */
export type Step = Pick<RegistryResponse, 'status' | 'headers' | 'url'>;

/** An answer with another status. */
export interface Refused {
  readonly status: number;
  readonly refused: AssayError;
}

/**
 * Sends the request of one step; `POST` if it names no method.
 *
 * @throws AssayError if there is no answer
 */
export function askUpload(
  endpoint: Endpoint,
  request: EndpointRequest,
  expected: readonly number[],
): Promise<Step | Refused> {
  const whole: EndpointRequest = {
    method: 'POST',
    actions: 'pull,push',
    idleTimeoutMs: PATIENCE_MS,
    ...request,
  };
  return endpoint.send(whole, async (answer) => {
    const { status, headers, url } = answer;
    if (expected.includes(status)) return { status, headers, url };
    const said = await readErrorResponse(answer);
    const error = registryError(said, await endpoint.asked(request.name));
    return { status, refused: fullError(said, error) ?? error };
  });
}

/**
 * Returns the error of a registry that has no room, or of a proxy that limits bodies; `undefined`
 * for any other.
 */
function fullError({ status, said }: ErrorResponse, error: AssayError): AssayError | undefined {
  if (FULL.test(said)) {
    return new AssayError('LIMIT_EXCEEDED', `the registry has no room: ${error.message}`, {
      hint: 'Free space at the registry, or raise its quota. What was uploaded stays there: the next attempt goes on from it.',
      cause: error,
    });
  }
  if (status !== PAYLOAD_TOO_LARGE) return undefined;
  return new AssayError('LIMIT_EXCEEDED', `a body is too large: ${error.message}`, {
    hint: 'A proxy in front of the registry limits the size of bodies: raise its limit.',
    cause: error,
  });
}

/** A digest at the end of an address, as of a blob or a manifest that was stored. */
const ADDRESSED = /\/(?<digest>sha(?:256|512)(?::|%3A)[0-9a-f]+)$/iu;

/**
 * Compares the digest and address that a registry reports with the upload. A response can omit
 * both, and an address can be one of the store behind the registry.
 *
 * @throws AssayError `CONTENT_MISMATCH`
 */
export function checkStored(
  { headers }: Pick<Step, 'headers'>,
  digest: Digest,
  name: string,
): void {
  const [location = ''] = (headers.get('location') ?? '').split(/[?#]/u, 1);
  const addressed = ADDRESSED.exec(location)?.groups?.['digest']?.replace(/%3A/iu, ':');
  for (const stated of [headers.get('docker-content-digest'), addressed]) {
    const stored = parseDigest(stated);
    const isComparable = stored?.split(':', 1)[0] === digest.split(':', 1)[0];
    if (stored !== undefined && isComparable && stored !== digest) {
      throw contentMismatch(name, digest, stored);
    }
  }
}

/** Returns the address that an answer names. @throws AssayError `NETWORK` if it names none */
export async function nextAddress(
  endpoint: Endpoint,
  { headers }: Step,
  name: string,
): Promise<URL> {
  const location = headers.get('location');
  if (location !== null) return endpoint.resolve(location);
  throw new AssayError('NETWORK', `the registry does not say where to send ${name}`, {
    hint: 'Check that this is a container registry, and what stands in front of it.',
  });
}
