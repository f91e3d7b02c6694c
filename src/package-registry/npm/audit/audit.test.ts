/** `npm audit` in both forms, answered from advisories of a test. */

import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';

import { affects, anAdvisory, below } from '../../../../test/support/model.ts';
import { TEST_TOKENS } from '../../../../test/support/npm-publish.ts';
import {
  startRegistryScene,
  type RegistryScene,
  type SceneAnswer,
} from '../../../../test/support/registry-scene.ts';

let scene: RegistryScene;
afterEach(() => scene[Symbol.asyncDispose]());

const GHSA = 'GHSA-xvch-5gv4-984h';
const VECTOR = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H';
const ADVISORIES = [
  anAdvisory(GHSA, {
    aliases: ['CVE-2021-44906'],
    summary: 'Prototype Pollution in minimist',
    details: 'Long text.',
    cwes: ['CWE-1321'],
    ratings: [{ by: 'ghsa', severity: 'critical', score: 9.8, vector: VECTOR }],
    references: ['https://example.com/a'],
    publishedAt: '2022-03-18T00:01:09Z',
    modifiedAt: '2023-01-01T00:00:00Z',
    affected: [
      affects('minimist', [
        { introduced: '1.0.0', fixed: '1.2.6' },
        { introduced: '0', fixed: '0.2.4' },
      ]),
    ],
  }),
  anAdvisory('GHSA-2222-3333-4444', {
    summary: 'Something smaller',
    ratings: [{ by: 'ghsa', severity: 'medium' }],
    affected: [affects('minimist', [{ introduced: '1.2.0', lastAffected: '1.2.3' }])],
  }),
  anAdvisory('MAL-2026-1', {
    summary: 'Malicious code in evil',
    affected: [affects('evil', [], { versions: ['6.6.6'] })],
  }),
  anAdvisory('GHSA-5555-6666-7777', {
    summary: 'Nobody has rated it',
    affected: [affects('unrated', [{ introduced: '0' }])],
  }),
  anAdvisory('GHSA-8888-9999-cccc', {
    summary: 'Other ecosystem',
    affected: [affects('fine', [below('9.0.0')], { ecosystem: 'pypi' })],
  }),
];

async function start(more: object = {}): Promise<void> {
  scene = await startRegistryScene(undefined, more);
  scene.advisories = ADVISORIES;
  scene.now += 5000;
}

const BULK = '/-/npm/v1/security/advisories/bulk';
const TREE = '/-/npm/v1/security/audits';

function post(
  target: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<SceneAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const sent = headers['content-encoding'] === 'gzip' ? gzipSync(text) : text;
  return scene.get(target, headers, 'POST', sent);
}

describe('advisories in bulk', () => {
  it('have the members that npm documents', async () => {
    await start();
    const body = { minimist: ['1.2.5', '1.2.8'], fine: ['1.0.0'], gone: ['1.0.0'] };
    const answer = await post(BULK, body, { 'content-encoding': 'gzip' });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toEqual({
      minimist: [
        {
          id: expect.any(Number) as number,
          url: `https://github.com/advisories/${GHSA}`,
          title: 'Prototype Pollution in minimist',
          severity: 'critical',
          vulnerable_versions: '>=1.0.0 <1.2.6 || <0.2.4',
          cwe: ['CWE-1321'],
          cvss: { score: 9.8, vectorString: VECTOR },
        },
      ],
    });
    expect(scene.uplink.requests).toEqual([]);
  });

  it('have other levels, malware, and numbers that stay', async () => {
    await start();
    const body = { minimist: ['1.2.3'], evil: ['6.6.6', '1.0.0'], unrated: ['1.0.0-beta.1'] };
    const answer = await post(BULK, body);
    const rows = JSON.parse(answer.body.toString()) as Record<string, Record<string, unknown>[]>;
    expect(rows['evil']).toMatchObject([
      {
        severity: 'critical',
        vulnerable_versions: '6.6.6',
        url: 'https://osv.dev/vulnerability/MAL-2026-1',
        cvss: { score: 0, vectorString: null },
      },
    ]);
    expect(rows['minimist']).toMatchObject([
      { severity: 'critical' },
      { severity: 'moderate', vulnerable_versions: '>=1.2.0 <=1.2.3' },
    ]);
    expect(rows['unrated']).toMatchObject([
      {
        severity: 'high',
        title: 'Nobody has rated it (its severity is not known)',
        vulnerable_versions: '*',
      },
    ]);
    const again = await post(BULK, { minimist: ['1.2.5'] });
    const [first] = (JSON.parse(again.body.toString()) as typeof rows)['minimist'] ?? [];
    expect(first?.['id']).toBe(rows['minimist']?.[0]?.['id']);
  });

  it('are none for a project without dependencies', async () => {
    await start();
    expect((await post(BULK, {})).body.toString().trim()).toBe('{}');
  });

  it('are an error and not none where no data is loaded', async () => {
    await start();
    scene.advisories = [];
    scene.now += 5000;
    const answer = await post(BULK, { minimist: ['1.2.5'] });
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('no advisory data for npm');
  });

  it.each<readonly [string, string, number]>([
    ['no JSON', '{', 400],
    ['a list', '[]', 400],
    ['versions that are a text', '{"a":"1.0.0"}', 400],
    ['versions that are numbers', '{"a":[1]}', 400],
    ['too deep', `{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}`, 400],
    [
      'names with another meaning',
      '{"__proto__":["1.0.0"],"constructor":["1.0.0"],"..":["1"]}',
      200,
    ],
    ['no versions', '{"minimist":["","x","^1","../../1"]}', 200],
  ])('of a body with %s', async (_, body, status) => {
    await start();
    expect((await post(BULK, body)).status).toBe(status);
  });

  it('need a token where there are tokens; a reader may ask', async () => {
    await start({ tokens: TEST_TOKENS });
    expect((await post(BULK, {})).status).toBe(401);
    expect((await post(BULK, {}, { authorization: 'Bearer reader' })).status).toBe(200);
  });
});

describe('advisories on a tree', () => {
  const tree = {
    name: 'app',
    version: '1.0.0',
    requires: { mkdirp: '1' },
    dependencies: {
      mkdirp: {
        version: '1.0.0',
        requires: { minimist: '1' },
        dependencies: { minimist: { version: '1.2.5' } },
      },
      tool: {
        version: '2.0.0',
        dev: true,
        dependencies: { minimist: { version: '1.2.5', dev: true } },
      },
      minimist: { version: '1.2.8', optional: true },
    },
  };

  it.each([TREE, `${TREE}/quick`])('have the places of each version: %s', async (target) => {
    await start();
    const answer = await post(target, tree);
    expect(answer.status).toBe(200);
    const report = JSON.parse(answer.body.toString()) as { advisories: Record<string, unknown> };
    const [id = ''] = Object.keys(report.advisories);
    expect(report).toEqual({
      actions: [
        {
          action: 'review',
          module: 'minimist',
          resolves: [
            {
              id: Number(id),
              path: 'mkdirp>minimist',
              dev: false,
              optional: false,
              bundled: false,
            },
            { id: Number(id), path: 'tool>minimist', dev: true, optional: false, bundled: false },
          ],
        },
      ],
      advisories: {
        [id]: {
          findings: [{ version: '1.2.5', paths: ['mkdirp>minimist', 'tool>minimist'] }],
          id: Number(id),
          github_advisory_id: GHSA,
          module_name: 'minimist',
          title: 'Prototype Pollution in minimist',
          severity: 'critical',
          url: `https://github.com/advisories/${GHSA}`,
          overview: 'Long text.',
          vulnerable_versions: '>=1.0.0 <1.2.6 || <0.2.4',
          patched_versions: '>=0.2.4 <1.0.0 || >=1.2.6',
          recommendation: 'Upgrade to version >=0.2.4 <1.0.0 || >=1.2.6',
          cves: ['CVE-2021-44906'],
          cwe: ['CWE-1321'],
          cvss: { score: 9.8, vectorString: VECTOR },
          references: '- https://example.com/a',
          created: '2022-03-18T00:01:09Z',
          updated: '2023-01-01T00:00:00Z',
          deleted: null,
          found_by: null,
          reported_by: null,
          access: 'public',
          metadata: null,
        },
      },
      muted: [],
      metadata: {
        vulnerabilities: { info: 0, low: 0, moderate: 0, high: 0, critical: 2 },
        dependencies: 2,
        devDependencies: 2,
        optionalDependencies: 1,
        totalDependencies: 5,
      },
    });
  });

  it.each<readonly [unknown, number]>([
    [{}, 200],
    [{ dependencies: { minimist: 'x' } }, 200],
    [{ dependencies: [] }, 400],
    ['[', 400],
  ])('of %j have the status %i', async (body, status) => {
    await start();
    expect((await post(TREE, body)).status).toBe(status);
  });
});
