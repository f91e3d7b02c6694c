/**
 * Files that are a `docker save` archive and an OCI layout at once, as docker since 25, containerd
 * and BuildKit write.
 *
 * Some tools read `manifest.json`, others `index.json`. Both have to name the same images: each
 * configuration of `manifest.json` belongs to a manifest that `index.json` leads to. What
 * `index.json` has beside them is read too, as far as a tool on the same platform could take it.
 * Source: moby, `image/tarexport`; containerd, `images/archive`.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import { chooseSaved, readSavedImages, type SavedImages } from './docker-archive.ts';
import { openParts, type ImageParts, type StoredImagesRequest } from '../image/image.ts';
import type { ImageFiles } from '../image/image-files.ts';
import {
  blobPath,
  listManifests,
  readListedManifest,
  type ListedManifest,
  type ManifestList,
} from '../layout/oci-index.ts';
import {
  skippedImagesOf,
  readImage,
  readListed,
  selectManifests,
  storedInLayout,
  type ListedImage,
} from '../layout/oci-layout.ts';
import { isPlatform } from '../../../core/model/artifact/platform.ts';
import { choosePlatforms, hostPlatform } from '../platform.ts';
import type { OpenArtifact } from '../source.ts';

/**
 * Returns the images of both lists, each once. The last of them to be disposed of closes `files`.
 */
export async function openHybridArchive(
  files: ImageFiles,
  request: StoredImagesRequest,
  context: Context,
): Promise<readonly OpenArtifact[]> {
  const both = await readBoth(files, request.reference);
  const saved = ifFound(() => chooseSaved(both.saved, files, request));
  const beside = await readBeside(both, files, request);
  const [first, ...others] = [...saved.found, ...beside.parts];
  if (first === undefined) {
    throw saved.error ?? beside.error ?? new RangeError('no image and no reason');
  }
  const parts = [{ ...first, notes: beside.notes }, ...others].map((part) => ({
    ...part,
    ...both.digestsOf(part),
  }));
  return openParts(parts, files, request, context);
}

/** Refuses files of both forms whose lists disagree. @throws AssayError `DAMAGED` */
export async function checkHybridArchive(files: ImageFiles): Promise<void> {
  await readBoth(files, files.name);
}

/** The images of both lists. */
interface BothForms {
  readonly saved: SavedImages;
  readonly list: ManifestList;
  /**
   * The digest of the configuration of each listed manifest that is here, by the digest of the
   * manifest.
   */
  readonly configs: ReadonlyMap<Digest, Digest>;
  digestsOf(part: ImageParts): Pick<ImageParts, 'manifestDigest' | 'indexDigest' | 'stored'>;
}

async function readBoth(files: ImageFiles, reference: string): Promise<BothForms> {
  const list = await listManifests(files);
  const configs = new Map<Digest, Digest>();
  const byConfig = new Map<Digest, ListedManifest>();
  const layersOf = new Map<Digest, readonly Digest[]>();
  for (const listed of list.images) {
    // An archive may have one platform of an index that lists many.
    const manifest = await readListedManifest(files, listed);
    if (manifest === undefined) continue;
    configs.set(listed.digest, manifest.config.digest);
    layersOf.set(
      listed.digest,
      manifest.layers.map(({ digest }) => digest),
    );
    if (!byConfig.has(manifest.config.digest)) byConfig.set(manifest.config.digest, listed);
  }
  const saved = await readSavedImages(files, reference);
  for (const { configDigest, tags } of saved.parts) {
    if (!byConfig.has(configDigest)) throw disagree(files, configDigest, tags);
  }
  return {
    saved,
    list,
    configs,
    digestsOf({ configDigest, layers }) {
      const listed = byConfig.get(configDigest);
      if (listed === undefined) return {};
      const { digest, indexDigest } = listed;
      // What is scanned are the layers of manifest.json, whatever the manifest of the layout lists.
      const named = layersOf.get(digest) ?? [];
      const isScanned =
        named.length === layers.length &&
        layers.every(({ blobDigest }, index) => blobDigest === named[index]);
      const stored = isScanned ? storedInLayout(files, listed) : undefined;
      return { manifestDigest: digest, indexDigest, stored };
    },
  };
}

interface Beside {
  readonly parts: readonly ImageParts[];
  /** Notes about omitted images. */
  readonly notes: readonly Diagnostic[];
  /** That the index has nothing of that name or platform. */
  readonly error: AssayError | undefined;
}

/**
 * Returns the images of the index that `manifest.json` does not have and that a tool on the same
 * platform could take.
 */
async function readBeside(
  { saved, list, configs }: BothForms,
  files: ImageFiles,
  request: StoredImagesRequest,
): Promise<Beside> {
  const isSaved = new Set(saved.parts.map(({ configDigest }) => configDigest));
  const here = list.images.filter(({ digest }) => configs.has(digest));
  const { found: selected, error } = ifFound(() => selectManifests(here, request.selection, files));
  const images = await Promise.all(selected.map((listed) => readListed(files, listed)));
  const savedIn = (group: string): readonly ListedImage[] =>
    images.filter((image) => image.group === group && isSaved.has(configOf(image, configs)));
  const chosen = ifFound(() => chooseLike(images, savedIn, request, files.name));
  const parts: ImageParts[] = [];
  for (const image of chosen.found) {
    if (isSaved.has(configOf(image, configs)) || !(await isWhole(files, image))) continue;
    parts.push(await readImage(files, image, request.reference));
  }
  const { selection } = request;
  const notes = skippedImagesOf(list, { images: [], chosen: [], selection });
  return { parts, notes, error: error ?? chosen.error };
}

function configOf({ listed }: ListedImage, configs: BothForms['configs']): Digest {
  return configs.get(listed.digest) ?? listed.digest;
}

/**
 * Chooses as {@link choosePlatforms} does; without requested platforms also those that
 * `manifest.json` has of the same image.
 */
function chooseLike(
  images: readonly ListedImage[],
  savedIn: (group: string) => readonly ListedImage[],
  { platforms }: StoredImagesRequest,
  name: string,
): readonly ListedImage[] {
  if (platforms === 'all' || platforms.length > 0) return choosePlatforms(images, platforms, name);
  const groups = new Set(images.map(({ group }) => group));
  return [...groups].flatMap((group) => {
    const members = images.filter((image) => image.group === group);
    const saved = savedIn(group);
    if (saved.length === 0) return choosePlatforms(members, [], name);
    const wanted = [hostPlatform(), ...saved.flatMap(({ platform }) => platform ?? [])];
    return members.filter(
      ({ platform, isMislabelled }) =>
        isMislabelled || wanted.some((one) => isPlatform(platform, one)),
    );
  });
}

/** Returns whether a tool could load an image from here: an index may list more than was saved. */
async function isWhole(files: ImageFiles, { listed }: ListedImage): Promise<boolean> {
  const manifest = await readListedManifest(files, listed);
  for (const { digest } of [...(manifest?.layers ?? []), ...(manifest ? [manifest.config] : [])]) {
    if ((await files.get(blobPath(digest))) === undefined) return false;
  }
  return true;
}

interface Found<Item> {
  readonly found: readonly Item[];
  /** That there is nothing of that name or platform. */
  readonly error?: AssayError;
}

function ifFound<Item>(find: () => readonly Item[]): Found<Item> {
  try {
    return { found: find() };
  } catch (error) {
    if (error instanceof AssayError && error.code === 'NOT_FOUND') return { found: [], error };
    throw error;
  }
}

function disagree(files: ImageFiles, configDigest: Digest, tags: readonly string[]): AssayError {
  const names = tags.length === 0 ? 'an image' : `"${tags.join('", "')}"`;
  return new AssayError(
    'DAMAGED',
    `"${files.name}" has two tables of contents that disagree: manifest.json gives ${names} the configuration ${configDigest}, and index.json leads to no manifest with it`,
    {
      hint: 'Some tools read manifest.json and others index.json. Save the image again, for example with docker save or skopeo copy.',
    },
  );
}
