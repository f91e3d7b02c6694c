/**
 * Resolves image references in an OCI layout on this machine instead of registries (`--layout`). An
 * image is found by its whole name: `org.opencontainers.image.ref.name`, or
 * `io.containerd.image.name` as containerd and Docker write it. A name that is only a tag belongs
 * to no repository and is never taken.
 *
 * Source: OCI image specification, "Image Layout" and "Annotations".
 */

import { join } from 'node:path';

import { readBoundedFile } from '../../core/base/bounded-file.ts';
import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { exists, isMissing } from '../../core/base/exists.ts';
import { ledgerKey } from '../../trust/ledger/ledger.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import {
  familiarReference,
  imageNames,
  parseImageReference,
  readManifest,
  type Descriptor,
  type ImageReference,
} from '../../clients/oci/index.ts';
import { OCI_INDEX } from '../../clients/oci/media-types.ts';
import { RefusedReference, resultOf } from './resolution-problem.ts';
import type { MakeResolver, ReferenceQuestion, Resolution } from './resolvers.ts';

const MAX_INDEX_BYTES = 16 * 1024 * 1024;

/** Makes the resolver of images in the layout of a directory; absolute. */
export function makeLayoutResolver(folder: string): MakeResolver {
  return () => {
    let listed: Promise<readonly Descriptor[]> | undefined;
    return {
      resolve: (question) => {
        listed ??= readIndex(folder);
        return resultOf(listed.then((images) => resolveIn(folder, images, question)));
      },
    };
  };
}

async function readIndex(folder: string): Promise<readonly Descriptor[]> {
  const path = join(folder, 'index.json');
  try {
    const bytes = await readBoundedFile(path, { maxBytes: MAX_INDEX_BYTES });
    const index = readManifest(bytes, OCI_INDEX, `"${path}"`);
    return index.kind === 'index' ? index.manifests : [];
  } catch (cause) {
    const reason = isMissing(cause) ? 'it has no index.json' : errorMessage(cause);
    throw new AssayError('DAMAGED', `cannot read the OCI layout "${folder}": ${reason}`, {
      hint: 'Name a directory that is an OCI layout; skopeo copy docker://IMAGE oci:DIR:TAG writes one.',
      cause,
    });
  }
}

async function resolveIn(
  folder: string,
  images: readonly Descriptor[],
  { value, mode }: ReferenceQuestion,
): Promise<Resolution> {
  const { tag = 'latest', digest: written, ...name } = parseImageReference(value);
  const reference: ImageReference = { ...name, tag };
  const plain = withTag(value.replace(/@.*$/su, ''), tag);
  const key = ledgerKey({ kind: 'image', ref: `${name.domain}/${name.path}:${tag}` });
  if (written !== undefined && mode === 'pin') {
    const isThere = await hasBlob(folder, written);
    const message = `the layout no longer has ${written}`;
    return {
      pinned: value,
      digest: written,
      source: 'layout',
      notes: isThere ? [] : [{ id: 'gone', message }],
    };
  }
  const digests = new Set(
    images.filter((one) => isNamed(one, reference)).map(({ digest }) => digest),
  );
  const [digest, ...more] = digests;
  if (digest === undefined || more.length > 0) {
    const count = digests.size === 0 ? 'has no image' : `has ${digests.size} images`;
    throw new RefusedReference(digests.size === 0 ? 'unresolved' : 'refused', {
      id: digests.size === 0 ? 'not-found' : 'ambiguous-ref',
      message: `the layout "${folder}" ${count} of the name "${familiarReference(reference)}"`,
      advice: 'Check the names in index.json; each image needs a whole name with its tag.',
    });
  }
  return { pinned: `${plain}@${digest}`, digest, source: 'layout', ledgerKey: key, notes: [] };
}

function withTag(plain: string, tag: string): string {
  return plain.lastIndexOf(':') > plain.lastIndexOf('/') ? plain : `${plain}:${tag}`;
}

function isNamed(descriptor: Descriptor, wanted: ImageReference): boolean {
  return imageNames(descriptor).some((text) => {
    // A tag alone would be read as the name of an image.
    if (!text.includes(':')) return false;
    try {
      const { domain, path, tag } = parseImageReference(text);
      return domain === wanted.domain && path === wanted.path && tag === wanted.tag;
    } catch {
      return false;
    }
  });
}

function hasBlob(folder: string, digest: Digest): Promise<boolean> {
  return exists(join(folder, 'blobs', ...digest.split(':')));
}
