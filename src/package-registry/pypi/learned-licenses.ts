/**
 * Licenses of files of Python projects. Pages do not have them, so that they are known once a file
 * was fetched.
 */

import type { VersionFacts } from '../../scan/policy/version-facts.ts';
import { fileLicenses } from './file-licenses.ts';
import type { FilePart } from './files.ts';
import type { FileView } from './view.ts';

/** Licenses that are known by now. */
export interface LearnedLicenses {
  /**
   * Returns the licenses of a file. What the file itself states has precedence over its metadata
   * file.
   */
  licensesOf(file: Pick<FileView, 'fileName' | 'listed'>): Pick<VersionFacts, 'licenses'>;
  /** Reads the licenses of a file. Throws errors of the file system. */
  learn(
    project: string,
    file: Pick<FileView, 'fileName' | 'listed'>,
    content: { readonly part: FilePart; readonly path: string },
  ): Promise<void>;
  /** Returns a number that changes when licenses of a project become known. */
  countOf(project: string): number;
}

/** Files whose licenses are held in memory. */
const MAX_FILES = 50_000;

/** Knows nothing at first. */
export function createLearnedLicenses(): LearnedLicenses {
  const known = new Map<string, readonly string[]>();
  const counts = new Map<string, number>();
  let forgotten = 0;
  const keyOf = (
    { fileName, listed: { digests, metadata = [] } }: Pick<FileView, 'fileName' | 'listed'>,
    part: FilePart,
  ): string => [part, fileName, ...(part === 'file' ? digests : metadata)].join(' ');
  return {
    licensesOf: (file) => {
      const licenses = known.get(keyOf(file, 'file')) ?? known.get(keyOf(file, 'metadata'));
      return licenses === undefined ? {} : { licenses };
    },
    learn: async (project, file, { part, path }) => {
      const key = keyOf(file, part);
      if (known.has(key)) return;
      const name = part === 'metadata' ? `${file.fileName}.metadata` : file.fileName;
      const licenses = await fileLicenses(path, name);
      if (known.size >= MAX_FILES) {
        known.clear();
        counts.clear();
        forgotten += MAX_FILES + 1;
      }
      known.set(key, licenses);
      counts.set(project, (counts.get(project) ?? 0) + 1);
    },
    countOf: (project) => forgotten + (counts.get(project) ?? 0),
  };
}
