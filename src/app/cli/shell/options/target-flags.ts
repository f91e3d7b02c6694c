/**
 * Flags that say what is scanned and how far. Those that trivy has too keep its names and meaning.
 */

import type { Flag } from '../../../config/flag.ts';

/** `--allow-empty`: accept a target without packages. */
export const ALLOW_EMPTY_FLAG: Flag = {
  name: 'allow-empty',
  group: 'Target',
  help: 'accept a target without packages',
};

/** `--input`: an image archive or layout in place of a name. */
export const INPUT_FLAG: Flag = {
  name: 'input',
  value: 'FILE',
  group: 'Target',
  help: 'read this docker-save archive or OCI layout (folder or tar); - reads standard input',
};

/** Addresses of Docker and Podman, with the names that trivy gives them. */
const DAEMON_FLAGS: readonly Flag[] = [
  {
    name: 'docker-host',
    isForImages: true,
    value: 'ADDRESS',
    group: 'Target',
    help: 'connect to Docker at this address, as in unix:///var/run/docker.sock (default: DOCKER_HOST, else the usual sockets)',
  },
  {
    name: 'podman-host',
    isForImages: true,
    value: 'ADDRESS',
    group: 'Target',
    help: 'connect to Podman at this address, as in unix:///run/podman/podman.sock (default: CONTAINER_HOST, else the usual sockets)',
  },
];

/** Limits of a scan; `docs/limits.md` has their reasons. */
export const LIMIT_FLAGS: readonly Flag[] = [
  {
    name: 'max-image-size',
    isForImages: true,
    value: 'SIZE',
    group: 'Target',
    help: 'refuse images that are larger than this, stored or unpacked, as in 500MB or 2GiB',
  },
  {
    name: 'memory',
    value: 'SIZE',
    group: 'Target',
    help: 'hold at most this much file content in memory, and the rest in a temporary file (default: 128MiB)',
  },
  {
    name: 'max-file-size',
    value: 'SIZE',
    group: 'Target',
    help: 'report larger files as gaps; archives and databases may be 16 times as large (default: 128MiB)',
  },
  {
    name: 'max-files',
    value: 'N',
    group: 'Target',
    help: 'read at most this many files per artifact; the rest is a gap (default: 100000)',
  },
  {
    name: 'max-packages',
    value: 'N',
    group: 'Target',
    help: 'list at most this many packages per artifact; the rest is a gap (default: 60000)',
  },
  {
    name: 'max-findings',
    value: 'N',
    group: 'Target',
    help: 'report at most this many findings per artifact; the rest is a gap (default: 250000)',
  },
];

/** Flags for the packages of a target, and the way they are read. */
export const TARGET_FLAGS: readonly Flag[] = [
  {
    name: 'platform',
    isForImages: true,
    value: 'OS/ARCH',
    group: 'Target',
    help: 'scan this platform of a multi-platform image, as in linux/arm64, or all',
  },
  {
    name: 'scanners',
    aliases: ['security-checks'],
    value: 'LIST',
    group: 'Target',
    help: 'run these scanners: vuln, misconfig, secret, code, or packages for the inventory alone (default: vuln)',
  },
  {
    name: 'pkg-types',
    aliases: ['vuln-type'],
    value: 'LIST',
    group: 'Target',
    help: 'match only packages of these types: os, library (default: both)',
  },
  { name: 'include-dev-deps', group: 'Target', help: 'include development dependencies' },
  {
    name: 'detection-priority',
    value: 'NAME',
    group: 'Target',
    help: 'precise, or comprehensive: take the lowest version of a range without a lockfile (default: precise)',
  },
  {
    name: 'verify',
    value: 'DEPTH',
    group: 'Target',
    help: 'verify content against its metadata: full, manifests (without file bodies) or none (default: full)',
  },
  {
    name: 'skip-dirs',
    value: 'GLOB',
    group: 'Target',
    help: 'skip these folders; repeat or separate by commas',
  },
  {
    name: 'skip-files',
    value: 'GLOB',
    group: 'Target',
    help: 'skip these files; repeat or separate by commas',
  },
  {
    name: 'file-patterns',
    value: 'TYPE:PATTERN',
    group: 'Target',
    help: String.raw`read files with these names as a type of lockfile, as in pip:requirements-.*\.txt; repeatable`,
  },
  {
    name: 'removed-pkgs',
    group: 'Target',
    help: 'include system packages that a higher layer removed',
  },
  {
    name: 'distro',
    value: 'ID/VERSION',
    group: 'Target',
    help: 'assume this operating system, as in debian/12',
  },
  {
    name: 'image-src',
    isForImages: true,
    value: 'LIST',
    group: 'Target',
    help: 'look for images in these places, in this order (default: docker,containerd,podman,podman-storage,remote)',
  },
  ...DAEMON_FLAGS,
  ...LIMIT_FLAGS,
  {
    name: 'parallel',
    value: 'N',
    group: 'Target',
    help: 'read this many layers at the same time; 0 lets Assay choose (default: 2)',
  },
  ALLOW_EMPTY_FLAG,
];
