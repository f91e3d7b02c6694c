/** Choosing among the platforms of an image. */

import { AssayError } from '../../core/base/errors.ts';
import type { Platform } from '../../core/model/artifact/artifact.ts';
import { formatPlatform, isPlatform } from '../../core/model/artifact/platform.ts';
import type { SourceRequest } from './source.ts';

/** Node's names of processors that images call otherwise. */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['ia32', '386'],
  ['ppc64', 'ppc64le'],
  ['mipsel', 'mipsle'],
]);

/** Images run on Linux wherever they are run: elsewhere in a virtual machine. */
export function hostPlatform(architecture: string = process.arch): Platform {
  return { os: 'linux', architecture: ARCHITECTURES.get(architecture) ?? architecture };
}

/** An image among others of which platforms are chosen. */
interface Choice {
  /** Images of one group are platforms of the same image. */
  readonly group: string;
  readonly platform: Platform | undefined;
  /** It is marked as an attestation, and holds a file system. */
  readonly isMislabelled?: boolean;
  /** It is listed by an index without a platform, so that tools may take it for any. */
  readonly isUnlisted?: boolean;
}

/**
 * Returns all, those asked for, or, with none asked for, the host's of every image; an image for
 * one platform only is taken whatever that is. One that is marked as an attestation and holds a
 * file system has no true platform, and is taken with the host's. Where no entry of an index names
 * the platform, tools take one that names none.
 *
 * @throws AssayError `NOT_FOUND` naming the platforms that are there.
 */
export function choosePlatforms<T extends Choice>(
  images: readonly T[],
  wanted: SourceRequest['platforms'],
  name: string,
): readonly T[] {
  const isOnly = wanted.length === 0 && images.length === 1;
  if (wanted === 'all' || isOnly) return images;
  for (const platform of wanted) {
    if (!images.some((image) => isPlatform(image.platform, platform))) {
      throw notFound(images, platform, name);
    }
  }
  const host = hostPlatform();
  const chosen = new Set<T>();
  for (const group of new Set(images.map((image) => image.group))) {
    const members = images.filter((image) => image.group === group);
    for (const image of chooseMembers(members, { wanted, host, name })) chosen.add(image);
  }
  return images.filter((image) => chosen.has(image));
}

function chooseMembers<T extends Choice>(
  members: readonly T[],
  of: { readonly wanted: readonly Platform[]; readonly host: Platform; readonly name: string },
): readonly T[] {
  if (of.wanted.length > 0) return membersFor(members, of.wanted);
  if (members.length === 1) return members;
  if (!members.some(({ platform }) => isPlatform(platform, of.host))) {
    throw notFound(members, of.host, of.name);
  }
  const mislabelled = members.filter(({ isMislabelled }) => isMislabelled === true);
  return [...membersFor(members, [of.host]), ...mislabelled];
}

function membersFor<T extends Choice>(
  members: readonly T[],
  wanted: readonly Platform[],
): readonly T[] {
  const fits = ({ platform }: Choice): boolean => wanted.some((one) => isPlatform(platform, one));
  const isNamed = members.some((image) => image.isUnlisted !== true && fits(image));
  return members.filter((image) => fits(image) || (!isNamed && image.isUnlisted === true));
}

function notFound(
  images: readonly { readonly platform: Platform | undefined }[],
  wanted: Platform,
  name: string,
): AssayError {
  const there = [...new Set(images.map((image) => formatPlatform(image.platform)))].sort();
  const message = `"${name}" has no image for ${formatPlatform(wanted)}; it has ${there.join(', ')}`;
  return new AssayError('NOT_FOUND', message, {
    because: 'platform',
    hint: `Choose one: --platform ${there[0] ?? 'all'}`,
  });
}
