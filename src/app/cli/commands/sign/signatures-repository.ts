/**
 * The place of what is attached to an image that was opened: its repository, or the OCI layout in a
 * directory.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import type { ImageRepository } from '../../../../clients/oci/client.ts';
import type { StoredImage } from '../../../../clients/oci/content-store.ts';
import { createRegistryClient, type RegistryOptions } from '../../../../clients/oci/index.ts';
import { LayoutRepository } from '../../../../clients/oci/layout-repository.ts';
import { parseTarget } from '../../../../clients/oci/parse-target.ts';
import type { Session } from '../command.ts';
import { splitLayout } from './image-place.ts';

/** An image as the command line names it, and how its registry is reached. */
export interface OpenedTarget {
  readonly reference: string;
  readonly registry?: RegistryOptions | undefined;
}

/**
 * Opens the place of what is attached to an image; `undefined` for an image that has none, such as
 * one of a daemon.
 */
export async function signaturesRepository(
  { io: { cwd }, context }: Pick<Session, 'io' | 'context'>,
  { reference, registry }: OpenedTarget,
  { repository }: Pick<StoredImage, 'repository'>,
): Promise<ImageRepository | undefined> {
  if (repository !== undefined) {
    return createRegistryClient(registry ?? {}, context).repository(repository);
  }
  const target = parseTarget(reference);
  if (target.kind !== 'path') return undefined;
  const folder = resolve(cwd, splitLayout(cwd, target.text).folder);
  return existsSync(resolve(folder, 'oci-layout')) ? new LayoutRepository(folder) : undefined;
}
