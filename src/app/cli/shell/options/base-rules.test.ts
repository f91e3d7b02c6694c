import { describe, expect, it } from 'vitest';

import { readTrustFile } from '../../../../trust/trust-file/read-trust-file.ts';
import { baseRules } from './base-rules.ts';

const DIGEST = `sha256:${'a'.repeat(64)}` as const;

function rulesOf(section: string): ReturnType<typeof baseRules> {
  const text = `version: 1\nbase-images:\n${section}`;
  const { baseImages } = readTrustFile('assay.trust.yaml', Buffer.from(text));
  if (baseImages === undefined) throw new Error('no rules');
  return baseRules(baseImages);
}

const LISTED = `  allowed:
    - docker.io/library/debian:12
    - docker.io/library/python:3.12*
    - registry.example.com/bases/**
    - ghcr.io/acme/base@${DIGEST}
    - ghcr.io/acme/attic:1
  denied:
    - pattern: registry.example.com/bases/old/**
      reason: no longer maintained
    - ghcr.io/acme/attic
`;

describe('rules on base images', () => {
  it.each<[string, string, typeof DIGEST | undefined, 'accepted' | 'possible' | 'refused']>([
    ['a listed image by its short name', 'debian:12', undefined, 'accepted'],
    ['a listed image by its full name', 'docker.io/library/debian:12', undefined, 'accepted'],
    ['another tag', 'debian:11', undefined, 'refused'],
    ['no tag, which is latest', 'debian', undefined, 'refused'],
    ['a tag of a pattern', 'python:3.12.3-slim', undefined, 'accepted'],
    ['a repository of a pattern', 'registry.example.com/bases/node:20', undefined, 'accepted'],
    [
      'a repository of a pattern with a digest',
      'registry.example.com/bases/node:20',
      DIGEST,
      'accepted',
    ],
    ['a tag that stands beside a digest, as a claim', 'debian:12', DIGEST, 'possible'],
    ['a tag and a digest in one name', `debian:12@${DIGEST}`, undefined, 'possible'],
    ['a listed digest', `ghcr.io/acme/base@${DIGEST}`, undefined, 'accepted'],
    ['a listed digest beside the name', 'ghcr.io/acme/base', DIGEST, 'accepted'],
    ['the repository of a listed digest', 'ghcr.io/acme/base:1', undefined, 'refused'],
    [
      'a denied repository of a pattern',
      'registry.example.com/bases/old/node:20',
      undefined,
      'refused',
    ],
    ['a denied image that is listed', 'ghcr.io/acme/attic:1', undefined, 'refused'],
    [
      'another registry with the same path',
      'evil.example.com/library/debian:12',
      undefined,
      'refused',
    ],
    [
      'a host that only begins alike',
      'registry.example.com.evil.org/bases/x:1',
      undefined,
      'refused',
    ],
    ['a text that is not a name', '../debian:12', undefined, 'possible'],
  ])('%s', (_name, name, digest, expected) => {
    const rules = rulesOf(LISTED);
    const named = { name, ...(digest !== undefined && { digest }) };
    const isRefused = rules.refusal(named) !== undefined;
    expect(rules.accepts(named) ? 'accepted' : isRefused ? 'refused' : 'possible').toBe(expected);
  });

  it('list the images that they name one by one, without denied ones', () => {
    expect(rulesOf(LISTED).images).toEqual([
      'docker.io/library/debian:12',
      `ghcr.io/acme/base@${DIGEST}`,
    ]);
  });

  it('accept nothing by themselves where they only deny', () => {
    const rules = rulesOf('  denied: [docker.io]\n');
    expect(rules.refusal({ name: 'debian:12' })).toContain('is denied by "docker.io"');
    expect(rules.refusal({ name: 'ghcr.io/acme/base:1' })).toBeUndefined();
    expect(rules.accepts({ name: 'ghcr.io/acme/base:1' })).toBe(false);
    expect(rules.images).toEqual([]);
  });

  it('refuse everything where nothing is allowed', () => {
    const rules = rulesOf('  allowed: []\n');
    expect(rules.refusal({ name: 'debian:12' })).toContain('none is');
    expect(rules.images).toEqual([]);
  });

  it('list a bounded number of images', () => {
    const names = Array.from({ length: 100 }, (_, at) => `    - docker.io/library/debian:${at}\n`);
    expect(rulesOf(`  allowed:\n${names.join('')}`).images).toHaveLength(32);
  });
});
