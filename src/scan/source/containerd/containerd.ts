/**
 * Images in containerd's content store, read from its folder: `--image-src containerd`. No daemon
 * is asked, so that it works where the socket may not be used but the folder may be read, as in a
 * container that has it mounted.
 *
 * Source: containerd, "Content flow". The blobs of an image are files named by their digests, as in
 * an OCI layout; which of them is called how stands in the metadata. Kubernetes keeps its images in
 * the namespace `k8s.io`, Docker in `moby`.
 */

import { homedir } from 'node:os';
import { join } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { exists } from '../../../core/base/exists.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import type { ImageFiles } from '../image/image-files.ts';
import { layoutDigests } from '../layout/oci-digests.ts';
import { blobPath } from '../layout/oci-index.ts';
import { openOciLayout } from '../layout/oci-layout.ts';
import type { ImageStore, OpenArtifact, SourceRequest } from '../source.ts';
import { storedFile, storedMemory } from '../stored-bytes.ts';
import { checkRequestedDigest, findByName, repositoryOf } from '../image/image-name-lookup.ts';
import { readImageNames, type NamedImage } from './metadata.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';

/** Data directories of containerd, and of distributions that bundle it. */
const ROOTS: readonly [string, ...string[]] = [
  '/var/lib/containerd',
  '/var/lib/rancher/k3s/agent/containerd',
  '/var/lib/rancher/rke2/agent/containerd',
  '/var/snap/microk8s/common/var/lib/containerd',
  '/var/lib/docker/containerd/daemon',
];
const CONFIG = '/etc/containerd/config.toml';
/** Limit for a configuration file; real ones have some 4 KB. */
const MAX_CONFIG_BYTES = 1024 * 1024;
const ROOT_LINE = /^root\s*=\s*["'](?<root>[^"']+)["']/mu;
const DATABASE = 'io.containerd.metadata.v1.bolt/meta.db';
const CONTENT = 'io.containerd.content.v1.content';

export const containerd: ImageStore = {
  id: 'containerd',
  async open(request, context) {
    const found = await findImage(request);
    return withHint(found, () => openFound(found, request, context));
  },
  async digests(request) {
    const found = await findImage(request);
    const [first] = found.names;
    const name = repositoryOf(first ?? request.reference);
    const { platforms } = request;
    return withHint(found, () => layoutDigests(found.files, { platforms, selection: {}, name }));
  },
};

/** An image of one namespace, with all its names. */
interface FoundImage {
  readonly root: string;
  readonly namespace: string;
  readonly names: readonly string[];
  readonly files: ImageFiles;
  /** Blobs that were looked for and are not there. */
  readonly missing: Set<string>;
}

function openFound(
  found: FoundImage,
  { reference, platforms }: SourceRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const { root, namespace, names, files } = found;
  const known = {
    tags: names,
    repoDigests: [],
    isKnownDigest: () => true,
    source: { kind: 'containerd', place: `${root}, namespace ${namespace}` } as const,
  };
  return openOciLayout(files, { reference, platforms, selection: {}, known }, context);
}

async function findImage({ reference, env = process.env }: SourceRequest): Promise<FoundImage> {
  const roots = await existingRoots(env);
  const failures: AssayError[] = [];
  const namespaces = new Set<string>();
  for (const root of roots) {
    try {
      const all = await readImageNames(join(root, DATABASE));
      const images = inNamespace(all, env['CONTAINERD_NAMESPACE']);
      for (const { namespace } of all) namespaces.add(namespace);
      const found = findNamed(images, reference);
      if (found === undefined) continue;
      checkRequestedDigest(reference, storedName(found).digests, root);
      return foundImage(root, found, images);
    } catch (error) {
      if (!(error instanceof AssayError) || ENDINGS.has(error.code)) throw error;
      failures.push(withRootHint(error, root));
    }
  }
  throw failures[0] ?? noSuchImage(roots, namespaces, env);
}

const ENDINGS: ReadonlySet<string> = new Set(['USAGE', 'CONTENT_MISMATCH']);

/** Names of several namespaces may be equal; the first one counts. */
function findNamed(images: readonly NamedImage[], reference: string): NamedImage | undefined {
  const named = images.map((image) => ({ image, ...storedName(image) }));
  return findByName(named, reference)[0]?.image;
}

/** Returns the names of a stored image. Kubernetes also names an image by its configuration. */
function storedName({ name, digest }: NamedImage): {
  readonly names: readonly string[];
  readonly digests: readonly NamedImage['digest'][];
} {
  const named = parseDigest(name);
  return { names: [name], digests: named === undefined ? [digest] : [digest, named] };
}

function foundImage(root: string, found: NamedImage, all: readonly NamedImage[]): FoundImage {
  const { namespace, digest, mediaType } = found;
  const names = all
    .filter((image) => image.namespace === namespace && image.digest === digest)
    .map(({ name }) => name)
    .filter((name) => !name.startsWith('sha256:'));
  const index = { schemaVersion: 2, manifests: [{ mediaType, digest }] };
  const missing = new Set<string>();
  const files: ImageFiles = {
    name: found.name,
    async get(path) {
      if (path === '/index.json') return storedMemory(Buffer.from(JSON.stringify(index)));
      if (!path.startsWith('/blobs/')) return undefined;
      const stored = await storedFile(join(root, CONTENT, path));
      if (stored === undefined) missing.add(path);
      return stored;
    },
    close: () => Promise.resolve(),
  };
  return { root, namespace, names, files, missing };
}

/** Blobs that the daemon has thrown away leave the image to other stores. */
async function withHint<T>(found: FoundImage, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    const [first] = found.missing;
    if (first === undefined || !(error instanceof AssayError) || error.code !== 'DAMAGED') {
      throw error;
    }
    const digest = first.slice(blobPath('sha256:').length);
    throw new AssayError('NOT_FOUND', `its store at ${found.root} lacks sha256:${digest}`, {
      hint: 'It keeps what it has unpacked no longer (discard_unpacked_layers), or has one platform only.',
      cause: error,
    });
  }
}

function inNamespace(
  images: readonly NamedImage[],
  wanted: string | undefined,
): readonly NamedImage[] {
  if (wanted === undefined || wanted === '') return images;
  return images.filter(({ namespace }) => namespace === wanted);
}

async function existingRoots(env: Environment): Promise<readonly string[]> {
  const chosen = env['ASSAY_CONTAINERD_ROOT'];
  if (chosen !== undefined && chosen !== '') return [chosen];
  const home = env['HOME'] ?? homedir();
  const candidates = [await configuredRoot(), ...ROOTS, join(home, '.local/share/containerd')];
  const found: string[] = [];
  for (const root of candidates) {
    if (root !== undefined && !found.includes(root) && (await exists(join(root, DATABASE)))) {
      found.push(root);
    }
  }
  if (found.length > 0) return found;
  throw noStore(candidates[0] ?? ROOTS[0]);
}

function noStore(root: string): AssayError {
  return new AssayError('NOT_FOUND', `there is no content store at ${root}`, {
    hint: 'If it is elsewhere, set ASSAY_CONTAINERD_ROOT=/PATH.',
  });
}

async function configuredRoot(): Promise<string | undefined> {
  try {
    const bytes = await readBoundedFile(CONFIG, { maxBytes: MAX_CONFIG_BYTES });
    return ROOT_LINE.exec(bytes.toString('utf8'))?.groups?.['root'];
  } catch {
    // Not there or not to be read: the usual places are looked at.
    return undefined;
  }
}

function withRootHint(error: AssayError, root: string): AssayError {
  if (error.code === 'NOT_FOUND') return noStore(root);
  if (error.code !== 'ACCESS_DENIED') return error;
  return new AssayError(error.code, error.message, {
    hint: 'Run as root, or save the image and scan the file: ctr images export FILE IMAGE',
    cause: error,
  });
}

function noSuchImage(
  roots: readonly string[],
  namespaces: ReadonlySet<string>,
  env: Environment,
): AssayError {
  const chosen = env['CONTAINERD_NAMESPACE'];
  const where =
    chosen === undefined || chosen === ''
      ? `namespaces ${[...namespaces].join(', ') || '(none)'}`
      : `namespace ${chosen}`;
  return new AssayError('NOT_FOUND', `${roots.join(', ')} has no such image (${where})`, {
    hint: 'What it has: ctr -n NAMESPACE images ls',
  });
}
