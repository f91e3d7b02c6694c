/**
 * Bounds on large documents. While a document is read and rendered, it takes some ten times its
 * size in memory, so that a few of them at once would end the process. Few are received at one
 * time, and one is worked on; the others wait, with what they have received so far.
 */

import { AssayError } from '../core/base/errors.ts';
import { createGate } from './gate.ts';

/** The place of a document among the large ones that are received. */
export interface LargeDocumentPlace extends Disposable {
  /**
   * Resolves when the document may have this many bytes in memory.
   *
   * @throws AssayError `LIMIT_EXCEEDED` because of `busy`, if it has waited for too long
   */
  growTo(sizeBytes: number): Promise<void>;
}

/** Large documents of a process. */
export interface LargeDocuments {
  /** Returns a place, which is taken when the document becomes large. The caller gives it back. */
  place(): LargeDocumentPlace;
  /** Runs work on a document of this size; on large ones one after another. */
  work<T>(sizeBytes: number, work: () => Promise<T>): Promise<T>;
}

/** Bounds on large documents. */
export interface LargeDocumentLimits {
  /** A longer document is large. */
  readonly largeBytes: number;
  /** Large documents that are received at one time. */
  readonly maxReceived: number;
  /** Longest wait for a place, in milliseconds. */
  readonly maxWaitMs: number;
}

/** Documents of a hundred versions have some 500 KB; few packages have more than 8 MiB. */
const LIMITS: LargeDocumentLimits = {
  largeBytes: 8 * 1024 * 1024,
  maxReceived: 4,
  maxWaitMs: 120_000,
};

/** Makes bounds that nothing counts against yet. */
export function createLargeDocuments(limits: LargeDocumentLimits): LargeDocuments {
  const { largeBytes } = limits;
  const places = createPlaces(limits);
  const one = createGate(1);
  return {
    place: () => {
      let state: 'none' | 'taken' | 'left' = 'none';
      return {
        growTo: async (sizeBytes) => {
          if (sizeBytes <= largeBytes || state !== 'none') return;
          await places.take();
          state = 'taken';
        },
        [Symbol.dispose]: () => {
          if (state === 'taken') places.giveBack();
          state = 'left';
        },
      };
    },
    work: (sizeBytes, work) => (sizeBytes > largeBytes ? one(work) : work()),
  };
}

/** The bounds of this process, for all protocols together. */
export const LARGE_DOCUMENTS: LargeDocuments = createLargeDocuments(LIMITS);

interface Places {
  /** @throws AssayError `LIMIT_EXCEEDED` */
  take(): Promise<void>;
  giveBack(): void;
}

function createPlaces({ maxReceived, maxWaitMs }: LargeDocumentLimits): Places {
  let takenCount = 0;
  const waiting = new Set<() => void>();
  const wait = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(go);
        reject(busy());
      }, maxWaitMs);
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      waiting.add(go);
    });
  return {
    take: async () => {
      if (takenCount >= maxReceived) await wait();
      else takenCount += 1;
    },
    giveBack: () => {
      const [next] = waiting;
      if (next === undefined) {
        takenCount -= 1;
        return;
      }
      // The place is passed on.
      waiting.delete(next);
      next();
    },
  };
}

function busy(): AssayError {
  return new AssayError('LIMIT_EXCEEDED', 'too many large documents are received at this time', {
    because: 'busy',
    hint: 'Send the request again in a moment.',
  });
}
