/**
 * The import rule: who may import whom. `docs/architecture.md` draws it.
 *
 * Rooms lie on floors, and an import never goes upwards. On the floors of the ground, the shelves and the assemblies a room
 * may import rooms that stand before it in `FLOORS`; a station never imports another station. Rooms that are planned and
 * not there yet have their place already.
 */
const FLOORS = {
  ground: ['base', 'model', 'net'],
  // prettier-ignore
  shelves: ['format', 'version', 'codec', 'oci', 'git', 'trust', 'ledger', 'distro-index', 'package-index', 'names', 'flow', 'signing', 'advisory'],
  // prettier-ignore
  stations: ['source', 'collect', 'catalog', 'detect', 'rootfs', 'inventory', 'integrity', 'match', 'policy', 'remediation', 'report'],
  // prettier-ignore
  assemblies: ['advisory-db', 'config', 'scan', 'compare', 'explain', 'pin', 'fix', 'release', 'provenance', 'audit', 'reference', 'proxy'],
  doors: ['web', 'server', 'cli'],
};
const GROUND = ['base', 'model'];

/** One row per room; itself is always allowed. */
const MAY_IMPORT = {
  base: [],
  model: ['base'],
  net: GROUND,
  format: GROUND,
  version: GROUND,
  codec: GROUND,
  oci: [...GROUND, 'format'],
  git: [...GROUND, 'format'],
  trust: [...GROUND, 'format', 'git'],
  ledger: [...GROUND, 'codec'],
  'distro-index': [...GROUND, 'format', 'version'],
  'package-index': [...GROUND, 'format', 'version'],
  names: GROUND,
  flow: [...GROUND, 'format'],
  signing: [...GROUND, 'format', 'oci', 'trust'],
  advisory: [...GROUND, 'format', 'version', 'codec'],
  source: [...GROUND, 'format', 'oci', 'git'],
  collect: [...GROUND, 'format'],
  catalog: [...GROUND, 'format', 'version'],
  detect: [...GROUND, 'format', 'version', 'trust', 'package-index', 'names', 'flow'],
  rootfs: [...GROUND, 'format'],
  inventory: [...GROUND, 'format'],
  integrity: [...GROUND, 'format', 'version'],
  match: [...GROUND, 'version'],
  policy: [...GROUND, 'format', 'version'],
  remediation: [...GROUND, 'format', 'version'],
  report: [...GROUND, 'codec'],
  'advisory-db': [...GROUND, 'format', 'codec', 'oci', 'signing', 'advisory'],
  config: [...GROUND, 'format', 'policy', 'advisory-db'],
  // prettier-ignore
  scan: [...GROUND, 'format', 'version', 'codec', 'oci', 'git', 'trust', 'signing', 'advisory', 'advisory-db', 'source', 'collect', 'catalog', 'detect', 'rootfs', 'inventory', 'integrity', 'match', 'policy', 'remediation'],
  // prettier-ignore
  compare: [...GROUND, 'format', 'version', 'codec', 'oci', 'match', 'policy', 'remediation', 'config', 'scan'],
  // prettier-ignore
  explain: [...GROUND, 'format', 'version', 'codec', 'advisory', 'match', 'policy', 'remediation', 'report', 'config', 'scan'],
  // prettier-ignore
  pin: [...GROUND, 'format', 'version', 'codec', 'oci', 'git', 'trust', 'ledger', 'package-index', 'advisory', 'match', 'policy', 'config', 'scan', 'compare'],
  // prettier-ignore
  fix: [...GROUND, 'format', 'version', 'git', 'package-index', 'advisory', 'match', 'policy', 'remediation', 'scan'],
  release: [...GROUND, 'codec', 'oci', 'trust', 'signing', 'policy', 'scan'],
  provenance: [...GROUND, 'format', 'git', 'trust', 'signing', 'scan'],
  // prettier-ignore
  audit: [...GROUND, 'format', 'git', 'trust', 'ledger', 'package-index', 'names', 'detect', 'policy', 'fix', 'pin', 'scan'],
  reference: [...GROUND, 'format', 'oci', 'advisory', 'integrity', 'signing'],
  // prettier-ignore
  proxy: [...GROUND, 'net', 'format', 'version', 'trust', 'ledger', 'package-index', 'names', 'signing', 'advisory', 'detect', 'integrity', 'match', 'policy'],
  web: ['model'],
  // prettier-ignore
  server: [...GROUND, 'net', 'format', 'codec', 'oci', 'trust', 'advisory', 'signing', 'match', 'policy', 'report', ...FLOORS.assemblies],
  // prettier-ignore
  cli: [...GROUND, 'net', 'format', 'codec', 'oci', 'git', 'trust', 'package-index', 'advisory', 'signing', 'detect', 'match', 'policy', 'report', ...FLOORS.assemblies, 'server'],
};

const ROOMS = Object.values(FLOORS).flat();
for (const room of new Set([...ROOMS, ...Object.keys(MAY_IMPORT)])) {
  if (MAY_IMPORT[room] === undefined) throw new Error(`no row says whom ${room}/ may import`);
  for (const other of [room, ...MAY_IMPORT[room]]) {
    if (!ROOMS.includes(other)) throw new Error(`${other}/ is on no floor`);
    if (other === room) continue;
    const isSideways = [room, other].every((name) => FLOORS.stations.includes(name));
    if (isSideways) throw new Error(`the station ${room}/ may not import the station ${other}/`);
    if (ROOMS.indexOf(other) > ROOMS.indexOf(room)) {
      throw new Error(`${room}/ may not import ${other}/, which is above it`);
    }
  }
}

const TEST = '\\.test\\.ts$';

/** Helpers over values, without Node: what `model/` and `version/`, which run in a browser too, may take of `base/`. */
const PURE_BASE = '^src/core/base/(?:artifact-path|compare|maps)\\.ts$';

const roomRules = ROOMS.map((room) => ({
  name: `room-${room}`,
  severity: 'error',
  from: { path: `^src/${room}/`, pathNot: TEST },
  to: { path: '^src/', pathNot: `^src/(?:${[room, ...MAY_IMPORT[room]].join('|')})/` },
}));

const NETWORK = '^(?:node:)?(?:http|https|http2|net|tls|dgram|dns)(?:/promises)?$';
const PROCESS = '^(?:node:)?child_process$';

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'unknown-room',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:index\\.ts$|model\\.ts$|(?:${ROOMS.join('|')})/)` },
      to: {},
    },
    {
      name: 'public-entry',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(?:scan|oci|model)/|^src/core/model\\.ts$' },
    },
    {
      name: 'public-model',
      severity: 'error',
      from: { path: '^src/core/model\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(?:model|codec)/' },
    },
    {
      name: 'nobody-imports-the-public-entry',
      severity: 'error',
      from: { path: '^src/', pathNot: `${TEST}|^src/index\\.ts$` },
      to: { path: '^src/(?:index|model)\\.ts$' },
    },
    {
      name: 'only-pure-helpers-in-the-model',
      severity: 'error',
      from: { path: '^src/(?:model|version)/', pathNot: TEST },
      to: { path: '^src/core/base/', pathNot: PURE_BASE },
    },
    {
      name: 'pure-helpers-import-nothing',
      severity: 'error',
      from: { path: PURE_BASE },
      to: {},
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'one-ecosystem-never-imports-another',
      severity: 'error',
      // The rows name the readers of every folder and load them.
      from: {
        path: '^src/(catalog|detect)/([^/]+)/',
        pathNot: [TEST, '^src/(?:catalog|detect)/rows/'],
      },
      // Shell commands stand in several kinds of files.
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/(?:$1/$2|detect/commands)/' },
    },
    {
      name: 'network-only-at-the-doors',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:net|source|server|cli|proxy)/|${TEST}` },
      to: { path: NETWORK },
    },
    {
      name: 'processes-only-where-needed',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(?:(?:git|source|oci|signing|fix|cli)/|package-index/npm-default\\.ts$)|${TEST}`,
      },
      to: { path: PROCESS },
    },
    {
      name: 'no-test-code-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: `^(?:test|tools|bench)/|${TEST}` },
    },
    {
      name: 'no-development-dependency-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { dependencyTypes: ['npm-dev'], pathNot: '/@types/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node'],
    },
  },
};
