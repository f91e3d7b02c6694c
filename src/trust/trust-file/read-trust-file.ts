/**
 * The one reader of the trust file. `schema/assay-trust-1.schema.json` describes the same form, and
 * `docs/trust-file.md` what each key means.
 *
 * An unknown key is an error: a misspelled word must not trust more than was meant. So is whatever
 * YAML readers understand in different ways: duplicate keys, aliases, tags, several documents.
 */

import { readCommits } from './read-commits.ts';
import { readFileName } from './read-parts.ts';
import {
  readAttestationRule,
  readIdentity,
  readKey,
  readSignatureRule,
  SignerNames,
} from './read-signers.ts';
import { readPackages, readPatternRules } from './read-sources.ts';
import type { CommitRules, TrustedIdentity, TrustedRoot, TrustFile } from './trust-file.ts';
import { readTrustTree, type TrustNode } from './trust-node.ts';

const VERSION = '1';
const PUBLIC_ROOT = 'public-good';

/**
 * Reads a trust file. `name` stands for it in messages.
 *
 * @throws AssayError `CONFIG_INVALID` with the line, the value and the way out
 */
export function readTrustFile(name: string, bytes: Uint8Array): TrustFile {
  const root = readTrustTree(name, bytes);
  const nodes = root.members([
    'version',
    'registries',
    'base-images',
    'packages',
    'keys',
    'identities',
    'signatures',
    'attestations',
    'commits',
    'trusted-roots',
    'require-repository',
  ]);
  checkVersion(root, nodes.version);
  const names = new SignerNames();
  const keys = (nodes.keys?.items() ?? []).map((node) => readKey(node, names));
  const identities = (nodes.identities?.items() ?? []).map((node) => readIdentity(node, names));
  const { registries, packages, signatures, attestations } = nodes;
  const commits = nodes.commits && readCommits(nodes.commits, names);
  refuseUnusable(nodes.identities, identities, commits);
  const baseImages = nodes['base-images'];
  const required = nodes['require-repository'];
  return {
    name,
    ...(registries !== undefined && { registries: readPatternRules(registries) }),
    ...(baseImages !== undefined && { baseImages: readPatternRules(baseImages) }),
    packages: packages === undefined ? new Map() : readPackages(packages),
    keys,
    identities,
    signatures: (signatures?.items() ?? []).map((node) => readSignatureRule(node, names)),
    attestations: (attestations?.items() ?? []).map((node) => readAttestationRule(node, names)),
    ...(commits !== undefined && { commits }),
    trustedRoots: (nodes['trusted-roots']?.items() ?? []).map(readRoot),
    ...readRepositoryRule(required),
  };
}

function readRepositoryRule(
  required: TrustNode | undefined,
): Pick<TrustFile, 'requiresRepository'> {
  return required?.flag() === true ? { requiresRepository: required.where } : {};
}

function checkVersion(root: TrustNode, version: TrustNode | undefined): void {
  if (version === undefined) {
    throw root.refuse('has no "version"', 'Write "version: 1" on the first line.');
  }
  if (version.text() === VERSION) return;
  throw version.refuse('is not known', 'Write "version: 1", or use a newer Assay.');
}

/**
 * An identity for no repository that signs no commits either would be without effect. A revoked one
 * has its effect everywhere.
 */
function refuseUnusable(
  list: TrustNode | undefined,
  identities: readonly TrustedIdentity[],
  commits: CommitRules | undefined,
): void {
  const used = new Set(commits?.signers.flatMap((signer) => signer.identities));
  const at = identities.findIndex(
    ({ name, scopes, revoked }) => scopes.length === 0 && revoked === undefined && !used.has(name),
  );
  if (at < 0) return;
  throw (list?.items()[at] as TrustNode).refuse(
    'has empty "scopes", and no signer of "commits" names it',
    'Name the repositories that it is for, as in "- ghcr.io/acme/**", or the identity under "identities" of a signer.',
  );
}

function readRoot(node: TrustNode): TrustedRoot {
  if (!node.isMapping) {
    node.oneOf([PUBLIC_ROOT]);
    return { where: node.where };
  }
  const { file } = node.members(['file']);
  if (file !== undefined) return { where: node.where, file: readFileName(file) };
  throw node.refuse('has no "file"', `Write "file: PATH", or "${PUBLIC_ROOT}".`);
}
