/**
 * Mounted file systems of this machine that are not local disks.
 *
 * Source: proc_pid_mountinfo(5): fields between spaces, the fifth the place (with octal escapes),
 * the type behind a lone hyphen. Nothing is refused: lines of another form, and a machine without
 * that file, name no place.
 */

import { readBoundedFile } from '../../../../core/base/bounded-file.ts';

const MOUNTINFO = '/proc/self/mountinfo';
/** A line takes some 150 bytes; busy hosts of containers have thousands. */
const MAX_MOUNTINFO_BYTES = 64 * 1024 * 1024;
/** Characters that mean something in a glob. */
const SPECIAL = /[\\*?[\]{}]/g;
const ESCAPE = /\\(?<digits>[0-7]{3})/g;

/** Types that hold files of this machine. */
const OWN: ReadonlySet<string> = new Set([
  ...['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'zfs', 'f2fs', 'jfs', 'reiserfs', 'bcachefs'],
  ...['vfat', 'exfat', 'ntfs', 'ntfs3', 'ubifs', 'erofs'],
]);

/**
 * Returns globs of the places of file systems that are none of this machine's own; the root itself
 * is never among them.
 */
export async function nonLocalMounts(path: string = MOUNTINFO): Promise<readonly string[]> {
  let text: string;
  try {
    text = (await readBoundedFile(path, { maxBytes: MAX_MOUNTINFO_BYTES })).toString('utf8');
  } catch {
    return [];
  }
  return readMounts(text);
}

/** Returns {@link nonLocalMounts} for the text of a mountinfo file: each once, sorted. */
export function readMounts(text: string): readonly string[] {
  const places = new Set<string>();
  for (const line of text.split('\n')) {
    const [before = '', behind = ''] = line.split(' - ', 2);
    const place = (before.split(' ')[4] ?? '').replace(ESCAPE, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 8)),
    );
    const type = behind.split(' ', 1)[0] ?? '';
    if (place.startsWith('/') && place !== '/' && type !== '' && !OWN.has(type)) {
      places.add(place.replace(SPECIAL, '\\$&'));
    }
  }
  return [...places].sort();
}
