import { describe, expect, it } from 'vitest';

import { BodyStore } from './body-store.ts';

describe('BodyStore', () => {
  it('gives back what was written, anywhere', () => {
    const store = new BodyStore(100);
    expect(store.append(Buffer.from('hello '))).toBe(true);
    expect(store.append(Buffer.from('world'))).toBe(true);
    expect(store.end).toBe(11);
    expect(Buffer.from(store.read(4, 4)).toString()).toBe('o wo');
    store.close();
  });

  it('writes over what was given up', () => {
    const store = new BodyStore(8);
    store.append(Buffer.from('abcd'));
    store.append(Buffer.from('efgh'));
    store.cutBackTo(4);
    expect(store.append(Buffer.from('ijkl'))).toBe(true);
    expect(Buffer.from(store.read(0, 8)).toString()).toBe('abcdijkl');
    store.close();
  });

  it('takes no more than it may', () => {
    const store = new BodyStore(4);
    expect(store.append(Buffer.from('abc'))).toBe(true);
    expect(store.append(Buffer.from('de'))).toBe(false);
    expect(store.append(Buffer.from('d'))).toBe(true);
    store.close();
  });

  it('holds nothing once closed', () => {
    const store = new BodyStore(4);
    store.append(Buffer.from('abc'));
    store.close();
    store.close();
    expect(store.append(Buffer.from('a'))).toBe(false);
    expect(() => store.read(0, 1)).toThrow('closed');
  });
});
