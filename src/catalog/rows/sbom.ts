/** Bills of materials, scanned by themselves or found inside an image. */

import type { CatalogerRow } from '../cataloger.ts';

export const SBOM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'sbom/cyclonedx-json',
    presence: 'declared',
    artifacts: ['sbom'],
    // The document is the artifact's only file, whatever its name.
    files: { paths: ['/'] },
    version: 1,
    load: async () => (await import('../sbom/cyclonedx-json.ts')).cyclonedxJson,
  },
];
