/** What is read of an image, for tests of images that have several readings. */

import { expect } from 'vitest';

import { quietContext } from '../../src/core/base/context.ts';
import { AssayError } from '../../src/core/base/errors.ts';
import { openSource } from '../../src/scan/source/open-source.ts';
import type { SourceRequest } from '../../src/scan/source/source.ts';
import { digestOf } from './stored-images.ts';

const CONTEXT = quietContext({ fetch: globalThis.fetch });

/**
 * All paths in all layers of what is opened, sorted, or the reason why nothing is; a refusal has a
 * hint.
 */
export async function pathsIn(
  reference: string,
  changes: Partial<SourceRequest> = {},
): Promise<string[] | string> {
  const read = await readingOf(reference, changes);
  return typeof read === 'string' ? read : read.paths;
}

/** The same with the notes of what is opened. */
export async function readingOf(
  reference: string,
  changes: Partial<SourceRequest> = {},
): Promise<{ readonly paths: string[]; readonly notes: string[] } | string> {
  const request = { platforms: [], imageSources: [], skipDirs: [], skipFiles: [], ...changes };
  const paths: string[] = [];
  const notes: string[] = [];
  try {
    for (const opened of await openSource({ reference, kind: 'image', ...request }, CONTEXT)) {
      await using artifact = opened;
      for (const layer of artifact.artifact.layers.keys()) {
        await artifact.walk(
          layer,
          (entry) => {
            paths.push(entry.path.slice(1));
            return undefined;
          },
          CONTEXT,
        );
      }
      notes.push(...artifact.diagnostics().map(({ message }) => message));
    }
    return { paths: paths.sort(), notes };
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    expect(error.code).toBe('DAMAGED');
    return error.message;
  }
}

/** Adds a blob to an OCI layout. */
export function addBlob(
  files: Map<string, Buffer>,
  content: string | Buffer,
): { readonly digest: string; readonly size: number } {
  const bytes = Buffer.from(content);
  files.set(`blobs/sha256/${digestOf(bytes).slice(7)}`, bytes);
  return { digest: digestOf(bytes), size: bytes.length };
}

/** Replaces the rows of the layout's index. */
export function setIndex(files: Map<string, Buffer>, manifests: readonly object[]): void {
  files.set('index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests })));
}
