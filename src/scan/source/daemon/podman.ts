/**
 * Images of a Podman daemon, which answers Docker's requests: `--image-src podman`. It exports
 * every image in Docker's form, so that the configuration of an OCI image has another digest in the
 * export than in the store.
 */

import { podmanEndpoints } from './endpoint.ts';
import { engineImages } from './engine-images.ts';

export const podman = engineImages({
  id: 'podman',
  pull: 'podman pull',
  convertsOnExport: true,
  endpoints: podmanEndpoints,
});
