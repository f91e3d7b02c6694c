import { expect, it } from 'vitest';

import type { SideDocuments, SideRequest } from '../side-documents.ts';
import { verifiedAgain } from './verified-again.ts';
import type { AttestationCheck } from './verify-statement.ts';

const REQUEST: SideRequest = {
  key: 'a',
  url: 'http://u.test/a',
  uplink: 'http://u.test/',
  freshMs: 0,
};
const WRONG: AttestationCheck = { state: 'wrong', reason: 'its signature does not fit' };
const UNCHECKED: AttestationCheck = { state: 'unchecked', reason: 'a key is not known' };

interface Case {
  /** What the document is. */
  readonly what: string;
  /** What its registry sends later. */
  readonly later: string;
  readonly checks: readonly AttestationCheck[];
  readonly state: AttestationCheck['state'];
}

it.each<Case>([
  { what: 'is wrong, and the same later', later: 'bad', checks: [WRONG], state: 'wrong' },
  { what: 'is wrong, also another one', later: 'worse', checks: [WRONG, WRONG], state: 'wrong' },
  { what: 'is replaced', later: 'good', checks: [WRONG, UNCHECKED], state: 'unchecked' },
  { what: 'cannot be verified', later: 'bad', checks: [UNCHECKED], state: 'unchecked' },
])('a document that $what: it is kept if it is wrong', async ({ later, checks, state }) => {
  const kept: unknown[] = [];
  const side: SideDocuments = {
    get: () => Promise.resolve(Buffer.from(later)),
    stored: () => Promise.resolve(undefined),
    // The disk is full.
    keep: (request) => (kept.push(request), Promise.reject(new Error('full'))),
    prune: () => Promise.resolve(0),
    removeStrays: () => Promise.resolve(),
  };
  const left = [...checks];
  const verify = (): Promise<AttestationCheck> => Promise.resolve(left.shift() ?? WRONG);
  const asked = Promise.resolve(Buffer.from('bad'));
  expect((await verifiedAgain(asked, REQUEST, side, verify)).state).toBe(state);
  expect(left).toEqual([]);
  expect(kept).toEqual(state === 'wrong' ? [REQUEST] : []);
});
