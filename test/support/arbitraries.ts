/**
 * Arbitrary values of the model for property tests: every optional field present and absent, odd
 * texts and keys.
 */

import fc from 'fast-check';
import type {
  Advisory,
  Affected,
  ArtifactResult,
  Coverage,
  Diagnostic,
  Digest,
  Finding,
  Inventory,
  LayerRecord,
  Location,
  MaliciousVersion,
  Package,
  Report,
  VulnerabilityFinding,
} from '../../src/core/model/index.ts';
import type { Tool } from '../../src/core/model/artifact/contents.ts';
import type { BaseStatement } from '../../src/core/model/artifact/artifact.ts';
import type { Analysis } from '../../src/core/model/layer/analysis.ts';
import type { CachedMatches } from '../../src/core/model/advisory/matches.ts';
import type {
  DependencyManifest,
  LockedProjects,
  RequestedPackage,
} from '../../src/core/model/package/dependency-manifest.ts';
import type { EntryMode } from '../../src/core/model/layer/entry-notes.ts';
import type { SecondWalkRecord } from '../../src/core/model/layer/layer-record.ts';
import type {
  Diversion,
  NamedPackage,
  OwnedFile,
  OwningPackage,
  RecordedPackage,
  SelfCheck,
  ExternalClaim,
  VersionClaim,
} from '../../src/core/model/catalog/catalog.ts';
import { ECOSYSTEM_IDS, SEVERITIES } from '../../src/core/model/index.ts';
import {
  COMMENT_SYNTAXES,
  RULE_CATEGORIES,
  type FlowStep,
  type IgnoreComment,
  type RuleDraft,
  type RuleFinding,
} from '../../src/core/model/rule/rule-finding.ts';
import { SOURCE_KINDS } from '../../src/core/model/artifact/source-kind.ts';

/** Drops optional keys at random; a key that is there is never `undefined`. */
function record<T extends object, K extends keyof T>(
  required: { [P in K]: fc.Arbitrary<T[P]> },
  optional: { [P in Exclude<keyof T, K>]-?: fc.Arbitrary<NonNullable<T[P]>> },
): fc.Arbitrary<T> {
  // fast-check types the mix of both groups too loosely to be checked here; the two parameters are
  // checked instead.
  return fc.record(
    { ...required, ...optional },
    { requiredKeys: Object.keys(required) as never[] },
  ) as unknown as fc.Arbitrary<T>;
}

const text = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.constantFrom('__proto__', 'constructor', '\u001b[2J', '\ud800', '12', '\u2028'),
);
const count = fc.nat();
const oneOf = <const T extends string>(...values: T[]): fc.Arbitrary<T> =>
  fc.constantFrom(...values);
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 2 });
const texts = few(text);
const textMap = few(fc.tuple(text, text)).map((pairs) => new Map(pairs));
const digest: fc.Arbitrary<Digest> = fc
  .tuple(oneOf('md5', 'sha1', 'sha256', 'sha512'), fc.stringMatching(/^[0-9a-f]{8}$/))
  .map(([algorithm, hex]) => `${algorithm}:${hex}` as const);
const severity = fc.constantFrom(...SEVERITIES);
const ecosystem = fc.constantFrom(...ECOSYSTEM_IDS);
const status = oneOf(
  'affected',
  'fixed',
  'notAffected',
  'willNotFix',
  'deferred',
  'endOfLife',
  'unimportant',
  'underInvestigation',
);
const presence = oneOf('installed', 'declared', 'embedded');
const scope = oneOf('runtime', 'development', 'optional', 'peer');
const relationship = oneOf('root', 'direct', 'indirect');
const sourcePackage = fc.record({ name: text, version: text });
const distro = record<NonNullable<Inventory['distro']>, 'id' | 'versionId'>(
  { id: text, versionId: text },
  { codename: text },
);

const location = record<Location, 'path' | 'layer'>({ path: text, layer: count }, { line: count });

const contradiction = fc.record({
  kind: oneOf('content', 'version', 'header', 'ownership', 'reference', 'hidden', 'missing'),
  claimed: text,
  found: text,
  location,
  isSevere: fc.boolean(),
});

const evidence = record<Package['evidence'], 'level' | 'reasons' | 'contradictions' | 'files'>(
  {
    level: oneOf('claimed', 'consistent', 'verified', 'proven', 'contradicted'),
    reasons: texts,
    contradictions: few(contradiction),
    files: fc.record({
      matchedCount: count,
      mismatchedCount: count,
      missingCount: count,
      excludedCount: count,
    }),
  },
  { evidencedVersion: text },
);

const pkg = record<
  Package,
  Exclude<keyof Package, 'source' | 'scope' | 'relationship' | 'ownedBy' | 'maintainer'>
>(
  {
    id: text,
    ecosystem,
    name: text,
    version: text,
    qualifiers: textMap,
    presence,
    dependsOn: texts,
    licenses: texts,
    evidence,
    locations: fc.tuple(location, few(location)).map(([first, others]) => [first, ...others]),
    digests: few(digest),
    introducedIn: count,
    foundBy: text,
  },
  { source: sourcePackage, scope, relationship, ownedBy: text, maintainer: text },
);

const tools = few(record<Tool, 'name' | 'paths'>({ name: text, paths: texts }, { version: text }));

export const inventories: fc.Arbitrary<Inventory> = record<
  Inventory,
  'inventoryVersion' | 'packages'
>(
  { inventoryVersion: count, packages: few(pkg) },
  {
    distro,
    projects: few(fc.record({ purl: text, location })),
    emptyManifests: few(location),
    contradictions: few(contradiction),
    accountability: fc.record({
      executableCount: count,
      executableBytes: count,
      explainedCount: count,
      explainedBytes: count,
      explainedBy: few(
        fc.record({ by: oneOf('distribution', 'vendor', 'language'), count, bytes: count }),
      ),
      unexplained: few(fc.record({ location, sizeBytes: count })),
    }),
    contents: fc.record({
      unpackedBytes: count,
      libc: tools,
      shells: tools,
      packageManagers: tools,
      interpreters: tools,
      compilers: tools,
    }),
  },
);

const textRange = fc.record({
  startLine: count,
  startColumn: count,
  endLine: count,
  endColumn: count,
});
const flowStep = record<FlowStep, 'location' | 'message'>(
  { location, message: text },
  { range: textRange },
);
const byteSplice = fc.record({
  path: text,
  startOffset: count,
  endOffset: count,
  replacement: text,
});
const ignoreComment = record<IgnoreComment, 'syntax' | 'line' | 'rules'>(
  { syntax: fc.constantFrom(...COMMENT_SYNTAXES), line: count, rules: texts },
  { reason: text, until: text },
);

export const ruleDrafts: fc.Arbitrary<RuleDraft> = record<
  RuleDraft,
  | 'kind'
  | 'severity'
  | 'category'
  | 'rule'
  | 'title'
  | 'message'
  | 'location'
  | 'cwe'
  | 'aliases'
  | 'remedy'
  | 'fingerprint'
>(
  {
    kind: fc.constant('rule' as const),
    severity,
    category: fc.constantFrom(...RULE_CATEGORIES),
    rule: text,
    title: text,
    message: text,
    location,
    cwe: few(count),
    aliases: texts,
    remedy: text,
    fingerprint: fc.stringMatching(/^[0-9a-f]{32}$/),
  },
  {
    range: textRange,
    excerpt: text,
    helpUri: text,
    tool: text,
    confidence: oneOf('high', 'medium', 'low'),
    steps: few(flowStep),
    fix: fc.record({ description: text, edits: few(byteSplice) }),
    instruction: text,
    comments: few(ignoreComment),
    whitedOutIn: count,
  },
);

const ruleFinding: fc.Arbitrary<RuleFinding> = fc
  .tuple(text, ruleDrafts)
  .map(([id, draft]) => ({ ...draft, id }));

const vulnerability = record<
  VulnerabilityFinding,
  Exclude<keyof VulnerabilityFinding, 'pulledInBy' | 'ownedBy' | 'malicious' | 'lacksRatingSource'>
>(
  {
    kind: fc.constant('vulnerability' as const),
    id: text,
    severity,
    packageId: text,
    advisoryId: text,
    matchedVersion: text,
    status,
    severityBy: text,
    fixedVersions: texts,
    matchedBy: text,
  },
  {
    pulledInBy: texts,
    ownedBy: text,
    lacksRatingSource: fc.boolean(),
    malicious: record<MaliciousVersion, 'by'>({ by: texts }, { lastGood: text, goodBelow: text }),
  },
);

const finding: fc.Arbitrary<Finding> = fc.oneof(
  vulnerability,
  record<Extract<Finding, { kind: 'integrity' }>, 'kind' | 'id' | 'severity' | 'contradiction'>(
    { kind: fc.constant('integrity'), id: text, severity, contradiction },
    { packageId: text },
  ),
  ruleFinding,
);

const diagnostic = record<Diagnostic, 'stage' | 'message'>(
  {
    stage: oneOf(
      'source',
      'layers',
      'catalog',
      'integrity',
      'detect',
      'advisory',
      'match',
      'policy',
    ),
    message: text,
  },
  {
    location,
    gap: oneOf(
      'unreadable',
      'noAdvisoryData',
      'unorderedVersion',
      'unknownSystem',
      'endOfLife',
      'limit',
      'timeout',
      'lazy',
      'filtered',
      'unpinned',
      'unread',
      'unrated',
    ),
  },
);

const rating = record<Advisory['ratings'][number], 'by' | 'severity'>(
  { by: text, severity },
  { vector: text, score: fc.double({ min: 0, max: 10, noNaN: true }).map(withoutNegativeZero) },
);

const affected = record<
  Affected,
  'ecosystem' | 'name' | 'ranges' | 'versions' | 'status' | 'ratings'
>(
  {
    ecosystem,
    name: text,
    ranges: few(
      record<Affected['ranges'][number], 'introduced'>(
        { introduced: text },
        { fixed: text, lastAffected: text, limit: text },
      ),
    ),
    versions: texts,
    status,
    ratings: few(rating),
  },
  { release: text, qualifiers: textMap },
);

const advisory = record<
  Advisory,
  | 'id'
  | 'aliases'
  | 'summary'
  | 'ratings'
  | 'affected'
  | 'references'
  | 'cwes'
  | 'modifiedAt'
  | 'feed'
>(
  {
    id: text,
    aliases: texts,
    summary: text,
    ratings: few(rating),
    affected: few(affected),
    references: texts,
    cwes: texts,
    modifiedAt: text,
    feed: text,
  },
  {
    related: texts,
    details: text,
    exploited: fc.record({ since: text, ransomware: fc.boolean() }),
    epss: fc.double({ min: 0, max: 1, noNaN: true }).map(withoutNegativeZero),
    publishedAt: text,
    withdrawnAt: text,
  },
);

const image = record<
  NonNullable<ArtifactResult['artifact']['image']>,
  'configDigest' | 'platform' | 'tags' | 'repoDigests' | 'env' | 'entrypoint' | 'user' | 'labels'
>(
  {
    configDigest: digest,
    platform: record<{ os: string; architecture: string; variant?: string }, 'os' | 'architecture'>(
      { os: text, architecture: text },
      { variant: text },
    ),
    tags: texts,
    repoDigests: texts,
    env: texts,
    entrypoint: texts,
    user: text,
    labels: textMap,
  },
  {
    indexDigest: digest,
    manifestDigest: digest,
    createdAt: text,
    cmd: texts,
    workingDirectory: text,
    baseHint: fc.record({ layerCount: count, by: oneOf('history') }),
    baseLayerCount: count,
    baseBy: few(
      record<BaseStatement, 'by' | 'name' | 'comparison'>(
        {
          by: oneOf('known', 'label', 'provenance', 'dockerfile', 'trust'),
          name: text,
          comparison: oneOf('equal', 'different', 'sameRepository', 'notCompared'),
        },
        { digest, layerCount: count, reason: text },
      ),
    ),
  },
);

const source = record<NonNullable<ArtifactResult['artifact']['source']>, 'kind'>(
  {
    kind: oneOf(...SOURCE_KINDS),
  },
  { place: text, isGuessed: fc.boolean() },
);

const layer = record<ArtifactResult['artifact']['layers'][number], never>(
  {},
  {
    blobDigest: digest,
    diffId: digest,
    compressedBytes: count,
    createdBy: text,
    dockerfile: fc.record({ path: text, line: count }),
  },
);

const artifactResult = record<ArtifactResult, Exclude<keyof ArtifactResult, 'layerDigests'>>(
  {
    artifact: record<ArtifactResult['artifact'], 'kind' | 'reference' | 'layers'>(
      {
        kind: oneOf('image', 'directory', 'file', 'rootfs', 'repository', 'sbom'),
        reference: text,
        layers: few(layer),
      },
      { image, source },
    ),
    inventory: inventories,
    findings: few(finding),
    suppressed: few(
      record<ArtifactResult['suppressed'][number], 'findingId' | 'by' | 'reason'>(
        {
          findingId: text,
          by: oneOf('unfixed', 'status', 'ignore', 'override', 'comment', 'vex', 'baseline'),
          reason: text,
        },
        { until: text, from: text, owner: text, justification: text },
      ),
    ),
    diagnostics: few(diagnostic),
    notShown: fc.record({
      unknown: count,
      low: count,
      medium: count,
      high: count,
      critical: count,
    }),
  },
  { layerDigests: oneOf('checked', 'byManifest', 'notChecked') },
);

const verdict = record<Report['verdict'], 'status' | 'exitCode' | 'causes'>(
  {
    status: oneOf('pass', 'fail', 'incomplete', 'notAsked'),
    exitCode: count,
    causes: few(
      record<Report['verdict']['causes'][number], 'rule' | 'findingIds' | 'message'>(
        { rule: text, findingIds: texts, message: text },
        { exitCode: count, packageIds: texts, toleratedCount: count },
      ),
    ),
  },
  {
    isDryRun: fc.boolean(),
    policy: text,
    warnings: texts,
    implicitFiles: few(
      record<
        NonNullable<Report['verdict']['implicitFiles']>[number],
        'path' | 'kind' | 'removedCount'
      >(
        {
          path: text,
          kind: oneOf('configuration', 'exceptions', 'corrections', 'comments'),
          removedCount: count,
        },
        { changedCount: count, settings: texts },
      ),
    ),
    cure: record<
      NonNullable<Report['verdict']['cure']>,
      'change' | 'clears' | 'upgrades' | 'command'
    >(
      {
        change: text,
        clears: texts,
        upgrades: few(fc.record({ packageId: text, version: text })),
        command: text,
      },
      {
        removals: texts,
        reinstalls: texts,
        exceptions: texts,
        commands: few(
          record<{ command: string; place?: string }, 'command'>(
            { command: text },
            { place: text },
          ),
        ),
        edits: texts,
      },
    ),
  },
);

const coverage = record<Coverage, 'feed' | 'recordCount' | 'dataAt' | 'fetchedAt'>(
  { feed: text, recordCount: count, dataAt: text, fetchedAt: text },
  { ecosystem, release: text, currentAt: text, isPartial: fc.boolean() },
);

export const cachedMatches: fc.Arbitrary<CachedMatches> = record<
  CachedMatches,
  'needs' | 'state' | 'matches'
>(
  {
    needs: few(
      record<CachedMatches['needs'][number], 'ecosystem'>({ ecosystem }, { release: text }),
    ),
    state: text,
    matches: fc.record({
      findings: few(vulnerability),
      advisories: few(advisory).map((list) => new Map(list.map((one) => [one.id, one]))),
      diagnostics: few(diagnostic),
      coverage: few(coverage),
      coveredPackageCount: count,
      packageCount: count,
    }),
  },
  { content: text },
);

export const reports: fc.Arbitrary<Report> = record<
  Report,
  Exclude<keyof Report, 'shownOrigin' | 'baseline'>
>(
  {
    schemaVersion: fc.constant(1 as const),
    tool: fc.record({ name: fc.constant('assay' as const), version: text }),
    results: few(artifactResult),
    advisories: few(fc.tuple(text, advisory)).map((pairs) => new Map(pairs)),
    coverage: few(coverage),
    shownSeverities: few(severity),
    verdict,
    startedAt: text,
    durationMs: count,
  },
  {
    shownOrigin: oneOf('app', 'base'),
    baseline: record<
      NonNullable<Report['baseline']>,
      Exclude<keyof NonNullable<Report['baseline']>, 'doubt'>
    >(
      {
        name: text,
        reference: text,
        judgedAt: text,
        newIds: few(text),
        unchangedCount: count,
        fixed: few(
          fc.record({ findingId: text, name: text, severity, package: text, version: text }),
        ),
      },
      { doubt: text },
    ),
  },
);

const ownedFiles = few(
  record<OwnedFile, 'path' | 'kind'>(
    { path: text, kind: oneOf('file', 'config', 'link') },
    { digest, target: text, mayBeAbsent: fc.boolean() },
  ),
);

const versionClaims = few(
  record<VersionClaim, 'by' | 'version' | 'weight'>(
    { by: text, version: text, weight: oneOf('binding', 'hint') },
    { part: oneOf('whole', 'source', 'upstream'), name: text, path: text },
  ),
);

const selfChecks = few(
  record<SelfCheck, 'by' | 'outcome' | 'kind'>(
    {
      by: text,
      outcome: oneOf('match', 'proven', 'mismatch'),
      kind: oneOf('header', 'content', 'reference'),
    },
    { claimed: text, found: text, path: text },
  ),
);

const testimony = record<ExternalClaim, 'of'>(
  {
    of: fc.oneof(
      record<NamedPackage, 'kind' | 'name'>(
        { kind: fc.constant('name'), name: text },
        { architecture: text, soughtAt: text },
      ),
      record<RecordedPackage, 'kind' | 'path'>(
        { kind: fc.constant('record'), path: text },
        { name: text },
      ),
      record<OwningPackage, 'kind' | 'products'>(
        { kind: fc.constant('owner'), products: texts },
        {},
      ),
    ),
  },
  { digests: few(digest), ownedFiles, versionClaims, selfChecks },
);

const cataloged = record<
  LayerRecord['cataloged'][number]['result']['packages'][number],
  'name' | 'version'
>(
  { name: text, version: text },
  {
    line: count,
    ecosystem,
    presence,
    scope,
    relationship,
    dependsOn: texts,
    source: sourcePackage,
    maintainer: text,
    qualifiers: textMap,
    licenses: texts,
    digests: few(digest),
    ownedFiles,
    versionClaims,
    selfChecks,
    requiresExactly: few(fc.record({ name: text, version: text })),
    builtIn: text,
    replaces: texts,
    ownedBy: text,
    evidencedVersion: text,
  },
);

const catalogResult = record<LayerRecord['cataloged'][number]['result'], 'packages'>(
  { packages: few(cataloged) },
  {
    distro,
    projects: few(text),
    repositoryReleases: texts,
    manifest: record<DependencyManifest, 'requests'>(
      {
        requests: few(
          record<RequestedPackage, 'name' | 'range'>(
            { name: text, range: text },
            {
              version: text,
              folder: text,
              line: count,
              scope: fc.constantFrom('development', 'optional'),
            },
          ),
        ),
      },
      {
        name: text,
        leavesIndirect: fc.boolean(),
        addsPins: fc.boolean(),
        computed: text,
        members: texts,
        isOverridden: fc.boolean(),
        installsInto: text,
      },
    ),
    lock: record<LockedProjects, never>(
      {},
      { directories: texts, names: texts, isOverridden: fc.boolean() },
    ),
    diagnostics: few(diagnostic),
    externalClaims: few(testimony),
    diversions: few(record<Diversion, 'path' | 'to'>({ path: text, to: text }, { by: text })),
  },
);

const fileFacts = fc.uniqueArray(
  fc.record({
    path: text.map((name) => `/${name}`),
    mode: count,
    sizeBytes: count,
    digests: few(digest),
    isExecutable: fc.boolean(),
  }),
  { selector: ({ path }) => path, maxLength: 3 },
);

const pathHashes = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('base64'));

const entryNotes = fc.record({
  modes: few(
    record<EntryMode, 'kind' | 'path' | 'mode'>(
      { kind: fc.constantFrom('file', 'directory'), path: text, mode: count },
      { uid: count, gid: count },
    ),
  ),
  counted: few(fc.record({ path: text, fileCount: count, sizeBytes: count })),
});

export const layerRecords: fc.Arbitrary<LayerRecord> = record<
  LayerRecord,
  Exclude<keyof LayerRecord, 'diffId' | 'unrecordedPathHashes' | 'late' | 'notes'>
>(
  {
    unpackedBytes: count,
    entryCount: count,
    whiteouts: texts,
    opaques: texts,
    links: few(fc.record({ path: text, target: text, isHard: fc.boolean() })),
    directories: texts,
    files: fileFacts,
    cataloged: few(fc.record({ path: text, foundBy: text, result: catalogResult })),
    rules: few(ruleDrafts),
    diagnostics: few(diagnostic),
  },
  { diffId: digest, unrecordedPathHashes: pathHashes, late: texts, notes: entryNotes },
);

export const layerAnswers: fc.Arbitrary<SecondWalkRecord> = record<
  SecondWalkRecord,
  Exclude<keyof SecondWalkRecord, 'late'>
>(
  {
    files: fileFacts,
    diagnostics: few(diagnostic),
    readings: few(
      fc.record({ link: count, storedPath: text, foundBy: text, result: catalogResult }),
    ),
  },
  { late: texts },
);

export const analyses: fc.Arbitrary<Analysis> = fc.record({
  inventory: inventories,
  diagnostics: few(diagnostic),
  rules: few(ruleFinding),
});

/** JSON has no negative zero. */
function withoutNegativeZero(value: number): number {
  return value === 0 ? 0 : value;
}
