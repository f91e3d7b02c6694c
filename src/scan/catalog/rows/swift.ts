/** Catalogers of Swift. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Swift, in the order in which they are tried. */
export const SWIFT_ROWS: readonly CatalogerRow[] = [
  {
    id: 'swift/package-swift',
    ecosystem: 'swift',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['Package.swift'], prefixes: ['Package@swift-'] },
    // Proves that a directory is a package store.
    companions: { names: ['workspace-state.json'] },
    version: 2,
    load: async () => (await import('../swift/package-swift.ts')).packageSwift,
  },
  {
    id: 'swift/package-resolved',
    ecosystem: 'swift',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['Package.resolved'] },
    companions: { names: ['Package.swift'] },
    version: 2,
    load: async () => (await import('../swift/package-resolved.ts')).packageResolved,
  },
];
