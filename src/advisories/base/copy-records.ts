/** Takes what is stored of a set over into the file that takes its place. */

import { feedOf } from '../feeds/list.ts';
import type { BlockFileWriter } from '../store/block-file-writer.ts';
import { damagedDataError } from '../store/damaged-data-error.ts';
import type { StoredSet } from '../store/store-manifest.ts';
import { openSetFile } from '../store/open-set.ts';
import type { RecordFileWriter } from '../store/record-file-writer.ts';
import { areSetFilesIntact } from './stored-records.ts';

/**
 * Copies all records but those that `writer` has already, and the outdated ones. @throws
 * AssayError `ADVISORY_DATA_UNVERIFIED`
 */
export async function copyRecords(
  folder: string,
  old: StoredSet,
  writer: BlockFileWriter | RecordFileWriter,
  isOutdated: (id: string) => boolean,
): Promise<void> {
  const file = await openSetFile(folder, old, () => feedOf(old.feed));
  try {
    if (writer.form === 'entries' && file.form === 'entries') {
      await writer.copyFrom(file, isOutdated);
      return;
    }
    const isCopied = writer.form === 'records' && file.form === 'records';
    // Records are taken over unseen, so the file has to be what it was.
    if (!isCopied || !(await areSetFilesIntact(folder, [old]))) {
      throw damagedDataError(file.path, 'is not what was written');
    }
    await writer.copyFrom(file, isOutdated);
  } finally {
    file.close();
  }
}
