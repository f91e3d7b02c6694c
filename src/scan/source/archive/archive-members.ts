/**
 * The members of an image archive by name, where every tool finds the same bytes under a name.
 *
 * Of several members with one name, containers/image takes the first and tools that unpack the
 * archive take the last. An archive is refused where these differ, where a member lies behind a
 * symlink of the archive or outside its root, and where an absolute symlink has two targets. So is
 * one in which a file that matters is of an unknown type, which containers/image reads and others
 * refuse.
 *
 * Source: containers/image, `docker/internal/tarfile` (first member of a name, links joined to
 * their directory); moby, `image/tarexport` and `pkg/archive` (unpacked in order, links below the
 * root).
 */

import type { FileHandle } from 'node:fs/promises';

import { directoryOf, leavesRoot, normalizePath } from '../../../core/base/artifact-path.ts';
import { AssayError } from '../../../core/base/errors.ts';
import type { TarEntry } from '../../../formats/archive/tar/tar-entry.ts';

/** By normalized path. */
export type ArchiveMembers = ReadonlyMap<string, TarEntry>;

/** A chain of links in an archive; old docker writes one. */
const MAX_LINKS = 16;
const COMPARED_BYTES = 1024 * 1024;
const HINT =
  'Tools that load this archive would take different files from it. Save the image again, for example with docker save or skopeo copy.';

/** Reads bodies through `handle` where names are equal. @throws AssayError `DAMAGED` */
export async function collectMembers(
  entries: readonly TarEntry[],
  handle: FileHandle,
  archive: string,
): Promise<ArchiveMembers> {
  const members = new Map<string, TarEntry>();
  let hasSymlinks = false;
  for (const entry of entries) {
    if (leavesRoot(entry.path)) {
      throw severalReadings(archive, `the member "${entry.path}" lies outside its root`);
    }
    const path = normalizePath(entry.path);
    const first = members.get(path);
    if (first !== undefined && !(await isSame(first, entry, handle))) {
      throw severalReadings(archive, `it holds "${path.slice(1)}" twice, with different content`);
    }
    hasSymlinks ||= entry.type === 'symlink';
    members.set(path, entry);
  }
  if (hasSymlinks) refuseBehindLinks(members, archive);
  return members;
}

/** Returns the regular file of a name, through links. @throws AssayError `DAMAGED` */
export function resolveMember(
  members: ArchiveMembers,
  wanted: string,
  archive: string,
): TarEntry | undefined {
  let path = wanted;
  for (let links = 0; links <= MAX_LINKS; links++) {
    const member = members.get(path);
    if (member === undefined) return undefined;
    if (member.type === 'file') {
      if (member.sizeBytes === member.storedBytes) return member;
      throw new AssayError('DAMAGED', `"${wanted}" in "${archive}" is stored as a sparse file`);
    }
    if (member.type === 'unknown') {
      throw severalReadings(archive, `the member "${path.slice(1)}" is of an unknown type`);
    }
    if (member.type === 'hardlink') path = normalizePath(member.linkPath);
    else if (member.type === 'symlink') {
      const target = linkTarget(path, member.linkPath);
      const joined = linkTarget(path, `./${member.linkPath}`);
      if (target !== joined && members.has(joined)) {
        const both = `"${target.slice(1)}" and "${joined.slice(1)}"`;
        throw severalReadings(archive, `the link "${path.slice(1)}" can mean ${both}`);
      }
      path = target;
    } else return undefined;
  }
  throw new AssayError('DAMAGED', `the links of "${wanted}" in "${archive}" form a loop`);
}

function linkTarget(path: string, target: string): string {
  const folder = directoryOf(path);
  return normalizePath(target.startsWith('/') ? target : `${folder}/${target}`);
}

async function isSame(first: TarEntry, second: TarEntry, handle: FileHandle): Promise<boolean> {
  if (first.type !== second.type || first.linkPath !== second.linkPath) return false;
  if (first.sizeBytes !== second.sizeBytes || first.storedBytes !== second.storedBytes)
    return false;
  const [one, other] = [Buffer.alloc(COMPARED_BYTES), Buffer.alloc(COMPARED_BYTES)];
  for (let done = 0; done < first.storedBytes;) {
    const length = Math.min(COMPARED_BYTES, first.storedBytes - done);
    const [a, b] = await Promise.all([
      handle.read(one, 0, length, first.bodyOffset + done),
      handle.read(other, 0, length, second.bodyOffset + done),
    ]);
    const read = Math.min(a.bytesRead, b.bytesRead);
    if (read === 0 || one.compare(other, 0, read, 0, read) !== 0) return false;
    done += read;
  }
  return true;
}

function refuseBehindLinks(members: ArchiveMembers, archive: string): void {
  for (const path of members.keys()) {
    for (let at = path.indexOf('/', 1); at !== -1; at = path.indexOf('/', at + 1)) {
      const above = path.slice(0, at);
      if (members.get(above)?.type !== 'symlink') continue;
      const what = `the member "${path.slice(1)}" lies behind the link "${above.slice(1)}"`;
      throw severalReadings(archive, what);
    }
  }
}

function severalReadings(archive: string, reason: string): AssayError {
  return new AssayError('DAMAGED', `"${archive}" has more than one reading: ${reason}`, {
    hint: HINT,
  });
}
