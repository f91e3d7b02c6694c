/** Names under which archives lie in source trees without telling so. */

import type { ScriptFiles } from '../../core/model/catalog/catalog.ts';

/** Endings that people give to a file that they keep beside a new one. */
export const BACKUP_SUFFIXES = ['.bak', '.old', '.orig', '.disabled'];

/**
 * Files without a suffix, copies with a number (`app.jar.1`), and suffixes of programs. A local
 * header near the beginning, also behind a launcher, makes one an archive ("APPNOTE.TXT", 4.3.7).
 * The size is that of the largest applications.
 */
export const ARCHIVES_OF_ANY_NAME: ScriptFiles = {
  suffixes: ['', '.0', '.bin', '.run', '.so', '.exe', '.app', '.tmp', '.copy', '.backup', '.save'],
  texts: ['PK\u0003\u0004'],
  maxBytes: 512 * 1024 * 1024,
};

/** Endings of the archives that Java servers and their plugins are made of. */
const ARCHIVE_SUFFIXES = [
  '.jar',
  '.war',
  '.ear',
  '.par',
  '.sar',
  '.hpi',
  '.jpi',
  '.kar',
  '.aar',
  '.nar',
  '.lpkg',
] as const;

/** Returns whether a name ends as those of Java archives do. */
export function isJavaArchive(name: string): boolean {
  const ending = name.slice(name.lastIndexOf('.')).toLowerCase();
  return ARCHIVE_SUFFIXES.some((suffix) => suffix === ending);
}
