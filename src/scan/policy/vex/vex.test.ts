import { describe, expect, it } from 'vitest';
import { aFinding, anAdvisory, anInventory, aPackage } from '../../../../test/support/model.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Artifact, ImageFacts } from '../../../core/model/artifact/artifact.ts';
import type { Inventory, Package } from '../../../core/model/package/package.ts';
import type { Suppressed } from '../../../core/model/report/report.ts';
import { fullPolicy } from '../../pipeline/request.ts';
import { decide } from '../decide.ts';
import { readVex } from './read-vex.ts';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DIGEST = `sha256:${'ab'.repeat(32)}` as const;

const app = aPackage('app', '1.0.0', { dependsOn: ['pkg:npm/mid@2.0.0'], relationship: 'direct' });
const mid = aPackage('mid', '2.0.0', {
  dependsOn: ['pkg:npm/left@1.0.0'],
  relationship: 'indirect',
});
const left = aPackage('left', '1.0.0', { relationship: 'indirect' });
const libssl = aPackage('libssl3', '3.0.1-1', {
  ecosystem: 'debian',
  id: 'pkg:deb/debian/libssl3@3.0.1-1',
  source: { name: 'openssl', version: '3.0.1-1' },
});

const IMAGE: ImageFacts = {
  manifestDigest: DIGEST,
  configDigest: `sha256:${'cd'.repeat(32)}`,
  platform: { os: 'linux', architecture: 'amd64' },
  tags: ['ghcr.io/acme/web:1.2'],
  repoDigests: [`ghcr.io/acme/web@${DIGEST}`],
  env: [],
  entrypoint: [],
  user: '',
  labels: new Map(),
};

interface Scene {
  readonly packages?: readonly Package[];
  readonly image?: ImageFacts;
  readonly projects?: NonNullable<Inventory['projects']>;
}

/** What of one vulnerability in all packages is set aside by some documents. */
function suppressed(documents: readonly object[], scene: Scene = {}): readonly Suppressed[] {
  return judge(documents, scene).suppressed[0] ?? [];
}

function judge(
  documents: readonly object[],
  scene: Scene,
  requiredFields: readonly ('reason' | 'owner' | 'expiry')[] = [],
): ReturnType<typeof decide> {
  const { packages = [app, mid, left, libssl], image, projects } = scene;
  const system = { id: 'debian', versionId: '12.5' };
  const inventory = { ...anInventory(packages, system), ...(projects && { projects }) };
  const findings = packages.map((pkg) =>
    aFinding(pkg.name, { packageId: pkg.id, matchedVersion: pkg.version }),
  );
  const artifact: Artifact = {
    kind: 'image',
    reference: 'web',
    layers: [],
    ...(image && { image }),
  };
  const advisory = anAdvisory('CVE-2024-0001', { aliases: ['GHSA-aaaa-0001'] });
  const vex = documents.map((document, index) =>
    readVex(`vex${index + 1}.json`, new TextEncoder().encode(JSON.stringify(document)), NOW),
  );
  return decide(
    {
      results: [{ inventory, findings, diagnostics: [], artifact }],
      advisories: new Map([[advisory.id, advisory]]),
    },
    fullPolicy({ vex, exceptionRules: { requiredFields } }),
    NOW,
  );
}

function names(documents: readonly object[], scene?: Scene): readonly string[] {
  return suppressed(documents, scene).map(({ findingId }) => findingId);
}

interface Statement {
  readonly products?: readonly unknown[];
  readonly [key: string]: unknown;
}

function openVex(...statements: readonly Statement[]): object {
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': 'https://example.org/vex/1',
    author: 'Acme PSIRT',
    timestamp: '2026-01-01T00:00:00Z',
    version: 1,
    statements: statements.map((statement) => ({
      vulnerability: { name: 'CVE-2024-0001' },
      status: 'not_affected',
      justification: 'vulnerable_code_not_in_execute_path',
      ...statement,
    })),
  };
}

function product(id: string, ...subcomponents: readonly string[]): object {
  return {
    '@id': id,
    ...(subcomponents.length > 0 && {
      subcomponents: subcomponents.map((sub) => ({ '@id': sub })),
    }),
  };
}

describe('products of OpenVEX', () => {
  it.each<[string, readonly object[], Scene, readonly string[]]>([
    ['a package', [product('pkg:npm/left')], {}, ['left']],
    ['a package with its version', [product('pkg:npm/left@1.0.0')], {}, ['left']],
    ['a package with another version', [product('pkg:npm/left@1.0.1')], {}, []],
    ['a package with a qualifier that it has not', [product('pkg:npm/left?vcs_url=x')], {}, []],
    ['a package by its identifier', [{ identifiers: { purl: 'pkg:npm/left' } }], {}, ['left']],
    ['a source package', [product('pkg:deb/debian/openssl?arch=source')], {}, ['libssl3']],
    ['a wildcard, which is none', [product('pkg:npm/*'), product('pkg:*/*'), product('*')], {}, []],
    ['no product', [], {}, []],
    ['an address', [product('https://example.org/web')], {}, []],
    [
      'the image by its digest',
      [product(`pkg:oci/web@${DIGEST}`)],
      { image: IMAGE },
      ['app', 'mid', 'left', 'libssl3'],
    ],
    [
      'a component of the image',
      [product('pkg:oci/web?repository_url=ghcr.io/acme/web', 'pkg:npm/left')],
      { image: IMAGE },
      ['left'],
    ],
    [
      'an image by name and tag',
      [product('pkg:oci/web?repository_url=ghcr.io%2Facme&tag=1.2', 'pkg:npm/left')],
      { image: IMAGE },
      ['left'],
    ],
    [
      'the image by its hash',
      [{ '@id': 'https://example.org/web', hashes: { 'sha-256': 'ab'.repeat(32) } }],
      { image: IMAGE },
      ['app', 'mid', 'left', 'libssl3'],
    ],
    ['another image', [product('pkg:oci/api')], { image: IMAGE }, []],
    ['another digest', [product(`pkg:oci/web@sha256:${'ef'.repeat(32)}`)], { image: IMAGE }, []],
    [
      'another repository',
      [product('pkg:oci/web?repository_url=ghcr.io/evil/web')],
      { image: IMAGE },
      [],
    ],
    ['another tag', [product('pkg:oci/web?tag=1.3')], { image: IMAGE }, []],
    ['another architecture', [product('pkg:oci/web?arch=arm64')], { image: IMAGE }, []],
    ['an image where none is scanned', [product('pkg:oci/web')], {}, []],
    [
      'a package that is the only way to another',
      [product('pkg:npm/mid', 'pkg:npm/left')],
      {},
      ['left'],
    ],
    [
      'a package and all that is only within it',
      [product('pkg:npm/app')],
      {},
      ['app', 'mid', 'left'],
    ],
    ['a component that is not there', [product('pkg:npm/mid', 'pkg:npm/right')], {}, []],
    ['a component with another version', [product('pkg:npm/mid', 'pkg:npm/left@2')], {}, []],
    ['a component that cannot be read', [product('pkg:npm/mid', 'left')], {}, []],
  ])('%s', (_, products, scene, expected) => {
    expect(names([openVex({ products })], scene)).toEqual(expected);
  });

  const WEB = 'pkg:oci/web';
  const LEFT = 'pkg:npm/left';
  const OPENSSL = 'pkg:deb/debian/openssl?arch=source';
  it.each<[string, Statement, readonly string[]]>([
    ['beside the products (0.0.x)', { products: [WEB], subcomponents: [LEFT] }, ['left']],
    [
      'beside the products, as objects',
      { products: [product(WEB)], subcomponents: [product(OPENSSL)] },
      ['libssl3'],
    ],
    [
      'beside a product with its own, which count',
      { products: [product(WEB, LEFT)], subcomponents: [OPENSSL] },
      ['left'],
    ],
    [
      'beside a product with an empty list',
      { products: [{ '@id': WEB, subcomponents: [] }], subcomponents: [LEFT] },
      ['left'],
    ],
    ['beside the products, none of them read', { products: [WEB], subcomponents: ['left'] }, []],
    ['beside the products, in no list', { products: [WEB], subcomponents: LEFT }, []],
    ['of a product, in no list', { products: [{ '@id': WEB, subcomponents: product(LEFT) }] }, []],
    ['of a product, as a text', { products: [{ '@id': WEB, subcomponents: LEFT }] }, []],
    [
      'that are null or an empty list, which limit nothing',
      { products: [{ '@id': WEB, subcomponents: null }], subcomponents: [] },
      ['app', 'mid', 'left', 'libssl3'],
    ],
  ])('is limited by components %s', (_, statement, expected) => {
    expect(names([openVex(statement)], { image: IMAGE })).toEqual(expected);
  });

  it('is not the only way where something else needs the package', () => {
    const other = aPackage('other', '1.0.0', { dependsOn: [left.id], relationship: 'direct' });
    const documents = [openVex({ products: [product('pkg:npm/mid', 'pkg:npm/left')] })];
    expect(names(documents, { packages: [app, mid, left, other] })).toEqual([]);
    const direct = { ...left, relationship: 'direct' as const };
    expect(names(documents, { packages: [app, mid, direct] })).toEqual([]);
    const both = [product('pkg:npm/mid'), product('pkg:npm/other')];
    expect(names([openVex({ products: both })], { packages: [app, mid, left, other] })).toEqual([
      'mid',
      'left',
      'other',
    ]);
  });

  it.each([
    ['pkg:golang/github.com/BurntSushi/toml', ['toml']],
    ['pkg:golang/github.com/burntsushi/toml', ['toml']],
    ['pkg:npm/Base64', ['Base64']],
    ['pkg:npm/base64', []],
  ])('tells capital letters apart where packages do: %s', (purl, expected) => {
    const packages = [
      aPackage('github.com/BurntSushi/toml', 'v1.0.0', { ecosystem: 'go' }),
      aPackage('Base64', '1.0.0'),
    ];
    const found = names([openVex({ products: [product(purl)] })], { packages });
    expect(found.map((name) => name.slice(name.lastIndexOf('/') + 1))).toEqual(expected);
  });

  it('is not confused by packages that need each other', () => {
    const ring = [
      aPackage('a', '1', { dependsOn: ['pkg:npm/b@1'] }),
      aPackage('b', '1', { dependsOn: ['pkg:npm/a@1'] }),
    ];
    expect(names([openVex({ products: [product('pkg:npm/c')] })], { packages: ring })).toEqual([]);
  });

  it('is a project whose lockfile names the package, at every place', () => {
    const at = (path: string): { readonly path: string; readonly layer: number } => ({
      path,
      layer: 0,
    });
    const projects = [{ purl: 'pkg:golang/example.org/app', location: at('/go.mod') }];
    const one = aPackage('opa', '0.35.0', { locations: [at('/go.mod')] });
    const two = aPackage('net', '0.1.0', { locations: [at('/go.mod'), at('/sub/go.mod')] });
    const documents = [openVex({ products: [product('pkg:golang/example.org/app')] })];
    expect(names(documents, { packages: [one, two], projects })).toEqual(['opa']);
    expect(names(documents, { packages: [one, two] })).toEqual([]);
  });
});

describe('statements of OpenVEX', () => {
  const products = [product('pkg:npm/left')];

  it('give reason, author and place', () => {
    const document = openVex({ products, impact_statement: 'Nobody calls it.' });
    expect(suppressed([document])).toEqual([
      {
        findingId: 'left',
        by: 'vex',
        reason: 'not_affected, vulnerable_code_not_in_execute_path: Nobody calls it.',
        from: 'vex1.json, statement 1',
        owner: 'Acme PSIRT',
        justification: 'vulnerable_code_not_in_execute_path',
      },
    ]);
  });

  it.each([
    ['not_affected', ['left']],
    ['fixed', ['left']],
    ['affected', []],
    ['under_investigation', []],
  ])('of the status %s', (status, expected) => {
    expect(names([openVex({ products, status })])).toEqual(expected);
  });

  it.each<[string, unknown, readonly string[]]>([
    ['an alias', { name: 'GHSA-AAAA-0001' }, ['left']],
    ['an alias of its own', { name: 'X-1', aliases: ['CVE-2024-0001'] }, ['left']],
    [
      'an address that ends in the id',
      { '@id': 'https://nvd.example/detail/CVE-2024-0001' },
      ['left'],
    ],
    ['a text, as in older documents', 'CVE-2024-0001', ['left']],
    ['another one', { name: 'CVE-2024-0002' }, []],
    ['a star', { name: '*' }, []],
  ])('name the vulnerability by %s', (_, vulnerability, expected) => {
    expect(names([openVex({ products, vulnerability })])).toEqual(expected);
  });

  it.each<[string, Statement, string]>([
    ['no product', {}, 'statement 1 names no product by a package URL or digest'],
    ['no vulnerability', { products, vulnerability: {} }, 'statement 1 names no vulnerability'],
    [
      'another status',
      { products, status: 'fine' },
      'statement 1 has the status "fine", which is none of the four',
    ],
    [
      'no reason',
      { products, justification: '' },
      'statement 1 says not_affected and neither a justification nor an impact statement',
    ],
    [
      'a date to come',
      { products, timestamp: '2026-06-03T00:00:00Z' },
      'statement 1 is dated 2026-06-03T00:00:00.000Z, which is to come',
    ],
  ])('do not count with %s', (_, statement, message) => {
    const { suppressed: aside, diagnostics } = judge([openVex(statement)], {});
    expect(aside).toEqual([[]]);
    expect(diagnostics[0]).toEqual([{ stage: 'policy', message: `vex1.json: ${message}` }]);
  });

  it('need the author and the reason that a policy asks for, and no date of expiry', () => {
    const nobody = { ...openVex({ products }), author: undefined };
    const { suppressed: aside, diagnostics } = judge([nobody], {}, ['expiry', 'owner']);
    expect(aside).toEqual([[]]);
    expect(diagnostics[0]).toEqual([
      {
        stage: 'policy',
        message:
          'vex1.json, statement 1: it has no owner, which the policy asks for; it does not count',
      },
    ]);
    const all = ['reason', 'owner', 'expiry'] as const;
    for (const status of ['not_affected', 'fixed']) {
      const justification = status === 'fixed' ? undefined : 'component_not_present';
      const document = openVex({ products, status, justification });
      expect(judge([document], {}, all).suppressed[0]).toHaveLength(1);
    }
    const affected = { ...openVex({ products, status: 'affected' }), author: undefined };
    expect(judge([affected], {}, all).diagnostics[0]).toEqual([]);
  });

  it('say so where none is about a finding here', () => {
    const { diagnostics } = judge([openVex({ products: [product('pkg:npm/x')] })], {});
    expect(diagnostics[0]?.map(({ message }) => message)).toEqual([
      'vex1.json: of its 1 statement (OpenVEX) none is about a finding here',
    ]);
  });

  it('of a later date win, whatever their order and document', () => {
    const old = { products, timestamp: '2026-01-02T00:00:00Z' };
    const late = { products, status: 'affected', timestamp: '2026-02-01T00:00:00Z' };
    expect(names([openVex(old, late)])).toEqual([]);
    expect(names([openVex(late), openVex(old)])).toEqual([]);
    const latest = { products, timestamp: '2026-03-01T00:00:00+02:00' };
    expect(names([openVex(latest), openVex(late)])).toEqual(['left']);
    expect(names([openVex({ ...old, last_updated: '2026-04-01T00:00:00Z' }, late)])).toEqual([
      'left',
    ]);
    const same = { products, status: 'under_investigation', timestamp: old.timestamp };
    expect(names([openVex(same, old)])).toEqual([]);
  });

  it('take the time of their document', () => {
    const updated = { ...openVex({ products }), last_updated: '2026-05-01T00:00:00Z' };
    const affected = { products, status: 'affected', timestamp: '2026-04-01T00:00:00Z' };
    expect(names([updated, openVex(affected)])).toEqual(['left']);
  });
});

describe('CycloneDX', () => {
  function cyclonedx(
    state: string | undefined,
    affects: readonly object[],
    extra: object = {},
  ): object {
    return {
      bomFormat: 'CycloneDX',
      specVersion: '1.6',
      metadata: {
        timestamp: '2026-01-01T00:00:00Z',
        authors: [{ name: 'Acme' }],
        component: {
          type: 'container',
          'bom-ref': 'root',
          name: 'web',
          purl: `pkg:oci/web@${DIGEST}`,
        },
      },
      components: [
        {
          type: 'library',
          'bom-ref': 'a',
          name: 'mid',
          purl: 'pkg:npm/mid@2.0.0',
          components: [
            { type: 'library', 'bom-ref': 'b', name: 'left', purl: 'pkg:npm/left@1.0.0' },
          ],
        },
      ],
      vulnerabilities: [
        {
          id: 'CVE-2024-0001',
          ...(state !== undefined && {
            analysis: { state, justification: 'code_not_reachable', detail: 'Not called.' },
          }),
          affects,
          ...extra,
        },
      ],
    };
  }

  it.each([
    ['not_affected', ['left']],
    ['false_positive', ['left']],
    ['resolved', ['left']],
    ['resolved_with_pedigree', ['left']],
    ['exploitable', []],
    ['in_triage', []],
  ])('of the state %s', (state, expected) => {
    expect(names([cyclonedx(state, [{ ref: 'b' }])])).toEqual(expected);
  });

  it.each<[string, readonly object[], Scene, readonly string[]]>([
    ['a component inside another', [{ ref: 'b' }], {}, ['left']],
    ['a package URL', [{ ref: 'pkg:npm/left@1.0.0' }], {}, ['left']],
    [
      'a BOM-Link to a package URL',
      [{ ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/left@1.0.0' }],
      {},
      ['left'],
    ],
    [
      'a BOM-Link to a reference',
      [{ ref: 'urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#b' }],
      {},
      ['left'],
    ],
    ['a reference to nothing', [{ ref: 'c' }], {}, []],
    ['the main component', [{ ref: 'root' }], { image: IMAGE }, ['app', 'mid', 'left', 'libssl3']],
    ['a version', [{ ref: 'pkg:npm/left', versions: [{ version: '1.0.0' }] }], {}, ['left']],
    ['another version', [{ ref: 'pkg:npm/left', versions: [{ version: '1.0.1' }] }], {}, []],
    [
      'a version that it calls affected',
      [{ ref: 'pkg:npm/left', versions: [{ version: '1.0.0', status: 'affected' }] }],
      {},
      [],
    ],
    [
      'a version that it calls unaffected',
      [{ ref: 'pkg:npm/left', versions: [{ version: '1.0.0', status: 'unaffected' }] }],
      {},
      ['left'],
    ],
    ['no version at all', [{ ref: 'pkg:npm/left', versions: [] }], {}, ['left']],
    ['a version that is no text', [{ ref: 'pkg:npm/left', versions: [{ version: 1 }] }], {}, []],
    [
      'a range',
      [{ ref: 'pkg:npm/left', versions: [{ range: 'vers:npm/>=1.0.0|<2.0.0' }] }],
      {},
      ['left'],
    ],
    ['another range', [{ ref: 'pkg:npm/left', versions: [{ range: 'vers:npm/>=2.0.0' }] }], {}, []],
    [
      'a range that is none',
      [{ ref: 'pkg:npm/left', versions: [{ range: 'vers:what/*' }] }],
      {},
      [],
    ],
  ])('of %s', (_, affects, scene, expected) => {
    expect(names([cyclonedx('not_affected', affects)], scene)).toEqual(expected);
  });

  it('gives reason, author and place', () => {
    expect(suppressed([cyclonedx('not_affected', [{ ref: 'b' }])])[0]).toMatchObject({
      by: 'vex',
      reason: 'not_affected, code_not_reachable: Not called.',
      from: 'vex1.json, vulnerability 1',
      owner: 'Acme',
      justification: 'code_not_reachable',
    });
  });

  it('knows aliases by their references', () => {
    const extra = { id: 'X-1', references: [{ id: 'GHSA-aaaa-0001', source: {} }] };
    expect(names([cyclonedx('not_affected', [{ ref: 'b' }], extra)])).toEqual(['left']);
  });

  it('says nothing without a state, as in a plain list of findings', () => {
    const { suppressed: aside, diagnostics } = judge([cyclonedx(undefined, [{ ref: 'b' }])], {});
    expect(aside).toEqual([[]]);
    expect(diagnostics[0]?.[0]?.message).toBe(
      'vex1.json: no vulnerability of it has an analysis with a state',
    );
  });
});

describe('CSAF', () => {
  const branch = (category: string, name: string, rest: object): object => ({
    category,
    name,
    ...rest,
  });
  const named = (id: string, purl?: string): object => ({
    product_id: id,
    name: id,
    ...(purl !== undefined && { product_identification_helper: { purl } }),
  });

  function csaf(productStatus: object, extra: object = {}): object {
    return {
      document: {
        category: 'csaf_vex',
        csaf_version: '2.0',
        title: 'x',
        publisher: { category: 'vendor', name: 'Acme', namespace: 'https://example.org' },
        tracking: {
          current_release_date: '2026-01-01T00:00:00Z',
          initial_release_date: '2026-01-01T00:00:00Z',
          id: '1',
          status: 'final',
          version: '1',
          revision_history: [{ date: '2026-01-01T00:00:00Z', number: '1', summary: 'x' }],
        },
      },
      product_tree: {
        branches: [
          branch('vendor', 'Acme', {
            branches: [
              branch('product_version', 'left 1.0.0', {
                product: named('LEFT', 'pkg:npm/left@1.0.0'),
              }),
              branch('product_name', 'Web', {
                product: named('WEB', 'pkg:oci/web?repository_url=ghcr.io/acme/web'),
              }),
              branch('product_name', 'System', { product: named('SYSTEM') }),
              branch('product_version', 'libssl3', {
                product: named('SSL', 'pkg:deb/debian/libssl3@3.0.1-1'),
              }),
            ],
          }),
        ],
        full_product_names: [
          named('MID', 'pkg:npm/mid@2.0.0'),
          named('ANYSSL', 'pkg:deb/debian/libssl3'),
        ],
        relationships: [
          ['WEB:LEFT', 'LEFT', 'WEB'],
          ['SYSTEM:SSL', 'SSL', 'SYSTEM'],
          ['SYSTEM:ANYSSL', 'ANYSSL', 'SYSTEM'],
          ['MID:LEFT', 'LEFT', 'MID'],
        ].map(([id = '', component, within]) => ({
          category: 'default_component_of',
          full_product_name: named(id),
          product_reference: component,
          relates_to_product_reference: within,
        })),
        product_groups: [{ group_id: 'G', product_ids: ['LEFT', 'MID'] }],
      },
      vulnerabilities: [
        {
          cve: 'CVE-2024-0001',
          product_status: productStatus,
          flags: [{ label: 'component_not_present', group_ids: ['G'] }],
          threats: [{ category: 'impact', details: 'Not called.', product_ids: ['LEFT'] }],
          ...extra,
        },
      ],
    };
  }

  it.each<[string, object, Scene, readonly string[]]>([
    ['known_not_affected', { known_not_affected: ['LEFT'] }, {}, ['left']],
    ['fixed', { fixed: ['LEFT'] }, {}, ['left']],
    ['first_fixed', { first_fixed: ['LEFT'] }, {}, ['left']],
    ['known_affected', { known_affected: ['LEFT'] }, {}, []],
    ['under_investigation', { under_investigation: ['LEFT'] }, {}, []],
    ['recommended, which says nothing', { recommended: ['LEFT'] }, {}, []],
    [
      'not affected and under investigation at once',
      { known_not_affected: ['LEFT'], under_investigation: ['LEFT'] },
      {},
      [],
    ],
    ['a full product name', { known_not_affected: ['MID'] }, {}, ['mid', 'left']],
    ['a component of the image', { known_not_affected: ['WEB:LEFT'] }, { image: IMAGE }, ['left']],
    ['a component of an image that is not scanned', { known_not_affected: ['WEB:LEFT'] }, {}, []],
    ['a component of a package', { known_not_affected: ['MID:LEFT'] }, {}, ['left']],
    [
      'a package with its version on a system without a name',
      { known_not_affected: ['SYSTEM:SSL'] },
      {},
      ['libssl3'],
    ],
    ['any version on a system without a name', { known_not_affected: ['SYSTEM:ANYSSL'] }, {}, []],
    ['a product that has no name', { known_not_affected: ['SYSTEM'] }, {}, []],
    ['a product that is not in the tree', { known_not_affected: ['NONE'] }, {}, []],
  ])('%s', (_, status, scene, expected) => {
    expect(names([csaf(status)], scene)).toEqual(expected);
  });

  it('gives flag, impact, publisher and place', () => {
    expect(suppressed([csaf({ known_not_affected: ['LEFT'] })])[0]).toMatchObject({
      reason: 'not_affected, component_not_present: Not called.',
      from: 'vex1.json, vulnerability 1, known_not_affected',
      owner: 'Acme',
      justification: 'component_not_present',
    });
  });

  it('knows ids of other systems', () => {
    const extra = { cve: undefined, ids: [{ system_name: 'GHSA', text: 'GHSA-aaaa-0001' }] };
    expect(names([csaf({ known_not_affected: ['LEFT'] }, extra)])).toEqual(['left']);
  });
});

describe('what is no statement', () => {
  const read = (text: string): unknown => readVex('vex.json', new TextEncoder().encode(text), NOW);

  it.each(['', 'nothing', '[]', '{}', '{"@context":"https://example.org"}', '{"document":{}}'])(
    'is refused: %s',
    (text) => {
      expect(() => read(text)).toThrow(ParseError);
    },
  );

  it.each([
    '{"@context":"https://openvex.dev/ns"}',
    '{"@context":["https://openvex.dev/ns"],"statements":[1,{},{"products":1}]}',
    '{"bomFormat":"CycloneDX","vulnerabilities":[1,{"analysis":{"state":"x"}},{"analysis":{"state":"resolved"}}]}',
    '{"document":{"csaf_version":"2.0"},"vulnerabilities":[1,{"product_status":{"fixed":["a",1]}}],"product_tree":{"branches":[{"branches":1}],"relationships":[{}]}}',
  ])('says nothing: %s', (text) => {
    expect(read(text)).toMatchObject({ statements: [] });
  });
});
