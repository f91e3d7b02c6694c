/** Signatures that are too long to be read. */

import { describe, expect, it } from 'vitest';

import type { CommitTrust } from './commit-trust.ts';
import { judgeObject } from './judge.ts';

const LIMIT = 128 * 1024;
const TRUST: CommitTrust = {
  ssh: { keys: new Map(), authorities: new Map() },
  openpgp: new Map(),
  x509: { certificates: new Map(), revokedKeys: new Map(), roots: [], signers: [] },
  expiredKey: 'deny',
  isAuthorChecked: false,
  startingPoints: [],
  forges: [],
  rootNotes: [],
};

function reasonOf(signature: string): string {
  const object = {
    id: '0'.repeat(40),
    maker: { name: 'Ada', email: 'ada@example.com', at: 0 },
    subject: '',
    payload: Buffer.from('payload'),
    signature,
    parentDates: [],
  };
  const judgment = judgeObject(object, TRUST, 0);
  return 'reason' in judgment ? judgment.reason : judgment.status;
}

/** A block of so many characters, whose bytes are values without content. */
function block(label: string, characters: number): string {
  const [begin, end] = ['BEGIN', 'END'].map((word) => `-----${word} ${label}-----\n`);
  const head = label.startsWith('PGP') ? `${begin ?? ''}\n` : (begin ?? '');
  const room = characters - head.length - (end ?? '').length;
  // A line has 76 signs and its end; what remains are empty lines behind the block.
  const lines = `${'BQAF'.repeat(19)}\n`.repeat(Math.floor(room / 77));
  const text = head + lines + (end ?? '');
  return text + '\n'.repeat(characters - text.length);
}

describe.each(['SSH SIGNATURE', 'PGP SIGNATURE', 'SIGNED MESSAGE', 'OTHER'])('a %s', (label) => {
  it('is read up to a length', () => {
    expect(reasonOf(block(label, LIMIT))).toMatch(
      /^its signature (?:cannot be read|has a signature of a kind)/u,
    );
  });

  it('is refused beyond it', () => {
    expect(reasonOf(block(label, LIMIT + 1))).toBe('its signature has more than 131072 characters');
    expect(reasonOf(block(label, 20 * LIMIT))).toBe(
      'its signature has more than 131072 characters',
    );
  });
});
