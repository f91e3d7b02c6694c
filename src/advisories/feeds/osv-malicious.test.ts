import { describe, expect, it } from 'vitest';
import { isMaliciousRecord } from '../../core/model/advisory/malicious.ts';
import { osv } from './osv.ts';

const AFFECTED = {
  package: { ecosystem: 'npm', name: 'left' },
  ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }] }],
};

function isMalice(fields: object): boolean | undefined {
  const record = {
    id: 'GHSA-aaaa-bbbb-cccc',
    modified: '2024-01-01T00:00:00Z',
    affected: [AFFECTED],
    ...fields,
  };
  const bytes = Buffer.from(JSON.stringify(record));
  const [advisory] = osv.read({ name: 'x.json', bytes }).advisories;
  return advisory && isMaliciousRecord(advisory);
}

describe('records of malicious packages', () => {
  it.each<[string, object]>([
    ['a record of ossf/malicious-packages', { id: 'MAL-2024-1' }],
    ['an alias', { aliases: ['CVE-2024-0001', 'MAL-2024-1'] }],
    ['a weakness as GitHub lists it', { database_specific: { cwe_ids: ['CWE-506'] } }],
    [
      'a weakness of a package, as ossf/malicious-packages lists it',
      { affected: [{ ...AFFECTED, database_specific: { cwes: [{ cweId: 'CWE-506' }] } }] },
    ],
    ['the type that GitHub gives', { database_specific: { type: 'malware' } }],
    [
      'a low score',
      {
        id: 'MAL-2024-1',
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N' }],
      },
    ],
  ])('%s', (_name, fields) => {
    expect(isMalice(fields)).toBe(true);
  });

  it.each<[string, object]>([
    ['nothing of the kind', {}],
    [
      'a weakness in a field that no publisher writes',
      { database_specific: { cwes: [{ cweId: 'CWE-506' }] } },
    ],
    ['another weakness', { database_specific: { cwe_ids: ['CWE-1321'] } }],
    ['a weakness that is not text', { database_specific: { cwe_ids: [506], cwes: ['CWE-506'] } }],
    ['a type that GitHub gives to vulnerabilities', { database_specific: { type: 'reviewed' } }],
    ['a word in the summary', { summary: 'Malware in left', details: 'CWE-506' }],
    ['a related record', { related: ['MAL-2024-1'] }],
  ])('not %s', (_name, fields) => {
    expect(isMalice(fields)).toBe(false);
  });
});
