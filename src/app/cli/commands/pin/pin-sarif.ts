/**
 * SARIF 2.1.0 of `assay pin`: a rule for each kind of problem, a result for each place.
 *
 * Sources: SARIF 2.1.0 (OASIS), with errata 01; GitHub Docs, "SARIF support for code scanning".
 */

import { hash } from 'node:crypto';

import { toolVersion } from '../../../../core/base/build-info.ts';
import { compareText } from '../../../../core/base/compare.ts';
import { stripControl } from '../../../../core/base/strip-control.ts';
import type { PinOutcome } from '../../../../tasks/pin/outcome.ts';
import { MAX_RESULTS } from '../../../../scan/report/sarif/sarif-limits.ts';
import { pinResults, type PinResult } from './pin-results.ts';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** Returns the document. */
export function pinSarif(outcome: PinOutcome): object {
  const all = pinResults(outcome);
  const results = all.slice(0, MAX_RESULTS);
  const titles = new Map(results.map(({ rule, title }) => [rule, title]));
  const rules = [...titles].sort(([a], [b]) => compareText(a, b));
  const left = all.length - results.length;
  const notifications =
    left === 0 ? [] : [{ level: 'warning', message: { text: `${left} results are left out` } }];
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Assay',
            version: toolVersion(),
            rules: rules.map(([id, title]) => ({
              id,
              shortDescription: { text: title },
            })),
          },
        },
        automationDetails: { id: 'assay/pin/' },
        invocations: [{ executionSuccessful: true, toolExecutionNotifications: notifications }],
        columnKind: 'utf16CodeUnits',
        results: results.map((result) => sarifResult(result, rules)),
      },
    ],
  };
}

function sarifResult(
  { rule, level, path, line, column, message }: PinResult,
  rules: readonly (readonly [string, string])[],
): object {
  // Lines move with every edit, so that they are not part of the fingerprint.
  const fingerprint = hash('sha256', JSON.stringify([rule, path, message]));
  return {
    ruleId: rule,
    ruleIndex: rules.findIndex(([id]) => id === rule),
    level,
    message: { text: stripControl(message) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: path.split('/').map(encodeURIComponent).join('/') },
          region: { startLine: line, startColumn: column },
        },
      },
    ],
    partialFingerprints: { 'assayPin/v1': fingerprint },
  };
}
