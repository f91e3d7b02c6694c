import type { RecordStore } from '../../src/core/base/record-store.ts';

/** A store of records in memory, which a test may look at, change and take away. */
export function storeIn(records: Map<string, Uint8Array>): RecordStore {
  return {
    get: (key) => Promise.resolve(records.get(key)),
    put: (key, content) => {
      records.set(key, content);
      return Promise.resolve();
    },
  };
}
