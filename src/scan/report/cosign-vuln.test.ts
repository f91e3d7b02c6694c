import { describe, expect, it } from 'vitest';

import { rendered } from '../../../test/support/rendered.ts';
import { fullReport } from '../../../test/support/reports.ts';
import type { Report } from '../../core/model/report/report.ts';

async function written(report: Report, format: string): Promise<unknown> {
  return JSON.parse(await rendered(report, format));
}

describe('the predicate of a scan', () => {
  it('has the fields of the specification, and the report in the form of trivy', async () => {
    const report = fullReport();
    expect(await written(report, 'cosign-vuln')).toEqual({
      invocation: { parameters: [], uri: '', event_id: '', 'builder.id': '' },
      scanner: {
        uri: 'pkg:generic/assay@0.1.0',
        version: '0.1.0',
        db: { uri: '', version: '2025-05-30T00:00:00Z' },
        result: await written(report, 'trivy-json'),
      },
      metadata: {
        scanStartedOn: '2025-06-01T00:00:00Z',
        scanFinishedOn: '2025-06-01T00:00:01.200Z',
      },
    });
  });

  it.each(['', 'yesterday', '2025-13-01T00:00:00Z'])(
    'leaves out %j, which is not an instant',
    async (startedAt) => {
      const report = { ...fullReport(), startedAt, coverage: [] };
      expect(await written(report, 'cosign-vuln')).toMatchObject({
        scanner: { db: { uri: '', version: '' } },
        metadata: {},
      });
    },
  );
});
