/**
 * Deletes a manifest.
 *
 * Source: OCI distribution specification, "Deleting Manifests". Status 405 or 400 is the answer of
 * a registry that deletes none.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Endpoint } from './endpoint.ts';
import { readRegistryError } from './registry-error.ts';

const DELETED: ReadonlySet<number> = new Set([200, 202, 204, 404]);
const NOT_SUPPORTED: ReadonlySet<number> = new Set([400, 405]);

/**
 * Deletes a manifest; one that is not there is no error. `name` is in errors.
 * @throws AssayError `REGISTRY_DENIED`
 */
export function deleteManifest(endpoint: Endpoint, digest: Digest, name: string): Promise<void> {
  const request = {
    target: `manifests/${digest}`,
    name,
    method: 'DELETE',
    actions: 'delete',
  } as const;
  return endpoint.send(request, async (answer) => {
    if (DELETED.has(answer.status)) return;
    const cause = await readRegistryError(answer, await endpoint.asked(name));
    if (!NOT_SUPPORTED.has(answer.status)) throw cause;
    throw new AssayError('REGISTRY_DENIED', `the registry does not delete manifests: ${name}`, {
      cause,
    });
  });
}
