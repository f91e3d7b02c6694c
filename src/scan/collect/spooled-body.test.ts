import { describe, expect, it } from 'vitest';
import { BodyStore } from './body-store.ts';
import { SpooledBody } from './spooled-body.ts';
import { MemoryBudget } from './memory-budget.ts';

const TEXT = Buffer.from('0123456789');

function kept(memory: MemoryBudget, store: BodyStore | undefined): SpooledBody {
  const body = new SpooledBody(memory, store);
  expect(body.append(TEXT.subarray(0, 5))).toBe(true);
  expect(body.append(TEXT.subarray(5))).toBe(true);
  return body;
}

const textOf = (body: SpooledBody): string => Buffer.from(body.readAt(0, 100)).toString();

describe('SpooledBody', () => {
  it('goes to the store when the memory of all layers is used up', () => {
    const memory = new MemoryBudget(25);
    const store = new BodyStore(1000);
    const layers = [new MemoryBudget(800, memory), new MemoryBudget(800, memory)] as const;
    const bodies = [0, 1, 0, 1].map((layer) => kept(layers[layer === 0 ? 0 : 1], store));
    expect(bodies.map(textOf)).toEqual(Array.from({ length: 4 }, () => TEXT.toString()));
    expect(store.end).toBe(20);
    store.close();
  });

  it('has room in memory again when a body or a layer is let go', () => {
    const memory = new MemoryBudget(10);
    const store = new BodyStore(1000);
    const layer = new MemoryBudget(800, memory);
    kept(layer, store).drop();
    kept(layer, store);
    expect(store.end).toBe(0);
    layer.giveBackAll();
    kept(new MemoryBudget(800, memory), store);
    expect(store.end).toBe(0);
    kept(layer, store);
    expect(store.end).toBe(10);
    store.close();
  });

  it('stays in memory where there is no store, or none that takes it', () => {
    const memory = new MemoryBudget(1);
    expect(textOf(kept(new MemoryBudget(800, memory), undefined))).toBe(TEXT.toString());
    for (const roomBytes of [0, 3, 5, 7]) {
      const store = new BodyStore(roomBytes);
      expect(textOf(kept(new MemoryBudget(800, memory), store))).toBe(TEXT.toString());
      store.close();
    }
  });

  it('is refused where its layer holds too much', () => {
    const layer = new MemoryBudget(8, new MemoryBudget(100));
    const body = new SpooledBody(layer, undefined);
    expect(body.append(TEXT.subarray(0, 8))).toBe(true);
    expect(body.append(TEXT.subarray(8))).toBe(false);
    expect(body.sizeBytes).toBe(8);
  });
});
