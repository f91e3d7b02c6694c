/**
 * What container tools make of images: the roots that Podman mounts with its two common storage
 * drivers, and those that umoci unpacks. Podman reads all images in one run, because starting it
 * takes longer than unpacking a small image.
 */

import { execFile, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { podmanStorage } from './daemons.ts';
import { missingRoot, missingTool } from './tools.ts';

const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

export type Driver = 'overlay' | 'vfs';

/** Images by tag in an OCI layout. */
export interface TaggedLayout {
  readonly layout: string;
  readonly tags: readonly string[];
}

/** Mounted roots by tag; images that the tool refuses are absent. */
export interface MountedRoots {
  readonly roots: ReadonlyMap<string, string>;
  /** Removes the storage as well. */
  unmount(): void;
}

/** Why images cannot be unpacked here; `undefined` where they can. */
export function noUnpacking(): string | undefined {
  return missingRoot() ?? missingTool('podman', 'buildah', 'skopeo', 'umoci', 'runc');
}

/** Why a storage driver does not work in a folder, as overlayfs on top of another one. */
export function noDriver(folder: string, driver: Driver): string | undefined {
  const { status, stderr } = podman(path.join(folder, `probe-${driver}`), driver, ['info']);
  rmSync(path.join(folder, `probe-${driver}`), { recursive: true, force: true });
  return status === 0 ? undefined : `driver ${driver}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}

/** Pulls all images into a storage of their own, and mounts those that it takes. */
export async function mountAll(
  folder: string,
  driver: Driver,
  images: TaggedLayout,
): Promise<MountedRoots> {
  const storage = path.join(folder, driver);
  const places = path.join(tmpdir(), `assay-layouts-${randomUUID()}`);
  mkdirSync(places);
  try {
    // It goes on behind an image that it refuses.
    await pull(storage, driver, namedByPlace(places, images));
  } finally {
    rmSync(places, { recursive: true });
  }
  const listed = podman(storage, driver, ['images', '--format', '{{.Repository}}']).stdout;
  const known = listed
    .split('\n')
    .filter((name) => images.tags.includes(path.posix.basename(name)));
  const roots = new Map<string, string>();
  if (known.length > 0) {
    const { stdout, stderr, status } = podman(storage, driver, ['image', 'mount', ...known]);
    if (status !== 0) throw new Error(`podman image mount: ${stderr}`);
    for (const line of stdout.split('\n')) {
      const [, tag, root] = /([^/\s]+):latest\s+(\/.*)$/.exec(line) ?? [];
      if (tag !== undefined && root !== undefined) roots.set(tag, root);
    }
  }
  return {
    roots,
    unmount() {
      podman(storage, driver, ['image', 'umount', '--all', '--force']);
      rmSync(storage, { recursive: true, force: true });
    },
  };
}

/**
 * Returns a reference for each tag whose directory ends with the tag. Podman 4 names an image after
 * the directory of its layout, which must have no capitals, and Podman 5 after its tag.
 */
function namedByPlace(places: string, { layout, tags }: TaggedLayout): readonly string[] {
  return tags.map((tag) => {
    const place = path.join(places, tag);
    symlinkSync(layout, place);
    return `oci:${place}:${tag}`;
  });
}

/** Succeeds even if some images are refused. */
function pull(storage: string, driver: Driver, names: readonly string[]): Promise<void> {
  const { args, env } = podmanCall(storage, driver, ['pull', '--quiet', ...names]);
  return new Promise((resolve) => {
    execFile('podman', args, { env, maxBuffer: MAX_OUTPUT_BYTES }, () => {
      resolve();
    });
  });
}

/**
 * Copies one image with skopeo, mounts it with Buildah, and hands its root over; `undefined` where
 * it is refused.
 */
export function withBuildah<T>(
  folder: string,
  driver: Driver,
  image: { readonly layout: string; readonly tag: string },
  read: (root: string) => T,
): T | undefined {
  const storage = path.join(folder, `buildah-${driver}`);
  const env = { ...process.env, ...podmanStorage(storage, driver) };
  const call = (command: string, args: readonly string[]): string | undefined => {
    const { status, stdout } = spawnSync(command, args, { env, encoding: 'utf8' });
    return status === 0 ? stdout.trim() : undefined;
  };
  const name = `localhost/${image.tag}`;
  try {
    const source = `oci:${image.layout}:${image.tag}`;
    const copy = ['copy', '--quiet', '--insecure-policy', source, `containers-storage:${name}`];
    if (call('skopeo', copy) === undefined) return undefined;
    const container = call('buildah', ['from', '--pull-never', '--name', image.tag, name]);
    if (container === undefined) throw new Error(`buildah cannot use "${name}"`);
    const root = call('buildah', ['mount', container]);
    if (root === undefined) throw new Error(`buildah cannot mount "${name}"`);
    return read(root);
  } finally {
    call('buildah', ['rm', '--all']);
    rmSync(storage, { recursive: true, force: true });
  }
}

/** Unpacks one image with umoci, and hands its root over; `undefined` where it is refused. */
export function withUmoci<T>(
  folder: string,
  image: { readonly layout: string; readonly tag: string },
  read: (root: string) => T,
): T | undefined {
  const bundle = path.join(folder, 'bundle');
  try {
    const { status } = spawnSync('umoci', [
      'unpack',
      '--image',
      `${image.layout}:${image.tag}`,
      bundle,
    ]);
    return status === 0 ? read(path.join(bundle, 'rootfs')) : undefined;
  } finally {
    rmSync(bundle, { recursive: true, force: true });
  }
}

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function podman(storage: string, driver: Driver, command: readonly string[]): Outcome {
  const { args, env } = podmanCall(storage, driver, command);
  return spawnSync('podman', args, { env, encoding: 'utf8', maxBuffer: MAX_OUTPUT_BYTES });
}

function podmanCall(
  storage: string,
  driver: Driver,
  [command = '', ...rest]: readonly string[],
): { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  mkdirSync(storage, { recursive: true });
  const policy = path.join(storage, 'policy.json');
  if (!existsSync(policy)) writeFileSync(policy, '{"default":[{"type":"insecureAcceptAnything"}]}');
  const options = command === 'pull' ? ['--signature-policy', policy] : [];
  return {
    args: ['--runtime', 'runc', command, ...options, ...rest],
    env: { ...process.env, ...podmanStorage(storage, driver) },
  };
}
