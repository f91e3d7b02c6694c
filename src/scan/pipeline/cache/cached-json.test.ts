import { describe, expect, it } from 'vitest';
import type { RecordStore } from '../../../core/base/record-store.ts';
import { getJson, putJson } from './cached-json.ts';

describe('results as JSON', () => {
  it.each([
    ['plain', 'a/b'],
    ['of Western Europe', 'Größe'],
    ['of other scripts', 'Főtanúsítvány 名 😀'],
    ['that no encoding has', 'half \ud83d'],
    ['with backslashes', '\\u00e9 é'],
  ])('keep texts %s, in ASCII', async (_, text) => {
    const kept = new Map<string, Uint8Array>();
    const store: RecordStore = {
      get: (key) => Promise.resolve(kept.get(key)),
      put: (key, content) => {
        kept.set(key, content);
        return Promise.resolve();
      },
    };
    await putJson(store, 'key', () => ({ [text]: [text] }));
    expect(kept.get('key')?.every((byte) => byte < 0x80)).toBe(true);
    expect(await getJson(store, 'key', (value) => value)).toEqual({ [text]: [text] });
    expect(await getJson(store, 'other', (value) => value)).toBeUndefined();
  });
});
