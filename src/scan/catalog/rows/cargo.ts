/** Catalogers of Rust. */

import { EXECUTABLE_MAGICS } from '../../../formats/binary/executable-image.ts';
import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Rust, in the order in which they are tried. */
export const CARGO_ROWS: readonly CatalogerRow[] = [
  {
    id: 'cargo/auditable',
    ecosystem: 'cargo',
    presence: 'embedded',
    files: { magics: EXECUTABLE_MAGICS, markers: ['.dep-v0'], markersIn: 'data' },
    version: 1,
    load: async () => (await import('../cargo/auditable.ts')).auditable,
  },
  {
    id: 'cargo/cargo-lock',
    ecosystem: 'cargo',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['Cargo.lock'] },
    version: 2,
    load: async () => (await import('../cargo/cargo-lock.ts')).cargoLock,
  },
  {
    id: 'cargo/cargo-toml',
    ecosystem: 'cargo',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['Cargo.toml'] },
    // The others prove that a directory is a package store.
    companions: { names: ['Cargo.lock', '.cargo-checksum.json', 'CACHEDIR.TAG'] },
    version: 3,
    load: async () => (await import('../cargo/cargo-toml.ts')).cargoToml,
  },
];
