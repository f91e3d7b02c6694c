/** Files of tools around a program, and files that no cataloger reads yet. */

import type { CatalogerRow } from '../cataloger.ts';
import { UNREAD_ENDINGS, UNREAD_NAMES } from '../unread-names.ts';

export const OTHER_ROWS: readonly CatalogerRow[] = [
  {
    id: 'other/unread-lockfile',
    presence: 'declared',
    isLockfile: true,
    // An image is judged by what is installed; there a lockfile that is not read leaves less out.
    artifacts: ['directory', 'repository', 'file'],
    files: {
      areFilesOnly: true,
      names: UNREAD_NAMES,
      suffixes: UNREAD_ENDINGS,
    },
    version: 3,
    load: async () => (await import('../other/unread-lockfile.ts')).unreadLockfile,
  },
  {
    id: 'githubactions/workflow',
    ecosystem: 'githubactions',
    presence: 'declared',
    artifacts: ['directory', 'repository', 'file'],
    files: { names: ['action.yml', 'action.yaml'], suffixes: ['/.github/workflows/'] },
    version: 1,
    load: async () => (await import('../githubactions/workflow.ts')).workflow,
  },
  {
    id: 'terraform/lock-hcl',
    ecosystem: 'terraform',
    presence: 'declared',
    isLockfile: true,
    files: { areFilesOnly: true, names: ['.terraform.lock.hcl'] },
    // Where configurations say by convention which providers they require.
    companions: {
      names: [
        'main.tf',
        'provider.tf',
        'providers.tf',
        'terraform.tf',
        'version.tf',
        'versions.tf',
      ],
    },
    version: 1,
    load: async () => (await import('../terraform/lock-hcl.ts')).terraformLock,
  },
  {
    id: 'vscode/extensions-json',
    ecosystem: 'vscode',
    presence: 'installed',
    files: { suffixes: ['/extensions/extensions.json'] },
    version: 1,
    load: async () => (await import('../vscode/extensions-json.ts')).extensionsJson,
  },
  {
    id: 'wordpress/plugin',
    ecosystem: 'wordpress',
    presence: 'installed',
    files: { suffixes: ['.php'], below: '/wp-content/plugins/' },
    version: 1,
    load: async () => (await import('../wordpress/plugin.ts')).wordpressPlugin,
  },
  {
    id: 'homebrew/keg',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: { names: ['INSTALL_RECEIPT.json'] },
    version: 1,
    load: async () => (await import('../homebrew/keg.ts')).keg,
  },
  {
    id: 'homebrew/keg-folder',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: {
      firstIn: '/Cellar/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 1,
    load: async () => (await import('../homebrew/keg-folder.ts')).kegFolder,
  },
  {
    id: 'homebrew/cask',
    ecosystem: 'homebrew',
    presence: 'installed',
    files: {
      firstIn: '/Caskroom/',
      suffixes: ['/Casks/'],
      below: '/Caskroom/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 1,
    load: async () => (await import('../homebrew/cask.ts')).cask,
  },
  {
    id: 'snap/snap-yaml',
    ecosystem: 'snap',
    presence: 'installed',
    files: { suffixes: ['/meta/snap.yaml'] },
    version: 1,
    load: async () => (await import('../snap/snap-yaml.ts')).snapYaml,
  },
  {
    id: 'flatpak/metainfo',
    ecosystem: 'flatpak',
    presence: 'installed',
    files: { suffixes: ['.metainfo.xml', '.appdata.xml'], below: '/flatpak/app/' },
    version: 1,
    load: async () => (await import('../flatpak/metainfo.ts')).metainfo,
  },
  {
    id: 'swipl/pack',
    ecosystem: 'swipl',
    presence: 'installed',
    files: { names: ['pack.pl'] },
    version: 2,
    load: async () => (await import('../swipl/pack.ts')).swiplPack,
  },
  {
    id: 'opam/switch-package',
    ecosystem: 'opam',
    presence: 'installed',
    files: { suffixes: ['/opam'], below: '/.opam-switch/packages/' },
    version: 1,
    load: async () => (await import('../opam/switch-package.ts')).switchPackage,
  },
  {
    id: 'nim/nimble-lock',
    ecosystem: 'nim',
    presence: 'declared',
    isLockfile: true,
    files: { isReadInPlace: true, areFilesOnly: true, names: ['nimble.lock'] },
    version: 2,
    load: async () => (await import('../nim/nimble-lock.ts')).nimbleLock,
  },
  {
    id: 'nim/nimble-package',
    ecosystem: 'nim',
    presence: 'installed',
    files: { suffixes: ['.nimble'] },
    version: 1,
    load: async () => (await import('../nim/nimble-package.ts')).nimblePackage,
  },
  {
    id: 'nix/store-database',
    ecosystem: 'nix',
    presence: 'installed',
    files: { areFilesOnly: true, isReadInPlace: true, paths: ['/nix/var/nix/db/db.sqlite'] },
    companions: { paths: ['/nix/var/nix/db/db.sqlite-wal'] },
    version: 2,
    load: async () => (await import('../nix/store-database.ts')).storeDatabase,
  },
  {
    id: 'nix/store-path',
    ecosystem: 'nix',
    presence: 'installed',
    files: {
      firstIn: '/nix/store/',
      // Only where the files lie matters.
      excerpts: [{ anchors: [] }],
    },
    version: 2,
    load: async () => (await import('../nix/store-path.ts')).storePath,
  },
];
