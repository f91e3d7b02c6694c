import { describe, expect, it } from 'vitest';

import { sources } from '../../../rules/detect/origin/sources.ts';
import type { SourceUse } from '../../../rules/detect/origin/use.ts';
import { readTrustFile } from '../../../trust/trust-file/read-trust-file.ts';
import { initialTrustFile } from './init-trust-file.ts';

const SHA256 = 'ab'.repeat(32);
const COMMIT = 'c0ffee'.repeat(7).slice(0, 40);

const FILES: readonly (readonly [path: string, text: string])[] = [
  [
    '/package-lock.json',
    `{"lockfileVersion":3,"packages":{"node_modules/@a/b":{"version":"1.0.0","resolved":"https://npm.example/npm/@a%2fb/-/b-1.0.0.tgz","integrity":"sha512-AAAA"},"node_modules/c":{"version":"1.0.0","resolved":"git+ssh://git@git.example/c/c.git#${COMMIT}"}}}`,
  ],
  [
    '/uv.lock',
    `version = 1\n[[package]]\nname = "left"\nversion = "1.0"\nsource = { registry = "https://py.example/simple" }\nsdist = { url = "https://files.example/packages/aa/bb/left-1.0.tar.gz", hash = "sha256:${SHA256}" }\n`,
  ],
  ['/Gemfile.lock', 'GEM\n  remote: https://gems.example/\n  specs:\n    left (1.0)\n'],
  [
    '/Cargo.lock',
    `[[package]]\nname = "left"\nversion = "1.0.0"\nsource = "registry+https://cargo.example/index"\nchecksum = "${SHA256}"\n`,
  ],
  [
    '/composer.lock',
    `{"packages":[{"name":"a/b","version":"1.0.0","dist":{"type":"zip","url":"https://php.example/a/b/${COMMIT}.zip","reference":"${COMMIT}"}}]}`,
  ],
  [
    '/pom.xml',
    '<project><repositories><repository><url>https://maven.example/m2</url></repository></repositories></project>',
  ],
  ['/Dockerfile', 'FROM images.example/debian:13\n'],
  ['/.github/workflows/a.yml', 'jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n'],
];

function usesOf(path: string, text: string): readonly SourceUse[] {
  const found: SourceUse[] = [];
  const collect = (_: string, uses: readonly SourceUse[]): void => {
    found.push(...uses);
  };
  sources.detect({ path, bytes: Buffer.from(text), settings: { origin: { collect } } });
  return found;
}

describe('a trust file of what is in use', () => {
  const text = initialTrustFile(FILES.flatMap(([path, body]) => usesOf(path, body)));
  const trust = readTrustFile('assay.trust.yaml', Buffer.from(text));
  const judged = (path: string, body: string): readonly unknown[] => {
    const notes: unknown[] = [];
    const file = { path, bytes: Buffer.from(body), settings: { origin: { trust } } };
    return [...sources.detect(file, (note) => notes.push(note)), ...notes];
  };

  it.each(FILES)('accepts what is in %s', (path, body) => {
    expect(judged(path, body)).toEqual([]);
  });

  it.each(FILES)('refuses another host in %s', (path, body) => {
    const changed = body
      .replaceAll(/\b(?:npm|git|py|files|gems|cargo|php|maven|images)\.example\b/gu, 'evil.example')
      .replace('actions/', 'evil/');
    expect(changed).not.toBe(body);
    expect(judged(path, changed).length).toBeGreaterThan(0);
  });

  it('leaves out what cannot be allowed, as a comment that nothing breaks out of', () => {
    const address = 'http://evil.example/"\n  x: y';
    const use = {
      kind: 'index',
      ecosystem: 'npm',
      address,
      line: 1,
      role: 'default',
      key: 'registry',
    } as const;
    const written = initialTrustFile([use]);
    expect(written).toContain(String.raw`# cannot be allowed: "http://evil.example/\"\n  x: y"`);
    expect(readTrustFile('x', Buffer.from(written)).packages.get('npm')?.sources).toEqual([]);
  });
});
