/** Catalogers of vcpkg. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of vcpkg, in the order in which they are tried. */
export const VCPKG_ROWS: readonly CatalogerRow[] = [
  {
    id: 'vcpkg/vcpkg-status',
    ecosystem: 'vcpkg',
    presence: 'installed',
    files: { suffixes: ['/vcpkg/status', '/vcpkg/updates/'] },
    version: 1,
    load: async () => (await import('../vcpkg/vcpkg-status.ts')).vcpkgStatus,
  },
  {
    id: 'vcpkg/vcpkg-json',
    ecosystem: 'vcpkg',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['vcpkg.json'] },
    companions: { names: ['portfile.cmake'] },
    version: 2,
    load: async () => (await import('../vcpkg/vcpkg-json.ts')).vcpkgJson,
  },
];
