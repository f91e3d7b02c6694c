import { beforeAll, describe, expect, it } from 'vitest';

import { readTrustFile } from '../../../trust/trust-file/read-trust-file.ts';
import { sources } from './sources.ts';

const PATHS = [
  '/package-lock.json',
  '/requirements.txt',
  '/Cargo.toml',
  '/Gemfile',
  '/pom.xml',
  '/go.mod',
  '/app.csproj',
  '/.github/workflows/a.yml',
  '/Dockerfile',
];
beforeAll(async () => {
  for (const path of PATHS) await sources.prepare?.(path);
});

const LOCK = `{
  "lockfileVersion": 3,
  "packages": {
    "node_modules/lodahs": { "version": "1.0.0", "resolved": "https://r.example/lodahs/-/lodahs-1.0.0.tgz", "integrity": "sha512-AAAA" },
    "node_modules/a/node_modules/lodahs": { "version": "1.0.1", "resolved": "https://r.example/lodahs/-/lodahs-1.0.1.tgz", "integrity": "sha512-AAAB" },
    "node_modules/lodash": { "version": "4.17.21", "resolved": "https://r.example/lodash/-/lodash-4.17.21.tgz", "integrity": "sha512-AAAC" },
    "node_modules/exprees": { "resolved": "packages/exprees", "link": true }
  }
}
`;

function found(path: string, text: string, others: Readonly<Record<string, string>> = {}) {
  const trust = readTrustFile(
    'assay.trust.yaml',
    Buffer.from(
      "version: 1\npackages: { npm: { owned: [{ names: ['expresss'], sources: ['https://r.example/'] }] } }\n",
    ),
  );
  const read = (other: string): Buffer | undefined => {
    const content = others[other];
    return content === undefined ? undefined : Buffer.from(content);
  };
  const settings = { origin: { trust, read } };
  return sources
    .detect({ path, bytes: Buffer.from(text), settings })
    .filter(({ rule }) => rule === 'origin/imitated-name')
    .map(
      ({ message, location }) => `${location.line ?? 0} ${message.replace(/\. Its age.*/u, '')}`,
    );
}

describe('a name that imitates another is found', () => {
  it.each([
    [
      'once in a lockfile, with its line',
      '/package-lock.json',
      LOCK,
      ['4 "lodahs" is nearly "lodash", a well-known package of Node.js (swapped letters)'],
    ],
    [
      'in requirements',
      '/requirements.txt',
      'requests==2\nreqeusts==2\n',
      ['2 "reqeusts" is nearly "requests", a well-known package of Python (swapped letters)'],
    ],
    [
      'that is famous elsewhere',
      '/requirements.txt',
      'lodash==4\n',
      [
        '1 "lodash" is the name of a well-known package of Node.js, and it comes from the registry of Python',
      ],
    ],
    [
      'in a manifest of Rust',
      '/Cargo.toml',
      '[dependencies]\nserde = "1"\nserd_json = "1"\n',
      ['3 "serd_json" is nearly "serde-json", a well-known package of Rust (missing letter)'],
    ],
    [
      'in a module',
      '/go.mod',
      'module a\n\nrequire github.com/siruspen/logrus v1.9.0\n',
      [
        '3 "github.com/siruspen/logrus" is nearly "github.com/sirupsen/logrus", a well-known package of Go (swapped letters)',
      ],
    ],
    [
      'in a workflow',
      '/.github/workflows/a.yml',
      'on: push\njobs:\n  a:\n    steps:\n      - uses: action/checkout@v4\n      - uses: actions/checkout@v4\n',
      [
        '5 "action/checkout" is nearly "actions/checkout", a well-known package of GitHub Actions (missing letter)',
      ],
    ],
    [
      'in a Dockerfile',
      '/Dockerfile',
      'FROM ngnix:1.27\n',
      [
        '1 "docker.io/library/ngnix" is nearly "docker.io/library/nginx", a well-known image (swapped letters)',
      ],
    ],
  ])('%s', (_, path, text, expected) => {
    expect(found(path, text)).toEqual(expected);
  });

  it('in the lockfile alone, where there is one', () => {
    const manifest = '{"dependencies":{"lodahs":"1"}}';
    expect(found('/package.json', manifest)).toHaveLength(1);
    expect(found('/package.json', manifest, { '/package-lock.json': LOCK })).toEqual([]);
  });

  it('unless the trust file says that the organization owns it', () => {
    expect(found('/package.json', '{"dependencies":{"expresss":"1"}}')).toEqual([]);
  });
});
