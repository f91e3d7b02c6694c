/**
 * The verdict of a scan as a verification summary.
 *
 * Source: SLSA 1.0, "Verification Summary Attestation". `verifiedLevels` is empty, because no
 * provenance is judged; fields that the specification does not have, as `advisoryData` and
 * `implicitFiles`, are ignored by its readers.
 */

import { createHash } from 'node:crypto';

import { baseName } from '../../core/base/artifact-path.ts';
import type { Digest } from '../../core/model/artifact/artifact.ts';
import type { Report } from '../../core/model/report/report.ts';
import type { PolicyOptions } from '../../scan/policy/options.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';

/** The predicate type of a verification summary. */
export const VERDICT_PREDICATE = 'https://slsa.dev/verification_summary/v1';

/** A policy as the predicate names it. */
export interface NamedPolicy {
  readonly uri: string;
  readonly digest?: { readonly sha256: string };
  /** Base64. */
  readonly content?: string;
  readonly mediaType?: string;
}

/** Returns the policy of a scan with its rules and their digest. */
export function policyOf(scan: RunRequest): NamedPolicy {
  const rules = JSON.stringify(rulesOf(scan));
  return {
    uri: policyUri(scan.policy?.policy),
    digest: { sha256: sha256(rules) },
    content: Buffer.from(rules).toString('base64'),
    mediaType: 'application/json',
  };
}

/** Returns the policy of a stored report, which contains its name and not its rules. */
export function reportedPolicy({ verdict }: Report): NamedPolicy {
  return { uri: policyUri(verdict.policy) };
}

function policyUri(name = 'command-line'): string {
  return `urn:assay:policy:${encodeURIComponent(name)}`;
}

/** Writes the predicate on an image. Only a pass is `PASSED`. */
export function writeVerdictPredicate(
  { tool, startedAt, verdict, coverage }: Report,
  policy: NamedPolicy,
  image: { readonly repository: string; readonly digest: Digest },
): Buffer {
  const name = baseName(image.repository);
  return Buffer.from(
    JSON.stringify({
      verifier: { id: 'pkg:npm/assay', version: { assay: tool.version } },
      timeVerified: startedAt,
      resourceUri: `pkg:oci/${name}@${encodeURIComponent(image.digest)}?repository_url=${encodeURIComponent(image.repository)}`,
      policy,
      verificationResult: verdict.status === 'pass' ? 'PASSED' : 'FAILED',
      verifiedLevels: [],
      slsaVersion: '1.0',
      // A number, so that a condition of the trust file can refuse verdicts that such files
      // changed.
      implicitFileCount: verdict.implicitFiles?.length ?? 0,
      implicitFiles: verdict.implicitFiles ?? [],
      rules: verdict.causes.map(({ rule, message }) => ({ rule, message })),
      advisoryData: coverage.map(({ feed, dataAt, currentAt }) => ({
        feed,
        dataAt,
        ...(currentAt !== undefined && { currentAt }),
      })),
    }),
  );
}

/** Returns the rules of the decision and its exceptions, in one order. */
function rulesOf(scan: RunRequest): object {
  const { policy = {} } = scan;
  return { ...gateRules(policy), ...exceptionRules(policy), ...narrowingRules(scan) };
}

function gateRules(policy: Partial<PolicyOptions>): object {
  const { failOn = [], forbid = [], exitCode, allowIncomplete = [] } = policy;
  return {
    allowIncomplete,
    exitCode: exitCode ?? null,
    exitOnEol: policy.exitOnEol ?? null,
    failOn: failOn.map(({ text }) => text),
    failOnStaleIgnore: policy.failOnStaleIgnore === true,
    failOnTamper: policy.failOnTamper === true,
    forbid: forbid.map(({ text }) => text),
    minEvidence: policy.minEvidence ?? null,
    policy: policy.policy ?? null,
  };
}

/**
 * Returns counts of exceptions and one digest of their content, which can contain names and reasons
 * and is not published.
 */
function exceptionRules(policy: Partial<PolicyOptions>): object {
  const { ignore = [], overrides = [], ignoreStatuses = [], baseline } = policy;
  const vex = (policy.vex ?? []).filter(({ statements }) => statements.length > 0);
  return {
    exceptionCount: ignore.length,
    exceptionDigest: contentDigest({
      ...{ ignore, overrides, vex: vex.map(({ statements }) => statements) },
      baseline: baseline === undefined ? null : [baseline.findings, baseline.packageKeys],
    }),
    hasBaseline: baseline !== undefined,
    ignoreStatuses,
    ignoreUnfixed: policy.ignoreUnfixed === true,
    // Other comments never count in an image.
    ...(policy.inlineComments === 'all' && { inlineComments: 'all' }),
    only: policy.only ?? null,
    overrideCount: overrides.length,
    severities: policy.severities ?? null,
    vexCount: vex.length,
  };
}

/** Returns the digest of values without the places in files that they come from. */
function contentDigest(value: object): Digest {
  const text = JSON.stringify(value, (key, part: unknown) => {
    if (key === 'from') return undefined;
    return part instanceof Map || part instanceof Set ? [...(part as Iterable<unknown>)] : part;
  });
  return `sha256:${sha256(text)}`;
}

/** Returns the digest of a text in hexadecimal. */
function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function narrowingRules(scan: RunRequest): object {
  const { targets, filePatterns = [], packageTypes = ['os', 'library'], verify = 'full' } = scan;
  const { detectionPriority = 'precise', distro = null, severitySources = [] } = scan;
  return {
    allowEmpty: scan.allowEmpty === true,
    detectionPriority,
    distro,
    filePatterns,
    packageTypes,
    severitySources,
    skipDirs: targets.flatMap(({ skipDirs = [] }) => skipDirs),
    skipFiles: targets.flatMap(({ skipFiles = [] }) => skipFiles),
    verify,
  };
}
