/** Flags that say what is scanned and how far. Those that trivy has too keep its names and meaning. */

import type { Flag } from '../../../config/flag.ts';

/** `--allow-empty`: accept a target without packages. */
export const ALLOW_EMPTY_FLAG: Flag = {
  name: 'allow-empty',
  group: 'Target',
  help: 'a target without packages is no error',
};

/** `--input`: an image archive or layout in place of a name. */
export const INPUT_FLAG: Flag = {
  name: 'input',
  value: 'FILE',
  group: 'Target',
  help: 'docker-save archive, or OCI layout (folder or tar); - for standard input',
};

/** Addresses of Docker and Podman, with the names that trivy gives them. */
const DAEMON_FLAGS: readonly Flag[] = [
  {
    name: 'docker-host',
    value: 'ADDRESS',
    group: 'Target',
    help: 'address of Docker, as in unix:///var/run/docker.sock (default: DOCKER_HOST, else the usual sockets)',
  },
  {
    name: 'podman-host',
    value: 'ADDRESS',
    group: 'Target',
    help: 'address of Podman, as in unix:///run/podman/podman.sock (default: CONTAINER_HOST, else the usual sockets)',
  },
];

/** Limits of a scan; `docs/limits.md` has their reasons. */
export const LIMIT_FLAGS: readonly Flag[] = [
  {
    name: 'max-image-size',
    value: 'SIZE',
    group: 'Target',
    help: 'refuse images that are larger, as stored or unpacked: 500MB, 2GiB',
  },
  {
    name: 'memory',
    value: 'SIZE',
    group: 'Target',
    help: 'how much of the files to be read is held in memory; the others wait in a temporary file (default: 128MiB)',
  },
  {
    name: 'max-file-size',
    value: 'SIZE',
    group: 'Target',
    help: 'leave out larger files, as a gap; archives and databases, which are read in place, may be 16 times as large (default: 128MiB)',
  },
  {
    name: 'max-files',
    value: 'N',
    group: 'Target',
    help: 'how many files of an artifact are read for packages; the others are a gap (default: 100000)',
  },
  {
    name: 'max-packages',
    value: 'N',
    group: 'Target',
    help: 'how many packages of an artifact are listed; the others are a gap (default: 60000)',
  },
  {
    name: 'max-findings',
    value: 'N',
    group: 'Target',
    help: 'how many findings of an artifact are made; the others are a gap (default: 250000)',
  },
];

/** Which packages of a target are read, and how. */
export const TARGET_FLAGS: readonly Flag[] = [
  {
    name: 'platform',
    value: 'OS/ARCH',
    group: 'Target',
    help: 'platform of a multi-platform image, as in linux/arm64, or all',
  },
  {
    name: 'scanners',
    aliases: ['security-checks'],
    value: 'LIST',
    group: 'Target',
    help: 'vuln (default), misconfig, or packages: inventory only, which needs no advisory data; several are separated by commas',
  },
  {
    name: 'pkg-types',
    aliases: ['vuln-type'],
    value: 'LIST',
    group: 'Target',
    help: 'os, library, or both (default)',
  },
  { name: 'include-dev-deps', group: 'Target', help: 'also development dependencies' },
  {
    name: 'detection-priority',
    value: 'NAME',
    group: 'Target',
    help: 'precise (default); comprehensive: of a declared range that no lockfile pins, the lowest version counts',
  },
  {
    name: 'verify',
    value: 'DEPTH',
    group: 'Target',
    help: 'full (default): content against its metadata; manifests: no file bodies; none',
  },
  {
    name: 'skip-dirs',
    value: 'GLOB',
    group: 'Target',
    help: 'folders that are not looked at; repeat or separate by commas',
  },
  {
    name: 'skip-files',
    value: 'GLOB',
    group: 'Target',
    help: 'files that are not looked at; repeat or separate by commas',
  },
  {
    name: 'file-patterns',
    value: 'TYPE:PATTERN',
    group: 'Target',
    help: String.raw`files that are read as of a type whatever their name, as in pip:requirements-.*\.txt; repeatable`,
  },
  {
    name: 'removed-pkgs',
    group: 'Target',
    help: 'also packages of the system that a higher layer removed',
  },
  {
    name: 'distro',
    value: 'ID/VERSION',
    group: 'Target',
    help: 'take the system to be this one, as in debian/12',
  },
  {
    name: 'image-src',
    value: 'LIST',
    group: 'Target',
    help: 'where images are looked for, in order (default: docker,containerd,podman,podman-storage,remote)',
  },
  ...DAEMON_FLAGS,
  ...LIMIT_FLAGS,
  {
    name: 'parallel',
    value: 'N',
    group: 'Target',
    help: 'layers that are read at the same time (default: 2; 0 leaves it to Assay)',
  },
  ALLOW_EMPTY_FLAG,
];
