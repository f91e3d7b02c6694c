/** The sections about signers: keys, identities, and what repositories need of them. */

import { CLAIM_NAMES, type ClaimName } from './claims.ts';
import { predicateTypeOf, typeHint } from './attestation-types.ts';
import {
  readFileName,
  readMaterial,
  readScopes,
  readTextRule,
  readValidity,
  VALIDITY_KEYS,
} from './read-parts.ts';
import type {
  AttestationRule,
  Material,
  PredicateCondition,
  SignatureRule,
  TrustedIdentity,
  TrustedKey,
} from './trust-file.ts';
import type { TrustNode } from './trust-node.ts';
import { didYouMean } from '../../core/base/did-you-mean.ts';

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._@-]{0,99}$/u;
const PATH_STEP = /^[^.\s][^.]{0,199}$/u;
const SIGNS = ['=', '!=', '<', '<=', '>', '>=', 'matches'] as const;
const NUMERIC: ReadonlySet<string> = new Set(['<', '<=', '>', '>=']);
const NUMBER_OR_DATE =
  /^(?:-?\d{1,15}(?:\.\d{1,9})?|\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z)?)$/u;

/** Names of keys and identities, each once. */
export class SignerNames {
  readonly #where = new Map<string, string>();
  readonly #identities = new Set<string>();

  /** Returns all names. */
  get all(): readonly string[] {
    return [...this.#where.keys()];
  }

  /**
   * Reads the name of a new entry.
   * @throws AssayError `CONFIG_INVALID` if it is missing or taken
   */
  add(parent: TrustNode, node: TrustNode | undefined): string {
    if (node === undefined)
      throw parent.refuse('has no "name"', 'Give it a name; verdicts show it.');
    const name = node.text();
    if (!NAME.test(name)) {
      throw node.refuse(
        'is not a name',
        'Begin with a letter or digit; then letters, digits, " ._@-".',
      );
    }
    const other = this.#where.get(name);
    if (other !== undefined) {
      throw node.refuse(
        `is the name of another entry (${other})`,
        'Give each key and identity a name of its own.',
      );
    }
    this.#where.set(name, node.where);
    return name;
  }

  /** Adds a name as {@link SignerNames.add} does, for an identity. */
  addIdentity(parent: TrustNode, node: TrustNode | undefined): string {
    const name = this.add(parent, node);
    this.#identities.add(name);
    return name;
  }

  /** Reads a list of names that exist. @throws AssayError `CONFIG_INVALID` */
  read(node: TrustNode): readonly string[] {
    const names = new Set<string>();
    for (const item of node.items()) {
      const name = item.text();
      if (!this.#where.has(name)) {
        const near = didYouMean(name, this.all);
        const hint =
          near === undefined ? 'Add it under "keys" or "identities".' : `Did you mean "${near}"?`;
        throw item.refuse('is neither a key nor an identity of this file', hint);
      }
      if (names.has(name))
        throw item.refuse('is named twice', 'A signer counts once: take one out.');
      names.add(name);
    }
    return [...names];
  }

  /** Reads a list of names of identities. @throws AssayError `CONFIG_INVALID` */
  readIdentities(node: TrustNode): readonly string[] {
    const key = node.items().find((item) => {
      const name = item.text();
      return this.#where.has(name) && !this.#identities.has(name);
    });
    if (key === undefined) return this.read(node);
    throw key.refuse(
      'is a key, and no identity',
      'Write keys of committers under "keys" of the signer.',
    );
  }
}

/** Reads one of `keys`. @throws AssayError `CONFIG_INVALID` */
export function readKey(node: TrustNode, names: SignerNames): TrustedKey {
  const nodes = node.members(['name', 'key', 'file', 'scopes', ...VALIDITY_KEYS]);
  return {
    name: names.add(node, nodes.name),
    where: node.where,
    material: readKeyMaterial(node, nodes),
    scopes: readScopes(node, nodes.scopes),
    ...readValidity(nodes),
  };
}

function readKeyMaterial(
  node: TrustNode,
  { key, file }: { readonly key?: TrustNode; readonly file?: TrustNode },
): Material {
  if (key !== undefined && file !== undefined) {
    throw file.refuse('is given beside "key"', 'Keep one of the two.');
  }
  if (file !== undefined) return { file: readFileName(file) };
  if (key === undefined)
    throw node.refuse('has no key', 'Write "file: PATH", or "key: |" and the PEM.');
  const material = readMaterial(key);
  if ('text' in material && material.text.includes('PRIVATE KEY')) {
    throw node.refuse(
      'holds a private key',
      'Replace it by the public half (assay key public FILE), and make a new key: this one is known to all readers of the file.',
    );
  }
  return material;
}

/**
 * Reads one of `identities`. It may be for no repository, as one that only signs commits.
 * @throws AssayError `CONFIG_INVALID`
 */
export function readIdentity(node: TrustNode, names: SignerNames): TrustedIdentity {
  const nodes = node.members([
    'name',
    'identity',
    'identity-pattern',
    'issuer',
    'issuer-pattern',
    'claims',
    'scopes',
    ...VALIDITY_KEYS,
  ]);
  return {
    name: names.addIdentity(node, nodes.name),
    where: node.where,
    identity: readTextRule(node, 'identity', {
      exact: nodes.identity,
      pattern: nodes['identity-pattern'],
    }),
    issuer: readTextRule(node, 'issuer', { exact: nodes.issuer, pattern: nodes['issuer-pattern'] }),
    claims: nodes.claims === undefined ? new Map() : readClaims(nodes.claims),
    scopes: nodes.scopes?.list().length === 0 ? [] : readScopes(node, nodes.scopes),
    ...readValidity(nodes),
  };
}

function readClaims(node: TrustNode): ReadonlyMap<ClaimName, string> {
  const found = node.members(CLAIM_NAMES);
  return new Map(
    CLAIM_NAMES.flatMap((name) => {
      const value = found[name];
      return value === undefined ? [] : [[name, value.text()] as const];
    }),
  );
}

/** Reads one of `signatures`. @throws AssayError `CONFIG_INVALID` */
export function readSignatureRule(node: TrustNode, names: SignerNames): SignatureRule {
  const {
    scopes,
    threshold,
    signers,
    'require-repository': required,
  } = node.members(['scopes', 'threshold', 'signers', 'require-repository']);
  const named = signers === undefined ? undefined : names.read(signers);
  const count = threshold?.count() ?? 1;
  const most = named?.length ?? names.all.length;
  if (count > most) {
    const who = named === undefined ? 'keys and identities' : 'signers';
    throw (threshold ?? node).refuse(
      `is more than the ${most} ${who} that can sign`,
      'No image could ever pass: lower it, or name more signers.',
    );
  }
  return {
    where: node.where,
    scopes: readScopes(node, scopes),
    threshold: count,
    ...(required?.flag() === true && { requiresRepository: true }),
    ...(named !== undefined && { signers: named }),
  };
}

/** Reads one of `attestations`. @throws AssayError `CONFIG_INVALID` */
export function readAttestationRule(node: TrustNode, names: SignerNames): AttestationRule {
  const nodes = node.members(['scopes', 'type', 'signers', 'max-age', 'result', 'conditions']);
  const { type, signers, result, conditions } = nodes;
  if (type === undefined)
    throw node.refuse('has no "type"', 'Name the type of attestation, as in "vuln".');
  const predicateType = predicateTypeOf(type.text());
  if (predicateType === undefined) {
    throw type.refuse('is not a type of attestation', typeHint(type.text()));
  }
  return {
    where: node.where,
    scopes: readScopes(node, nodes.scopes),
    type: type.text(),
    predicateType,
    ...(signers !== undefined && { signers: names.read(signers) }),
    ...(nodes['max-age'] !== undefined && { maxAgeMs: nodes['max-age'].duration() }),
    ...(result !== undefined && { result: result.text() }),
    conditions: (conditions?.items() ?? []).map(readCondition),
  };
}

function readCondition(node: TrustNode): PredicateCondition {
  const { path, sign, value } = node.members(['path', 'sign', 'value']);
  if (path === undefined || sign === undefined || value === undefined) {
    const missing = path === undefined ? 'path' : sign === undefined ? 'sign' : 'value';
    throw node.refuse(`has no "${missing}"`, 'Write "path", "sign" and "value".');
  }
  const steps = path.text().split('.');
  if (!steps.every((step) => PATH_STEP.test(step))) {
    throw path.refuse('is not a path', 'Write names with dots between them, as in "scanner.uri".');
  }
  const comparison = sign.oneOf(SIGNS);
  const text = value.text();
  if (NUMERIC.has(comparison) && !NUMBER_OR_DATE.test(text)) {
    throw value.refuse(
      `is neither a number nor a date, and "${comparison}" needs one`,
      'Write 7, 7.5 or 2026-01-31.',
    );
  }
  return { where: node.where, path: steps, sign: comparison, value: text };
}
