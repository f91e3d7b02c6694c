/**
 * Real images made by real tools, without a registry or a daemon: Alpine from the sample tarballs,
 * Debian by mmdebstrap with the mirror of this machine's own apt configuration. Debian roots are
 * kept between runs in the temporary folder.
 */

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

import { run } from './tools.ts';

const CACHE = path.join(tmpdir(), 'assay-test-roots');

/** An archive is far away, and an answer that is lost on the way says nothing of Assay. */
const ATTEMPTS = 3;

/** Paths of one image in two forms. */
export interface ImageForms {
  /** OCI layout folder, tag `latest`, layers as gzip. */
  readonly ociFolder: string;
  /** `docker save` archive. */
  readonly dockerArchive: string;
}

/** One-layer image from a root file system in a tar or tar.gz; needs umoci and skopeo. */
export function imageFromTar(folder: string, name: string, tar: string): ImageForms {
  const ociFolder = path.join(folder, `${name}.oci`);
  const image = `${ociFolder}:latest`;
  run('umoci', ['init', '--layout', ociFolder]);
  run('umoci', ['new', '--image', image]);
  const plain = path.join(folder, `${name}.root.tar`);
  if (tar.endsWith('.gz')) {
    writeFileSync(plain, gunzipSync(readFileSync(tar)));
    run('umoci', ['raw', 'add-layer', '--image', image, plain]);
    rmSync(plain);
  } else {
    run('umoci', ['raw', 'add-layer', '--image', image, tar]);
  }
  return { ociFolder, dockerArchive: dockerArchive(folder, name, ociFolder) };
}

/** The `docker save` form of an OCI layout. */
export function dockerArchive(folder: string, name: string, ociFolder: string): string {
  const archive = path.join(folder, `${name}.tar`);
  rmSync(archive, { force: true });
  run('skopeo', [
    'copy',
    '--quiet',
    '--insecure-policy',
    `oci:${ociFolder}:latest`,
    `docker-archive:${archive}:${name}:latest`,
  ]);
  return archive;
}

/**
 * Root file system of a Debian release as a tar, made once; needs mmdebstrap, root and an apt
 * mirror.
 */
export function debianRoot(
  suite: string,
  variant: 'minbase' = 'minbase',
  packages: readonly string[] = [],
): string {
  mkdirSync(CACHE, { recursive: true });
  const tar = path.join(CACHE, `${[suite, variant, ...packages].join('-')}.tar`);
  if (existsSync(tar)) return tar;
  const part = `${tar}.${process.pid}.part`;
  const include = packages.map((name) => `--include=${name}`);
  // mmdebstrap 1.3 leaves the settings of this machine in the root, which no package owns.
  const clean = '--customize-hook=rm -f "$1/etc/resolv.conf" "$1/etc/hostname"';
  const form = ['--quiet', '--format=tar', `--variant=${variant}`, ...include, clean];
  fetching(() => run('mmdebstrap', [...form, suite, part, aptMirror()]));
  renameSync(part, tar);
  return tar;
}

/** Adds one layer to an image by changing its unpacked root; needs umoci and root. */
export function addLayer(folder: string, ociFolder: string, change: (root: string) => void): void {
  const bundle = path.join(folder, 'bundle');
  run('umoci', ['unpack', '--image', `${ociFolder}:latest`, bundle]);
  change(path.join(bundle, 'rootfs'));
  run('umoci', [
    'repack',
    '--image',
    `${ociFolder}:latest`,
    '--history.created_by',
    'RUN /bin/sh -c apt-get install',
    bundle,
  ]);
  rmSync(bundle, { recursive: true, force: true });
}

/** Installs packages into a Debian root with its own apt. */
export function aptInstall(root: string, packages: readonly string[]): void {
  cpSync('/etc/resolv.conf', path.join(root, 'etc/resolv.conf'));
  const script = [
    'apt-get update -q >/dev/null',
    `apt-get install -y -q --no-install-recommends ${packages.join(' ')} >/dev/null`,
    'rm -rf /var/lib/apt/lists/* /var/cache/apt/*.bin /var/cache/apt/archives/*.deb',
  ].join(' && ');
  fetching(() => run('chroot', [root, 'sh', '-c', script]));
  rmSync(path.join(root, 'etc/resolv.conf'));
}

/** Does again what may fail for want of an answer; the last failure counts. */
function fetching(work: () => unknown): void {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      work();
      return;
    } catch (error) {
      if (left === 0) throw error;
    }
  }
}

/** The first plain mirror of this machine's apt configuration. */
function aptMirror(): string {
  const folder = '/etc/apt/sources.list.d';
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    for (const line of readFileSync(path.join(folder, name), 'utf8').split('\n')) {
      const uri =
        /^URIs:\s+(\S+)/.exec(line)?.[1] ?? /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)/.exec(line)?.[1];
      if (uri?.startsWith('http') === true && !uri.includes('security')) return uri;
    }
  }
  throw new Error('no mirror in /etc/apt/sources.list.d');
}
