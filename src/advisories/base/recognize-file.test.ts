import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { zip } from '../../../test/support/zip.ts';
import type { OriginFile } from '../feeds/feed.ts';
import { recognizeFile } from './recognize-file.ts';

function fileOf(content: string | Uint8Array): OriginFile {
  const bytes = Buffer.from(content);
  return {
    ...{ path: 'a file', sizeBytes: bytes.length },
    readAt: (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)),
    close: () => Promise.resolve(),
  };
}

async function labelOf(content: string | Uint8Array): Promise<string | undefined> {
  const found = await recognizeFile(fileOf(content));
  return found && `${found.feed.id}: ${found.form.label}`;
}

const WOLFI = 'https://packages.wolfi.dev/os';
const CVE_RECORD = '{"dataType":"CVE_RECORD","cveMetadata":{"cveId":"CVE-2024-0001"}}';

describe('recognizeFile', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['an OSV record', '{"id":"X-1","modified":"2024-01-01T00:00:00Z"}', 'osv: OSV records'],
    [
      'an OSV record that is damaged behind its head',
      '{"id":"X-1","modified":"x",',
      'osv: OSV records',
    ],
    ['a file with a byte order mark', '\ufeff{"id":"X-1","modified":"x"}', 'osv: OSV records'],
    [
      'a secdb of Alpine',
      `{"urlprefix":"${WOLFI}","distroversion":"v3.20","packages":[]}`,
      'alpine-secdb: a secdb of Alpine',
    ],
    ['a secdb of Wolfi', `{"packages":[],"urlprefix":"${WOLFI}"}`, 'wolfi: a secdb of Wolfi'],
    [
      'a tracker file',
      '{"zlib":{"CVE-2024-0001":{"releases":{}}}}',
      'debian-tracker: a Debian tracker file',
    ],
    [
      'a tracker file whose first issue has no CVE',
      '{"zlib":{"TEMP-0000001-AAAAAA":{}}}',
      'debian-tracker: a Debian tracker file',
    ],
    [
      'the list of Node.js',
      '{"1":{"cve":[],"vulnerable":"8.x"}}',
      'nodejs-core: the list of Node.js',
    ],
    ['scores', 'cve,epss,percentile\nCVE-2024-0001,0.5,0.9\n', 'epss: the scores of EPSS'],
    ['packed scores', gzipSync('#model_version:v1\n'), 'epss: the scores of EPSS'],
    ['a year of NVD', gzipSync('{"format":"NVD_CVE","vulnerabilities":[]}'), 'nvd: a year of NVD'],
    [
      'a CVE archive',
      zip([{ name: 'm/cves/2024/0xxx/CVE-2024-0001.json', body: CVE_RECORD }]),
      'cve: a CVE archive',
    ],
    [
      'an archive whose first CVE record is damaged',
      zip([{ name: 'm/CVE-2024-0001.json', body: '{' }]),
      'osv: an OSV archive',
    ],
    ['an archive of anything', zip([{ name: 'a.txt', body: 'x' }]), 'osv: an OSV archive'],
  ])('knows %s', async (_title, content, expected) => {
    expect(await labelOf(content)).toBe(expected);
  });

  it.each<[string, string | Uint8Array]>([
    ['an empty file', ''],
    ['text', 'some words'],
    ['an empty object', '{}'],
    ['a list of records', '[{"id":"X-1","modified":"x"}]'],
    ['a record without a date', '{"id":"X-1"}'],
    ['a damaged record', '{"id":"X-1"'],
    ['a secdb of an unknown publisher', '{"packages":[],"urlprefix":"https://wolfi.example/os"}'],
    ['a secdb over plain HTTP', '{"packages":[],"urlprefix":"http://packages.wolfi.dev/os"}'],
    ['a list of numbers', '{"1":{"name":"x"}}'],
    [
      'a tracker file whose first value is not an object',
      '{"zlib":[],"openssl":{"CVE-2024-0001":{}}}',
    ],
    ['a record behind too many keys', bigRecord(70)],
    ['another packed file', gzipSync('{"id":"X-1","modified":"x"}')],
    ['a packed file that is cut off', gzipSync('#model_version:v1\n').subarray(0, 12)],
  ])('does not know %s', async (_title, content) => {
    expect(await labelOf(content)).toBeUndefined();
  });

  it('knows a record within the first sixty-four keys', async () => {
    expect(await labelOf(bigRecord(60))).toBe('osv: OSV records');
  });

  it('refuses a damaged archive', async () => {
    const whole = zip([{ name: 'a.json', body: '{}' }]);
    await expect(labelOf(whole.subarray(0, whole.length - 10))).rejects.toThrow('a file');
  });
});

function bigRecord(keyCount: number): string {
  const others = Array.from(
    { length: keyCount },
    (_item, index) => [`key${index}`, index] as const,
  );
  return JSON.stringify({ ...Object.fromEntries(others), id: 'X-1', modified: 'x' });
}
