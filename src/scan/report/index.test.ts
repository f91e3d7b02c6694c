import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { fullReport } from '../../../test/support/reports.ts';
import { decodeReport } from '../../core/codec/codec.ts';
import { REPORT_FORMATS, renderReport } from './index.ts';
import { REPORTERS } from './list.ts';

async function text(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

describe('the list of reporters', () => {
  it('has a file for each row, and loads it under its own id', async () => {
    const files = readdirSync(new URL('.', import.meta.url), { recursive: true }).map((file) =>
      path.basename(String(file)),
    );
    for (const row of REPORTERS) {
      expect(files).toContain(`${row.id}.ts`);
      const reporter = await row.load();
      expect(reporter.id).toBe(row.id);
    }
    expect(new Set(REPORT_FORMATS).size).toBe(REPORTERS.length);
  });
});

describe('renderReport', () => {
  it('writes JSON that reads back as the same report', async () => {
    const report = fullReport();
    const json = await text(renderReport(report, 'json'));
    expect(json.endsWith('}\n')).toBe(true);
    expect(decodeReport(JSON.parse(json))).toEqual(report);
  });

  it('refuses a format that it does not know', async () => {
    await expect(text(renderReport(fullReport(), 'xml'))).rejects.toThrow('unknown format "xml"');
  });
});
