import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

import { readTrustFile } from './read-trust-file.ts';

const FULL = readFileSync(new URL('testdata/full.yaml', import.meta.url), 'utf8');
const SCHEMA = JSON.parse(
  readFileSync(new URL('../../../schema/assay-trust-1.schema.json', import.meta.url), 'utf8'),
) as Record<string, unknown>;
const isValid = new Ajv2020({ allErrors: true, strict: false }).compile(SCHEMA);

function read(text: string): ReturnType<typeof readTrustFile> {
  return readTrustFile('assay.trust.yaml', Buffer.from(text));
}

/** A file that is read, with a section in place of another. */
function withSection(text: string): string {
  return `version: 1\n${text}\n`;
}

const KEY = ['keys:', '  - name: a', '    file: a.pub', '    scopes: [ghcr.io/acme/**]'].join('\n');
const IDENTITY = [
  'identities:',
  '  - name: ci',
  '    identity: ci@example.com',
  '    issuer: https://issuer.example.com',
  '    scopes: [ghcr.io/acme/**]',
].join('\n');

describe('a trust file', () => {
  it('may have each key of the schema', () => {
    const trust = read(FULL);
    expect(trust.keys.map(({ name }) => name)).toEqual(['release', 'security', 'old']);
    expect(trust.keys[0]).toMatchObject({
      where: 'assay.trust.yaml:33',
      validFrom: Date.parse('2026-01-01T00:00:00Z'),
      validUntil: Date.parse('2027-01-01T12:00:00Z'),
      material: { file: 'keys/release.pub' },
    });
    expect(trust.keys[2]?.revoked).toEqual({
      at: Date.parse('2026-03-01T00:00:00Z'),
      reason: 'laptop stolen',
    });
    expect(trust.signatures).toMatchObject([
      { threshold: 2, signers: ['release', 'security', 'ci'] },
      { threshold: 1 },
    ]);
    expect(trust.attestations).toMatchObject([
      { predicateType: 'https://slsa.dev/verification_summary/v1', maxAgeMs: 604_800_000 },
      {
        conditions: [{ path: ['reviewers', 'count'], sign: '>=', value: '2' }, { sign: 'matches' }],
      },
    ]);
    expect(trust.commits).toMatchObject({ expiredKey: 'deny', isAuthorChecked: true });
    expect(trust.trustedRoots).toMatchObject([{}, { file: 'roots/own.json' }]);
    expect([...trust.packages.keys()]).toEqual(expect.arrayContaining(['npm', 'pypi']));
    // As a reader of the schema sees it: all scalars may be texts.
    expect([isValid(load(FULL)), isValid.errors]).toEqual([true, null]);
  });

  it('has an example of each key of the schema', () => {
    const words = new Set(FULL.match(/[a-z-]+(?=:)/gu));
    const known = JSON.stringify(SCHEMA).matchAll(/"properties":\{/gu);
    expect([...known].length).toBeGreaterThan(10);
    const missing = propertiesOf(SCHEMA).filter((name) => !words.has(name));
    expect(missing.filter((name) => !OTHER_NAMES.has(name))).toEqual([]);
  });

  it.each([
    ['nothing but its version', 'version: 1\n'],
    ['comments and Windows line ends', '# ours\r\nversion: 1\r\n'],
    ['a byte order mark', '\uFEFFversion: 1\n'],
    ['a version as a text', "version: '1'\n"],
    ['no registry at all', withSection('registries:\n  allowed: []')],
    [
      'an index of pypi on this machine',
      withSection('packages:\n  pypi:\n    sources: [http://localhost:3141/]'),
    ],
  ])('may have %s', (_, text) => {
    expect(read(text).name).toBe('assay.trust.yaml');
  });
});

/** Keys that are of the same form as one in the example: ecosystems and claims. */
const OTHER_NAMES = new Set([...namesIn('packages'), ...namesIn('claims')]);

function namesIn(name: string): readonly string[] {
  const definitions = SCHEMA['$defs'] as Record<string, { properties?: object }>;
  return Object.keys(definitions[name]?.properties ?? {});
}

function propertiesOf(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === 'properties' ? Object.keys(inner as object) : []),
    ...propertiesOf(inner),
  ]);
}

type Bad = readonly [what: string, text: string, line: number, problem: RegExp, hint: RegExp];

/** Files that both the reader and the schema refuse. */
const BAD_FORM: readonly Bad[] = [
  [
    'a misspelled section',
    'version: 1\nregistrys:\n  allowed: []\n',
    2,
    /unknown key "registrys"; did you mean "registries"/,
    /Known here: version,/,
  ],
  [
    'a misspelled key of a key',
    withSection(`${KEY}\n    valid-untill: 2027-01-01`),
    6,
    /unknown key "valid-untill" in "keys"; did you mean "valid-until"/,
    /Known here/,
  ],
  [
    'a misspelled key of a rule',
    withSection(`${KEY}\nsignatures:\n  - scopes: [ghcr.io/acme/app]\n    thresold: 1`),
    8,
    /unknown key "thresold".*"threshold"/,
    /Known here/,
  ],
  [
    'a merge key',
    withSection('registries:\n  <<: {allowed: []}'),
    3,
    /unknown key "<<"/,
    /allowed, denied/,
  ],
  ['another version', 'version: 2\n', 1, /"version" "2" is not known/, /version: 1/],
  ['no version', `${KEY}\n`, 1, /has no "version"/, /version: 1/],
  ['a list', '- version\n', 1, /must be a mapping/, /KEY: VALUE/],
  ['text', 'hello\n', 1, /must be a mapping/, /KEY: VALUE/],
  [
    'an unknown ecosystem',
    withSection('packages:\n  npmm:\n    sources: []'),
    3,
    /unknown key "npmm".*did you mean "npm"/,
    /Known here/,
  ],
  [
    'a rule that says nothing',
    withSection('registries: {}'),
    2,
    /names nothing/,
    /"allowed", "denied"/,
  ],
  [
    'a registry that is no list',
    withSection('registries:\n  allowed: ghcr.io'),
    3,
    /is not a list/,
    /- VALUE/,
  ],
  [
    'a denied entry that is empty',
    withSection('registries:\n  denied:'),
    3,
    /is not a list/,
    /- VALUE/,
  ],
  [
    'an empty list of what is denied',
    withSection('registries:\n  denied: []'),
    3,
    /is an empty list/,
    /take the key out/,
  ],
  [
    'a key without a name',
    withSection('keys:\n  - file: a.pub\n    scopes: ["**"]'),
    3,
    /has no "name"/,
    /verdicts show it/,
  ],
  [
    'a key without a key',
    withSection('keys:\n  - name: a\n    scopes: ["**"]'),
    3,
    /has no key/,
    /file: PATH/,
  ],
  [
    'a key without scopes',
    withSection('keys:\n  - name: a\n    file: a.pub'),
    3,
    /has no "scopes"/,
    /"\*\*" means all/,
  ],
  [
    'a key with empty scopes',
    withSection('keys:\n  - name: a\n    file: a.pub\n    scopes: []'),
    5,
    /is an empty list/,
    /at least one/,
  ],
  [
    'a key twice in one entry',
    withSection('keys:\n  - name: a\n    file: a.pub\n    key: x\n    scopes: ["**"]'),
    4,
    /given beside "key"/,
    /one of the two/,
  ],
  [
    'a revocation without a reason',
    withSection(`${KEY}\n    revoked:\n      at: 2026-01-01`),
    7,
    /has no "reason"/,
    /Write down why/,
  ],
  [
    'a revocation that is a word',
    withSection(`${KEY}\n    revoked: true`),
    6,
    /"keys.revoked" "true" must be a mapping/,
    /KEY: VALUE/,
  ],
  [
    'a threshold of 0',
    withSection(`${KEY}\nsignatures:\n  - scopes: ["**"]\n    threshold: 0`),
    8,
    /whole number from 1/,
    /Write 2/,
  ],
  [
    'a threshold in words',
    withSection(`${KEY}\nsignatures:\n  - scopes: ["**"]\n    threshold: two`),
    8,
    /"two" must be a whole number/,
    /Write 2/,
  ],
  [
    'an identity without an issuer',
    withSection('identities:\n  - name: ci\n    identity: ci@example.com\n    scopes: ["**"]'),
    3,
    /has no "issuer"/,
    /issuer-pattern/,
  ],
  [
    'an identity and a pattern',
    withSection(`${IDENTITY}\n    identity-pattern: '*@example.com'`),
    7,
    /given beside "identity"/,
    /one of the two/,
  ],
  [
    'an unknown claim',
    withSection(`${IDENTITY}\n    claims:\n      repository: acme/app`),
    8,
    /unknown key "repository"/,
    /source-repository-uri/,
  ],
  [
    'an attestation without a type',
    withSection('attestations:\n  - scopes: ["**"]'),
    3,
    /has no "type"/,
    /"vuln"/,
  ],
  [
    'a condition without a sign',
    withSection(
      'attestations:\n  - scopes: ["**"]\n    type: vuln\n    conditions:\n      - path: a\n        value: b',
    ),
    6,
    /has no "sign"/,
    /"path", "sign" and "value"/,
  ],
  [
    'an unknown sign',
    withSection(
      'attestations:\n  - scopes: ["**"]\n    type: vuln\n    conditions:\n      - {path: a, sign: "==", value: b}',
    ),
    6,
    /"==" is not known/,
    /Possible: =, !=/,
  ],
  [
    'a commit signer without keys',
    withSection('commits:\n  signers:\n    - name: Ada\n      emails: [ada@example.com]'),
    4,
    /neither "keys" nor "identities"/,
    /at least one/,
  ],
  [
    'a short commit',
    withSection(
      'commits:\n  starting-points:\n    - {commit: 0123abc, reason: x, expires: 2027-01-01}',
    ),
    4,
    /not a full commit id/,
    /git rev-parse/,
  ],
  [
    'a starting point for ever',
    withSection(
      'commits:\n  starting-points:\n    - {commit: 0123456789abcdef0123456789abcdef01234567, reason: x}',
    ),
    4,
    /has no "expires"/,
    /"expires"/,
  ],
  [
    'another word for expired keys',
    withSection('commits:\n  expired-key: allow'),
    3,
    /"allow" is not known/,
    /allow-if-valid-then, deny/,
  ],
  [
    'a check that is neither on nor off',
    withSection('commits:\n  check-author: yes'),
    3,
    /must be true or false/,
    /true or false/,
  ],
  [
    'an unknown trusted root',
    withSection('trusted-roots: [public-godd]'),
    2,
    /"public-godd" is not known/,
    /Did you mean "public-good"/,
  ],
];

/** Files that have the form of the schema, and that the reader refuses. */
const BAD_VALUE: readonly Bad[] = [
  [
    'commits required for a tag',
    withSection('commits:\n  required-for: ["ghcr.io/acme/app:1"]'),
    3,
    /tag/,
    /repositor/,
  ],
  [
    'a short name',
    withSection('registries:\n  allowed: [library/node]'),
    3,
    /"library\/node" begins with no host/,
    /Write the host/,
  ],
  [
    'a name alone',
    withSection('registries:\n  allowed:\n    - node'),
    4,
    /"node" begins with no host/,
    /docker.io\/library/,
  ],
  [
    'a scheme',
    withSection('registries:\n  denied: [https://ghcr.io/acme]'),
    3,
    /has a scheme/,
    /Write the host/,
  ],
  [
    'a wildcard in a host',
    withSection('registries:\n  allowed: ["ghcr.*/acme"]'),
    3,
    /begins with no host/,
    /Write the host/,
  ],
  [
    'a wildcard of half a part',
    withSection('registries:\n  allowed: ["ghcr.io/acme**"]'),
    3,
    /the part "acme\*\*"/,
    /Write the host/,
  ],
  [
    'upper case in a repository',
    withSection('registries:\n  allowed: [ghcr.io/Acme/app]'),
    3,
    /the part "Acme"/,
    /Write the host/,
  ],
  [
    'an empty part',
    withSection('registries:\n  allowed: [ghcr.io//app]'),
    3,
    /the part ""/,
    /Write the host/,
  ],
  [
    'a tag in a scope',
    withSection('keys:\n  - name: a\n    file: a.pub\n    scopes: ["ghcr.io/acme/app:1"]'),
    5,
    /names a tag or digest/,
    /Write the host/,
  ],
  [
    'a short digest',
    withSection('base-images:\n  allowed: ["ghcr.io/acme/app@sha256:00"]'),
    3,
    /no digest behind "@"/,
    /Write the host/,
  ],
  [
    'a date that no calendar has',
    withSection(`${KEY}\n    valid-until: 2026-02-30`),
    6,
    /"2026-02-30" is not a date/,
    /2026-01-31/,
  ],
  [
    'a date in words',
    withSection(`${KEY}\n    valid-from: tomorrow`),
    6,
    /"tomorrow" is not a date/,
    /2026-01-31/,
  ],
  [
    'an end before the start',
    withSection(`${KEY}\n    valid-from: 2026-02-01\n    valid-until: 2026-01-01`),
    7,
    /is not after "valid-from"/,
    /Exchange the two/,
  ],
  [
    'two keys of one name',
    withSection(`${KEY}\n${KEY.replace('keys:\n', '')}`),
    6,
    /is the name of another entry \(assay.trust.yaml:3\)/,
    /name of its own/,
  ],
  [
    'a key and an identity of one name',
    withSection(`${KEY}\n${IDENTITY.replace('name: ci', 'name: a')}`),
    7,
    /is the name of another entry/,
    /name of its own/,
  ],
  [
    'a key as the identity of a committer',
    withSection(
      `${KEY}\n${IDENTITY}\ncommits:\n  signers:\n    - {name: A, emails: [a@b.c], identities: [ci, a]}`,
    ),
    13,
    /"a" is a key, and no identity/,
    /under "keys" of the signer/,
  ],
  [
    'an identity of a committer that is not there',
    withSection(
      `${IDENTITY}\ncommits:\n  signers:\n    - {name: A, emails: [a@b.c], identities: [cj]}`,
    ),
    9,
    /"cj" is neither a key nor an identity/,
    /Did you mean "ci"/,
  ],
  [
    'an identity without scopes that signs no commits',
    withSection(
      `${IDENTITY.replace('[ghcr.io/acme/**]', '[]')}\ncommits:\n  signers:\n    - {name: A, emails: [a@b.c], keys: [x]}`,
    ),
    3,
    /has empty "scopes", and no signer of "commits" names it/,
    /Name the repositories/,
  ],
  [
    'a key without scopes',
    withSection(KEY.replace('[ghcr.io/acme/**]', '[]')),
    5,
    /is an empty list/,
    /Name at least one/,
  ],
  [
    'an unknown signer',
    withSection(`${KEY}\nsignatures:\n  - scopes: ["**"]\n    signers: [b]`),
    8,
    /"b" is neither a key nor an identity/,
    /Did you mean "a"/,
  ],
  [
    'a signer named twice',
    withSection(`${KEY}\nsignatures:\n  - scopes: ["**"]\n    signers: [a, a]`),
    8,
    /"a" is named twice/,
    /counts once/,
  ],
  [
    'a threshold beyond the signers',
    withSection(`${KEY}\nsignatures:\n  - scopes: ["**"]\n    threshold: 2\n    signers: [a]`),
    8,
    /"2" is more than the 1 signers/,
    /lower it/,
  ],
  [
    'a threshold without signers',
    withSection('signatures:\n  - scopes: ["**"]'),
    3,
    /more than the 0 keys/,
    /name more signers/,
  ],
  [
    'a private key',
    withSection(
      'keys:\n  - name: a\n    key: |\n      -----BEGIN PRIVATE KEY-----\n    scopes: ["**"]',
    ),
    3,
    /holds a private key/,
    /make a new key/,
  ],
  [
    'a pattern as an identity',
    withSection(IDENTITY.replace('ci@example.com', "'*@example.com'")),
    4,
    /has a "\*"/,
    /identity-pattern/,
  ],
  [
    'an identity of anybody',
    withSection(IDENTITY.replace('identity: ci@example.com', "identity-pattern: '*'")),
    4,
    /"\*" matches too much/,
    /Write the beginning out/,
  ],
  [
    'an identity of anybody at a forge',
    withSection(
      IDENTITY.replace('identity: ci@example.com', 'identity-pattern: https://github.com/*/app/**'),
    ),
    4,
    /matches too much/,
    /github.com\/acme/,
  ],
  ...[
    'https://github.com/*/app/.github/workflows/release.yml@refs/heads/main',
    'https://*/acme/release.yml@refs/heads/main',
    'https://git*/acme/x@main',
    'spiffe://*/ns/prod@x',
    'https://github.com/acme*/app/x@main',
  ].map((pattern): [string, string, number, RegExp, RegExp] => [
    `an identity of anybody that ends like an address: ${pattern}`,
    withSection(IDENTITY.replace('identity: ci@example.com', `identity-pattern: ${pattern}`)),
    4,
    /matches too much/,
    /github.com\/acme/,
  ]),
  [
    'an identity of any domain',
    withSection(IDENTITY.replace('identity: ci@example.com', "identity-pattern: 'ci@*'")),
    4,
    /matches too much/,
    /\*@example.com/,
  ],
  [
    'a pattern of an identity that takes long to check',
    withSection(
      IDENTITY.replace('identity: ci@example.com', `identity-pattern: ${'a'.repeat(200_000)}`),
    ),
    4,
    /is too long for a pattern/,
    /at most 2048/,
  ],
  [
    'an issuer of any host',
    withSection(IDENTITY.replace('issuer: https://issuer', 'issuer-pattern: https://*')),
    5,
    /matches too much/,
    /host of the issuer/,
  ],
  [
    'a source over http',
    withSection('packages:\n  npm:\n    sources: [http://registry.npm.example/]'),
    4,
    /scheme "http", which protects nothing/,
    /Write https/,
  ],
  [
    'a source with a password',
    withSection('packages:\n  npm:\n    sources: ["https://me:secret@npm.example.com/"]'),
    4,
    /has a user or a secret/,
    /Take it out/,
  ],
  [
    'a source with a query',
    withSection('packages:\n  npm:\n    sources: ["https://npm.example.com/?a=b"]'),
    4,
    /no beginning of an address/,
    /Leave out/,
  ],
  [
    'a source that is no address',
    withSection('packages:\n  npm:\n    sources: [npmjs]'),
    4,
    /"npmjs" is not an address/,
    /https:\/\//,
  ],
  [
    'names that own everything',
    withSection(
      "packages:\n  npm:\n    owned:\n      - {names: ['*'], sources: [https://npm.example.com/]}",
    ),
    5,
    /owns every package/,
    /scope or a prefix/,
  ],
  [
    'an unknown type of attestation',
    withSection('attestations:\n  - scopes: ["**"]\n    type: vulm'),
    4,
    /"vulm" is not a type/,
    /Did you mean "vuln"/,
  ],
  [
    'an age without a unit',
    withSection('attestations:\n  - scopes: ["**"]\n    type: vuln\n    max-age: 7'),
    5,
    /"7" is not a duration/,
    /7d/,
  ],
  [
    'a comparison of words',
    withSection(
      'attestations:\n  - scopes: ["**"]\n    type: vuln\n    conditions:\n      - {path: a, sign: "<", value: few}',
    ),
    6,
    /neither a number nor a date/,
    /2026-01-31/,
  ],
  [
    'a path with an empty name',
    withSection(
      'attestations:\n  - scopes: ["**"]\n    type: vuln\n    conditions:\n      - {path: a..b, sign: "=", value: x}',
    ),
    6,
    /is not a path/,
    /scanner.uri/,
  ],
  [
    'an address without a domain',
    withSection('commits:\n  signers:\n    - {name: Ada, emails: [ada], keys: [x]}'),
    4,
    /"ada" is not an address/,
    /\*@example.com/,
  ],
  [
    'everybody as a committer',
    withSection('commits:\n  signers:\n    - {name: Ada, emails: ["*@*"], keys: [x]}'),
    4,
    /is not an address/,
    /\*@example.com/,
  ],
  [
    'a private key of a committer',
    withSection(
      'commits:\n  signers:\n    - name: Ada\n      emails: [ada@example.com]\n      keys:\n        - "-----BEGIN OPENSSH PRIVATE KEY-----"',
    ),
    7,
    /is a private key/,
    /make a new key/,
  ],
  [
    'two committers of one name',
    withSection(
      'commits:\n  signers:\n    - {name: Ada, emails: [a@example.com], keys: [x]}\n    - {name: Ada, emails: [b@example.com], keys: [y]}',
    ),
    5,
    /"Ada" of another entry/,
    /name of its own/,
  ],
];

/** Files that are not the YAML that all readers understand alike. */
const BAD_YAML: readonly Bad[] = [
  ['nothing', '', 1, /the file is empty/, /version: 1/],
  ['a key twice', 'version: 1\nkeys: []\nkeys: []\n', 3, /keys/, /each key once/],
  ['a broken line', 'version: 1\nkeys: [\n', 3, /invalid YAML/, /one document of YAML/],
  ['two documents', 'version: 1\n---\nversion: 1\n', 3, /a second document/, /one document/],
  [
    'an alias',
    'version: 1\nregistries:\n  allowed: &a [ghcr.io]\nbase-images:\n  allowed: *a\n',
    5,
    /is an alias/,
    /Write the value out/,
  ],
  ...['*.example.com', '**', '*.io:5000/app'].map((text): Bad => [
    `a pattern without quotes: ${text}`,
    `version: 1\nregistries:\n  allowed:\n    - ${text}\n`,
    4,
    /there is no anchor/,
    /begins with \* needs quotes/,
  ]),
  ['a tag', 'version: !!int 1\n', 1, /has the tag "!!int"/, /without a tag/],
  ['tabs', 'version: 1\nkeys:\n\t- name: a\n', 3, /invalid YAML/, /one document of YAML/],
  [
    'a list as a text',
    withSection(KEY.replace('name: a', 'name: [a]')),
    3,
    /must be one text/,
    /KEY: VALUE/,
  ],
  [
    'a value that is null',
    withSection(KEY.replace('name: a', 'name: ~')),
    3,
    /has no value/,
    /take the key out/,
  ],
];

const ALL_BAD = [...BAD_FORM, ...BAD_VALUE, ...BAD_YAML].map(
  ([what, text, line, problem, hint]) => ({ what, text, line, problem, hint }),
);

describe('a bad trust file is refused with its line, its value and a way out', () => {
  it.each(ALL_BAD)('$what', ({ text, line, problem, hint }) => {
    let caught: unknown;
    try {
      read(text);
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringMatching(problem) as string,
      hint: expect.stringMatching(hint) as string,
    });
    expect((caught as Error).message).toMatch(new RegExp(`^assay\\.trust\\.yaml:${line}: `, 'u'));
  });

  it.each(BAD_FORM)('the schema refuses it as well: %s', (_, text) => {
    expect(isValid(load(text))).toBe(false);
  });

  it('bytes that are not UTF-8, and a file of many megabytes', () => {
    const bytes = Buffer.concat([Buffer.from('version: 1\n# '), Buffer.from([0xff, 0xfe, 0x0a])]);
    expect(() => readTrustFile('t.yaml', bytes)).toThrow(/^t\.yaml:2: the file is not UTF-8/u);
    const large = Buffer.from(`version: 1\n# ${'x'.repeat(5_000_000)}\n`);
    expect(() => readTrustFile('t.yaml', large)).toThrow(/more than 4,194,304/u);
  });
});

describe('a private key in the trust file', () => {
  const SECRET = 'MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYH';
  const pem = `-----BEGIN PRIVATE KEY----- ${SECRET} -----END PRIVATE KEY-----`;
  const signer = (rest: string): string =>
    `version: 1\ncommits:\n  signers:\n    - {name: ada, emails: [ada@example.com], ${rest}}\n`;

  it.each([
    ['of a signer of commits', signer(`keys: ["${pem}"]`)],
    ['in the name of a file', signer(`keys: [{file: "${pem}\\n"}]`)],
    ['as a name', `version: 1\nkeys:\n  - {name: "${pem}", file: a.pub, scopes: ["**"]}\n`],
    ['as a scope', `version: 1\nkeys:\n  - {name: a, file: a.pub, scopes: ["${pem}"]}\n`],
    ['as an identity', `version: 1\nidentities:\n  - {name: a, identity-pattern: "${pem}"}\n`],
    ['as an unknown key', `version: 1\n"${pem}": a\n`],
    [
      'of minisign',
      signer(`emails: ["untrusted comment: minisign encrypted secret key ${SECRET}"]`).replace(
        'emails: [ada@example.com], ',
        '',
      ),
    ],
  ])('is not repeated: %s', (_, text) => {
    let message = '';
    try {
      readTrustFile('assay.trust.yaml', Buffer.from(text));
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('assay.trust.yaml:');
    expect(message).not.toContain(SECRET.slice(0, 8));
  });
});
