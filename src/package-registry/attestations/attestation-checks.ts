/**
 * Results of verifying attestations, which are known once a file was requested. A result is about
 * the bytes of one file.
 */

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import type { AttestationCheck } from './verify-statement.ts';

/** A file whose attestations are verified. */
export interface CheckedFile {
  /** Name of the package. */
  readonly package: string;
  /** Unique for the file of a version and its digest. A file that is found wrong stays so. */
  readonly key: string;
}

/** Results that are known by now. */
export interface AttestationChecks {
  /** Whether the result for a file is known, and need not be tried again yet. */
  isKnown(key: string): boolean;
  /** Returns the last result for a file; `undefined` if there is none. */
  knownOf(key: string): AttestationCheck | undefined;
  /** Returns what is wrong with a file; `undefined` if nothing is known to be. */
  problemOf(key: string): string | undefined;
  /**
   * Returns the result for a file. `verify` is called if none is known. An error of it makes the
   * file `unchecked`; that is tried again after five minutes.
   */
  check(file: CheckedFile, verify: () => Promise<AttestationCheck>): Promise<AttestationCheck>;
  /** Returns a number that changes when a file of a package is found to be wrong. */
  countOf(name: string): number;
}

/** Files whose results are held in memory. */
const MAX_FILES = 50_000;
const RETRY_MS = 300_000;

interface Known {
  readonly check: AttestationCheck;
  /** Milliseconds since the Unix epoch, from which on it does not count. */
  readonly until: number;
}

/** Knows nothing at first. `now` is the clock in milliseconds since the Unix epoch. */
export function createAttestationChecks(now: () => number): AttestationChecks {
  const known = new Map<string, Known>();
  const running = new Map<string, Promise<AttestationCheck>>();
  const wrong = new Map<string, string>();
  const counts = new Map<string, number>();
  const isKnown = (key: string): boolean => now() < (known.get(key)?.until ?? 0);
  const run = async (
    { package: name, key }: CheckedFile,
    verify: () => Promise<AttestationCheck>,
  ): Promise<AttestationCheck> => {
    const check = await settled(verify);
    if (known.size >= MAX_FILES) known.clear();
    const until = check.state === 'unchecked' ? now() + RETRY_MS : Number.POSITIVE_INFINITY;
    known.set(key, { check, until });
    if (check.state === 'wrong' && !wrong.has(key)) {
      wrong.set(key, check.reason);
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return check;
  };
  return {
    isKnown,
    knownOf: (key) => known.get(key)?.check,
    problemOf: (key) => wrong.get(key),
    check: (file, verify) => {
      const { key } = file;
      const found = isKnown(key) ? known.get(key) : undefined;
      if (found !== undefined) return Promise.resolve(found.check);
      const started = running.get(key) ?? run(file, verify).finally(() => running.delete(key));
      running.set(key, started);
      return started;
    },
    countOf: (name) => counts.get(name) ?? 0,
  };
}

async function settled(verify: () => Promise<AttestationCheck>): Promise<AttestationCheck> {
  try {
    return await verify();
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const reason = `its attestations could not be fetched: ${errorMessage(error)}`;
    return { state: 'unchecked', reason };
  }
}
