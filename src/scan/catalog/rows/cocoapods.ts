/** Catalogers of CocoaPods. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of CocoaPods, in the order in which they are tried. */
export const COCOAPODS_ROWS: readonly CatalogerRow[] = [
  {
    id: 'cocoapods/podfile-lock',
    ecosystem: 'cocoapods',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['Podfile.lock'] },
    companions: { names: ['Podfile'] },
    version: 2,
    load: async () => (await import('../cocoapods/podfile-lock.ts')).podfileLock,
  },
  {
    id: 'cocoapods/podfile',
    ecosystem: 'cocoapods',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['Podfile'] },
    companions: { suffixes: ['/Pods/Manifest.lock'] },
    version: 2,
    load: async () => (await import('../cocoapods/podfile.ts')).podfile,
  },
];
