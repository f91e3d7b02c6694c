/** Go, Rust, C and C++: what is compiled in, and what pins it. */

import { EXECUTABLE_MAGICS } from '../../format/executable-image.ts';
import type { CatalogerRow } from '../cataloger.ts';

export const NATIVE_ROWS: readonly CatalogerRow[] = [
  {
    id: 'go/binary',
    ecosystem: 'go',
    presence: 'embedded',
    files: {
      magics: EXECUTABLE_MAGICS,
      // The section of newer programs, or what it begins with.
      markers: ['.go.buildinfo', 'Go buildinf:'],
      markersIn: 'data',
    },
    version: 1,
    load: async () => (await import('../go/binary.ts')).goBinary,
  },
  {
    id: 'go/go-mod',
    ecosystem: 'go',
    presence: 'declared',
    // In an image the programs themselves say what they were built from.
    artifacts: ['directory', 'repository', 'file'],
    files: { isReadInPlace: true, areFilesOnly: true, names: ['go.mod', 'go.work'] },
    companions: { names: ['go.sum', 'go.work.sum'], suffixes: ['/vendor/modules.txt'] },
    version: 4,
    load: async () => (await import('../go/go-mod.ts')).goMod,
  },
  {
    id: 'go/vendor-modules',
    ecosystem: 'go',
    presence: 'installed',
    artifacts: ['directory', 'repository', 'file'],
    files: { suffixes: ['/vendor/modules.txt'] },
    version: 2,
    load: async () => (await import('../go/vendor-modules.ts')).vendorModules,
  },
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
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['Cargo.toml'] },
    // The others prove that a directory is a package store.
    companions: { names: ['Cargo.lock', '.cargo-checksum.json', 'CACHEDIR.TAG'] },
    version: 3,
    load: async () => (await import('../cargo/cargo-toml.ts')).cargoToml,
  },
  {
    id: 'conan/conan-lock',
    ecosystem: 'conan',
    presence: 'declared',
    isLockfile: true,
    files: { areFilesOnly: true, names: ['conan.lock'] },
    companions: { names: ['conanfile.txt', 'conanfile.py'] },
    version: 1,
    load: async () => (await import('../conan/conan-lock.ts')).conanLock,
  },
  {
    id: 'conan/conanfile',
    ecosystem: 'conan',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['conanfile.txt', 'conanfile.py'] },
    version: 1,
    load: async () => (await import('../conan/conanfile.ts')).conanfile,
  },
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
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['vcpkg.json'] },
    companions: { names: ['portfile.cmake'] },
    version: 2,
    load: async () => (await import('../vcpkg/vcpkg-json.ts')).vcpkgJson,
  },
];
