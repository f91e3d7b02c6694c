/** Images of a Docker daemon: `--image-src docker`. */

import { dockerEndpoints } from './endpoint.ts';
import { engineImages } from './engine-images.ts';

export const docker = engineImages({
  id: 'docker',
  pull: 'docker pull',
  convertsOnExport: false,
  endpoints: dockerEndpoints,
});
