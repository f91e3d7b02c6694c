/**
 * The section `registry:` of a configuration file: where the package registry listens, what it
 * asks, and its policy. `docs/registry.md` and `docs/registry-policy.md` explain the keys.
 */

import { compileGlobs } from '../../core/base/glob.ts';
import { normalizePythonName } from '../../core/model/package/python-name.ts';
import {
  DEFAULT_PACKAGE_POLICY,
  isLiftable,
  isReadableRange,
  LIST_ECOSYSTEMS,
  RULE_ACTIONS,
  RULE_KINDS,
  type ListEcosystem,
  type PackageListEntry,
  type PackagePolicy,
  type PackageRule,
  type RuleAction,
} from '../../scan/policy/package-policy.ts';
import type { FailCondition } from '../../scan/policy/options.ts';
import { blaming, unknownKey, type ConfigNode } from './node.ts';
import { readConditions } from './policies.ts';
import { readLimits, readTls, type LimitsEntry, type TlsEntry } from './registry-server.ts';
import { readDuration, readInstant, readSize } from './values.ts';

/** The settings of the section. Absent parts have their defaults. */
export interface RegistrySection {
  readonly data?: string;
  readonly listen?: string;
  readonly url?: string;
  readonly isDryRun?: boolean;
  readonly uplinks?: readonly string[];
  readonly privateNames?: readonly string[];
  /** Ecosystems whose packages are served. Absent: all for which an uplink is configured. */
  readonly ecosystems?: readonly ListEcosystem[];
  /** Python packages; names are normalized. */
  readonly pypi?: {
    readonly uplinks?: readonly string[];
    readonly privateNames?: readonly string[];
  };
  readonly freshMs?: number;
  readonly maxStoredBytes?: number;
  /** Ceiling for the body of a request that publishes. */
  readonly maxPublishBytes?: number;
  readonly tls?: TlsEntry;
  readonly limits?: LimitsEntry;
  readonly tokens?: readonly RegistryTokenEntry[];
  /** Absent: neither rules nor lists are given. */
  readonly policy?: PackagePolicy;
}

/** A token. The file contains only its hash. */
export interface RegistryTokenEntry {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
  readonly role: 'read' | 'publish' | 'admin';
  /** Patterns of the names that it may publish. Absent: all private names. */
  readonly packages?: readonly string[];
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/** Keys of the section. Others are flags that have their place there, as `registry.username`. */
export const REGISTRY_KEYS = [
  ...(['data', 'listen', 'url', 'dry-run', 'uplinks', 'private', 'fresh', 'max-size'] as const),
  ...([
    'max-publish',
    'ecosystems',
    'pypi',
    'tls',
    'limits',
    'tokens',
    'rules',
    'allow',
    'block',
  ] as const),
] as const;

const KEYS: ReadonlySet<string> = new Set(REGISTRY_KEYS);
const LIST_KEYS = ['package', 'ecosystem', 'versions', 'reason', 'owner', 'expires', 'rules'];
const PYPI_KEYS = ['uplinks', 'private'];
const TOKEN_KEYS = ['name', 'sha256', 'role', 'packages', 'expires'];
const ROLES = ['read', 'publish', 'admin'] as const;
const MAX_ENTRIES = 10_000;

/** Returns whether a key below `registry` belongs to the section. */
export function isRegistryKey(key: string): boolean {
  return KEYS.has(key);
}

/**
 * Reads the members of the section; keys of flags are left to the caller. @throws AssayError
 * `CONFIG_INVALID`
 */
export function readRegistrySection(node: ConfigNode): RegistrySection {
  const members = node.members();
  const textOf = (key: string): string | undefined => filled(members.get(key))?.text();
  const list = (key: string): readonly ConfigNode[] => members.get(key)?.items() ?? [];
  const fresh = filled(members.get('fresh'));
  const size = filled(members.get('max-size'));
  const publish = filled(members.get('max-publish'));
  const dryRun = filled(members.get('dry-run'));
  const tls = filled(members.get('tls'));
  const limits = filled(members.get('limits'));
  const [data, listen, url] = ['data', 'listen', 'url'].map(textOf);
  return {
    ...(data !== undefined && { data }),
    ...(listen !== undefined && { listen }),
    ...(url !== undefined && { url }),
    ...(dryRun !== undefined && { isDryRun: dryRun.flag() }),
    ...(members.has('uplinks') && { uplinks: list('uplinks').map((item) => item.text()) }),
    ...(members.has('private') && {
      privateNames: list('private').map((item) => readPattern(item)),
    }),
    ...(members.has('ecosystems') && { ecosystems: list('ecosystems').map(readEcosystem) }),
    ...readPypi(members.get('pypi')),
    ...(fresh !== undefined && {
      freshMs: blaming(fresh, () => readDuration('fresh', fresh.text())),
    }),
    ...(size !== undefined && {
      maxStoredBytes: blaming(size, () => readSize('max-size', size.text())),
    }),
    ...(publish !== undefined && {
      maxPublishBytes: readPublishSize(publish),
    }),
    ...(tls !== undefined && { tls: readTls(tls) }),
    ...(limits !== undefined && { limits: readLimits(limits) }),
    ...(members.has('tokens') && { tokens: list('tokens').map((item) => readToken(item)) }),
    ...readPolicy(members),
  };
}

/** A request that publishes is held in memory as one text. */
const MAX_PUBLISH_BYTES = 300_000_000;

function readPublishSize(node: ConfigNode): number {
  const bytes = blaming(node, () => readSize('max-publish', node.text()));
  if (bytes <= MAX_PUBLISH_BYTES) return bytes;
  throw node.refuse('is more than 300MB', 'Set registry.max-publish to at most 300MB.');
}

function readPypi(node: ConfigNode | undefined): Pick<RegistrySection, 'pypi'> {
  const given = filled(node);
  if (given === undefined) return {};
  const members = given.members();
  for (const [key, member] of members) {
    if (!PYPI_KEYS.includes(key)) refuseUnknown(given, member);
  }
  const uplinks = members.get('uplinks')?.items();
  const names = members.get('private')?.items();
  return {
    pypi: {
      ...(uplinks !== undefined && { uplinks: uplinks.map((item) => item.text()) }),
      ...(names !== undefined && { privateNames: names.map((item) => readPattern(item, 'pypi')) }),
    },
  };
}

function readEcosystem(node: ConfigNode): ListEcosystem {
  const ecosystem = LIST_ECOSYSTEMS.find((one) => one === node.text());
  if (ecosystem !== undefined) return ecosystem;
  throw node.refuse('is no ecosystem of the registry', `Possible: ${LIST_ECOSYSTEMS.join(', ')}.`);
}

function readPolicy(members: ReadonlyMap<string, ConfigNode>): { readonly policy?: PackagePolicy } {
  if (!['rules', 'allow', 'block'].some((key) => members.has(key))) return {};
  const rules = (members.get('rules')?.items() ?? []).map((item) => readRule(item));
  const lists = (key: string): readonly PackageListEntry[] => {
    const items = members.get(key)?.items() ?? [];
    const [first] = items;
    if (items.length > MAX_ENTRIES && first !== undefined) {
      throw first.refuse(`has more than ${MAX_ENTRIES} entries`);
    }
    return items.map((item) => readEntry(item, key === 'allow'));
  };
  // What a policy does not name of these is hidden.
  const standing = DEFAULT_PACKAGE_POLICY.rules.filter(
    ({ kind }) => !rules.some((rule) => rule.kind === kind),
  );
  return {
    policy: {
      rules: [...standing, ...rules],
      allow: lists('allow'),
      block: lists('block'),
    },
  };
}

function readRule(item: ConfigNode): PackageRule {
  const members = item.members();
  const kinds = RULE_KINDS.filter((kind) => members.has(kind));
  const [kind] = kinds;
  for (const [key, member] of members) {
    if (![...RULE_KINDS, 'action', 'reason'].includes(key)) refuseUnknown(item, member);
  }
  if (kind === undefined || kinds.length > 1) {
    throw item.refuse('must have one rule in each item', `Rules: ${RULE_KINDS.join(', ')}.`);
  }
  const subject = members.get(kind);
  const reason = filled(members.get('reason'))?.text();
  const rule = {
    kind,
    action: readAction(members.get('action')),
    ...(reason !== undefined && { reason }),
  };
  if (subject === undefined) return rule;
  if (kind === 'min-age' || kind === 'changed-maintainers') {
    return { ...rule, minAgeMs: blaming(subject, () => readDuration(kind, subject.text())) };
  }
  if (kind === 'denied-licenses' || kind === 'allowed-licenses') {
    return { ...rule, licenses: readLicensePatterns(subject) };
  }
  if (kind === 'vulnerabilities') return { ...rule, conditions: readVulnerabilities(subject) };
  if (!subject.flag()) throw subject.refuse('must be true; leave the rule out to switch it off');
  return rule;
}

function readLicensePatterns(node: ConfigNode): readonly string[] {
  const patterns = node.items().map((item) => readLicensePattern(item));
  if (patterns.length > 0) return patterns;
  throw node.refuse('has no license', 'Write SPDX identifiers, as in [AGPL-*, SSPL-1.0, unknown].');
}

/** An expression would match no license. */
function readLicensePattern(node: ConfigNode): string {
  const text = node.text().trim();
  blaming(node, () => compileGlobs([text]));
  const isPlain = text !== '' && !/[()|]|\s(?:and|or)\s/iu.test(text);
  if (isPlain) return text;
  throw node.refuse(
    'is no single license',
    'Write one SPDX identifier in each item; "*" stands for any characters, and "unknown" for no license.',
  );
}

/** Parts of conditions that a version in a registry can meet. */
const USABLE: ReadonlySet<string> = new Set([
  ...['text', 'from', 'reason', 'atLeast', 'isFixable', 'isExploited', 'minEpss', 'minCvss'],
  ...['minAgeDays', 'minFixAgeDays', 'isMalicious', 'tests'],
]);

function readVulnerabilities(node: ConfigNode): readonly FailCondition[] {
  const conditions = readConditions(node, 'registry');
  if (conditions.length === 0)
    throw node.refuse('has no condition', 'Write one as in high+fixable.');
  for (const condition of conditions) {
    const stray = Object.keys(condition).find((key) => !USABLE.has(key));
    const isOfPlace = condition.tests?.some(({ of }) => of === 'path' || of === 'license') === true;
    if (stray === undefined && !isOfPlace) continue;
    throw node.refuse(
      `has a condition that no version in a registry can meet ("${condition.text}")`,
      'Conditions on a baseline, on evidence, origin, place, licence and count are for scans.',
    );
  }
  return conditions;
}

function readAction(node: ConfigNode | undefined): RuleAction {
  if (node === undefined) return 'hide';
  const action = RULE_ACTIONS.find((one) => one === node.text());
  if (action !== undefined) return action;
  throw node.refuse('is not an action', `Possible values: ${RULE_ACTIONS.join(', ')}.`);
}

function readEntry(item: ConfigNode, isAllowed: boolean): PackageListEntry {
  const members = item.members();
  for (const [key, member] of members) {
    const isKnown = LIST_KEYS.includes(key) && (isAllowed || key !== 'rules');
    if (!isKnown) refuseUnknown(item, member);
  }
  const required = (key: string): string => {
    const member = filled(members.get(key));
    if (member === undefined) {
      throw item.refuse(`has an entry without "${key}"`, `Add "${key}: VALUE" to the entry.`);
    }
    return member.text();
  };
  const nameNode = members.get('package');
  const range = filled(members.get('versions'));
  const versions = range?.text();
  const named = filled(members.get('ecosystem'));
  const ecosystem = named === undefined ? 'npm' : readEcosystem(named);
  if (range !== undefined) refuseUnreadable(range, ecosystem);
  const rules = members.get('rules');
  const stray = rules?.items().find((one) => !isLiftable(one.text()));
  if (stray !== undefined) {
    throw stray.refuse(
      'is neither a rule nor the id of an advisory',
      `Rules: ${RULE_KINDS.join(', ')}, uncertain.`,
    );
  }
  return {
    package: nameNode === undefined ? required('package') : readPattern(nameNode, ecosystem),
    ...(named !== undefined && { ecosystem }),
    ...(versions !== undefined && { versions }),
    reason: required('reason'),
    owner: required('owner'),
    ...readExpiry(members.get('expires')),
    ...(rules !== undefined && { lifts: rules.items().map((one) => one.text()) }),
  };
}

function refuseUnreadable(range: ConfigNode, ecosystem: ListEcosystem): void {
  if (isReadableRange(range.text(), ecosystem)) return;
  const comma = ecosystem === 'pypi' ? ',' : '';
  throw range.refuse('is no version and no range', `Write it as 1.2.3 or ">=1.2.0${comma} <2".`);
}

/** Returns the instant from which on something has expired. A day counts to its end. */
function readExpiry(node: ConfigNode | undefined): { readonly expiresAt?: number } {
  const given = filled(node);
  if (given === undefined) return {};
  const text = given.text();
  const at = blaming(given, () => readInstant('expires', text));
  return { expiresAt: text.length === DATE_LENGTH ? at + DAY_MS : at };
}

const DATE_LENGTH = '2026-01-31'.length;
const DAY_MS = 86_400_000;

const EMPTY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function readToken(item: ConfigNode): RegistryTokenEntry {
  const members = item.members();
  for (const [key, member] of members) {
    if (!TOKEN_KEYS.includes(key)) refuseUnknown(item, member);
  }
  const name = filled(members.get('name'))?.text();
  const digest = filled(members.get('sha256'));
  if (name === undefined || digest === undefined) {
    throw item.refuse('has a token without "name" or "sha256"');
  }
  const sha256 = digest.text().toLowerCase();
  if (!/^[0-9a-f]{64}$/u.test(sha256)) {
    // A token itself must not appear in a message.
    throw item.refuse('has a token whose "sha256" is no SHA-256 in 64 hexadecimal digits');
  }
  if (sha256 === EMPTY_SHA256) {
    throw item.refuse(
      'has a token whose "sha256" is that of an empty text',
      'Compute it from the token itself.',
    );
  }
  const roleNode = members.get('role');
  const role = roleNode === undefined ? 'read' : ROLES.find((one) => one === roleNode.text());
  if (role === undefined) throw item.refuse('has an unknown role', `Roles: ${ROLES.join(', ')}.`);
  const packages = members.get('packages');
  if (packages !== undefined && role === 'read') {
    throw item.refuse(
      'has "packages" and the role read',
      'Packages limit what a token may publish: role: publish.',
    );
  }
  return {
    name,
    sha256,
    role,
    ...(packages !== undefined && { packages: packages.items().map((one) => readPattern(one)) }),
    ...readExpiry(members.get('expires')),
  };
}

function readPattern(node: ConfigNode, ecosystem: ListEcosystem = 'npm'): string {
  const written = node.text();
  if (!PATTERNS[ecosystem].test(written)) {
    const isScope = ecosystem === 'npm' && /^@[^/]*$/u.test(written);
    throw node.refuse(
      isScope ? 'is a scope and no name of a package' : 'can be the name of no package',
      isScope
        ? `Write "${written}/*" for all packages of the scope.`
        : 'Write a name, in which "*" stands for any characters but a slash, as in "acme-*" or "@acme/*". Versions have a key of their own.',
    );
  }
  return ecosystem === 'pypi' ? normalizePythonName(written) : written;
}

/** A pattern that no name can meet would protect nothing. Signs of other notations are refused. */
const PATTERNS: Readonly<Record<ListEcosystem, RegExp>> = {
  npm: /^(?:[@*][^/@\s?[\]{}\\]*\/)?[^/@\s?[\]{}\\]+$/u,
  pypi: /^[a-z0-9._*-]+$/iu,
};

/** A rule that is not understood would let pass what it was written to stop. */
function refuseUnknown(item: ConfigNode, member: ConfigNode): never {
  const known = [...RULE_KINDS, ...LIST_KEYS, ...PYPI_KEYS, ...TOKEN_KEYS, 'action'].map(
    (one) => `${item.key}.${one}`,
  );
  throw item.refuse('has an unknown key', unknownKey(member, known));
}

function filled(node: ConfigNode | undefined): ConfigNode | undefined {
  return node?.isEmpty === false ? node : undefined;
}
