import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { startRegistryScene } from '../../test/support/registry-scene.ts';
import { createLargeDocuments, type LargeDocuments } from './large-documents.ts';

const LIMITS = { largeBytes: 2000, maxReceived: 1, maxWaitMs: 20 };

describe('places of large documents', () => {
  it('are taken in order, once by each document, and given back', async () => {
    const large = createLargeDocuments({ ...LIMITS, maxWaitMs: 60_000 });
    const order: string[] = [];
    const first = large.place();
    await first.growTo(2001);
    await first.growTo(4000);
    const others = ['second', 'third'].map(async (name) => {
      using place = large.place();
      await place.growTo(2000);
      order.push(`${name} is small`);
      await place.growTo(2001);
      order.push(name);
    });
    await wait(1);
    expect(order).toEqual(['second is small', 'third is small']);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await Promise.all(others);
    expect(order.slice(2)).toEqual(['second', 'third']);
    // A place that was given back takes none again.
    await first.growTo(2001);
    using last = large.place();
    await last.growTo(2001);
  });

  it('are refused after a while, and one that was refused holds none', async () => {
    const large = createLargeDocuments(LIMITS);
    const first = large.place();
    await first.growTo(2001);
    const second = large.place();
    await expect(second.growTo(2001)).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
      because: 'busy',
    });
    second[Symbol.dispose]();
    first[Symbol.dispose]();
    await large.place().growTo(2001);
  });
});

it('works on one large document at a time, and on small ones at once', async () => {
  const large = createLargeDocuments(LIMITS);
  const running = { now: 0, most: 0 };
  const work = async (): Promise<void> => {
    running.now += 1;
    running.most = Math.max(running.most, running.now);
    await wait(1);
    running.now -= 1;
  };
  await Promise.all([1, 2, 3].map(() => large.work(2001, work)));
  expect(running).toEqual({ now: 0, most: 1 });
  await expect(large.work(2001, () => Promise.reject(new Error('failed')))).rejects.toThrow();
  await Promise.all([1, 2, 3].map(() => large.work(2000, work)));
  expect(running.most).toBe(3);
});

it('answers a large document with status 503 while others are received', async () => {
  const bounds = createLargeDocuments(LIMITS);
  let take = (): void => undefined;
  const taken = new Promise<void>((resolve) => (take = resolve));
  const large: LargeDocuments = {
    ...bounds,
    place: () => {
      const place = bounds.place();
      return {
        growTo: (sizeBytes) => place.growTo(sizeBytes).then(sizeBytes > 2000 ? take : undefined),
        [Symbol.dispose]: () => place[Symbol.dispose](),
      };
    },
  };
  await using scene = await startRegistryScene(undefined, { large });
  scene.uplink.packages.set('small', { versions: { '1.0.0': {} } });
  const description = 'x'.repeat(3000);
  scene.uplink.packages.set('large', { versions: { '1.0.0': { manifest: { description } } } });
  let finish = (): void => undefined;
  scene.uplink.intercept = (request, response) => {
    if (request.url !== '/slow') return false;
    const text = JSON.stringify({ name: 'slow', description, versions: {} });
    response.write(text.slice(0, 2500));
    finish = () => response.end(text.slice(2500));
    return true;
  };
  const slow = scene.get('/slow');
  await taken;
  const refused = await scene.get('/large');
  expect(refused.headers['retry-after']).toBe('10');
  expect(refused.reason).toBe('large: too many large documents are received at this time');
  expect((await scene.get('/small')).status).toBe(200);
  finish();
  expect((await slow).status).toBe(200);
  expect((await scene.get('/large')).status).toBe(200);
});
