/** Detectors of images: their configuration, the modes of their files, and their accounts. */

import type { DetectorRow } from '../detector.ts';

/** The rows of the group `image`. */
export const IMAGE_ROWS: readonly DetectorRow[] = [
  {
    id: 'image/configuration',
    kind: 'image',
    scanner: 'misconfig',
    artifacts: ['image'],
    version: 1,
    load: async () => (await import('../image/configuration.ts')).imageConfiguration,
  },
  {
    id: 'image/entries',
    kind: 'image',
    scanner: 'misconfig',
    artifacts: ['image'],
    entries: {
      fileModes: 0o6000,
      directoryModes: 0o002,
      countedDirectories: [
        '/var/lib/apt/lists',
        '/var/cache/apt',
        '/var/cache/apk',
        '/etc/apk/cache',
        '/var/cache/dnf',
        '/var/cache/libdnf5',
        '/var/cache/yum',
        '/var/cache/zypp',
        '/var/cache/pacman/pkg',
        '/root/.cache/pip',
        '/root/.cache/uv',
        '/root/.cache/yarn',
        '/root/.cache/composer',
        '/root/.npm/_cacache',
        '/usr/local/share/.cache/yarn',
      ],
    },
    version: 1,
    load: async () => (await import('../image/entries.ts')).imageEntries,
  },
  {
    id: 'image/accounts',
    kind: 'file',
    scanner: 'misconfig',
    artifacts: ['image', 'rootfs'],
    files: { paths: ['/etc/passwd', '/etc/shadow'] },
    version: 1,
    load: async () => (await import('../image/accounts.ts')).imageAccounts,
  },
];
