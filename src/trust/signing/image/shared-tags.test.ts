import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';

import { AssayError } from '../../../core/base/errors.ts';
import type { ImageRepository, StoredManifest } from '../../../clients/oci/client.ts';
import { addToTags } from './shared-tags.ts';

const DIGEST = `sha256:${'0'.repeat(64)}` as const;
/** How long each request takes. */
const REQUEST_MS = 30;

/** A repository with one tag, which holds a text. */
class SlowRepository {
  text: string | undefined;
  /** Called after each upload. */
  onPut: () => void = () => undefined;

  async manifest(): Promise<StoredManifest> {
    await sleep(REQUEST_MS);
    if (this.text === undefined) throw new AssayError('NOT_FOUND', 'there is none');
    return { digest: DIGEST, mediaType: '', bytes: Buffer.from(this.text) };
  }

  async putManifest(_: string, { bytes }: Pick<StoredManifest, 'bytes'>): Promise<object> {
    await sleep(REQUEST_MS);
    this.text = Buffer.from(bytes).toString();
    this.onPut();
    return { digest: DIGEST, hasSubject: false };
  }
}

function textOf(stored: StoredManifest | undefined): string {
  return Buffer.from(stored?.bytes ?? []).toString();
}

it('what another signer overwrites late is added again, however short the wait is', async () => {
  const slow = new SlowRepository();
  let other: Promise<unknown> | undefined;
  // The other signer has read the empty tag, and writes after the addition was read twice without a
  // wait.
  slow.onPut = () => {
    other ??= sleep(4 * REQUEST_MS).then(() => (slow.text = 'other '));
  };
  await addToTags(
    slow as unknown as ImageRepository,
    [
      {
        tag: 'tag',
        isHeldBy: (stored) => textOf(stored).includes('own'),
        addTo: (stored) =>
          Promise.resolve({ bytes: Buffer.from(`${textOf(stored)}own `), mediaType: '' }),
      },
    ],
    { waitMs: 1, signal: new AbortController().signal },
  );
  await other;
  expect(slow.text).toBe('other own ');
});
