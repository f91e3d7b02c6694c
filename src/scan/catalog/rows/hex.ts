/** Catalogers of Erlang and Elixir. */

import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/** The rows of Erlang and Elixir, in the order in which they are tried. */
export const HEX_ROWS: readonly CatalogerRow[] = [
  {
    id: 'hex/mix-lock',
    ecosystem: 'hex',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['mix.lock'] },
    companions: { names: ['mix.exs'] },
    version: 3,
    load: async () => (await import('../hex/mix-lock.ts')).mixLock,
  },
  {
    id: 'hex/rebar-lock',
    ecosystem: 'hex',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['rebar.lock'] },
    version: 3,
    load: async () => (await import('../hex/rebar-lock.ts')).rebarLock,
  },
  {
    id: 'hex/mix-exs',
    ecosystem: 'hex',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['mix.exs'] },
    companions: { names: ['hex_metadata.config'] },
    version: 2,
    load: async () => (await import('../hex/mix-exs.ts')).mixExs,
  },
  {
    id: 'hex/rebar-config',
    ecosystem: 'hex',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['rebar.config'] },
    companions: { names: ['hex_metadata.config'] },
    version: 1,
    load: async () => (await import('../hex/rebar-config.ts')).rebarConfig,
  },
  {
    id: 'hex/otp-app',
    ecosystem: 'hex',
    presence: 'installed',
    files: { suffixes: ['.app'], below: '/ebin/' },
    version: 1,
    load: async () => (await import('../hex/otp-app.ts')).otpApp,
  },
  {
    id: 'hex/gleam-manifest',
    ecosystem: 'hex',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, names: ['manifest.toml'] },
    companions: { names: ['gleam.toml'] },
    version: 2,
    load: async () => (await import('../hex/gleam-manifest.ts')).gleamManifest,
  },
  {
    id: 'hex/gleam-toml',
    ecosystem: 'hex',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['gleam.toml'] },
    // The others prove that a directory is a package store.
    companions: { names: ['manifest.toml', 'hex_metadata.config'] },
    version: 3,
    load: async () => (await import('../hex/gleam-toml.ts')).gleamToml,
  },
];
