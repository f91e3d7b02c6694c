/** A wanted file of a layer in the form that catalogers read, after the walk. */

import { AssayError } from '../../core/base/errors.ts';
import type { ReadableBody } from './spooled-body.ts';
import type { CollectedFile } from '../../core/model/layer/layer-walk.ts';

/**
 * Returns the file of a body. Its `bytes` reject with `LIMIT_EXCEEDED` if there are more than
 * `maxFileBytes`.
 */
export function toCollectedFile(
  path: string,
  content: {
    readonly mode: number;
    readonly wantedBy: readonly string[];
    readonly body: ReadableBody;
  },
  maxFileBytes: number,
): CollectedFile {
  const { mode, wantedBy, body } = content;
  const { sizeBytes } = body;
  return {
    path,
    mode,
    wantedBy,
    sizeBytes,
    bytes: () =>
      sizeBytes > maxFileBytes
        ? Promise.reject(tooLarge(path, sizeBytes, maxFileBytes))
        : Promise.resolve(body.readAt(0, sizeBytes)),
    readAt: (offset, lengthBytes) => Promise.resolve(body.readAt(offset, lengthBytes)),
  };
}

function tooLarge(path: string, sizeBytes: number, maxBytes: number): AssayError {
  const sizes = `${String(sizeBytes)} bytes, of which ${String(maxBytes)} are allowed`;
  return new AssayError('LIMIT_EXCEEDED', `"${path}" is too large to be held in memory: ${sizes}`);
}
