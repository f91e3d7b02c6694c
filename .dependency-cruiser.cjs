/**
 * The import rule: who may import whom. One row per room; itself is always allowed. `docs/architecture.md` draws it.
 */
const ASSEMBLIES = ['scan', 'compare', 'pin', 'fix', 'release', 'knowledge', 'reference', 'proxy'];
const MAY_IMPORT = {
  base: [],
  model: [],
  format: ['base', 'model'],
  version: ['model'],
  oci: ['base', 'model', 'format'],
  trust: ['base', 'model', 'format'],
  signing: ['base', 'model', 'format', 'oci', 'trust'],
  advisory: ['base', 'model', 'format', 'version'],
  source: ['base', 'model', 'format', 'oci'],
  layers: ['base', 'model', 'format'],
  catalog: ['base', 'model', 'format', 'version'],
  detect: ['base', 'model', 'format', 'version', 'trust'],
  integrity: ['base', 'model', 'format', 'version'],
  match: ['base', 'model', 'version'],
  policy: ['base', 'model', 'version', 'format'],
  remediation: ['base', 'model', 'version', 'format'],
  report: ['base', 'model'],
  // prettier-ignore
  scan: ['base', 'model', 'format', 'version', 'oci', 'advisory', 'source', 'layers', 'catalog', 'detect', 'integrity', 'match', 'policy', 'remediation', 'signing', 'trust'],
  compare: ['base', 'model', 'format', 'oci', 'match', 'remediation', 'scan'],
  pin: ['base', 'model', 'format', 'oci', 'trust', 'match', 'scan'],
  fix: ['base', 'model', 'format', 'version', 'advisory', 'match', 'remediation', 'scan'],
  release: ['base', 'model', 'oci', 'trust', 'signing', 'policy', 'scan'],
  knowledge: ['base', 'model', 'format', 'oci', 'signing', 'advisory'],
  reference: ['base', 'model', 'format', 'oci', 'advisory', 'integrity', 'signing'],
  // prettier-ignore
  proxy: ['base', 'model', 'format', 'version', 'trust', 'signing', 'advisory', 'detect', 'integrity', 'match', 'policy'],
  // prettier-ignore
  server: ['base', 'model', 'format', 'oci', 'trust', 'advisory', 'signing', 'match', 'policy', 'report', ...ASSEMBLIES],
  // prettier-ignore
  cli: ['base', 'model', 'format', 'oci', 'trust', 'advisory', 'signing', 'match', 'policy', 'report', 'server', ...ASSEMBLIES],
  web: ['model'],
};

const ROOMS = Object.keys(MAY_IMPORT);
const TEST = '\\.test\\.ts$';

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
      from: { path: '^src/', pathNot: `^src/(?:index\\.ts$|(?:${ROOMS.join('|')})/)` },
      to: {},
    },
    {
      name: 'public-entry',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: { path: '^src/', pathNot: '^src/(?:scan|oci|model)/' },
    },
    {
      name: 'nobody-imports-the-public-entry',
      severity: 'error',
      from: { path: '^src/', pathNot: TEST },
      to: { path: '^src/index\\.ts$' },
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
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/$1/$2/' },
    },
    {
      name: 'network-only-at-the-doors',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:source|server|cli|proxy)/|${TEST}` },
      to: { path: NETWORK },
    },
    {
      name: 'processes-only-where-needed',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:source|oci|signing|fix|cli)/|${TEST}` },
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
