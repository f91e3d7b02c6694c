/** Opens files of sets in tests. */

import { BlockFile } from '../../src/advisories/store/block-file-reader.ts';
import { StoredFile } from '../../src/advisories/store/stored-file.ts';

/** A file of entries. */
export function openBlockFile(path: string, sizeBytes: number): BlockFile {
  const file = new StoredFile(path, sizeBytes);
  const { directory } = file;
  if (directory.form !== 'entries') throw new Error('a file of records');
  return new BlockFile({ file, directory });
}
