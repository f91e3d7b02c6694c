/** Opens the source of feeds: the publishers, a server with the same layout, or a directory. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { OriginFile } from '../../feeds/feed.ts';
import type { FeedRow } from '../../feeds/list.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, errnoOf } from '../../../core/base/errors.ts';
import { redactUrl } from '../../../core/base/http/http.ts';
import type { AdvisoryMirror } from './mirror-address.ts';
import {
  openLocalFile,
  openRemoteFile,
  type FileVersion,
  type FileServer,
} from './file-origins.ts';

/**
 * Checks that the directory of a mirror can be read.
 *
 * @throws AssayError `ADVISORY_DATA_MISSING` where a folder is named that is none
 */
export async function requireMirror(mirror: AdvisoryMirror): Promise<void> {
  if (mirror.kind !== 'folder') return;
  const { folder } = mirror;
  const stats = await stat(folder).catch(errnoOf);
  if (typeof stats === 'object' && stats.isDirectory()) return;
  const fault = typeof stats === 'object' ? 'is not a folder' : `cannot be read: ${String(stats)}`;
  throw new AssayError(
    'ADVISORY_DATA_MISSING',
    `the mirror "${folder}" ${stats === 'ENOENT' ? 'does not exist' : fault}`,
    {
      hint: 'Give the folder that holds the folders of feeds, as osv/ and debian-tracker/, or the address of a server. Single files: assay db import PATH',
    },
  );
}

/** Describes a mirror for people. */
export function mirrorText(mirror: AdvisoryMirror): string {
  if (mirror.kind === 'public') return 'their publishers';
  return `the mirror "${mirror.kind === 'folder' ? mirror.folder : redactUrl(mirror.base)}"`;
}

/** The files of one feed. */
export interface FeedSource {
  /** Folder or address, without secrets. */
  readonly name: string;
  /** Whether it is the publisher itself, whose dates count. */
  readonly isPublisher: boolean;
  /**
   * Opens a file. Returns `undefined` if there is no such file, and `notModified` if it still has
   * the version `known`. `note` is called with the version that is returned.
   * @throws AssayError `NETWORK`, `TIMEOUT`, `OFFLINE`, `LIMIT_EXCEEDED`, `ACCESS_DENIED`
   */
  open(
    path: string,
    context: Context,
    known?: FileVersion,
    note?: (version: FileVersion) => void,
  ): Promise<OriginFile | 'notModified' | undefined>;
}

/** Returns the place of a feed in a mirror, or at its publisher. */
export function feedSource(
  row: FeedRow,
  mirror: AdvisoryMirror,
  options: Omit<FileServer, 'base'>,
): FeedSource {
  if (mirror.kind === 'folder') {
    const folder = join(mirror.folder, row.mirrorFolder);
    return { name: folder, isPublisher: false, open: (path) => openLocalFile(join(folder, path)) };
  }
  const isPublisher = mirror.kind === 'public';
  const base = isPublisher ? new URL(row.publicBase) : new URL(`${row.mirrorFolder}/`, mirror.base);
  const remote = { ...options, base };
  return {
    name: redactUrl(base),
    isPublisher,
    open: (path, context, known, note) =>
      openRemoteFile(remote, { path, ...(known && { known }), ...(note && { note }) }, context),
  };
}
