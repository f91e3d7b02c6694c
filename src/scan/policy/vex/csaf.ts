/**
 * VEX in CSAF: `vulnerabilities` with `product_status`, whose products stand in `product_tree`.
 *
 * Source: CSAF 2.0, sections 3.2.2 (product tree), 3.2.3 (vulnerabilities) and 4.5 (profile VEX). A
 * product is named by its package URL or by a SHA-256 of a file; a relationship makes a product of
 * a component and what it is in. Where the outer product has no such name, as a whole operating
 * system, the component counts only if its package URL says which system it is of. Justifications
 * are flags; impact statements are threats of the category `impact`.
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { digestIn, firstInstant, purlIn, textIn, VexBuilder } from './document-builder.ts';
import type { VexDocument, VexIdentity, VexProduct, VexStatus } from './statement.ts';

const STATUSES: readonly (readonly [string, VexStatus])[] = [
  ['known_not_affected', 'not_affected'],
  ['fixed', 'fixed'],
  ['first_fixed', 'fixed'],
  ['known_affected', 'affected'],
  ['first_affected', 'affected'],
  ['last_affected', 'affected'],
  ['under_investigation', 'under_investigation'],
];

/** Branches nest; vendor, family, name, version, architecture are five. */
const MAX_DEPTH = 32;

/** Reads the statements of a CSAF VEX document. */
export function readCsaf(path: string, root: JsonObject, now: number): VexDocument {
  const builder = new VexBuilder(path, 'CSAF', now);
  const document = fieldsOf(root['document']);
  const tracking = fieldsOf(document['tracking']);
  const tree = fieldsOf(root['product_tree']);
  const products = new ProductTree(tree);
  const groups = groupsOf(tree);
  const author = textIn(fieldsOf(document['publisher'])['name']);
  const at = firstInstant(tracking['current_release_date'], tracking['initial_release_date']);
  const rows = listOf(root['vulnerabilities']).filter(isJsonObject);
  if (rows.length === 0) builder.refuse('it has no vulnerabilities');
  for (const [index, row] of rows.entries()) {
    const vulnerabilities = namesOf(row);
    const status = fieldsOf(row['product_status']);
    for (const [key, word] of STATUSES) {
      const ids = textsOf(status[key]);
      if (ids.length === 0) continue;
      const place = `vulnerability ${index + 1}, ${key}`;
      for (const { reason, members } of byReason(ids, (id) => reasonOf(row, id, groups))) {
        builder.add(
          {
            vulnerabilities,
            products: members.flatMap((id) => products.get(id)),
            status: word,
            ...reason,
            at,
            ...(author !== undefined && { author }),
          },
          place,
        );
      }
    }
  }
  return builder.done();
}

function namesOf(row: JsonObject): readonly string[] {
  const ids = listOf(row['ids']).map((one) => fieldsOf(one)['text']);
  return [row['cve'], ...ids].flatMap((one) => textIn(one) ?? []);
}

interface Reason {
  readonly justification?: string;
  readonly detail?: string;
}

/** Groups products with the same reason. */
function byReason(
  ids: readonly string[],
  reasonOfId: (id: string) => Reason,
): Iterable<{ readonly reason: Reason; readonly members: readonly string[] }> {
  const groups = new Map<string, { readonly reason: Reason; readonly members: string[] }>();
  for (const id of ids) {
    const reason = reasonOfId(id);
    const key = JSON.stringify(reason);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { reason, members: [id] });
    else group.members.push(id);
  }
  return groups.values();
}

/**
 * Returns the reason why a product is not affected: the label of its flag, and the text on the
 * impact.
 */
function reasonOf(
  row: JsonObject,
  productId: string,
  groups: ReadonlyMap<string, ReadonlySet<string>>,
): Reason {
  const isMeant = (one: JsonObject): boolean =>
    textsOf(one['product_ids']).includes(productId) ||
    textsOf(one['group_ids']).some((group) => groups.get(group)?.has(productId) === true);
  const flag = listOf(row['flags']).filter(isJsonObject).find(isMeant);
  const threat = listOf(row['threats'])
    .filter(isJsonObject)
    .find((one) => one['category'] === 'impact' && isMeant(one));
  const [justification, detail] = [textIn(flag?.['label']), textIn(threat?.['details'])];
  return {
    ...(justification !== undefined && { justification }),
    ...(detail !== undefined && { detail }),
  };
}

function groupsOf(tree: JsonObject): ReadonlyMap<string, ReadonlySet<string>> {
  const groups = new Map<string, ReadonlySet<string>>();
  for (const row of listOf(tree['product_groups']).filter(isJsonObject)) {
    const id = textIn(row['group_id']);
    if (id !== undefined) groups.set(id, new Set(textsOf(row['product_ids'])));
  }
  return groups;
}

interface Relationship {
  readonly component: string;
  readonly within: string;
}

/** Products by their id: those with names of their own, and those that are one thing in another. */
class ProductTree {
  readonly #identities = new Map<string, VexIdentity>();
  readonly #relationships = new Map<string, Relationship>();

  constructor(tree: JsonObject) {
    this.#takeBranches(tree['branches'], 0);
    for (const product of listOf(tree['full_product_names'])) this.#takeProduct(product);
    for (const row of listOf(tree['relationships']).filter(isJsonObject)) {
      const id = textIn(fieldsOf(row['full_product_name'])['product_id']);
      const component = textIn(row['product_reference']);
      const within = textIn(row['relates_to_product_reference']);
      this.#takeProduct(row['full_product_name']);
      if (id !== undefined && component !== undefined && within !== undefined) {
        this.#relationships.set(id, { component, within });
      }
    }
  }

  /** Returns an empty list where nothing of what it is can be compared with packages. */
  get(id: string): readonly VexProduct[] {
    const relationship = this.#relationships.get(id);
    if (relationship === undefined) {
      const identity = this.#identities.get(id);
      return identity === undefined ? [] : [{ identity, subcomponents: [] }];
    }
    const component = this.#componentOf(relationship.component, 0);
    const within = this.#identities.get(relationship.within);
    if (component === undefined) return [];
    if (within !== undefined) return [{ identity: within, subcomponents: [component] }];
    return namesItsSystem(component) ? [{ identity: component, subcomponents: [] }] : [];
  }

  /** The component may itself be one in another. */
  #componentOf(id: string, depth: number): VexIdentity | undefined {
    const inner = this.#relationships.get(id);
    const identity = this.#identities.get(id);
    if (identity !== undefined || inner === undefined || depth > MAX_DEPTH) return identity;
    return this.#componentOf(inner.component, depth + 1);
  }

  #takeBranches(branches: JsonValue | undefined, depth: number): void {
    if (depth > MAX_DEPTH) return;
    for (const branch of listOf(branches).filter(isJsonObject)) {
      this.#takeProduct(branch['product']);
      this.#takeBranches(branch['branches'], depth + 1);
    }
  }

  #takeProduct(value: JsonValue | undefined): void {
    const product = fieldsOf(value);
    const id = textIn(product['product_id']);
    const helper = fieldsOf(product['product_identification_helper']);
    const identity = identityOf(helper);
    if (id !== undefined && identity !== undefined) this.#identities.set(id, identity);
  }
}

function identityOf(helper: JsonObject): VexIdentity | undefined {
  const purl = purlIn(textIn(helper['purl']));
  if (purl !== undefined) return { purl };
  const hashes = listOf(helper['hashes']).flatMap((one) => listOf(fieldsOf(one)['file_hashes']));
  const digests = hashes.flatMap((one) => {
    const { algorithm, value } = fieldsOf(one);
    return algorithm === 'sha256' ? (digestIn(textIn(value)) ?? []) : [];
  });
  const [digest] = digests;
  return digest === undefined ? undefined : { digest };
}

/** Returns whether a package of a distribution says which release it is of. */
function namesItsSystem({ purl }: VexIdentity): boolean {
  return purl !== undefined && (purl.qualifiers.has('distro') || purl.version !== undefined);
}

function fieldsOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return isJsonArray(value) ? value : [];
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return listOf(value).filter((item) => typeof item === 'string');
}
