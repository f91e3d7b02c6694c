import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { readConfig } from './read-config.ts';
import type { RegistrySection } from './registry-section.ts';

let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string): Promise<RegistrySection | undefined> {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-section-'));
  writeFileSync(path.join(folder, 'assay.yaml'), text);
  const source = { path: 'assay.yaml', kind: 'assay.yaml', flags: [], isNamed: true } as const;
  return (await readConfig(folder, source)).registry;
}

describe('the section registry', () => {
  it('takes names and patterns of npm', async () => {
    const names = ['left', '@acme/*', '@*/*', '**', "legacy~'!()name", 'JSONStream', '*/x'];
    const { privateNames } = (await read(JSON.stringify({ registry: { private: names } }))) ?? {};
    expect(privateNames).toEqual(names);
  });

  it('reads the example of the page', async () => {
    const page = readFileSync(new URL('../../../docs/registry-policy.md', import.meta.url), 'utf8');
    const section = await read(
      /^```yaml\n(?<yaml>[^]*?)^```$/mu.exec(page)?.groups?.['yaml'] ?? '',
    );
    expect(section?.policy?.rules).toMatchObject([
      { kind: 'malicious', action: 'hide' },
      { kind: 'signature', action: 'hide' },
      { kind: 'attestation', action: 'hide' },
      { kind: 'vulnerabilities', conditions: [{ text: 'critical' }, { text: 'high+fixable' }] },
      { kind: 'min-age', minAgeMs: 3 * 86_400_000 },
      { kind: 'install-scripts', action: 'refuse' },
      { kind: 'deprecated', action: 'warn' },
      { kind: 'denied-licenses', licenses: ['AGPL-*', 'SSPL-1.0'] },
      { kind: 'unsigned', action: 'warn' },
      { kind: 'lost-provenance', action: 'hide' },
      { kind: 'changed-maintainers', minAgeMs: 14 * 86_400_000 },
      { kind: 'similar-name', action: 'hide' },
    ]);
    expect(section?.policy?.allow).toMatchObject([
      { package: 'esbuild', lifts: ['install-scripts'], expiresAt: Date.parse('2027-02-01') },
    ]);
    expect(section?.policy?.block).toMatchObject([{ package: 'left-*' }]);
  });

  it('has no policy if there are no rules and no lists', async () => {
    expect(await read('registry: {listen: 127.0.0.1:1, fresh: 5m}')).toEqual({
      listen: '127.0.0.1:1',
      freshMs: 300_000,
    });
  });

  it('reads the certificate and the limits', async () => {
    const limits = '{connections: 10, requests-per-minute: 100, idle: 1m, shutdown: 3s}';
    expect(await read(`registry: {tls: {cert: a.crt, key: a.key}, limits: ${limits}}`)).toEqual({
      tls: { cert: 'a.crt', key: 'a.key' },
      limits: { maxConnections: 10, requestsPerMinute: 100, idleMs: 60_000, shutdownMs: 3000 },
    });
  });

  it('reads what is about Python, with normalized names', async () => {
    const pypi = '{uplinks: [https://pypi.example.com/], private: ["ACME_*"]}';
    const block = '[{package: Left.Pad, ecosystem: pypi, versions: ">=1,<2", reason: x, owner: y}]';
    expect(
      await read(`registry: {ecosystems: [pypi], pypi: ${pypi}, block: ${block}}`),
    ).toMatchObject({
      ecosystems: ['pypi'],
      pypi: { uplinks: ['https://pypi.example.com/'], privateNames: ['acme-*'] },
      policy: { block: [{ package: 'left-pad', ecosystem: 'pypi', versions: '>=1,<2' }] },
    });
  });

  it('reads roles of tokens, what they may publish, and the bound of requests', async () => {
    const token = `{name: ci, sha256: ${'a'.repeat(64)}, role: publish, packages: ["@acme/*"]}`;
    expect(await read(`registry: {max-publish: 5MB, tokens: [${token}]}`)).toEqual({
      maxPublishBytes: 5_000_000,
      tokens: [{ name: 'ci', sha256: 'a'.repeat(64), role: 'publish', packages: ['@acme/*'] }],
    });
  });

  it.each<readonly [string, string]>([
    ['tls: {cert: a.crt}', 'has no "key"'],
    ['tls: {cert: a.crt, key: b.key, ca: x}', 'has an unknown key'],
    ['limits: {conections: 5}', 'has an unknown key'],
    ['limits: {__proto__: 5}', 'has an unknown key'],
    ['limits: {connections: 0}', 'cannot be "0"'],
    ['limits: {idle: 0s}', 'is no usable time'],
    ['limits: {idle: 2d}', 'is no usable time'],
    ['limits: {idle: 10}', 'cannot be "10"'],
    ['ecosystems: [cargo]', 'is no ecosystem of the registry'],
    ['rules: [{denied-licenses: []}]', 'has no license'],
    ['rules: [{denied-licenses: [MIT OR ISC]}]', 'is no single license'],
    ['rules: [{allowed-licenses: [""]}]', 'is no single license'],
    ['rules: [{changed-maintainers: true}]', 'changed-maintainers'],
    ['rules: [{similar-name: false}]', 'must be true'],
    ['pypi: {uplink: [x]}', 'has an unknown key'],
    ['max-publish: 1GB', 'max-publish'],
    [`tokens: [{name: a, sha256: ${'a'.repeat(64)}, packages: [x]}]`, 'the role read'],
    [
      'block: [{package: left, versions: ">=1,<2", reason: x, owner: y}]',
      'no version and no range',
    ],
    [
      'block: [{package: left, ecosystem: pypi, versions: ^1.0, reason: x, owner: y}]',
      'no version and no range',
    ],
    ['rules: [{min-age: soon}]', 'cannot be "soon"'],
    ['rules: [{malicious: true, deprecated: true}]', 'one rule in each item'],
    ['rules: [{action: hide}]', 'one rule in each item'],
    ['rules: [{deprecated: false}]', 'must be true'],
    ['rules: [{deprecated: true, acton: hide}]', 'has an unknown key'],
    ['rules: [{deprecated: true, action: drop}]', 'is not an action: "drop"'],
    ['rules: [{vulnerabilities: hihg}]', '"hihg" is not a condition'],
    ['rules: [{vulnerabilities: high+new}]', 'no version in a registry can meet ("high+new")'],
    ['rules: [{vulnerabilities: path=/app/**}]', 'no version in a registry can meet'],
    ['block: [{package: left, reason: x}]', 'without "owner"'],
    ['block: [{package: left, reason: x, owner: y, rules: [malicious]}]', 'has an unknown key'],
    [
      'block: [{package: left, versions: ">>1", reason: x, owner: y}]',
      'is no version and no range',
    ],
    [
      'allow: [{package: left, reason: x, owner: y, rules: [malicous]}]',
      'neither a rule nor the id',
    ],
    [
      'allow: [{package: left, reason: x, owner: y, expires: 2026-02-30}]',
      'cannot be "2026-02-30"',
    ],
    ['tokens: [{name: ci, sha256: my-secret}]', 'is no SHA-256'],
    [
      `tokens: [{name: ci, sha256: ${createHash('sha256').digest('hex')}}]`,
      'is that of an empty text',
    ],
    ["private: ['@acme']", 'is a scope and no name of a package: "@acme"'],
    ['private: [acme/left]', 'can be the name of no package: "acme/left"'],
    ["private: ['']", 'can be the name of no package'],
    ["pypi: {private: ['@acme/x']}", 'can be the name of no package'],
    [
      'block: [{package: left@1.0.0, reason: x, owner: y}]',
      'can be the name of no package: "left@1.0.0"',
    ],
    ["block: [{package: 'left-?', reason: x, owner: y}]", 'can be the name of no package'],
    ["block: [{package: 'left-{a,b}', reason: x, owner: y}]", 'can be the name of no package'],
  ])('refuses %s', async (text, message) => {
    const error = await read(`registry:\n  ${text}\n`).then(String, String);
    expect(error).toContain(message);
    expect(error).toContain('assay.yaml:2');
    expect(error).not.toContain('my-secret');
  });
});
