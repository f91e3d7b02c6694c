/**
 * The verdict of a push as a verification summary.
 *
 * Source: SLSA 1.0, "Verification Summary Attestation". `verifiedLevels` is empty, because no provenance is judged; fields
 * that the specification does not have, as `advisoryData`, are ignored by its readers.
 */

import { createHash } from 'node:crypto';

import { baseName } from '../base/artifact-path.ts';
import type { Digest } from '../model/artifact.ts';
import type { Report } from '../model/report.ts';
import type { PolicyOptions } from '../policy/options.ts';

/** The predicate type of a verification summary. */
export const VERDICT_PREDICATE = 'https://slsa.dev/verification_summary/v1';

/** Writes the predicate on an image that passed. */
export function writeVerdictPredicate(
  { tool, startedAt, verdict, coverage }: Report,
  policy: Partial<PolicyOptions>,
  image: { readonly repository: string; readonly digest: Digest },
): Buffer {
  const rules = JSON.stringify(rulesOf(policy));
  const name = baseName(image.repository);
  return Buffer.from(
    JSON.stringify({
      verifier: { id: 'pkg:npm/assay', version: { assay: tool.version } },
      timeVerified: startedAt,
      resourceUri: `pkg:oci/${name}@${encodeURIComponent(image.digest)}?repository_url=${encodeURIComponent(image.repository)}`,
      policy: {
        uri: `urn:assay:policy:${encodeURIComponent(policy.policy ?? 'command-line')}`,
        digest: { sha256: createHash('sha256').update(rules).digest('hex') },
        content: Buffer.from(rules).toString('base64'),
        mediaType: 'application/json',
      },
      verificationResult: verdict.status === 'pass' ? 'PASSED' : 'FAILED',
      verifiedLevels: [],
      slsaVersion: '1.0',
      rules: verdict.causes.map(({ rule, message }) => ({ rule, message })),
      advisoryData: coverage.map(({ feed, dataAt, currentAt }) => ({
        feed,
        dataAt,
        ...(currentAt !== undefined && { currentAt }),
      })),
    }),
  );
}

/** What decides, in one order. */
function rulesOf(policy: Partial<PolicyOptions>): object {
  const { failOn = [], forbid = [], exitCode, allowIncomplete = [] } = policy;
  return {
    allowIncomplete,
    exitCode: exitCode ?? null,
    failOn: failOn.map(({ text }) => text),
    failOnStaleIgnore: policy.failOnStaleIgnore === true,
    failOnTamper: policy.failOnTamper === true,
    forbid: forbid.map(({ text }) => text),
    hasBaseline: policy.baseline !== undefined,
    ignoreStatuses: policy.ignoreStatuses ?? [],
    ignoreUnfixed: policy.ignoreUnfixed === true,
    minEvidence: policy.minEvidence ?? null,
    policy: policy.policy ?? null,
    severities: policy.severities ?? null,
  };
}
