/** Predicates that are written from a stored report. */

import { AssayError } from '../../../../core/base/errors.ts';
import type { Digest } from '../../../../core/model/artifact/artifact.ts';
import type { Report } from '../../../../core/model/report/report.ts';
import { VERDICT_PREDICATE } from '../../../../tasks/release/verdict-predicate.ts';
import type { RepositoryName } from '../../../../trust/signing/image/image-signature.ts';
import { ATTESTATION_TYPES } from '../../../../trust/trust-file/attestation-types.ts';
import type { NamedType } from './attestation-type.ts';

/** The formats of reports that are predicates. */
const FORMATS: ReadonlyMap<string, string> = new Map([
  [ATTESTATION_TYPES.vuln, 'cosign-vuln'],
  [ATTESTATION_TYPES.cyclonedx, 'cyclonedx'],
  [ATTESTATION_TYPES.spdx, 'spdx-json'],
]);
const TYPES = 'vuln, cyclonedx, spdxjson and verdict';

/** A stored report, and its name. */
export interface NamedReport {
  readonly report: Report;
  readonly shown: string;
}

/** Refuses types that no report contains. @throws AssayError `USAGE` */
export function requireReportType({ type, predicateType }: NamedType): void {
  if (FORMATS.has(predicateType) || predicateType === VERDICT_PREDICATE) return;
  throw new AssayError('USAGE', `--from cannot write the type "${type}"`, {
    hint: `A report contains ${TYPES}. Give other documents with --predicate FILE.`,
  });
}

/**
 * Writes the predicate on one image of a report.
 *
 * @throws AssayError `CONTENT_MISMATCH` if the report is not about the image, or contains less than
 * the predicate claims
 */
export async function reportPredicate(
  { report, shown }: NamedReport,
  { predicateType }: NamedType,
  image: { readonly digest: Digest; readonly name: RepositoryName },
): Promise<Buffer> {
  const { digest, name } = image;
  const own = ofImage(report, shown, digest);
  const format = FORMATS.get(predicateType);
  if (format === undefined) {
    const { reportedPolicy, writeVerdictPredicate } =
      await import('../../../../tasks/release/verdict-predicate.ts');
    requireVerdict(report, shown);
    const repository = `${name.domain}/${name.path}`;
    return writeVerdictPredicate(own, reportedPolicy(report), { repository, digest });
  }
  if (predicateType === ATTESTATION_TYPES.vuln) requireAllFindings(own, shown);
  const { renderReport } = await import('../../../../scan/report/index.ts');
  const pieces: string[] = [];
  for await (const piece of renderReport(own, format)) pieces.push(piece);
  return Buffer.from(pieces.join('').trim());
}

/** Returns the report on one image alone. */
function ofImage(report: Report, shown: string, digest: Digest): Report {
  const results = report.results.filter(
    ({ artifact }) => artifact.image?.manifestDigest === digest,
  );
  if (results.length === 1) return { ...report, results };
  const isOfIndex = report.results.some(({ artifact }) => artifact.image?.indexDigest === digest);
  const problem = isOfIndex
    ? `"${digest}" is an index, and the report "${shown}" is about images that it lists`
    : `the report "${shown}" is not about "${digest}"`;
  throw new AssayError('CONTENT_MISMATCH', problem, {
    hint: isOfIndex
      ? 'Name the image with --platform, as in --platform linux/amd64.'
      : 'Scan this image from its registry or layout: assay image REF -o json=report.json. A report on an archive of docker save names no manifest.',
  });
}

function requireVerdict({ results, verdict }: Report, shown: string): void {
  const { status, isDryRun } = verdict;
  const [problem, hint] =
    status === 'notAsked' || isDryRun === true
      ? ['contains no verdict', 'Scan with a gate, as in --fail-on high+fixable.']
      : results.length > 1
        ? ['has one verdict for several images', 'Scan the image alone.']
        : [];
  if (problem === undefined || hint === undefined) return;
  throw new AssayError('CONTENT_MISMATCH', `the report "${shown}" ${problem}`, { hint });
}

function requireAllFindings({ results }: Report, shown: string): void {
  const count = results
    .flatMap(({ notShown }) => Object.values(notShown))
    .reduce((sum, one) => sum + one, 0);
  if (count === 0) return;
  throw new AssayError('CONTENT_MISMATCH', `the report "${shown}" leaves out ${count} findings`, {
    hint: 'Scan without --severity and --only, so that the report lists all.',
  });
}
