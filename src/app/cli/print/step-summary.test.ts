import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import {
  fullReport,
  testFinding,
  testReport,
  testResult,
} from '../../../../test/support/reports.ts';
import { quietContext } from '../../../core/base/context.ts';
import { writeStepSummary } from './step-summary.ts';
import type { Io } from '../../../core/base/io.ts';

const folder = mkdtempSync(join(tmpdir(), 'assay-summary-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stream = { write: () => true };
const io: Io = { cwd: folder, env: {}, stdout: stream, stderr: stream };
const session = { context: quietContext(), io };

const [{ inventory } = testResult()] = fullReport().results;
const [pkg] = inventory.packages;
const large = testReport({
  results: [
    testResult({
      inventory,
      findings: Array.from({ length: 20_000 }, (_, index) =>
        pkg === undefined
          ? expect.fail('no package')
          : testFinding(pkg, `CVE-2024-${index}`, 'low', { id: `f-${index}` }),
      ),
    }),
  ],
});

describe('the job summary', () => {
  it('keeps what is there, and begins a line of its own', async () => {
    writeFileSync(join(folder, 'a'), 'before');
    await writeStepSummary(session, fullReport(), 'a');
    expect(readFileSync(join(folder, 'a'), 'utf8')).toMatch(/^before\n## Assay\n/);
  });

  it('is made where it is not there', async () => {
    await writeStepSummary(session, fullReport(), 'b');
    expect(readFileSync(join(folder, 'b'), 'utf8')).toContain('GHSA-35jh-r3h4-6jhm');
  });

  it.each([0, 300_000, 1_000_000])(
    'stays below 1 MiB behind %i bytes, and is cut at a row',
    async (bytes) => {
      writeFileSync(join(folder, 'c'), 'x'.repeat(bytes));
      await writeStepSummary(session, large, 'c');
      const text = readFileSync(join(folder, 'c'), 'utf8');
      expect(Buffer.byteLength(text)).toBeLessThan(1024 * 1024);
      expect(text).toMatch(/ \|\n\n\*\*Cut here:\*\* \d+ findings/);
    },
  );

  it('is left alone where it is full', async () => {
    writeFileSync(join(folder, 'd'), 'x'.repeat(1024 * 1024 - 10));
    await writeStepSummary(session, large, 'd');
    expect(statSync(join(folder, 'd')).size).toBe(1024 * 1024 - 10);
  });
});
