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

it.each<readonly [string, string, readonly AttestationCheck[], string, boolean]>([
  ['is wrong, and the same at its registry', 'bad', [WRONG], 'wrong', true],
  ['is wrong, and another wrong one at its registry', 'worse', [WRONG, WRONG], 'wrong', true],
  ['is wrong, and replaced by one that is not', 'good', [WRONG, UNCHECKED], 'unchecked', false],
  ['could not be verified', 'bad', [UNCHECKED], 'unchecked', false],
])(
  'a document that %s: it stays for good if it is wrong',
  async (_, later, checks, state, isKept) => {
    const kept: unknown[] = [];
    const side: SideDocuments = {
      get: () => Promise.resolve(Buffer.from(later)),
      stored: () => Promise.resolve(undefined),
      keep: (request) => Promise.resolve(void kept.push(request)),
      prune: () => Promise.resolve(0),
      removeStrays: () => Promise.resolve(),
    };
    const left = [...checks];
    const verify = (): Promise<AttestationCheck> => Promise.resolve(left.shift() ?? WRONG);
    const asked = Promise.resolve(Buffer.from('bad'));
    expect((await verifiedAgain(asked, REQUEST, side, verify)).state).toBe(state);
    expect(left).toEqual([]);
    expect(kept).toEqual(isKept ? [REQUEST] : []);
  },
);
