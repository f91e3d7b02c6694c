/**
 * Accounts with an empty password, and accounts beside root with the user id 0.
 *
 * Source: passwd(5) and shadow(5). Fields are separated by colons, the second one is the password.
 * Lines that begin with `+` or `-` belong to the Network Information Service and name no account of
 * the image. The C library of Alpine computes user ids modulo 2^32, so 4294967296 is 0.
 */

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { DetectedFile, FileDetector } from '../detector.ts';
import { draftOf } from '../rule-draft.ts';
import { EMPTY_PASSWORD, SECOND_ROOT } from './account-rules.ts';

/** Detector of faults in `/etc/passwd` and `/etc/shadow`. */
export const imageAccounts: FileDetector = {
  rules: [EMPTY_PASSWORD, SECOND_ROOT],
  detect(file) {
    const isUserList = file.path.endsWith('/passwd');
    const drafts: RuleDraft[] = [];
    for (const account of accountsIn(file.bytes)) {
      const [, password, userId] = account.fields;
      if (password === '') drafts.push(emptyPassword(file, account));
      if (!isUserList || userId === undefined || account.name === 'root') continue;
      if (isZero(userId)) drafts.push(secondRoot(file, account, userId));
    }
    return drafts;
  },
};

/** A line of one of the two files. */
interface Account {
  readonly name: string;
  /** Its fields, the name first. */
  readonly fields: readonly string[];
  /** From 1. */
  readonly line: number;
}

function* accountsIn(bytes: Uint8Array): Generator<Account> {
  let line = 0;
  for (const text of Buffer.from(bytes).toString('utf8').split('\n')) {
    line += 1;
    const fields = text.replace(/\r$/u, '').split(':');
    const [name = ''] = fields;
    if (fields.length > 1 && !/^(?:[+-]|\s*#|$)/u.test(name)) yield { name, fields, line };
  }
}

function emptyPassword({ path }: DetectedFile, { name, line }: Account): RuleDraft {
  return draftOf(EMPTY_PASSWORD, {
    message: `The password of the account "${name}" is empty.`,
    location: { path, layer: 0, line },
    excerpt: `${name}::`,
    names: [name],
  });
}

function secondRoot({ path }: DetectedFile, { name, line }: Account, userId: string): RuleDraft {
  return draftOf(SECOND_ROOT, {
    message: `The account "${name}" has the user id 0, as root has.`,
    location: { path, layer: 0, line },
    excerpt: `${name}:*:${userId}`,
    names: [name],
  });
}

const DIGITS = /^\s*[+-]?(?<digits>\d{1,20})$/u;
const USER_IDS = 2n ** 32n;

function isZero(userId: string): boolean {
  const digits = DIGITS.exec(userId)?.groups?.['digits'];
  return digits !== undefined && BigInt(digits) % USER_IDS === 0n;
}
