/**
 * A layer as a build makes it: what of a folder is not in another one, with marks for what is gone.
 */

import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import path from 'node:path';

import type { TarMember } from '../../src/formats/archive/tar/tar-writer.ts';

/** The members of the layer, in the order of their paths. */
export function layerOf(root: string, below?: string): readonly TarMember[] {
  const members: TarMember[] = [];
  addFolder(members, { root, below }, '');
  return members;
}

interface Roots {
  readonly root: string;
  readonly below: string | undefined;
}

function addFolder(members: TarMember[], roots: Roots, folder: string): void {
  const now = readdirSync(path.join(roots.root, folder)).sort();
  for (const name of before(roots, folder)) {
    if (!now.includes(name)) members.push({ path: path.join(folder, `.wh.${name}`) });
  }
  for (const name of now) {
    const member = path.join(folder, name);
    const stats = lstatSync(path.join(roots.root, member));
    if (stats.isDirectory()) {
      if (!isThere(roots, member, stats)) members.push({ path: member, type: 'directory' });
      addFolder(members, roots, member);
    } else if (!isThere(roots, member, stats)) members.push(memberOf(roots.root, member, stats));
  }
}

function memberOf(root: string, member: string, stats: Stats): TarMember {
  const full = path.join(root, member);
  if (stats.isSymbolicLink()) return { path: member, type: 'symlink', target: readlinkSync(full) };
  return { path: member, mode: stats.mode & 0o777, body: readFileSync(full) };
}

function before({ below }: Roots, folder: string): readonly string[] {
  const full = below === undefined ? undefined : path.join(below, folder);
  return full !== undefined && statsOf(full)?.isDirectory() === true
    ? readdirSync(full).sort()
    : [];
}

/** Builds compare what the file system says of a file, and store what differs in any way. */
function isThere({ root, below }: Roots, member: string, stats: Stats): boolean {
  const old = below === undefined ? undefined : statsOf(path.join(below, member));
  if (old === undefined || old.mode !== stats.mode) return false;
  if (stats.isDirectory()) return true;
  if (!stats.isSymbolicLink()) return isSameTime(old, stats) && old.size === stats.size;
  return readlinkSync(path.join(root, member)) === readlinkSync(path.join(below ?? '', member));
}

/** Node copies times with less precision than file systems have. */
function isSameTime(a: Stats, b: Stats): boolean {
  return Math.abs(a.mtimeMs - b.mtimeMs) < 1;
}

function statsOf(file: string): Stats | undefined {
  return lstatSync(file, { throwIfNoEntry: false });
}
