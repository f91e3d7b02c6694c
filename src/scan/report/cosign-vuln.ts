/**
 * The predicate of a vulnerability scan, as `cosign attest --type vuln` signs it.
 *
 * Source: sigstore/cosign, "Cosign Vulnerability Scan Record Attestation Specification"
 * (`https://cosign.sigstore.dev/attestation/vuln/v1`); documentation of trivy, "Cosign
 * Vulnerability Attestation", for the result: the report in trivy's form. Nothing is known of the
 * build that ran the scan, so its fields are empty.
 */

import { StreamedObject, type StreamedJson } from '../../core/codec/streamed-json.ts';
import type { Report } from '../../core/model/report/report.ts';
import { jsonDocument } from './json/json-document.ts';
import type { Reporter } from './reporter.ts';
import { trivyReport } from './trivy/trivy-json.ts';
import { trivyInstant } from './trivy/trivy-vulnerabilities.ts';

export const cosignVuln: Reporter = {
  id: 'cosign-vuln',
  mediaType: 'application/json',
  purpose: 'is the predicate that `cosign attest --type vuln` signs',
  findings: {
    listed: 'all',
    vulnerabilities: 'all, for each place of a package',
    others: 'under the key `Assay`',
    setAside: '`ExperimentalModifiedFindings`',
  },
  render: (report) => jsonDocument(predicateOf(report), ''),
};

function predicateOf(report: Report): StreamedJson {
  const { version } = report.tool;
  const startedOn = trivyInstant(report.startedAt);
  const dates = report.coverage.map(({ dataAt }) => trivyInstant(dataAt) ?? '').sort();
  return new StreamedObject([
    ['invocation', { parameters: [], uri: '', event_id: '', 'builder.id': '' }],
    [
      'scanner',
      new StreamedObject([
        ['uri', `pkg:generic/assay@${encodeURIComponent(version)}`],
        ['version', version],
        // The newest data that was asked.
        ['db', { uri: '', version: dates.at(-1) ?? '' }],
        ['result', trivyReport(report)],
      ]),
    ],
    [
      'metadata',
      {
        ...(startedOn !== undefined && {
          scanStartedOn: startedOn,
          scanFinishedOn: finishedOn(startedOn, report.durationMs),
        }),
      },
    ],
  ]);
}

function finishedOn(startedOn: string, durationMs: number): string {
  const timeMs = Date.parse(startedOn) + durationMs;
  return Number.isNaN(new Date(timeMs).getTime())
    ? startedOn
    : (trivyInstant(new Date(timeMs).toISOString()) ?? startedOn);
}
