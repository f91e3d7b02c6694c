/**
 * Judges whether a commit or a tag counts: signed over exactly its bytes, by a key that the trust
 * file allows to its maker, at a date at which the key was valid.
 *
 * The date of a commit is written by its maker. It is bounded by the clock of the run and by the
 * dates of the parents, and by the date inside of the signature where there is one. Pure: no clock,
 * no files, no git.
 */

import { armorLabel, readArmor } from '../../formats/crypto/armor.ts';
import { ParseError } from '../../core/base/errors.ts';
import { validityProblem } from '../../trust/trust-file/decisions.ts';
import { matchesText } from '../../trust/trust-file/repository-pattern.ts';
import type { CommitTrust } from './commit-trust.ts';
import type { SignedObject } from './commit-object.ts';
import { readOpenPgpSignature } from './openpgp-signatures.ts';
import type { Person } from './person.ts';
import {
  comparableEmail,
  isoOf,
  type KeyHolder,
  type SignatureKind,
  type SignatureReading,
  type SigningKey,
} from './signing-key.ts';
import { readSshSignature } from './ssh-signatures.ts';
import { readX509Signature } from './x509-signatures.ts';

/** The result of a judgment. `reason` is a predicate. */
export type Judgment =
  | { readonly status: 'unsigned'; readonly note?: string }
  | {
      readonly status: 'refused';
      readonly reason: string;
      readonly kind?: SignatureKind;
      readonly fingerprint?: string;
      readonly signer?: string;
    }
  | {
      readonly status: 'allowed';
      readonly kind: SignatureKind;
      readonly fingerprint: string;
      /** The entry of the trust file. */
      readonly signer: string;
      /**
       * Set for a merge of a forge, which counts only if it is the automatic merge of its parents.
       */
      readonly isAutomaticMerge?: true;
    };

/** The data of a judgment besides the object itself. */
export interface JudgedObject extends SignedObject {
  /** The author of a commit. */
  readonly author?: Person;
  readonly parents?: readonly string[];
  /** Dates of the parents, in milliseconds since the Unix epoch. */
  readonly parentDates: readonly number[];
}

/** Allowed difference of dates: clocks of machines differ, and rebases keep their order. */
const TOLERANCE_MS = 24 * 60 * 60 * 1000;
/**
 * Real signatures have some kilobytes. Their parts could otherwise be millions, which take seconds
 * and gigabytes.
 */
const MAX_SIGNATURE_CHARACTERS = 128 * 1024;
const TOO_LONG = `has more than ${MAX_SIGNATURE_CHARACTERS} characters`;
const NOT_ARMORED = 'has a signature of a kind that is not known';

/** Judges an object. `now` is in milliseconds since the Unix epoch. */
export function judgeObject(object: JudgedObject, trust: CommitTrust, now: number): Judgment {
  const { signature } = object;
  if (signature === undefined) return unsigned(object, trust);
  const reading = readSignature(signature, object.payload, { trust, now });
  if ('problem' in reading) {
    const { problem, ...found } = reading;
    return { status: 'refused', ...found, reason: `its signature ${problem}` };
  }
  const { key } = reading;
  const { kind, fingerprint } = key;
  const holder = holderFor(key, object.maker);
  const signer = holder?.name ?? key.holders[0]?.name;
  const found = { kind, fingerprint, ...(signer !== undefined && { signer }) };
  const reason =
    keyProblem(object, key, { trust, now, holder }) ??
    dateProblem(object, now) ??
    (holder && mergeProblem(holder, object));
  if (reason !== undefined || holder === undefined) {
    return { status: 'refused', ...found, reason: reason ?? 'its signer is not known' };
  }
  const isMerge = holder.merges !== undefined && object.parents?.length === 2;
  return {
    status: 'allowed',
    ...found,
    signer: holder.name,
    ...(isMerge && { isAutomaticMerge: true }),
  };
}

/**
 * Returns the reason why an object is none of the merges that a forge may make. Squashed and
 * rebased commits both have one parent.
 */
function mergeProblem(
  { name, merges }: KeyHolder,
  { parents = [] }: JudgedObject,
): string | undefined {
  if (merges === undefined) return undefined;
  const { length } = parents;
  const allowed = `the forge "${name}" may make only ${merges.join(', ')} commits`;
  if (length === 2) return merges.includes('merge') ? undefined : `it is a merge, and ${allowed}`;
  if (length !== 1) return `it has ${length} parents, and ${allowed}`;
  if (merges.includes('squash') || merges.includes('rebase')) return undefined;
  return `it is a squash or rebase merge, or was made on the forge, and ${allowed}`;
}

/** Forges do not sign the commits of a rebase, and often none that is made on their pages. */
function unsigned({ maker, parents }: JudgedObject, { forges }: CommitTrust): Judgment {
  const address = comparableEmail(maker.email);
  const forge = forges.find(({ emails }) =>
    emails.some((pattern) => address !== undefined && matchesText(pattern, address)),
  );
  if (forge === undefined || parents?.length !== 1) return { status: 'unsigned' };
  const note = `"${forge.name}" made it and did not sign it, as forges do with rebase merges: rebase and push it yourself`;
  return { status: 'unsigned', note };
}

interface Judging {
  readonly trust: CommitTrust;
  readonly now: number;
}

function readSignature(
  text: string,
  payload: Uint8Array,
  { trust, now }: Judging,
): SignatureReading {
  if (text.length > MAX_SIGNATURE_CHARACTERS) return { problem: TOO_LONG };
  const label = armorLabel(text);
  try {
    switch (label) {
      case 'SSH SIGNATURE':
        return readSshSignature(readArmor('signature', text).bytes, payload, trust.ssh);
      case 'PGP SIGNATURE':
        return readOpenPgpSignature(readArmor('signature', text).bytes, payload, {
          trust: trust.openpgp,
          now,
        });
      case 'SIGNED MESSAGE':
        return readX509Signature(readArmor('signature', text).bytes, payload, trust.x509);
      default:
        return { problem: NOT_ARMORED };
    }
  } catch (error) {
    if (error instanceof ParseError) return { problem: `cannot be read: ${error.reason}` };
    throw error;
  }
}

/**
 * Returns the entry that has the key and the address of the maker, a revoked one first; `undefined`
 * if there is none.
 */
function holderFor({ holders }: SigningKey, { email }: Person): KeyHolder | undefined {
  const address = comparableEmail(email);
  if (address === undefined) return undefined;
  const matching = holders.filter(({ mayUse }) => mayUse(address));
  return matching.find(({ revoked }) => revoked !== undefined) ?? matching[0];
}

function keyProblem(
  object: JudgedObject,
  key: SigningKey,
  { trust, now, holder }: Judging & { readonly holder: KeyHolder | undefined },
): string | undefined {
  const { fingerprint, holders, revokedBy } = key;
  const [revoking] = revokedBy;
  if (revoking !== undefined) {
    return `its key ${fingerprint} ${validityProblem(revoking, now) ?? 'was revoked'} (${revoking.name})`;
  }
  if (holders.length === 0) return `its key ${fingerprint} is not allowed`;
  const { maker, author } = object;
  if (holder === undefined) {
    const names = [...new Set(holders.map(({ name }) => name))].join(', ');
    return `it is signed by ${names}, and the address "${maker.email}" is not theirs`;
  }
  const isPerson = holder.merges === undefined;
  if (isPerson && trust.isAuthorChecked && author !== undefined && !isOf(holder, author)) {
    return `it is signed by ${holder.name}, and the author's address "${author.email}" is not theirs`;
  }
  return validityAt(object, key, { trust, now, holder });
}

function isOf({ mayUse }: KeyHolder, { email }: Person): boolean {
  const address = comparableEmail(email);
  return address !== undefined && mayUse(address);
}

/** The key must be valid when it signed; with `expired-key: deny` it must be valid now as well. */
function validityAt(
  { maker }: JudgedObject,
  key: SigningKey,
  { trust, now, holder }: Judging & { readonly holder: KeyHolder },
): string | undefined {
  const { signedAt } = key;
  const instants = [maker.at];
  if (signedAt !== undefined) instants.push(signedAt);
  if (trust.expiredKey === 'deny') instants.push(now);
  for (const instant of instants) {
    const ofHolder = validityProblem(holder, instant);
    const ofKey = key.problemAt(instant);
    const problem =
      ofHolder !== undefined
        ? `the entry "${holder.name}" of its signer ${ofHolder}`
        : ofKey && `its key ${key.fingerprint} ${ofKey}`;
    if (problem !== undefined) {
      const isNow = instant === now;
      return isNow
        ? `${problem}, and expired keys are denied`
        : `${problem}; its date is ${isoOf(instant)}`;
    }
  }
  if (signedAt !== undefined && signedAt > now + TOLERANCE_MS) {
    return `its signature was made in the future, at ${isoOf(signedAt)}`;
  }
  return undefined;
}

function dateProblem({ maker, parentDates }: JudgedObject, now: number): string | undefined {
  if (maker.at > now + TOLERANCE_MS) return `its date ${isoOf(maker.at)} is in the future`;
  const newest = Math.max(...parentDates, Number.NEGATIVE_INFINITY);
  if (maker.at >= newest - TOLERANCE_MS) return undefined;
  return `its date ${isoOf(maker.at)} is more than a day before that of its parent, ${isoOf(newest)}`;
}
