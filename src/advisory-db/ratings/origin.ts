/** Where single CVE records are: at a mirror, in a folder, or at the CVE list itself. */

import { join } from 'node:path';
import { FEEDS } from '../../advisory/list.ts';
import { redactUrl } from '../../base/http.ts';
import type { Mirror } from '../mirror-address.ts';

export type CveRecordOrigin = {
  /** Without secrets. */
  readonly name: string;
} & (
  | { readonly kind: 'folder'; readonly folder: string }
  | { readonly kind: 'server'; readonly base: URL }
);

/** The place of single CVE records at a mirror or at their publisher. */
export function cveRecordOrigin(mirror: Mirror): CveRecordOrigin {
  const row = FEEDS.find(({ recordBase }) => recordBase !== undefined);
  const folderName = row?.mirrorFolder ?? '';
  if (mirror.kind === 'folder') {
    const folder = join(mirror.folder, folderName);
    return { kind: 'folder', folder, name: folder };
  }
  const base =
    mirror.kind === 'server'
      ? new URL(`${folderName}/`, mirror.base)
      : new URL(row?.recordBase ?? '');
  return { kind: 'server', base, name: redactUrl(base) };
}
