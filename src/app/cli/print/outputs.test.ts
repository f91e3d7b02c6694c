import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { checkWritable, planOutputs, writeReportFile, type Output } from './outputs.ts';
import { flagValues, type Setting } from '../../config/settings.ts';

const FORMATS = ['table', 'json'];
const folder = mkdtempSync(join(tmpdir(), 'assay-outputs-'));
afterAll(() => rmSync(folder, { recursive: true }));

function plan(format: string | undefined, ...outputs: readonly string[]): readonly Output[] {
  const settings = new Map<string, Setting>();
  if (format !== undefined) settings.set('format', { values: [format], from: 'flag', where: '' });
  if (outputs.length > 0) settings.set('output', { values: outputs, from: 'flag', where: '' });
  return planOutputs(flagValues(settings), FORMATS);
}

describe('planOutputs', () => {
  it.each([
    ['nothing given', undefined, [], [{ format: 'table' }]],
    ['a format', 'json', [], [{ format: 'json' }]],
    ['a path, as in trivy', undefined, ['out.txt'], [{ format: 'table', path: 'out.txt' }]],
    ['a format and a path', 'json', ['out'], [{ format: 'json', path: 'out' }]],
    ['a name', undefined, ['json'], [{ format: 'json' }]],
    [
      'a path that is a name, with a format',
      'table',
      ['json'],
      [{ format: 'table', path: 'json' }],
    ],
    ['a name and a path', undefined, ['json=a.json'], [{ format: 'json', path: 'a.json' }]],
    [
      'a format here and another in a file',
      'table',
      ['json=a.json'],
      [{ format: 'json', path: 'a.json' }, { format: 'table' }],
    ],
    [
      'several',
      undefined,
      ['table', 'json=a.json', 'table=b.txt'],
      [{ format: 'table' }, { format: 'json', path: 'a.json' }, { format: 'table', path: 'b.txt' }],
    ],
    ['a path with an equals sign', undefined, ['a=b'], [{ format: 'table', path: 'a=b' }]],
    [
      'a path with an equals sign for a format',
      undefined,
      ['json=a=b'],
      [{ format: 'json', path: 'a=b' }],
    ],
    [
      'a file that is named like a format of other commands',
      undefined,
      ['./csv=a'],
      [{ format: 'table', path: './csv=a' }],
    ],
    ['a dash for standard output', 'json', ['-'], [{ format: 'json' }]],
  ] as const)('%s', (_name, format, outputs, expected) => {
    expect(plan(format, ...outputs)).toEqual(expected);
  });

  it.each([
    ['an unknown format', 'xml', [], 'unknown format "xml"'],
    ['a mistyped format', 'jsno', [], 'unknown format "jsno"'],
    ['a planned format', 'html', [], 'format "html" is not available yet'],
    ['a planned format for a file', undefined, ['html=a'], 'format "html" is not available yet'],
    ['a format of other commands', 'csv', [], 'this command does not write the format "csv"'],
    [
      'a format of other commands for a file',
      undefined,
      ['csv=a'],
      'this command does not write the format "csv"',
    ],
    [
      'a format of other commands for standard output',
      undefined,
      ['openvex'],
      'this command does not write the format "openvex"',
    ],
    ['two reports here', undefined, ['table', 'json'], 'two reports would go to standard output'],
    ['two reports in one file', undefined, ['json=a', 'table=a'], 'two reports would go to "a"'],
    [
      'two reports in one file by two paths',
      undefined,
      ['json=a', 'table=b/.././a'],
      'two reports would go to "a"',
    ],
    ['an empty path', undefined, [''], '--output cannot be ""'],
  ] as const)('refuses %s', (_name, format, outputs, message) => {
    expect(() => plan(format, ...outputs)).toThrow(
      expect.objectContaining({ code: 'USAGE', message }) as Error,
    );
  });
});

describe('files', () => {
  it.each([
    ['a missing folder', 'no/such/folder/x', 'there is no folder "no/such/folder"'],
    ['a folder', '.', 'it is a folder'],
  ])('finds out before the scan that a report cannot go to %s', async (_name, path, reason) => {
    await expect(checkWritable([{ format: 'json', path }], folder)).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining(reason) as string,
    });
  });

  it('writes pieces', async () => {
    await checkWritable([{ format: 'json', path: 'a.txt' }, { format: 'table' }], folder);
    await writeReportFile('a.txt', folder, pieces('a', 'b'));
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('ab');
  });

  it('names a file that cannot be written after all', async () => {
    await expect(writeReportFile('no/such', folder, pieces('a'))).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
    });
  });
});

async function* pieces(...texts: readonly string[]): AsyncIterable<string> {
  for (const text of texts) yield await Promise.resolve(text);
}
