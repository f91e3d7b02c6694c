/** Choosing among the platforms of an image. */

import { AssayError } from '../base/errors.ts';
import type { Platform } from '../model/artifact.ts';
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

/** As in `linux/arm/v7`. */
export function formatPlatform(platform: Platform | undefined): string {
  if (platform === undefined) return 'unknown';
  const { os, architecture, variant } = platform;
  return [os, architecture, ...(variant === undefined ? [] : [variant])].join('/');
}

/** A platform without variant takes any; `arm64` and `arm64/v8` are the same. */
export function isPlatform(found: Platform | undefined, wanted: Platform): boolean {
  if (found?.os !== wanted.os || found.architecture !== wanted.architecture) return false;
  return wanted.variant === undefined || variantOf(found) === variantOf(wanted);
}

/**
 * All, those asked for, or, with none asked for, the host's of every image; an image for one platform only is taken
 * whatever that is. Images of one group are platforms of the same image. One that is marked as an attestation and holds
 * a file system has no true platform, and is taken with the host's.
 *
 * @throws AssayError `NOT_FOUND` naming the platforms that are there.
 */
export function choosePlatforms<
  T extends {
    readonly group: string;
    readonly platform: Platform | undefined;
    readonly isMislabelled?: boolean;
  },
>(images: readonly T[], wanted: SourceRequest['platforms'], name: string): readonly T[] {
  if (wanted === 'all') return images;
  if (wanted.length > 0) {
    for (const platform of wanted) {
      if (!images.some((image) => isPlatform(image.platform, platform))) {
        throw notFound(images, platform, name);
      }
    }
    return images.filter((image) =>
      wanted.some((platform) => isPlatform(image.platform, platform)),
    );
  }
  const host = hostPlatform();
  const groups = new Set(images.map((image) => image.group));
  return [...groups].flatMap((group) => {
    const platforms = images.filter((image) => image.group === group);
    if (platforms.length === 1) return platforms;
    const isChosen = platforms.map(({ platform }) => isPlatform(platform, host));
    if (!isChosen.includes(true)) throw notFound(platforms, host, name);
    return platforms.filter(({ isMislabelled }, at) => isChosen[at] === true || isMislabelled);
  });
}

function variantOf({ architecture, variant }: Platform): string | undefined {
  return variant ?? (architecture === 'arm64' ? 'v8' : undefined);
}

function notFound(
  images: readonly { readonly platform: Platform | undefined }[],
  wanted: Platform,
  name: string,
): AssayError {
  const there = [...new Set(images.map((image) => formatPlatform(image.platform)))].sort();
  const message = `"${name}" has no image for ${formatPlatform(wanted)}; it has ${there.join(', ')}`;
  return new AssayError('NOT_FOUND', message, {
    hint: `Choose one: --platform ${there[0] ?? 'all'}`,
  });
}
