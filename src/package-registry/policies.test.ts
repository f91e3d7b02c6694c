/**
 * Policies as texts of `registry:`, and what a registry in front of a stub uplink answers about
 * each version by them.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { affects, anAdvisory } from '../../test/support/model.ts';
import { startRegistryScene, type RegistryScene } from '../../test/support/registry-scene.ts';
import { readConfig } from '../app/config/read-config.ts';
import { DEFAULT_PACKAGE_POLICY, type PackagePolicy } from '../scan/policy/package-policy.ts';

const OLD = '2026-01-01T00:00:00.000Z';
/** The scene's clock shows 2026-06-01. */
const YOUNG = '2026-05-31T00:00:00.000Z';

/** Each version has one property. */
const VERSIONS = {
  '1.0.0': { time: OLD },
  '1.1.0': { time: OLD },
  '1.2.0': { time: OLD },
  '1.3.0': { time: OLD },
  '1.4.0': { time: OLD },
  '1.5.0': { time: OLD },
  '1.6.0': { time: YOUNG },
  '1.7.0': {},
  '1.8.0': { time: OLD, manifest: { scripts: { postinstall: 'node x' } } },
  '1.9.0': { time: OLD, manifest: { deprecated: 'use right' } },
  '2.0.0-rc.1': { time: OLD },
};
/** A vulnerability of each severity, without a fix from high on but one, and malware. */
const ADVISORIES = [
  anAdvisory('CVE-2026-0001', {
    ratings: [{ by: 'osv', severity: 'medium' }],
    affected: [affects('left', [{ introduced: '1.1.0', fixed: '1.1.1' }])],
    publishedAt: '2026-01-10T00:00:00Z',
  }),
  anAdvisory('CVE-2026-0002', {
    aliases: ['GHSA-2222-3333-4444'],
    cwes: ['CWE-79'],
    ratings: [{ by: 'osv', severity: 'high' }],
    affected: [affects('left', [{ introduced: '1.2.0', fixed: '1.2.1' }])],
    publishedAt: '2026-05-31T00:00:00Z',
  }),
  anAdvisory('CVE-2026-0003', {
    ratings: [{ by: 'osv', severity: 'critical' }],
    affected: [affects('left', [], { versions: ['1.3.0'] })],
    publishedAt: '2026-01-10T00:00:00Z',
  }),
  anAdvisory('CVE-2026-0004', { affected: [affects('left', [], { versions: ['1.4.0'] })] }),
  anAdvisory('MAL-2026-0005', { affected: [affects('left', [], { versions: ['1.5.0'] })] }),
];

const MEDIUM = 'it has CVE-2026-0001 medium';
const HIGH = 'it has CVE-2026-0002 high';
const CRITICAL = 'it has CVE-2026-0003 critical';
const UNRATED = 'it has CVE-2026-0004 unknown';
const MALWARE = 'malicious: it is known to be malicious (MAL-2026-0005)';
const MALICIOUS = { '1.5.0': `hidden ${MALWARE}` };
const YOUNGER = 'min-age: it is 24 hours old, and 3 days are required';
const UNDATED = 'min-age: it has no date of publication, and 3 days are required';
const SCRIPTS = 'install-scripts: it runs scripts when it is installed';
const DEPRECATED = 'deprecated: it is deprecated: use right';
const WHO = 'reason: seen, owner: sec';
const BLOCKED = 'blocked: blocked by sec: seen';
const vulnerable = (text: string, condition: string): string =>
  `vulnerabilities: ${text} ("${condition}")`;

/** Returns rows for some versions with one text. */
function each(text: string, ...versions: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(versions.map((version) => [version, text]));
}

/** What becomes of each version; those that are not named are served. */
type Outcome = Readonly<Record<string, string>>;

const POLICIES: readonly (readonly [registry: string, outcome: Outcome])[] = [
  // Without rules.
  ['{}', MALICIOUS],
  ['{rules: []}', MALICIOUS],
  // Malware.
  ['{rules: [{malicious: true}]}', MALICIOUS],
  ['{rules: [{malicious: true, action: refuse}]}', { '1.5.0': `refused ${MALWARE}` }],
  ['{rules: [{malicious: true, action: warn}]}', { '1.5.0': `warned ${MALWARE}` }],
  ['{rules: [{malicious: true, reason: call us}]}', { '1.5.0': `hidden ${MALWARE}; call us` }],
  // Vulnerabilities. Malware is critical and has no fix.
  [
    '{rules: [{vulnerabilities: critical}]}',
    {
      '1.3.0': `hidden ${vulnerable(CRITICAL, 'critical')}`,
      '1.5.0': `hidden ${MALWARE} | ${vulnerable('it has MAL-2026-0005 critical', 'critical')}`,
    },
  ],
  [
    '{rules: [{vulnerabilities: high}]}',
    {
      '1.2.0': `hidden ${vulnerable(HIGH, 'high')}`,
      '1.3.0': `hidden ${vulnerable(CRITICAL, 'high')}`,
      '1.5.0': `hidden ${MALWARE} | ${vulnerable('it has MAL-2026-0005 critical', 'high')}`,
    },
  ],
  [
    '{rules: [{vulnerabilities: high+fixable}]}',
    { ...MALICIOUS, '1.2.0': `hidden ${vulnerable(HIGH, 'high+fixable')}` },
  ],
  [
    '{rules: [{vulnerabilities: fixable}]}',
    {
      ...MALICIOUS,
      '1.1.0': `hidden ${vulnerable(MEDIUM, 'fixable')}`,
      '1.2.0': `hidden ${vulnerable(HIGH, 'fixable')}`,
    },
  ],
  [
    '{rules: [{vulnerabilities: medium+fixable, action: warn}]}',
    {
      ...MALICIOUS,
      '1.1.0': `warned ${vulnerable(MEDIUM, 'medium+fixable')}`,
      '1.2.0': `warned ${vulnerable(HIGH, 'medium+fixable')}`,
    },
  ],
  [
    '{rules: [{vulnerabilities: unknown, action: refuse}]}',
    {
      '1.1.0': `refused ${vulnerable(MEDIUM, 'unknown')}`,
      '1.2.0': `refused ${vulnerable(HIGH, 'unknown')}`,
      '1.3.0': `refused ${vulnerable(CRITICAL, 'unknown')}`,
      '1.4.0': `refused ${vulnerable(UNRATED, 'unknown')}`,
      '1.5.0': `hidden ${MALWARE} | ${vulnerable('it has MAL-2026-0005 critical', 'unknown')}`,
    },
  ],
  [
    '{rules: [{vulnerabilities: id=CVE-2026-0003}]}',
    { ...MALICIOUS, '1.3.0': `hidden ${vulnerable(CRITICAL, 'id=CVE-2026-0003')}` },
  ],
  [
    '{rules: [{vulnerabilities: id=GHSA-2222-*}]}',
    { ...MALICIOUS, '1.2.0': `hidden ${vulnerable(HIGH, 'id=GHSA-2222-*')}` },
  ],
  [
    '{rules: [{vulnerabilities: cwe=79}]}',
    { ...MALICIOUS, '1.2.0': `hidden ${vulnerable(HIGH, 'cwe=79')}` },
  ],
  // Two days are more than the one day that CVE-2026-0002 is known.
  [
    '{rules: [{vulnerabilities: medium+fix-age>2d}]}',
    { ...MALICIOUS, '1.1.0': `hidden ${vulnerable(MEDIUM, 'medium+fix-age>2d')}` },
  ],
  ['{rules: [{vulnerabilities: high+package=right}]}', MALICIOUS],
  [
    '{rules: [{vulnerabilities: high+fixable}, {vulnerabilities: medium+fixable, action: warn}]}',
    {
      ...MALICIOUS,
      '1.1.0': `warned ${vulnerable(MEDIUM, 'medium+fixable')}`,
      '1.2.0': `hidden ${vulnerable(HIGH, 'high+fixable')} | ${vulnerable(HIGH, 'medium+fixable')}`,
    },
  ],
  // Age.
  [
    '{rules: [{min-age: 3d}]}',
    { ...MALICIOUS, '1.6.0': `hidden ${YOUNGER}`, '1.7.0': `hidden ${UNDATED}` },
  ],
  [
    '{rules: [{min-age: 3d, action: refuse}]}',
    { ...MALICIOUS, '1.6.0': `refused ${YOUNGER}`, '1.7.0': `refused ${UNDATED}` },
  ],
  [
    '{rules: [{min-age: 3d, action: warn}]}',
    { ...MALICIOUS, '1.6.0': `warned ${YOUNGER}`, '1.7.0': `warned ${UNDATED}` },
  ],
  [
    '{rules: [{min-age: 24h}]}',
    {
      ...MALICIOUS,
      '1.7.0': 'hidden min-age: it has no date of publication, and 24 hours are required',
    },
  ],
  // Scripts and deprecation.
  ['{rules: [{install-scripts: true}]}', { ...MALICIOUS, '1.8.0': `hidden ${SCRIPTS}` }],
  [
    '{rules: [{install-scripts: true, action: refuse, reason: build it}]}',
    { ...MALICIOUS, '1.8.0': `refused ${SCRIPTS}; build it` },
  ],
  ['{rules: [{deprecated: true}]}', { ...MALICIOUS, '1.9.0': `hidden ${DEPRECATED}` }],
  [
    '{rules: [{deprecated: true, action: warn}, {install-scripts: true}]}',
    { ...MALICIOUS, '1.8.0': `hidden ${SCRIPTS}`, '1.9.0': `warned ${DEPRECATED}` },
  ],
  // Blocked packages.
  [
    `{block: [{package: left, versions: 1.0.0, ${WHO}}]}`,
    { ...MALICIOUS, '1.0.0': `hidden ${BLOCKED}` },
  ],
  [
    `{block: [{package: 'l*', versions: '>=1.9.0', ${WHO}}]}`,
    { ...MALICIOUS, ...each(`hidden ${BLOCKED}`, '1.9.0', '2.0.0-rc.1') },
  ],
  [`{block: [{package: right, ${WHO}}]}`, MALICIOUS],
  [`{block: [{package: '@left/*', ${WHO}}]}`, MALICIOUS],
  [`{block: [{package: left, ecosystem: pypi, ${WHO}}]}`, MALICIOUS],
  [`{block: [{package: left, expires: 2026-05-30, ${WHO}}]}`, MALICIOUS],
  [
    `{block: [{package: left, versions: 1.0.0, expires: 2026-06-01, ${WHO}}]}`,
    { ...MALICIOUS, '1.0.0': `hidden ${BLOCKED}` },
  ],
  [
    `{rules: [{deprecated: true, action: warn}], block: [{package: left, versions: 1.9.0, ${WHO}}]}`,
    { ...MALICIOUS, '1.9.0': `hidden ${BLOCKED} | ${DEPRECATED}` },
  ],
  // Allowed packages.
  [`{rules: [{min-age: 3d}], allow: [{package: left, ${WHO}}]}`, MALICIOUS],
  [
    `{rules: [{min-age: 3d}], allow: [{package: left, versions: ^1.7.0, ${WHO}}]}`,
    { ...MALICIOUS, '1.6.0': `hidden ${YOUNGER}` },
  ],
  [
    `{rules: [{min-age: 3d}, {install-scripts: true}], allow: [{package: left, rules: [min-age], ${WHO}}]}`,
    { ...MALICIOUS, '1.8.0': `hidden ${SCRIPTS}` },
  ],
  [
    `{rules: [{vulnerabilities: fixable}], allow: [{package: left, rules: [GHSA-2222-3333-4444], ${WHO}}]}`,
    { ...MALICIOUS, '1.1.0': `hidden ${vulnerable(MEDIUM, 'fixable')}` },
  ],
  [`{allow: [{package: left, rules: [malicious], ${WHO}}]}`, {}],
  [`{allow: [{package: 'l*', rules: [malicious], ${WHO}}]}`, MALICIOUS],
  [`{allow: [{package: left, rules: [malicious], expires: 2026-05-30, ${WHO}}]}`, MALICIOUS],
  [
    `{rules: [{deprecated: true}], allow: [{package: left, ${WHO}}], block: [{package: left, versions: 1.9.0, ${WHO}}]}`,
    { ...MALICIOUS, '1.9.0': `hidden ${BLOCKED}` },
  ],
];

const ALICE = { name: 'alice', email: 'alice@example.com' };
const BOB = { name: 'bob', email: 'bob@example.com' };
const MALLORY = { name: 'mallory', email: 'mallory@example.com' };
const PROVENANCE = { attestations: { url: 'x', provenance: { predicateType: 'y' } } };
/** What the versions of `pad` have in common. */
const USUAL = { license: 'MIT', maintainers: [ALICE, BOB], _npmUser: ALICE };
const WORKFLOW = { name: 'GitHub Actions', trustedPublisher: { id: 'github' } };
/** Versions of another package, each with one property of those that the full form alone has. */
const PUBLISHED = {
  '1.0.0': { time: OLD, manifest: USUAL, dist: PROVENANCE },
  '1.1.0': { time: OLD, manifest: { ...USUAL, license: 'AGPL-3.0-only' }, dist: PROVENANCE },
  '1.2.0': { time: OLD, manifest: { ...USUAL, license: '(MIT OR AGPL-3.0)' }, dist: PROVENANCE },
  '1.3.0': { time: OLD, manifest: { ...USUAL, license: undefined }, dist: PROVENANCE },
  '1.4.0': { time: OLD, manifest: USUAL },
  '1.5.0': { time: YOUNG, manifest: { ...USUAL, _npmUser: MALLORY }, dist: PROVENANCE },
  '1.6.0': { time: YOUNG, manifest: { ...USUAL, maintainers: [BOB, MALLORY] }, dist: PROVENANCE },
  '1.7.0': { time: YOUNG, manifest: { ...USUAL, _npmUser: WORKFLOW }, dist: PROVENANCE },
  '1.8.0': { time: YOUNG, manifest: USUAL, dist: PROVENANCE },
  '1.9.0': { time: YOUNG, manifest: { license: 'MIT' }, dist: PROVENANCE },
};
const DENIED = 'denied-licenses: its license AGPL-3.0-only is denied';
const NOT_ALLOWED = 'allowed-licenses: its license AGPL-3.0-only is not one of those allowed';
const NO_PROVENANCE = 'lost-provenance: it has no provenance, and 1.3.0 has';
const NO_WORKFLOW = 'lost-provenance: it does not come from a trusted publisher, and 1.7.0 does';
const STRANGER =
  'changed-maintainers: it was published by mallory, who has published no older version';
const OTHERS =
  'changed-maintainers: its maintainers differ from those of 1.4.0: mallory new, alice gone';
const NOT_NAMED =
  'changed-maintainers: its maintainers cannot be compared with those of older versions';

const PUBLISHED_POLICIES: typeof POLICIES = [
  ['{rules: [{denied-licenses: [AGPL-*]}]}', { '1.1.0': `hidden ${DENIED}` }],
  ['{rules: [{denied-licenses: [agpl-*], action: warn}]}', { '1.1.0': `warned ${DENIED}` }],
  [
    '{rules: [{denied-licenses: [MIT, unknown], action: refuse}]}',
    {
      ...each(
        'refused denied-licenses: its license MIT is denied',
        ...['1.0.0', '1.4.0', '1.5.0', '1.6.0', '1.7.0', '1.8.0', '1.9.0'],
      ),
      '1.3.0': 'refused denied-licenses: it states no license',
    },
  ],
  [
    '{rules: [{allowed-licenses: [MIT]}]}',
    {
      '1.1.0': `hidden ${NOT_ALLOWED}`,
      '1.3.0': 'hidden allowed-licenses: it states no license',
    },
  ],
  [
    '{rules: [{allowed-licenses: [MIT, unknown], action: refuse, reason: ask}]}',
    { '1.1.0': `refused ${NOT_ALLOWED}; ask` },
  ],
  [
    `{rules: [{denied-licenses: [AGPL-*]}], allow: [{package: pad, rules: [denied-licenses], ${WHO}}]}`,
    {},
  ],
  [
    '{rules: [{lost-provenance: true}]}',
    { '1.4.0': `hidden ${NO_PROVENANCE}`, ...each(`hidden ${NO_WORKFLOW}`, '1.8.0', '1.9.0') },
  ],
  [
    '{rules: [{lost-provenance: true, action: refuse}]}',
    { '1.4.0': `refused ${NO_PROVENANCE}`, ...each(`refused ${NO_WORKFLOW}`, '1.8.0', '1.9.0') },
  ],
  [
    '{rules: [{lost-provenance: true, action: warn}]}',
    { '1.4.0': `warned ${NO_PROVENANCE}`, ...each(`warned ${NO_WORKFLOW}`, '1.8.0', '1.9.0') },
  ],
  [
    '{rules: [{changed-maintainers: 14d}]}',
    {
      '1.5.0': `hidden ${STRANGER}`,
      '1.6.0': `hidden ${OTHERS}`,
      '1.9.0': `hidden ${NOT_NAMED}`,
    },
  ],
  [
    '{rules: [{changed-maintainers: 14d, action: refuse}]}',
    {
      '1.5.0': `refused ${STRANGER}`,
      '1.6.0': `refused ${OTHERS}`,
      '1.9.0': `refused ${NOT_NAMED}`,
    },
  ],
  [
    `{rules: [{changed-maintainers: 2d, action: warn}], allow: [{package: pad, versions: 1.9.0, ${WHO}}]}`,
    { '1.5.0': `warned ${STRANGER}`, '1.6.0': `warned ${OTHERS}` },
  ],
  ['{rules: [{changed-maintainers: 12h}]}', {}],
];

let scene: RegistryScene;
let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'assay-policies-'));
  scene = await startRegistryScene(undefined, { ownNames: ['lodsah'] });
  scene.advisories = ADVISORIES;
  scene.uplink.packages.set('left', { versions: VERSIONS, tags: { latest: '1.9.0' } });
  scene.uplink.packages.set('pad', { versions: PUBLISHED });
});
afterAll(async () => {
  await scene[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function policyOf(registry: string): Promise<PackagePolicy> {
  writeFileSync(path.join(folder, 'assay.yaml'), `registry: ${registry}\n`);
  const source = { path: 'assay.yaml', kind: 'assay.yaml', flags: [], isNamed: true } as const;
  return (await readConfig(folder, source)).registry?.policy ?? DEFAULT_PACKAGE_POLICY;
}

/** Asks for the file of each version, and compares its fate with the document. */
async function outcomes(name: string, published: object): Promise<Outcome> {
  const { versions, 'dist-tags': tags } = JSON.parse(
    (await scene.get(`/${name}`)).body.toString(),
  ) as {
    readonly versions: object;
    readonly 'dist-tags': { readonly latest: string };
  };
  const found: Record<string, string> = {};
  for (const version of Object.keys(published)) {
    const isListed = Object.hasOwn(versions, version);
    const { status, reason, headers } = await scene.get(`/${name}/-/${name}-${version}.tgz`);
    const { causes = [], decision } = scene.logged.at(-1) as {
      readonly decision?: string;
      readonly causes?: readonly string[];
    };
    if (status === 200 && isListed && causes.length === 0 && decision === 'serve') continue;
    const told = status === 200 ? headers['npm-notice'] : reason;
    const first = causes[0]?.slice(causes[0].indexOf(': ') + 2) ?? 'without a cause';
    const isTold = told?.endsWith(`: ${first}`) === true;
    const fate =
      FATES.get(`${status} ${isListed} ${decision}`) ?? `${status} ${isListed} ${decision}`;
    found[version] = `${fate} ${causes.join(' | ')}${isTold ? '' : `, told ${String(told)}`}`;
  }
  // The tag leads to the newest listed version up to 1.9.0.
  expect(tags.latest).toBe(
    Object.keys(published).findLast((version) => version < '2' && Object.hasOwn(versions, version)),
  );
  return found;
}

const FATES: ReadonlyMap<string, string> = new Map([
  ['403 false hide', 'hidden'],
  ['403 true refuse', 'refused'],
  ['200 true warn', 'warned'],
]);

describe('a policy', () => {
  it.each(POLICIES)('%s', async (registry, outcome) => {
    await scene.restart(await policyOf(registry));
    expect(await outcomes('left', VERSIONS)).toEqual(outcome);
  });
});

describe('a policy on publication', () => {
  it.each(PUBLISHED_POLICIES)('%s', async (registry, outcome) => {
    await scene.restart(await policyOf(registry));
    expect(await outcomes('pad', PUBLISHED)).toEqual(outcome);
  });
});

const IMITATES = 'its name is nearly "lodash", a well-known package of Node.js (swapped letters)';
const NOT_KNOWN = 'its name is not well-known';

describe('a policy on names', () => {
  it.each<readonly [registry: string, name: string, status: number, told: string | undefined]>([
    ['{rules: [{similar-name: true}]}', 'lodahs', 403, IMITATES],
    ['{rules: [{similar-name: true, action: refuse}]}', 'lodahs', 403, IMITATES],
    ['{rules: [{similar-name: true, action: warn}]}', 'lodahs', 200, IMITATES],
    ['{rules: [{similar-name: true}]}', 'express', 200, undefined],
    ['{rules: [{similar-name: true}]}', 'unheard-of-name', 200, undefined],
    ['{rules: [{similar-name: true}]}', 'lodsah', 200, undefined],
    [
      `{rules: [{similar-name: true}], allow: [{package: lodahs, ${WHO}}]}`,
      'lodahs',
      200,
      undefined,
    ],
    ['{rules: [{unknown-name: true}]}', 'unheard-of-name', 403, NOT_KNOWN],
    ['{rules: [{unknown-name: true, action: refuse}]}', 'unheard-of-name', 403, NOT_KNOWN],
    ['{rules: [{unknown-name: true, action: warn}]}', 'unheard-of-name', 200, NOT_KNOWN],
    ['{rules: [{unknown-name: true}]}', 'express', 200, undefined],
    ['{rules: [{unknown-name: true}]}', 'lodsah', 200, undefined],
  ])('%s answers about %s with %i', async (registry, name, status, told) => {
    scene.uplink.packages.set(name, { versions: { '1.0.0': { time: OLD } } });
    await scene.restart(await policyOf(registry));
    const answer = await scene.get(`/${name}/-/${name}-1.0.0.tgz`);
    expect(answer.status).toBe(status);
    const text = status === 200 ? answer.headers['npm-notice'] : answer.reason;
    expect(text?.slice(text.indexOf(': ') + 2)).toBe(told);
  });
});

describe('an advisory on malware whose range cannot be compared', () => {
  it('hides the versions that it may mean, also beside one that knows them as vulnerable', async () => {
    await using own = await startRegistryScene();
    const versions = { '1.0.0': { time: OLD }, '1.1.0': { time: OLD } };
    own.uplink.packages.set('left', { versions });
    own.uplink.packages.set('right', { versions });
    const broken = [{ introduced: '1.0.0', fixed: 'next' }];
    own.advisories = [
      anAdvisory('MAL-2026-0006', {
        aliases: ['CVE-2026-0006'],
        affected: [affects('left', [{ introduced: '1.1.0', fixed: 'next' }])],
      }),
      anAdvisory('CVE-2026-0006', { affected: [affects('left', [], { versions: ['1.1.0'] })] }),
      anAdvisory('CVE-2026-0007', { affected: [affects('right', broken)] }),
    ];
    await own.restart();
    expect((await own.get('/left/-/left-1.0.0.tgz')).status).toBe(200);
    expect(await own.get('/left/-/left-1.1.0.tgz')).toMatchObject({
      status: 403,
      reason:
        'left@1.1.0 is refused: it may be malicious: its version cannot be compared with MAL-2026-0006',
    });
    // What is only vulnerable is for the rule on vulnerabilities.
    expect((await own.get('/right/-/right-1.1.0.tgz')).status).toBe(200);
  });
});
