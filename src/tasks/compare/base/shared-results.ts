/**
 * A store of results for the images of one comparison. It gives back what this run has put, also
 * where the cache directory cannot be written, so that a layer of several images is read once.
 */

import type { RecordStore } from '../../../core/base/record-store.ts';

/** Records of large layers have some 5 MB. */
const MAX_HELD_BYTES = 128 * 1024 * 1024;

/**
 * Returns the store with a bounded memory in front of it. The oldest contents are dropped first.
 */
export function withSharedResults(
  store: RecordStore | undefined,
  maxHeldBytes = MAX_HELD_BYTES,
): RecordStore {
  const held = new Map<string, Uint8Array>();
  let heldBytes = 0;
  const drop = (key: string): void => {
    heldBytes -= held.get(key)?.length ?? 0;
    held.delete(key);
  };
  return {
    get: async (key) => held.get(key) ?? (await store?.get(key)),
    put: async (key, content) => {
      drop(key);
      if (content.length <= maxHeldBytes) {
        held.set(key, content);
        heldBytes += content.length;
        for (const oldest of held.keys()) {
          if (heldBytes <= maxHeldBytes) break;
          drop(oldest);
        }
      }
      await store?.put(key, content);
    },
  };
}
