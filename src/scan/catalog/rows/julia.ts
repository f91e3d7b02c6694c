/** Catalogers of Julia. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Julia, in the order in which they are tried. */
export const JULIA_ROWS: readonly CatalogerRow[] = [
  {
    id: 'julia/manifest-toml',
    ecosystem: 'julia',
    presence: 'declared',
    isLockfile: true,
    // Since Julia 1.11 a project may have one for each version: `Manifest-v1.11.toml`.
    files: {
      isReadInPlace: true,
      names: ['Manifest.toml', 'JuliaManifest.toml'],
      prefixes: ['Manifest-v', 'JuliaManifest-v'],
    },
    companions: { names: ['Project.toml'] },
    version: 2,
    load: async () => (await import('../julia/manifest-toml.ts')).manifestToml,
  },
  {
    id: 'julia/project-toml',
    ecosystem: 'julia',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['Project.toml', 'JuliaProject.toml'] },
    companions: { names: ['Manifest.toml'] },
    version: 2,
    load: async () => (await import('../julia/project-toml.ts')).projectToml,
  },
];
