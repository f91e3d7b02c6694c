/**
 * Judgment of statements about sources: findings by the trust file and by rules that need none.
 * Pure.
 */

import { ECOSYSTEMS, type Ecosystem } from '../../../core/model/package/ecosystem.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { appendTo } from '../../../core/base/maps.ts';
import {
  imageRefusal,
  isOwnedName,
  packageRefusal,
  sourceRefusal,
} from '../../../trust/trust-file/decisions.ts';
import { imageNameOf } from '../image-name.ts';
import { draftOf } from '../rule-draft.ts';
import type { Rule } from '../rule.ts';
import { isClearText } from './address.ts';
import {
  ALIAS,
  CLEAR_TEXT,
  DIFFERENCE,
  DIFFERING_INTEGRITY,
  DISABLED_CHECK,
  EXTRA_INDEX,
  MISSING_INTEGRITY,
  OTHER_ADDRESS,
  OWNED_NAME,
  UNPINNED,
  UNTRUSTED_IMAGE,
  UNTRUSTED_SOURCE,
  WEAK_INTEGRITY,
} from './rules.ts';
import type { OriginSettings } from './settings.ts';
import type { ImageUse, IndexUse, PackageUse, SourceUse } from './use.ts';

/** The findings in one file, and what could not be judged in it. */
export interface JudgedSources {
  readonly drafts: readonly RuleDraft[];
  /** Sentences without a full stop. */
  readonly gaps: readonly string[];
}

const WEAK = /^(?:md5|sha-?1|md2|md4)[-:=]/iu;
/** Hexadecimal digits alone are the checksums of Yarn, which have their own strength. */
const ALGORITHM = /^(?<algorithm>[a-z0-9]+)[-:=]/iu;

/** Judges the statements of one file. */
export function judgeSources(
  path: string,
  uses: readonly SourceUse[],
  { trust }: Pick<OriginSettings, 'trust'>,
): JudgedSources {
  const judge = new Judge(path, trust);
  for (const use of uses) {
    if (use.kind === 'package') judge.package(use);
    else if (use.kind === 'index') judge.index(use);
    else if (use.kind === 'image') judge.image(use);
    else if (use.kind === 'difference') {
      judge.report(DIFFERENCE, use.line, { message: `${use.message}.`, names: [use.name] });
    } else {
      const message = `"${use.setting}" switches a check off: ${use.effect}.`;
      judge.report(DISABLED_CHECK, use.line, { message, names: [use.setting] });
    }
  }
  return { drafts: judge.drafts, gaps: judge.gaps() };
}

/** The parts of a finding beside its rule and its line. */
interface Said {
  readonly message: string;
  readonly names: readonly string[];
}

class Judge {
  readonly drafts: RuleDraft[] = [];
  readonly #path: string;
  readonly #trust: OriginSettings['trust'];
  readonly #unnamed = new Map<Ecosystem, string[]>();
  readonly #digests = new Map<string, ReadonlyMap<string, string>>();

  constructor(path: string, trust: OriginSettings['trust']) {
    this.#path = path;
    this.#trust = trust;
  }

  report(rule: Rule, line: number, said: Said): void {
    this.drafts.push(draftOf(rule, { ...said, location: { path: this.#path, layer: 0, line } }));
  }

  package(use: PackageUse): void {
    const { ecosystem, name, line, from, addresses, alias } = use;
    const names = [ecosystem, name];
    this.#judgeAddresses(use);
    // What a configuration names is reported there, once.
    const own = from === 'unnamed' ? [] : addresses;
    for (const address of own.filter(isClearText)) {
      const message = `"${name}" comes from "${address}", which is not encrypted.`;
      this.report(CLEAR_TEXT, line, { message, names: [...names, address] });
    }
    if (use.isPinned === false) {
      const what =
        use.from === 'git' ? 'a repository without a commit' : 'an archive without a digest';
      const message = `"${name}" comes from ${what}: "${addresses[0] ?? ''}".`;
      this.report(UNPINNED, line, { message, names });
    }
    if (use.addressNames !== undefined) {
      const message = `The address of "${name}" is that of "${use.addressNames}": "${addresses[0] ?? ''}".`;
      this.report(OTHER_ADDRESS, line, { message, names: [...names, use.addressNames] });
    }
    if (alias !== undefined && !isVariant(alias, name)) {
      const message = `"${alias}" is the package "${name}".`;
      this.report(ALIAS, line, { message, names: [...names, alias] });
    }
    this.#judgeIntegrity(use);
  }

  #judgeAddresses(use: PackageUse): void {
    const { ecosystem, name, line } = use;
    const trust = this.#trust;
    const rules = trust?.packages.get(ecosystem);
    if (trust === undefined || rules === undefined) return;
    const isOwned = isOwnedName(rules, ecosystem, name);
    // Of ordered sources, the first one is asked for the names of the organization.
    const isFirst = isOwned && use.isOrdered === true && use.addresses.length > 0;
    const addresses = isFirst ? use.addresses.slice(0, 1) : use.addresses;
    if (addresses.length === 0 || (use.mayBeDefault === true && !isFirst)) {
      this.#judgeDefault(use, isOwned, rules.sources !== undefined);
    }
    for (const address of addresses) {
      // One of several indexes may be that of the organization, which the rule on extra indexes
      // reports.
      const isOneOfSeveral = addresses.length > 1 && !isOwned;
      const refusal = isOneOfSeveral
        ? sourceRefusal(rules, address)
        : packageRefusal(trust, { ecosystem, name, address });
      if (refusal === undefined) continue;
      const message = `"${name}" ${verbOf(use, addresses.length)} from "${address}": it ${refusal.reason}.`;
      const names = [ecosystem, name, address];
      this.report(isOwned ? OWNED_NAME : UNTRUSTED_SOURCE, line, { message, names });
    }
  }

  /** The default source of the package manager may answer, and nothing names it. */
  #judgeDefault(use: PackageUse, isOwned: boolean, hasSources: boolean): void {
    const { ecosystem, name, line } = use;
    if (isOwned) {
      const message = `"${name}" is one of ours, and the default source of the package manager may provide it: nothing in this tree binds it to another one.`;
      this.report(OWNED_NAME, line, { message, names: [ecosystem, name] });
    } else if (hasSources && use.isAnsweredByLock !== true) {
      appendTo(this.#unnamed, ecosystem, name);
    }
  }

  #judgeIntegrity({ ecosystem, name, version, line, integrity }: PackageUse): void {
    if (integrity === undefined) return;
    const names = [ecosystem, name];
    const label = version === undefined ? `"${name}"` : `"${name}" ${version}`;
    if (integrity.length === 0) {
      this.report(MISSING_INTEGRITY, line, {
        message: `The lockfile has no digest of ${label}.`,
        names,
      });
      return;
    }
    if (integrity.every((one) => WEAK.test(one))) {
      const kinds = [
        ...new Set(integrity.map((one) => ALGORITHM.exec(one)?.groups?.['algorithm'] ?? one)),
      ].join(', ');
      const message = `The lockfile has no better digest of ${label} than ${kinds}.`;
      this.report(WEAK_INTEGRITY, line, { message, names });
    }
    if (version === undefined) return;
    const key = `${ecosystem} ${name} ${version}`;
    const found = byAlgorithm(integrity);
    const before = this.#digests.get(key);
    this.#digests.set(key, before ?? found);
    const other = [...found].find(([algorithm, digest]) => {
      const earlier = before?.get(algorithm);
      return earlier !== undefined && earlier !== digest;
    });
    if (other === undefined) return;
    const message = `The lockfile has two digests (${other[0]}) of ${label}.`;
    this.report(DIFFERING_INTEGRITY, line, { message, names });
  }

  index({ ecosystem, address, line, role, key }: IndexUse): void {
    const names = [ecosystem, address];
    if (isClearText(address)) {
      const message = `The key "${key}" names "${address}", which is not encrypted.`;
      this.report(CLEAR_TEXT, line, { message, names });
    }
    const rules = this.#trust?.packages.get(ecosystem);
    const refusal = rules === undefined ? undefined : sourceRefusal(rules, address);
    if (refusal !== undefined) {
      const message = `The key "${key}" names "${address}", which ${refusal.reason}.`;
      this.report(UNTRUSTED_SOURCE, line, { message, names });
    }
    if (role !== 'extra') return;
    const message = `The key "${key}" adds "${address}", which answers for every name beside the other indexes.`;
    this.report(EXTRA_INDEX, line, { message, names });
  }

  image({ reference, line, isBase }: ImageUse): void {
    const trust = this.#trust;
    if (trust === undefined) return;
    const image = imageNameOf(reference);
    if (image === undefined) {
      this.#others.push(`the image "${reference}" of line ${line} has no name that can be judged`);
      return;
    }
    const rules = [trust.registries, ...(isBase ? [trust.baseImages] : [])];
    const refusal = rules.map((one) => imageRefusal(one, image)).find((one) => one !== undefined);
    if (refusal === undefined) return;
    const message = `The image "${reference}" ${refusal.reason}.`;
    this.report(UNTRUSTED_IMAGE, line, { message, names: [reference] });
  }

  readonly #others: string[] = [];

  gaps(): readonly string[] {
    const unnamed = [...this.#unnamed].map(([ecosystem, names]) => {
      const { label = ecosystem } = ECOSYSTEMS[ecosystem] as { readonly label?: string };
      const count = pluralize(names.length, 'package');
      return `the sources of ${count} of ${label} are not judged: neither this file nor a configuration in this tree names them (the first is "${names[0] ?? ''}")`;
    });
    return [...this.#others, ...unnamed];
  }
}

function verbOf({ from }: PackageUse, addressCount: number): string {
  if (addressCount > 1) return 'may come';
  return from === 'unnamed' ? 'is asked' : 'comes';
}

/** Returns the digests by algorithm; several of one algorithm are those of several archives. */
function byAlgorithm(integrity: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  for (const one of integrity)
    appendTo(found, ALGORITHM.exec(one)?.groups?.['algorithm'] ?? '', one);
  return new Map([...found].map(([algorithm, digests]) => [algorithm, digests.sort().join(' ')]));
}

/** Returns whether an alias says which package it is, as in `string-width-cjs`. */
function isVariant(alias: string, name: string): boolean {
  const plain = name.slice(name.indexOf('/') + 1).toLowerCase();
  return alias.toLowerCase().includes(plain);
}
