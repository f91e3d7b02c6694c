/** Why a bundle does not verify, as predicates for reports. They name what is missing. */

import { VerificationError, type SignedEntity } from '@sigstore/verify';

/** The signature has no log entry, and needs one. */
export const NO_LOG_ENTRY = 'has no entry of a transparency log';
/** No time of the signature is proven, and one must be. */
export const NO_TIME = 'has no time that the trusted root confirms';

const REASONS: Readonly<Record<string, string>> = {
  CERTIFICATE_ERROR: 'has a certificate that the trusted root does not confirm for that time',
  SIGNATURE_ERROR: 'was made over other content, or not by the holder of its certificate',
  TIMESTAMP_ERROR: NO_TIME,
  TLOG_BODY_ERROR: 'has a log entry that is about another signature',
  TLOG_ERROR: NO_LOG_ENTRY,
  TLOG_INCLUSION_PROMISE_ERROR: 'has a log entry that no log of the trusted root confirms',
  TLOG_INCLUSION_PROOF_ERROR: 'has a log entry whose proof of inclusion does not hold',
  TLOG_MISSING_INCLUSION_ERROR: 'has a log entry without a proof of inclusion',
};

/** Messages of the library about entries of certificate logs, which share a code with others. */
const UNCONFIRMED_SCT = 'SCT verification failed';
const MISSING_SCT = /^expected \d+ SCTs, got \d+$/u;

/**
 * Returns the reason of an error of the library. `entity` is what was verified: log entries and
 * timestamps that the trusted root has no service for are left out of it.
 */
export function bundleProblem(error: unknown, entity?: SignedEntity): string {
  if (!(error instanceof VerificationError)) return 'is not a bundle that can be read';
  const { code, message } = error;
  if (message === UNCONFIRMED_SCT) {
    return 'has a certificate with an entry of a certificate log (SCT) that no such log of the trusted root confirms';
  }
  if (MISSING_SCT.test(message)) {
    return 'has a certificate without an entry of a certificate log (SCT), and the trusted root names such logs';
  }
  const reason = REASONS[code] ?? 'is not a bundle that can be read';
  if (code !== 'TIMESTAMP_ERROR' || entity === undefined || entity.timestamps.length > 0) {
    return reason;
  }
  return entity.tlogEntries.length === 0
    ? `${reason}: it has neither a log entry nor a timestamp of the services that the root names`
    : `${reason}: its log entry proves none, and it has no timestamp of the authorities that the root names`;
}
