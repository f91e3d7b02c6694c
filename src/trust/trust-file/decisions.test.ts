import { describe, expect, it } from 'vitest';

import { startCpuClock } from '../../../test/support/cpu-time.ts';
import {
  attestationRules,
  imageRefusal,
  meetsTextRule,
  packageRefusal,
  signatureRules,
  signersFor,
  validityProblem,
} from './decisions.ts';
import { readTrustFile } from './read-trust-file.ts';
import {
  parseImagePattern,
  parseRepositoryPattern,
  matchesImage,
  matchesRepository,
  type NamedImage,
} from './repository-pattern.ts';
import type { TrustFile } from './trust-file.ts';

function trustOf(text: string): TrustFile {
  return readTrustFile('t.yaml', Buffer.from(`version: 1\n${text}`));
}

function image(text: string): NamedImage {
  const [, domain = '', path = '', tag, digest] =
    /^(?<domain>[^/]+)\/(?<path>[^:@]+)(?::(?<tag>[^@]+))?(?:@(?<digest>.+))?$/u.exec(text) ?? [];
  return { domain, path, ...(tag && { tag }), ...(digest && { digest }) };
}

const DIGEST = `sha256:${'0'.repeat(64)}`;

describe('patterns of repositories', () => {
  it.each([
    ['ghcr.io/acme/app', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app2', false],
    ['ghcr.io/acme/app', 'ghcr.io/acme/app/sub', false],
    ['ghcr.io/acme/*', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/*', 'ghcr.io/acme/app/sub', false],
    ['ghcr.io/acme/**', 'ghcr.io/acme/app/sub', true],
    ['ghcr.io/acme/**', 'ghcr.io/acme', true],
    ['ghcr.io/acme/**', 'ghcr.io/acmecorp/app', false],
    ['ghcr.io/**/app', 'ghcr.io/a/b/app', true],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app-web', true],
    ['ghcr.io/acme/app-*', 'ghcr.io/acme/app', false],
    ['ghcr.io', 'ghcr.io/any/thing', true],
    ['ghcr.io', 'ghcr.io.evil.example/any', false],
    ['*.example.com', 'a.example.com/x', true],
    ['*.example.com', 'a.b.example.com/x', true],
    ['*.example.com', 'example.com/x', false],
    ['*.example.com', 'evilexample.com/x', false],
    ['**', 'anything.example/at/all', true],
    ['docker.io/library/node', 'index.docker.io/library/node', true],
    ['registry-1.docker.io/library/node', 'docker.io/library/node', true],
    ['ghcr.io/acme/app', 'GHCR.io/acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io:443/acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io./acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io:8443/acme/app', false],
    ['localhost:5000/app', 'localhost:5000/app', true],
    ['localhost:5000/app', 'localhost:5001/app', false],
    ['[::1]:5000/app', '[::1]:5000/app', true],
    ['localhost:5000/app', 'localhost:05000/app', true],
    ['ghcr.io/acme/app', 'ghcr.io:0443/acme/app', true],
    ['ghcr.io:00443/acme/app', 'ghcr.io/acme/app', true],
    ['ghcr.io/acme/app', 'ghcr.io:4430/acme/app', false],
    ['ghcr.io:8443/acme/app', 'ghcr.io:08443/acme/app', true],
    ['[::1]:5000/app', '[0:0:0:0:0:0:0:1]:5000/app', true],
    ['[0::1]/app', '[::1]/app', true],
    ['127.0.0.1:5000/app', '127.1:5000/app', true],
    ['127.0.0.1/app', '127.0.0.1:0443/app', true],
    ['10.0.0.1/app', '10.0.1/app', true],
    ['10.0.0.1/app', '10.0.0.11/app', false],
    ['1.example.com/app', '1.example.com/app', true],
    ['*.0.0.1/app', '127.0.0.1/app', true],
    ['999.999.999.999/app', '999.999.999.999/app', true],
  ])('%s holds %s: %s', (text, name, expected) => {
    const pattern = parseRepositoryPattern(text);
    if (typeof pattern === 'string') throw new Error(pattern);
    const slash = name.indexOf('/');
    const repository = { domain: name.slice(0, slash), path: name.slice(slash + 1) };
    expect(matchesRepository(pattern, repository)).toBe(expected);
  });

  it.each([
    ['docker.io/library/debian:12*', 'docker.io/library/debian:12-slim', true],
    ['docker.io/library/debian:12*', 'docker.io/library/debian:13', false],
    ['docker.io/library/debian:latest', 'docker.io/library/debian', true],
    ['docker.io/library/debian:latest', `docker.io/library/debian@${DIGEST}`, false],
    ['docker.io/library/debian:12*', `docker.io/library/debian:12@${DIGEST}`, true],
    [`docker.io/library/debian@${DIGEST}`, `docker.io/library/debian:12@${DIGEST}`, true],
    [`docker.io/library/debian@${DIGEST}`, 'docker.io/library/debian:12', false],
    ['docker.io/library/*', 'docker.io/library/debian:12', true],
  ])('of images: %s holds %s: %s', (text, name, expected) => {
    const pattern = parseImagePattern(text);
    if (typeof pattern === 'string') throw new Error(pattern);
    expect(matchesImage(pattern, image(name))).toBe(expected);
  });

  it('take time as the product of both lengths', () => {
    const pattern = parseRepositoryPattern(`ghcr.io/${'**/a*a*a/'.repeat(40)}b`);
    if (typeof pattern === 'string') throw new Error(pattern);
    const cpuMs = startCpuClock();
    expect(matchesRepository(pattern, { domain: 'ghcr.io', path: 'aaa/'.repeat(60) })).toBe(false);
    expect(parseRepositoryPattern(`ghcr.io/${'a'.repeat(50_000)}!`)).toMatch(/no repository has/u);
    expect(cpuMs()).toBeLessThan(500);
  });
});

describe('whether an image is allowed', () => {
  const rules = trustOf(
    [
      'registries:',
      '  allowed: [ghcr.io/acme/**, docker.io/library/*]',
      '  denied:',
      '    - ghcr.io/acme/attic/**',
      '    - {pattern: docker.io/library/node, reason: use ghcr.io/acme/node}',
      '    - evil.example.com',
    ].join('\n'),
  ).registries;

  it.each([
    ['ghcr.io/acme/app:1', undefined],
    ['docker.io/library/debian:12', undefined],
    ['ghcr.io/acme/attic/app', 'is denied by "ghcr.io/acme/attic/**" (t.yaml:5)'],
    [
      'docker.io/library/node:22',
      'is denied by "docker.io/library/node" (t.yaml:6): use ghcr.io/acme/node',
    ],
    [
      'registry-1.docker.io/library/node:22',
      'is denied by "docker.io/library/node" (t.yaml:6): use ghcr.io/acme/node',
    ],
    [
      'docker.io:443/library/node:22',
      'is denied by "docker.io/library/node" (t.yaml:6): use ghcr.io/acme/node',
    ],
    ['evil.example.com:8443/x', 'is denied by "evil.example.com" (t.yaml:7)'],
    [
      'quay.io/acme/app',
      'is not one of those that are allowed (ghcr.io/acme/**, docker.io/library/*)',
    ],
    [
      'docker.io/acme/app',
      'is not one of those that are allowed (ghcr.io/acme/**, docker.io/library/*)',
    ],
  ])('%s: %s', (name, reason) => {
    expect(imageRefusal(rules, image(name))?.reason).toBe(reason);
  });

  it('by rules that only deny, and by none', () => {
    const denying = trustOf('registries:\n  denied: [docker.io]').registries;
    expect(imageRefusal(denying, image('quay.io/a/b'))).toBeUndefined();
    expect(imageRefusal(denying, image('docker.io/a/b'))?.reason).toContain('is denied');
    expect(imageRefusal(undefined, image('docker.io/a/b'))).toBeUndefined();
    const nothing = trustOf('registries:\n  allowed: []').registries;
    expect(imageRefusal(nothing, image('docker.io/a/b'))?.reason).toContain('none is');
  });
});

describe('whether a package may come from an address', () => {
  const trust = trustOf(
    [
      'packages:',
      '  npm:',
      '    sources: [https://registry.npm.example/, https://npm.example.com/team, git+ssh://git@github.com/acme/]',
      '    owned:',
      "      - {names: ['@acme/*', acme-*], sources: [https://npm.example.com/team/]}",
    ].join('\n'),
  );

  it.each([
    ['lodash', 'https://registry.npm.example/lodash/-/lodash-4.17.21.tgz', true],
    ['lodash', 'https://registry.npm.example', true],
    ['lodash', 'https://REGISTRY.npm.example:443/lodash', true],
    ['lodash', 'http://registry.npm.example/lodash', false],
    ['lodash', 'https://registry.npm.example.evil.example/lodash', false],
    ['lodash', 'https://registry.npm.example:8443/lodash', false],
    ['lodash', 'https://evil.example/https://registry.npm.example/lodash', false],
    ['lodash', 'https://registry.npm.example@evil.example/lodash', false],
    ['lodash', 'https://npm.example.com/team/lodash', true],
    ['lodash', 'https://npm.example.com/teams/lodash', false],
    ['lodash', 'https://npm.example.com/team/../other/lodash', false],
    ['lodash', 'https://npm.example.com/team/%2e%2e/other/lodash', false],
    ['lodash', 'https://npm.example.com/team/..%2fother/lodash', false],
    ['lodash', 'git+ssh://git@github.com/acme/lodash.git', true],
    ['lodash', 'git+ssh://git@github.com/evil/lodash.git', false],
    ['lodash', 'not an address', false],
    ['@acme/ui', 'https://npm.example.com/team/@acme/ui', true],
    ['@acme/ui', 'https://registry.npm.example/@acme/ui', false],
    ['@ACME/ui', 'https://registry.npm.example/@ACME/ui', false],
    ['acme-tools', 'https://registry.npm.example/acme-tools', false],
    ['@acmecorp/ui', 'https://registry.npm.example/@acmecorp/ui', true],
  ])('%s from %s: %s', (name, address, isAllowed) => {
    expect(packageRefusal(trust, { ecosystem: 'npm', name, address }) === undefined).toBe(
      isAllowed,
    );
  });

  it.each([
    ['pypi', 'acme-tools', false],
    ['pypi', 'Acme_Tools', false],
    ['pypi', 'acme.tools', false],
    ['pypi', 'acmetools', true],
    ['cargo', 'acme_tools', false],
    ['npm', 'acme_tools', true],
    ['maven', 'acme-tools', true],
  ] as const)(
    'owned names are found however they are written: %s %s',
    (ecosystem, name, isAllowed) => {
      const owned = '{owned: [{names: [acme-*], sources: [https://own.example.com/]}]}';
      const text = `packages:\n  pypi: ${owned}\n  cargo: ${owned}\n  npm: ${owned}`;
      const address = 'https://public.example.com/x';
      const refusal = packageRefusal(trustOf(text), { ecosystem, name, address });
      expect(refusal === undefined).toBe(isAllowed);
    },
  );
});

describe('signers', () => {
  const trust = trustOf(
    [
      'keys:',
      '  - {name: app, file: a, scopes: [ghcr.io/acme/app]}',
      '  - {name: all, file: b, scopes: ["**"], valid-from: 2026-01-01, valid-until: 2026-02-01}',
      '  - {name: old, file: c, scopes: [ghcr.io/acme/**], revoked: {reason: stolen, at: 2026-01-15}}',
      'signatures:',
      '  - {scopes: [ghcr.io/acme/**], threshold: 2}',
      '  - {scopes: [ghcr.io/acme/app], signers: [app]}',
      'attestations:',
      '  - {scopes: [ghcr.io/acme/app], type: vuln}',
    ].join('\n'),
  );
  const app = { domain: 'ghcr.io', path: 'acme/app' };
  const other = { domain: 'ghcr.io', path: 'acme/other' };

  it('are those whose scopes contain the repository, also the ones that no longer count', () => {
    expect(signersFor(trust.keys, app).map(({ name }) => name)).toEqual(['app', 'all', 'old']);
    expect(signersFor(trust.keys, other).map(({ name }) => name)).toEqual(['all', 'old']);
  });

  it('must meet all rules of their scope', () => {
    expect(signatureRules(trust, app).map(({ threshold }) => threshold)).toEqual([2, 1]);
    expect(signatureRules(trust, other).map(({ threshold }) => threshold)).toEqual([2]);
    expect(attestationRules(trust, app)).toHaveLength(1);
    expect(attestationRules(trust, other)).toEqual([]);
  });

  it.each([
    ['all', '2025-12-31T23:59:59.999Z', 'is valid only from 2026-01-01 on'],
    ['all', '2026-01-01T00:00:00Z', undefined],
    ['all', '2026-01-31T23:59:59.999Z', undefined],
    ['all', '2026-02-01T00:00:00Z', 'expired on 2026-02-01'],
    ['old', '2020-01-01T00:00:00Z', 'was revoked on 2026-01-15: stolen'],
    ['old', '2030-01-01T00:00:00Z', 'was revoked on 2026-01-15: stolen'],
    ['app', '2030-01-01T00:00:00Z', undefined],
  ])('%s at %s: %s', (name, at, problem) => {
    const key = trust.keys.find((one) => one.name === name);
    expect(validityProblem(key ?? {}, Date.parse(at))).toBe(problem);
  });
});

describe('identities', () => {
  const workflow = 'https://github.com/acme/*/.github/workflows/release.yml@refs/tags/*';
  it.each([
    [workflow, 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1', true],
    [workflow, 'https://github.com/evil/app/.github/workflows/release.yml@refs/tags/v1', false],
    [workflow, 'https://github.com/acme/app/.github/workflows/release.yml@refs/heads/main', false],
    [workflow, 'https://github.com/acme/app/.github/workflows/release.yml@refs/tags/v1/x', false],
    // The name of a branch can repeat the rest of the pattern.
    [
      workflow,
      'https://github.com/acme/app/.github/workflows/evil.yml@refs/heads/x/.github/workflows/release.yml@refs/tags/v1',
      false,
    ],
    [
      'https://github.com/acme/**',
      'https://github.com/acme/app/.github/workflows/a.yml@refs/x',
      true,
    ],
    ['https://github.com/acme/**', 'https://github.com/acme-evil/app', false],
    ['*@example.com', 'ada@example.com', true],
    ['*@example.com', 'ada@example.com.evil.example', false],
    ['*@example.com', 'https://evil.example/@example.com', false],
    ['ci-*@example.com', 'ci-7@example.com', true],
  ])('%s holds %s: %s', (pattern, text, expected) => {
    expect(meetsTextRule({ pattern }, text)).toBe(expected);
  });

  it('that are exact are compared as they are', () => {
    expect(meetsTextRule({ exact: 'ada@example.com' }, 'ada@example.com')).toBe(true);
    expect(meetsTextRule({ exact: 'ada@example.com' }, 'Ada@example.com')).toBe(false);
  });
});
