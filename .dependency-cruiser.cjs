/**
 * The import rule: who may import whom. `docs/architecture.md` draws it.
 *
 * `src/` has boxes, and boxes have rooms. Both tables below begin with the ground. A box may import the boxes that its row
 * names, all of them above it in the table; a room may import, beside those, the rooms of its own box that its row names, all
 * of them above it. `ABOVE_ONLY` and `STATIONS` say less for some rooms. Type imports count. Rooms that are planned and not
 * there yet have their place already.
 */
const BOXES = {
  core: [],
  formats: ['core'],
  clients: ['core', 'formats'],
  trust: ['core', 'formats', 'clients'],
  advisories: ['core', 'formats', 'clients', 'trust'],
  rules: ['core', 'formats', 'clients', 'trust'],
  scan: ['core', 'formats', 'clients', 'trust', 'advisories', 'rules'],
  tasks: ['core', 'formats', 'clients', 'trust', 'advisories', 'rules', 'scan'],
  'package-registry': ['core', 'formats', 'clients', 'trust', 'advisories', 'rules', 'scan'],
  fleet: ['core', 'formats', 'clients', 'trust', 'advisories', 'rules', 'scan', 'tasks'],
  // prettier-ignore
  app: ['core', 'formats', 'clients', 'trust', 'advisories', 'rules', 'scan', 'tasks', 'package-registry', 'fleet'],
};

/** The stations of a scan. None imports another one; only the pipeline knows their order. */
// prettier-ignore
const STATIONS = ['source', 'collect', 'catalog', 'resolve', 'rootfs', 'inventory', 'integrity', 'match', 'policy', 'remediation', 'report'];

/** For each box its rooms from the ground, each with the rooms of the box that it may import. A box without a row is one room. */
const ROOMS = {
  core: {
    base: [],
    model: ['base'],
    codec: ['base', 'model'],
    version: ['base', 'model'],
    net: ['base', 'model'],
    serving: ['base', 'model', 'net'],
  },
  formats: {
    bytes: [],
    crypto: ['bytes'],
    text: ['bytes', 'crypto'],
    archive: ['bytes', 'crypto', 'text'],
    binary: ['bytes', 'crypto', 'text'],
  },
  clients: {
    oci: [],
    git: [],
    'package-index': [],
    'maven-repository': [],
    'distro-index': [],
  },
  trust: {
    'trust-file': [],
    ledger: [],
    names: [],
    signing: ['trust-file'],
    'package-provenance': ['trust-file', 'signing'],
    'signed-bundle': ['trust-file', 'signing'],
    'reference-pack': ['trust-file', 'signing', 'signed-bundle'],
    export: ['trust-file'],
  },
  advisories: {
    feeds: [],
    store: ['feeds'],
    base: ['feeds', 'store'],
  },
  rules: {
    flow: [],
    detect: ['flow'],
  },
  scan: {
    ...Object.fromEntries(STATIONS.map((station) => [station, []])),
    pipeline: STATIONS.filter((station) => station !== 'report'),
    request: ['pipeline'],
  },
  tasks: {
    compare: [],
    explain: [],
    fix: [],
    release: [],
    provenance: [],
    reference: [],
    patches: [],
    policy: [],
    check: [],
    pin: ['compare'],
    audit: ['fix', 'pin'],
  },
  app: {
    config: [],
    web: [],
    mcp: ['config'],
    server: ['config'],
    cli: ['config', 'mcp', 'server'],
  },
};

/**
 * Rooms that may import less than their box: the boxes that they may import, each as a whole or by its rooms.
 */
const ABOVE_ONLY = {
  'trust/ledger': ['core'],
  'trust/names': ['core'],
  'rules/flow': ['core', 'formats'],
  'scan/collect': ['core', 'formats'],
  'scan/catalog': ['core', 'formats'],
  'scan/rootfs': ['core', 'formats'],
  'scan/inventory': ['core', 'formats'],
  'scan/integrity': ['core', 'formats'],
  'scan/match': ['core'],
  'scan/policy': ['core', 'formats'],
  'scan/remediation': ['core', 'formats'],
  'scan/report': ['core'],
  'scan/source': ['core', 'formats', 'clients'],
  'scan/resolve': ['core', 'formats'],
  'app/web': ['core/model'],
};

checkBoxes();
checkRooms();
checkPlaces();

/** Refuses boxes that import a box that is not below them. */
function checkBoxes() {
  const boxes = Object.keys(BOXES);
  for (const [box, allowed] of Object.entries(BOXES)) {
    for (const other of allowed) {
      if (!boxes.includes(other)) throw new Error(`${other}/ is no box`);
      if (boxes.indexOf(other) >= boxes.indexOf(box)) {
        throw new Error(`${box}/ may not import ${other}/, which is not below it`);
      }
    }
  }
}

/** Refuses rooms that import a room that is not below them. */
function checkRooms() {
  for (const [box, rows] of Object.entries(ROOMS)) {
    if (BOXES[box] === undefined) throw new Error(`${box}/ is no box`);
    const rooms = Object.keys(rows);
    for (const [room, allowed] of Object.entries(rows)) {
      for (const other of allowed) checkRoom(box, rooms, room, other);
    }
  }
}

function checkRoom(box, rooms, room, other) {
  if (!rooms.includes(other)) throw new Error(`${box}/${other}/ is no room`);
  if (box === 'scan' && [room, other].every((name) => STATIONS.includes(name))) {
    throw new Error(`the station ${room}/ may not import the station ${other}/`);
  }
  if (rooms.indexOf(other) >= rooms.indexOf(room)) {
    throw new Error(`${box}/${room}/ may not import ${box}/${other}/, which is not below it`);
  }
}

/** Refuses rooms that may import what their box may not. */
function checkPlaces() {
  for (const [place, allowed] of Object.entries(ABOVE_ONLY)) {
    const [box, room] = place.split('/');
    if (ROOMS[box]?.[room] === undefined) throw new Error(`${place}/ is no room`);
    for (const other of allowed) {
      const [below] = other.split('/');
      if (!BOXES[box].includes(below)) throw new Error(`${place}/ may not import ${other}/`);
    }
  }
}

const TEST = '\\.test\\.ts$';

/** Helpers over values, without Node: what `core/model/` and `core/version/`, which run in a browser too, may take of `core/base/`. */
const PURE_BASE = '^src/core/base/(?:artifact-path|compare|maps)\\.ts$';

const alternatives = (names) => `(?:${names.join('|')})`;

const boxRules = Object.entries(BOXES).map(([box, allowed]) => ({
  name: `box-${box}`,
  severity: 'error',
  from: { path: `^src/${box}/`, pathNot: TEST },
  to: { path: '^src/', pathNot: `^src/${alternatives([box, ...allowed])}/` },
}));

const roomRules = Object.entries(ROOMS).flatMap(([box, rows]) =>
  Object.entries(rows).map(([room, allowed]) => ({
    name: `room-${box}-${room}`,
    severity: 'error',
    from: { path: `^src/${box}/${room}/`, pathNot: TEST },
    to: { path: `^src/${box}/`, pathNot: `^src/${box}/${alternatives([room, ...allowed])}/` },
  })),
);

const lessRules = Object.entries(ABOVE_ONLY).map(([place, allowed]) => ({
  name: `less-${place.replace('/', '-')}`,
  severity: 'error',
  from: { path: `^src/${place}/`, pathNot: TEST },
  // The other rooms of the box have rules of their own.
  to: { path: '^src/', pathNot: `^src/${alternatives([place.split('/')[0], ...allowed])}/` },
}));

/** Where a file of the product may lie: in a room, in a box that is one room, or at the top as a public entry. */
const KNOWN = Object.keys(BOXES).map((box) =>
  ROOMS[box] === undefined ? `${box}/` : `${box}/${alternatives(Object.keys(ROOMS[box]))}/`,
);

const NETWORK = '^(?:node:)?(?:http|https|http2|net|tls|dgram|dns)(?:/promises)?$';
const PROCESS = '^(?:node:)?child_process$';

module.exports = {
  forbidden: [
    ...boxRules,
    ...roomRules,
    ...lessRules,
    {
      name: 'unknown-room',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(?:index\\.ts$|model\\.ts$|${KNOWN.join('|')})` },
      to: {},
    },
    {
      name: 'public-entry',
      severity: 'error',
      from: { path: '^src/index\\.ts$' },
      to: {
        path: '^src/',
        pathNot: '^src/(?:scan/pipeline|clients/oci|core/model)/|^src/model\\.ts$',
      },
    },
    {
      name: 'public-model',
      severity: 'error',
      from: { path: '^src/model\\.ts$' },
      to: { path: '^src/', pathNot: '^src/core/(?:model|codec)/' },
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
      from: { path: '^src/core/(?:model|version)/', pathNot: TEST },
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
        path: '^src/(scan/catalog|rules/detect)/([^/]+)/',
        pathNot: [TEST, '^src/(?:scan/catalog|rules/detect)/rows/'],
      },
      // Shell commands stand in several kinds of files.
      to: { path: '^src/$1/[^/]+/', pathNot: '^src/(?:$1/$2|rules/detect/commands)/' },
    },
    {
      name: 'network-only-at-the-doors',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(?:core/(?:net|serving)|scan/source|package-registry|app/(?:server|cli))/|${TEST}`,
      },
      to: { path: NETWORK },
    },
    {
      name: 'processes-only-where-needed',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: `^src/(?:(?:clients/git|clients/oci|scan/source|trust/signing|tasks/fix|app/cli)/|clients/package-index/npm-default\\.ts$)|${TEST}`,
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
