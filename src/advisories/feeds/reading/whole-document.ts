/** A file that is one document. */

import { ParseError } from '../../../core/base/errors.ts';
import type { FeedDocument, OriginFile } from '../feed.ts';

/**
 * Returns all of the file, which stays open. @throws ParseError where it is larger than `maxBytes`,
 * or cut off
 */
export async function wholeDocument(file: OriginFile, maxBytes: number): Promise<FeedDocument> {
  const { path: name, sizeBytes, changedAt } = file;
  if (sizeBytes > maxBytes) throw new ParseError(name, `larger than ${maxBytes} bytes`);
  const bytes = await file.readAt(0, sizeBytes);
  if (bytes.length < sizeBytes) throw new ParseError(name, 'cut off');
  return changedAt === undefined ? { name, bytes } : { name, bytes, changedAt };
}
