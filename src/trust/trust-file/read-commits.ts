/** The section about commits. */

import {
  readFileName,
  readMaterial,
  readScopes,
  readValidity,
  VALIDITY_KEYS,
} from './read-parts.ts';
import type { SignerNames } from './read-signers.ts';
import type {
  CommitAuthority,
  CommitRules,
  CommitSigner,
  ForgeRule,
  Material,
  StartingPoint,
} from './trust-file.ts';
import type { TrustNode } from './trust-node.ts';

const EMAIL = /^[^\s@<>]+@[^\s@<>]+$/u;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u;
const MERGES = ['merge', 'squash', 'rebase'] as const;

/** Reads `commits`. @throws AssayError `CONFIG_INVALID` */
export function readCommits(node: TrustNode, names: SignerNames): CommitRules {
  const nodes = node.members([
    'signers',
    'authorities',
    'roots',
    'expired-key',
    'check-author',
    'starting-points',
    'forges',
    'required-for',
  ]);
  return {
    signers: unique(nodes.signers, (item) => readSigner(item, names, nodes.roots !== undefined)),
    authorities: unique(nodes.authorities, readAuthority),
    roots: (nodes.roots?.items() ?? []).map(readMaterial),
    expiredKey:
      nodes['expired-key']?.oneOf(['allow-if-valid-then', 'deny']) ?? 'allow-if-valid-then',
    isAuthorChecked: nodes['check-author']?.flag() ?? false,
    startingPoints: (nodes['starting-points']?.items() ?? []).map(readStartingPoint),
    forges: unique(nodes.forges, readForge),
    requiredFor: nodes['required-for'] === undefined ? [] : readScopes(node, nodes['required-for']),
  };
}

function unique<Entry extends { readonly name: string; readonly where: string }>(
  list: TrustNode | undefined,
  read: (item: TrustNode) => Entry,
): readonly Entry[] {
  const found = new Map<string, Entry>();
  for (const item of list?.items() ?? []) {
    const entry = read(item);
    const other = found.get(entry.name);
    if (other !== undefined) {
      throw item.refuse(
        `has the name "${entry.name}" of another entry (${other.where})`,
        'Give each entry a name of its own.',
      );
    }
    found.set(entry.name, entry);
  }
  return [...found.values()];
}

/** With roots a signer needs no key of its own: they confirm its addresses. */
function readSigner(node: TrustNode, names: SignerNames, hasRoots: boolean): CommitSigner {
  const nodes = node.members(['name', 'emails', 'keys', 'identities', ...VALIDITY_KEYS]);
  if (nodes.keys === undefined && nodes.identities === undefined && !hasRoots) {
    throw node.refuse('has neither "keys" nor "identities"', 'Name at least one key.');
  }
  return {
    where: node.where,
    name: nameOf(node, nodes.name),
    emails: readEmails(node, nodes.emails),
    keys: readKeys(nodes.keys),
    identities: nodes.identities === undefined ? [] : names.readIdentities(nodes.identities),
    ...readValidity(nodes),
  };
}

function readAuthority(node: TrustNode): CommitAuthority {
  const nodes = node.members(['name', 'principals', 'key', 'file', ...VALIDITY_KEYS]);
  const { key, file, principals } = nodes;
  if (principals === undefined) {
    throw node.refuse(
      'has no "principals"',
      'Name those whom it may certify, as in "*@example.com".',
    );
  }
  if ((key === undefined) === (file === undefined)) {
    throw node.refuse(
      'needs one of "key" and "file"',
      'Write the public key, or the name of its file.',
    );
  }
  return {
    where: node.where,
    name: nameOf(node, nodes.name),
    principals: principals.texts(),
    key: file === undefined ? readMaterial(key as TrustNode) : { file: readFileName(file) },
    ...readValidity(nodes),
  };
}

function readForge(node: TrustNode): ForgeRule {
  const nodes = node.members(['name', 'emails', 'keys', 'merges']);
  if (nodes.keys === undefined) throw node.refuse('has no "keys"', 'Name the key of the forge.');
  return {
    where: node.where,
    name: nameOf(node, nodes.name),
    emails: readEmails(node, nodes.emails),
    keys: readKeys(nodes.keys),
    merges: nodes.merges?.items().map((item) => item.oneOf(MERGES)) ?? ['merge'],
  };
}

function readStartingPoint(node: TrustNode): StartingPoint {
  const { commit, reason, expires } = node.members(['commit', 'reason', 'expires']);
  if (commit === undefined || reason === undefined || expires === undefined) {
    const missing = commit === undefined ? 'commit' : reason === undefined ? 'reason' : 'expires';
    throw node.refuse(`has no "${missing}"`, 'Write "commit", "reason" and "expires".');
  }
  if (!COMMIT.test(commit.text())) {
    throw commit.refuse(
      'is not a full commit id',
      'Write all 40 or 64 digits: git rev-parse COMMIT',
    );
  }
  return {
    where: node.where,
    commit: commit.text(),
    reason: reason.text(),
    expires: expires.instant(),
  };
}

function nameOf(node: TrustNode, name: TrustNode | undefined): string {
  if (name !== undefined) return name.text();
  throw node.refuse('has no "name"', 'Give it a name; reports show it.');
}

function readEmails(node: TrustNode, emails: TrustNode | undefined): readonly string[] {
  if (emails === undefined) {
    throw node.refuse('has no "emails"', 'Name the addresses of the committer.');
  }
  return emails.items().map((item) => {
    const text = item.text();
    const [, domain = ''] = text.split('@');
    if (EMAIL.test(text) && !domain.startsWith('*')) return text.toLowerCase();
    throw item.refuse('is not an address', 'Write ada@example.com, or *@example.com for a domain.');
  });
}

function readKeys(keys: TrustNode | undefined): readonly Material[] {
  return (keys?.items() ?? []).map((item) => {
    const material = readMaterial(item);
    if (!('text' in material) || !material.text.includes('PRIVATE KEY')) return material;
    throw item.refuse(
      'is a private key',
      'Replace it by the public half, and make a new key: this one is known to all readers of the file.',
    );
  });
}
