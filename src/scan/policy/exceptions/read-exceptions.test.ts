import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AssayError } from '../../../core/base/errors.ts';
import type { ExceptionFile } from './exception.ts';
import { readExceptions } from './read-exceptions.ts';

const NOW = Date.parse('2026-01-31T12:00:00Z');

function read(path: string, text: string): ExceptionFile {
  return readExceptions(path, new TextEncoder().encode(text), NOW);
}

function messages({ problems }: ExceptionFile): readonly string[] {
  return problems.map(({ from, message }) => `${from}: ${message}`);
}

const TRIVY = `# accepted
vulnerabilities:
  - id: CVE-2022-40897
    paths:
      - "usr/local/lib/python3.9/site-packages/setuptools-58.1.0.dist-info/METADATA"
    statement: Accept the risk
  - id: CVE-2023-2650
    purls: [pkg:deb/debian/openssl]
    expired_at: 2026-06-30
misconfigurations:
  - id: AVD-DS-0001
secrets:
  - id: aws-access-key-id
    paths: ['foo/*']
licenses:
  - id: GPL-3.0
`;

describe('.trivyignore.yaml', () => {
  it('has ids with paths, package URLs, expiry and statement, by kind of finding', () => {
    const { form, entries, problems } = read('.trivyignore.yaml', TRIVY);
    expect(form).toBe('trivyignore-yaml');
    expect(problems).toEqual([]);
    expect(entries).toMatchObject([
      {
        id: 'CVE-2022-40897',
        scope: { category: 'vulnerability', paths: [expect.stringContaining('setuptools')] },
        reason: 'Accept the risk',
        from: '.trivyignore.yaml:3',
      },
      {
        id: 'CVE-2023-2650',
        scope: { purls: [{ type: 'deb', name: 'openssl' }] },
        until: '2026-06-30',
        from: '.trivyignore.yaml:7',
      },
      { id: 'AVD-DS-0001', scope: { category: 'misconfiguration' }, from: '.trivyignore.yaml:11' },
      { id: 'aws-access-key-id', scope: { category: 'secret', paths: ['foo/*'] } },
      { id: 'GPL-3.0', scope: { category: 'license' } },
    ]);
  });

  it.each([
    [
      'an entry without id',
      'vulnerabilities:\n  - statement: no',
      ['2: there is no "id"; the entry does not count'],
    ],
    [
      'a text for an entry',
      'vulnerabilities:\n  - CVE-1',
      ['1: item 1 of "vulnerabilities" has no fields; the entry does not count'],
    ],
    [
      'a mapping for a list',
      'vulnerabilities:\n  id: CVE-1',
      ['1: "vulnerabilities" is not a list; none of its entries counts'],
    ],
    [
      'a date that is none',
      'vulnerabilities:\n  - id: A-1\n    expired_at: soon',
      ['2: "soon" is not a date as in expired_at: 2026-01-31; the entry for "A-1" does not count'],
    ],
    [
      'an expiry that is past',
      'vulnerabilities:\n  - id: A-1\n    expired_at: 2026-01-30T00:00:00Z',
      ['2: the entry for "A-1" expired on 2026-01-30T00:00:00Z and does not count'],
    ],
    [
      'a list that is mistyped',
      'vulnerabilites:\n  - id: A-1',
      ['1: the key "vulnerabilites" is not known (did you mean "vulnerabilities"?)'],
    ],
    [
      'a limit that is mistyped',
      'vulnerabilities:\n  - id: A-1\n    path: [x]',
      ['2: the key "path" is not known (did you mean "paths"?); the entry does not count'],
    ],
    [
      'a package URL that is none',
      'vulnerabilities:\n  - id: A-1\n    purls: [openssl]',
      [
        '2: "openssl" is not a package URL: it does not begin with "pkg:"; the entry does not count',
      ],
    ],
    [
      'paths that are not texts',
      'vulnerabilities:\n  - id: A-1\n    paths: [[x]]',
      ['2: "paths" is not a list of texts; the entry does not count'],
    ],
  ])('names %s', (_, text, expected) => {
    const file = read('.trivyignore.yaml', text);
    expect(file.entries).toEqual([]);
    expect(messages(file)).toEqual(expected.map((one) => `.trivyignore.yaml:${one}`));
  });

  it('names another key, and counts', () => {
    const file = read('.trivyignore.yaml', 'vulnerabilities:\n  - id: A-1\n    ticket: SEC-1');
    expect(file.entries).toHaveLength(1);
    expect(file.problems).toMatchObject([{ kind: 'note' }]);
    expect(messages(file)[0]).toContain('the key "ticket" is not known (known are id, paths');
  });

  it.each(['', '# nothing\n', 'vulnerabilities:\n', 'vulnerabilities: []'])(
    'may be empty: "%s"',
    (text) => {
      expect(read('.trivyignore.yaml', text)).toEqual({
        form: 'trivyignore-yaml',
        entries: [],
        problems: [],
      });
    },
  );

  it.each([
    ['invalid YAML', 'a: [', 'invalid YAML'],
    ['two documents', 'a: 1\n---\nb: 2', 'more than one YAML document'],
    ['a list at the top', '- id: A-1', 'no mapping at the top'],
    ['aliases', 'a: &x [1]\nvulnerabilities: *x', 'an alias'],
    ['a zero byte', 'vulnerabilities:\0', 'zero byte'],
  ])('refuses %s', (_, text, message) => {
    expect(() => read('.trivyignore.yaml', text)).toThrow(message);
  });
});

describe('.assayignore.yaml', () => {
  it('has id, package, path, package URL, reason, owner and expiry', () => {
    const text = `exceptions:
  - id: CVE-2024-0001
    package: openssl@3.0.1
    path: usr/lib/**
    purl: pkg:deb/debian/openssl
    reason: |
      not reachable
      # really
    owner: web@example.org
    expires: 2026-03-01
  - package: lodash
    reason: only in tests
`;
    const { form, entries, problems } = read('.assayignore.yaml', text);
    expect([form, problems]).toEqual(['assayignore-yaml', []]);
    expect(entries).toMatchObject([
      {
        id: 'CVE-2024-0001',
        scope: { package: 'openssl', version: '3.0.1', paths: ['usr/lib/**'], purls: [{}] },
        reason: 'not reachable\n# really',
        owner: 'web@example.org',
        until: '2026-03-01',
        from: '.assayignore.yaml:2',
      },
      { scope: { package: 'lodash' }, reason: 'only in tests', from: '.assayignore.yaml:11' },
    ]);
  });

  it.each([
    [
      'exceptions:\n  - id: A-1\n    ticket: SEC-1',
      '2: the key "ticket" is not known (known are id, category, fingerprint, package, path, paths, purl, purls, reason, owner, expires); the entry does not count',
    ],
    [
      'exceptions:\n  - id: A-1\n    expire: 2027-01-01',
      '2: the key "expire" is not known (did you mean "expires"?); the entry does not count',
    ],
    [
      'exceptions:\n  - reason: all of it',
      '2: there is neither id, fingerprint, package, path nor purl; the entry does not count',
    ],
    ['exception:\n  - id: A-1', '1: the key "exception" is not known (known is exceptions)'],
  ])('is read strictly: %s', (text, message) => {
    const file = read('.assayignore.yaml', text);
    expect(file.entries).toEqual([]);
    expect(messages(file)).toEqual([`.assayignore.yaml:${message}`]);
  });
});

describe('ignore of .grype.yaml', () => {
  it('reads what an entry names', () => {
    const text = `check-for-app-update: false
ignore:
  - vulnerability: CVE-2008-4318
    include-aliases: true
    reason: not ours
    fix-state: unknown
    package: { name: libcurl, version: 1.5.1, type: npm, location: "/usr/lib/**" }
  - package: { name: "linux(-.*)?-headers-.*" }
  - package: { name: "linux-headers-.*" }
  - fix-state: wont-fix
`;
    const file = read('.grype.yaml', text);
    expect(file.form).toBe('grype');
    expect(file.entries.map(({ id, scope }) => [id, scope])).toEqual([
      [
        'CVE-2008-4318',
        {
          category: 'vulnerability',
          fixState: 'unknown',
          package: 'libcurl',
          version: '1.5.1',
          ecosystem: 'npm',
          paths: ['/usr/lib/**'],
        },
      ],
      [undefined, { category: 'vulnerability', package: 'linux-headers-*' }],
      [undefined, { category: 'vulnerability', fixState: 'wont-fix' }],
    ]);
    expect(messages(file)).toEqual([
      '.grype.yaml:8: the regular expression "linux(-.*)?-headers-.*" is not something Assay runs; name the package; the entry does not count',
    ]);
  });

  it.each([
    ['namespace: nvd:cpe', '"namespace" is not something Assay can judge'],
    ['vex-status: fixed', '"vex-status" is not something Assay can judge'],
    ['fix-state: maybe', 'the fix-state "maybe" is none of fixed, not-fixed, wont-fix, unknown'],
    ['reason: none', 'it names nothing'],
    ['package: { language: python }', '"language" is not something Assay can judge'],
    ['package: { nmae: x }', 'the key "nmae" is not known (did you mean "name"?)'],
  ])('does not count an entry with %s', (line, message) => {
    const file = read('.grype.yaml', `ignore:\n  - ${line}`);
    expect(file.entries).toEqual([]);
    expect(messages(file)[0]).toContain(message);
  });
});

describe('osv-scanner.toml', () => {
  it('has ignored vulnerabilities and overrides of packages', () => {
    const text = `GoVersionOverride = "1.20.0"

[[IgnoredVulns]]
id = "GO-2022-0968"
ignoreUntil = 2026-11-09
reason = "No ssh servers"

[[PackageOverrides]]
name = "lib"
version = "1.0.0"
ecosystem = "Go"
ignore = true
effectiveUntil = 2026-11-09T10:00:00Z
reason = "abc"

[[PackageOverrides]]
ecosystem = "npm"
group = "dev"
vulnerability.ignore = true

[[PackageOverrides]]
name = "other"
license.override = ["MIT"]
`;
    const { form, entries, problems } = read('osv-scanner.toml', text);
    expect([form, problems]).toEqual(['osv', []]);
    expect(entries).toEqual([
      {
        id: 'GO-2022-0968',
        scope: { category: 'vulnerability' },
        until: '2026-11-09',
        reason: 'No ssh servers',
        from: 'osv-scanner.toml:3',
      },
      {
        scope: { category: 'vulnerability', package: 'lib', version: '1.0.0', ecosystem: 'Go' },
        until: expect.stringMatching(/^2026-11-09T10:00:00/) as string,
        reason: 'abc',
        from: 'osv-scanner.toml:9',
      },
      {
        scope: { category: 'vulnerability', ecosystem: 'npm', isDevelopment: true },
        from: 'osv-scanner.toml:16',
      },
    ]);
  });

  it.each([
    ['[[IgnoredVulns]]\nreason = "x"', 'there is no "id"'],
    ['[[IgnoredVulns]]\nid = "A-1"\nignoreUntil = 2020-01-01', 'expired on 2020-01-01'],
    [
      '[[IgnoredVulns]]\nid = "A-1"\nignoreUntil = "soon"',
      '"soon" is not a date as in ignoreUntil = 2026-01-31',
    ],
    ['[[IgnoredVulns]]\nid = "A-1"\nignoreUnitl = 2020-01-01', 'did you mean "ignoreUntil"?'],
    [
      '[[PackageOverrides]]\nname = "a"\ngroup = "build"\nignore = true',
      'the group "build" is not something Assay can judge',
    ],
  ])('does not count %s', (text, message) => {
    const file = read('osv-scanner.toml', text);
    expect(file.entries).toEqual([]);
    expect(messages(file).join()).toContain(message);
  });
});

describe("Harbor's allow-list", () => {
  it.each([
    [
      'of the system',
      '{"id":1,"project_id":0,"expires_at":1798675200,"items":[{"cve_id":"CVE-2019-10164"}]}',
    ],
    [
      'of a project',
      '{"name":"library","cve_allowlist":{"project_id":1,"expires_at":1798675200,"items":[{"cve_id":"CVE-2019-10164"}]}}',
    ],
  ])('%s', (_, text) => {
    expect(read('allow.json', text)).toMatchObject({
      form: 'harbor',
      entries: [{ id: 'CVE-2019-10164', until: '2026-12-31T00:00:00Z' }],
      problems: [],
    });
  });

  it('has one end for all, or none', () => {
    const list = (expiry: string): ExceptionFile =>
      read('a.json', `{"project_id":0,"expires_at":${expiry},"items":[{"cve_id":"CVE-1"}]}`);
    expect(list('null').entries).toEqual([
      { id: 'CVE-1', scope: { category: 'vulnerability' }, from: 'a.json:1' },
    ]);
    expect(messages(list('1500000000'))).toEqual([
      'a.json:1: the entry for "CVE-1" expired on 2017-07-14T02:40:00Z and does not count',
    ]);
    expect(messages(list('"soon"'))[0]).toContain('"soon" is not a date');
  });
});

describe('the form of a file', () => {
  it.each([
    ['accepted.txt', 'A-1', 'trivyignore'],
    ['team.assayignore', 'A-1', 'assayignore'],
    ['x.yaml', 'exceptions: []', 'assayignore-yaml'],
    ['x.yml', 'secrets: []', 'trivyignore-yaml'],
    ['grype.yaml', 'ignore: []', 'grype'],
    ['x.toml', '', 'osv'],
    ['sub/.assayignore.yaml', '', 'assayignore-yaml'],
  ])('%s with %s', (path, text, form) => {
    expect(read(path, text).form).toBe(form);
  });

  it('is asked for where nothing tells', () => {
    expect(() => read('x.yaml', 'apiVersion: v1')).toThrow(
      'cannot read "x.yaml": none of its keys (apiVersion) begins a list of exceptions',
    );
  });

  it('stands any bytes', () => {
    const names = fc.constantFrom(
      '.trivyignore',
      '.assayignore',
      'a.yaml',
      'grype.yaml',
      'a.toml',
      'a.json',
    );
    fc.assert(
      fc.property(names, fc.uint8Array({ maxLength: 120 }), (name, bytes) => {
        try {
          readExceptions(name, bytes, NOW);
        } catch (error) {
          expect(error).toBeInstanceOf(AssayError);
        }
      }),
    );
  });
});
