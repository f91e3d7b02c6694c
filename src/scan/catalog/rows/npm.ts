/** JavaScript: packages installed by npm and its kin, and their lockfiles. */

import { ARCHIVES_OF_ANY_NAME, BACKUP_SUFFIXES } from '../archive-names.ts';
import type { CatalogerRow } from '../cataloger.ts';
import { PROJECT_ARTIFACTS } from '../project-artifacts.ts';

/**
 * The rows of the catalogers below `catalog/npm/`. A file that several rows want is read by each,
 * in this order.
 */
export const NPM_ROWS: readonly CatalogerRow[] = [
  {
    id: 'npm/package-lock',
    ecosystem: 'npm',
    presence: 'declared',
    isLockfile: true,
    files: {
      isReadInPlace: true,
      areFilesOnly: true,
      names: ['package-lock.json', 'npm-shrinkwrap.json'],
    },
    version: 4,
    load: async () => (await import('../npm/package-lock.ts')).packageLock,
  },
  {
    id: 'npm/yarn-lock',
    ecosystem: 'npm',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['yarn.lock'] },
    companions: { names: ['package.json'] },
    version: 4,
    load: async () => (await import('../npm/yarn-lock.ts')).yarnLock,
  },
  {
    id: 'npm/pnpm-lock',
    ecosystem: 'npm',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['pnpm-lock.yaml'] },
    version: 3,
    load: async () => (await import('../npm/pnpm-lock.ts')).pnpmLock,
  },
  {
    id: 'npm/bun-lock',
    ecosystem: 'npm',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['bun.lock'] },
    version: 3,
    load: async () => (await import('../npm/bun-lock.ts')).bunLock,
  },
  {
    id: 'npm/deno-lock',
    ecosystem: 'npm',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['deno.lock'] },
    version: 3,
    load: async () => (await import('../npm/deno-lock.ts')).denoLock,
  },
  {
    id: 'npm/deno-json',
    ecosystem: 'npm',
    presence: 'declared',
    artifacts: PROJECT_ARTIFACTS,
    files: { names: ['deno.json', 'deno.jsonc'] },
    version: 4,
    load: async () => (await import('../npm/deno-json.ts')).denoJson,
  },
  {
    id: 'npm/script',
    ecosystem: 'npm',
    presence: 'declared',
    files: {
      scripts: [
        {
          suffixes: ['.ts', '.tsx', '.mts', '.js', '.jsx', '.mjs'],
          texts: ['npm:', 'jsr:'],
          onlyInProject: ['deno.json', 'deno.jsonc', 'deno.lock'],
        },
      ],
      magics: ['#!/usr/bin/env -S deno', '#!/usr/bin/env deno', '#!/usr/bin/deno'],
    },
    companions: { names: ['deno.lock'] },
    version: 1,
    load: async () => (await import('../npm/script.ts')).denoScript,
  },
  {
    id: 'npm/vsix',
    ecosystem: 'npm',
    presence: 'embedded',
    isArchive: true,
    files: { isReadInPlace: true, suffixes: ['.vsix'] },
    version: 3,
    load: async () => (await import('../npm/vsix.ts')).vsix,
  },
  {
    id: 'npm/asar',
    ecosystem: 'npm',
    presence: 'embedded',
    isArchive: true,
    files: { isReadInPlace: true, windowsSuffixes: ['.asar'] },
    version: 1,
    load: async () => (await import('../npm/asar.ts')).asar,
  },
  {
    id: 'npm/yarn-zip',
    ecosystem: 'npm',
    presence: 'embedded',
    isArchive: true,
    files: { isReadInPlace: true, suffixes: ['.zip'], below: '/.yarn/' },
    version: 2,
    load: async () => (await import('../npm/yarn-zip.ts')).yarnZip,
  },
  {
    id: 'npm/zip',
    ecosystem: 'npm',
    presence: 'embedded',
    files: {
      isReadInPlace: true,
      windowsSuffixes: ['.zip', ...BACKUP_SUFFIXES],
      magics: ['PK\u0003\u0004'],
      scripts: [ARCHIVES_OF_ANY_NAME],
    },
    version: 2,
    load: async () => (await import('../npm/zip.ts')).nodeZip,
  },
  {
    id: 'npm/yarn-pnp',
    ecosystem: 'npm',
    presence: 'installed',
    files: { names: ['.pnp.cjs', '.pnp.js', '.pnp.data.json'] },
    version: 1,
    load: async () => (await import('../npm/yarn-pnp.ts')).yarnPnp,
  },
  {
    id: 'npm/node-package',
    ecosystem: 'npm',
    presence: 'installed',
    files: { names: ['package.json'] },
    // The others prove that a directory is a package store.
    companions: {
      names: ['bun.lockb', '.bower.json', '.cargo-checksum.json', 'Cargo.toml'],
      suffixes: ['/vendor/modules.txt', '/Pods/Manifest.lock'],
    },
    version: 6,
    load: async () => (await import('../npm/node-package.ts')).nodePackage,
  },
  {
    id: 'npm/installed-lock',
    ecosystem: 'npm',
    presence: 'installed',
    files: { suffixes: ['/node_modules/.package-lock.json'] },
    version: 2,
    load: async () => (await import('../npm/installed-lock.ts')).installedLock,
  },
];
