/** A set of the base with its file. */

import { join } from 'node:path';
import type { Coverage } from '../../core/model/advisory/advisory.ts';
import type { Ecosystem } from '../../core/model/package/ecosystem.ts';
import type { Feed } from '../feeds/feed.ts';
import { isRecordFeed } from '../feeds/list.ts';
import { BlockFile } from './block-file-reader.ts';
import { damagedDataError } from './damaged-data-error.ts';
import type { StoredSet } from './store-manifest.ts';
import { RecordFile } from './record-file.ts';
import { StoredFile } from './stored-file.ts';

/** A file of a set, in one of its two forms. */
export type SetFile = BlockFile | RecordFile;

/** A set with its open file. */
export interface OpenSet {
  readonly set: StoredSet;
  readonly file: SetFile;
}

/** A set of advisories about packages. */
export interface EcosystemSet extends OpenSet {
  readonly set: StoredSet & { readonly ecosystem: Ecosystem };
}

/** A set of facts about vulnerabilities by id. */
export interface FactSet extends OpenSet {
  readonly file: BlockFile;
}

/** Returns whether a set is of one ecosystem. */
export function isEcosystemSet(open: OpenSet): open is EcosystemSet {
  return open.set.ecosystem !== undefined;
}

/** Returns whether a set holds facts by id, such as EPSS. */
export function isFactSet(open: OpenSet): open is FactSet {
  return open.set.ecosystem === undefined && open.file.form === 'entries';
}

/** Returns the age and coverage of a set. */
export function coverageOfSet(set: Coverage): Coverage {
  const { feed, ecosystem, release, recordCount, dataAt, fetchedAt, currentAt } = set;
  return {
    feed,
    ...(ecosystem !== undefined && { ecosystem }),
    ...(release !== undefined && { release }),
    ...{ recordCount, dataAt, fetchedAt },
    ...(currentAt !== undefined && { currentAt }),
  };
}

/**
 * Opens the file of a set in `folder`; the caller closes it, or leaves that to the garbage
 * collector. `feedOf` is asked for the feed of the set where its records have to be read.
 * @throws AssayError `ADVISORY_DATA_UNVERIFIED`; a system error where there is no such file
 */
export async function openSetFile(
  folder: string,
  set: StoredSet,
  feedOf: () => Promise<Feed | undefined>,
): Promise<SetFile> {
  const file = new StoredFile(join(folder, set.file), set.sizeBytes);
  const { directory } = file;
  if (directory.form === 'entries') return new BlockFile({ file, directory });
  const { ecosystem, release } = set;
  const feed = await feedOf();
  if (ecosystem !== undefined && feed !== undefined && isRecordFeed(feed)) {
    const need = release === undefined ? { ecosystem } : { ecosystem, release };
    return new RecordFile({ file, directory }, feed, need);
  }
  file.close();
  throw damagedDataError(file.path, `holds records of "${set.feed}", which this Assay cannot read`);
}
