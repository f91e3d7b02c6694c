import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quietContext } from '../../core/base/context.ts';
import { withUpdateLock } from './update-lock.ts';

let folder = '';
let said: string[] = [];
const log = {
  debug: () => undefined,
  info: (text: string) => said.push(text),
  warn: () => undefined,
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-update-lock-'));
  said = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A promise, and what settles it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

describe('withUpdateLock', () => {
  it('runs one update after the other, and says once that one waits', async () => {
    const order: string[] = [];
    const { opened, open } = gate();
    const started = gate();
    const first = withUpdateLock(folder, quietContext({ log }), async () => {
      order.push('first begins');
      started.open();
      await opened;
      order.push('first ends');
    });
    await started.opened;
    const second = withUpdateLock(folder, quietContext({ log }), () => {
      order.push('second');
      return Promise.resolve(2);
    });
    while (said.length === 0) await new Promise((resolve) => setImmediate(resolve));
    open();
    await first;
    expect(await second).toBe(2);
    expect(order).toEqual(['first begins', 'first ends', 'second']);
    expect(said).toEqual(['another update is running; this one waits for it']);
  });

  it('frees the lock of an update that fails, and throws what it threw', async () => {
    const fails = withUpdateLock(folder, quietContext(), () => Promise.reject(new Error('broken')));
    await expect(fails).rejects.toThrow('broken');
    expect(existsSync(join(folder, 'update.lock'))).toBe(false);
    expect(await withUpdateLock(folder, quietContext(), () => Promise.resolve(1))).toBe(1);
  });

  it('ends the wait of a run that is interrupted', async () => {
    const { opened, open } = gate();
    const started = gate();
    const first = withUpdateLock(folder, quietContext(), () => {
      started.open();
      return opened;
    });
    await started.opened;
    const abort = new AbortController();
    const second = withUpdateLock(folder, quietContext({ log, signal: abort.signal }), () =>
      Promise.resolve('ran'),
    );
    const outcome = expect(second).rejects.toMatchObject({ code: 'INTERRUPTED' });
    while (said.length === 0) await new Promise((resolve) => setImmediate(resolve));
    abort.abort();
    await outcome;
    open();
    await first;
  });
});
