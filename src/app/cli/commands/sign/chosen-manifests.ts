/**
 * The manifests of an image that a command is about: those that a reference leads to, or those of
 * `--platform`.
 */

import { badValue } from '../../../config/values.ts';
import { parsePlatform } from '../../../../core/model/artifact/platform.ts';
import {
  manifestsForPlatform,
  readSignableImage,
  type SignableImage,
  type SignableManifest,
} from '../../../../trust/signing/image/image-manifests.ts';
import { TARGET_FLAGS } from '../../shell/options/target-flags.ts';
import type { Session } from '../command.ts';
import type { ImagePlace } from './image-place.ts';

/** `--platform`. */
export const PLATFORM_FLAGS = TARGET_FLAGS.filter(({ name }) => name === 'platform');

/** An image, and those of its manifests that a command is about. */
export interface ChosenManifests {
  readonly image: SignableImage;
  readonly manifests: readonly SignableManifest[];
}

/** Returns the value of `--platform`. @throws AssayError `USAGE` */
export function readPlatform({ flags }: Session): ReturnType<typeof parsePlatform> | 'all' {
  const text = flags.text('platform');
  if (text === undefined || text === 'all') return text;
  const platform = parsePlatform(text);
  if (platform !== undefined) return platform;
  throw badValue('platform', text, 'Write: --platform linux/arm64, or all.');
}

/**
 * Reads the manifest that the reference leads to; with `--platform` those of the platform, with
 * `--platform all` also every manifest that an index lists.
 *
 * @throws AssayError `NOT_FOUND` if there is none, and as the registry answers
 */
export async function chosenManifests(
  session: Session,
  { repository, version }: Pick<ImagePlace, 'repository' | 'version'>,
): Promise<ChosenManifests> {
  const platform = readPlatform(session);
  const image = await readSignableImage(repository, version, {
    hasChildren: platform !== undefined,
  });
  if (platform === undefined) return { image, manifests: [image] };
  if (platform === 'all') return { image, manifests: [image, ...image.children] };
  return { image, manifests: await manifestsForPlatform(repository, image, platform) };
}
