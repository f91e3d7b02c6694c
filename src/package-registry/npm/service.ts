/**
 * Packages of npm through this registry: what is stored is judged, and served without what the
 * policy hides.
 */

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { JsonObject } from '../../formats/text/json/json.ts';
import { readLicenses } from '../../formats/text/npm-licenses.ts';
import type { AttestationCheck } from '../attestations/verify-statement.ts';
import { openDocuments, type Documents } from '../documents.ts';
import { HISTORIC_RULES, judgeVersions, type ListedVersion } from '../judge.ts';
import type { AdvisoryReader } from '../../core/model/advisory/advisory.ts';
import type { RuleKind } from '../../scan/policy/package-policy.ts';
import type { ServiceOptions } from '../service-options.ts';
import { openSideDocuments, type SideDocuments } from '../side-documents.ts';
import type { StoredContent } from '../store/content-store.ts';
import type { StoredDocument } from '../store/document-store.ts';
import { lastTextHash, textHash } from '../text-hash.ts';
import { createWeightedCache, type WeightedCache } from '../weighted-cache.ts';
import { openNpmFiles, type NpmFiles } from './files.ts';
import type { Packument } from './packument.ts';
import { packumentFormat } from './packument-format.ts';
import { evidenceOf, publicationOf } from './publication.ts';
import { PUBLISHED_HERE, type HostedPackages } from './publish/hosted-packages.ts';
import {
  isUsableDocument,
  openRegistryKeys,
  type KeySet,
  type RegistryKeys,
} from './registry-keys.ts';
import { renderManifest, type PackumentForm } from './render.ts';
import { hasSignatures, signatureFacts } from './signatures.ts';
import {
  attestationsRequest,
  openVersionAttestations,
  type VersionAttestations,
} from './version-attestations.ts';
import { createView, renderView, type PackageView, type RenderedDocument } from './view.ts';

/** Packages of npm. Methods throw AssayError if an uplink cannot be asked and nothing is stored. */
export interface NpmService {
  /** Returns a package; `undefined` if neither an uplink nor the store has it. */
  view(name: string): Promise<PackageView | undefined>;
  /** Returns what is stored of a package, without asking an uplink. */
  storedView(name: string): Promise<PackageView | undefined>;
  /** Returns a form of the document of a view. */
  render(view: PackageView, form: PackumentForm): Promise<RenderedDocument>;
  /** Returns the manifest of a version of a view. */
  manifest(view: PackageView, version: string): Promise<JsonObject | undefined>;
  /**
   * Returns the file of a version; `undefined` if its uplink does not have it. A view whose
   * decision does not serve the version is refused by an error. `changed`: a file of the package
   * shows what the document did not, and the caller gets a new view.
   */
  file(view: PackageView, version: string): Promise<StoredContent | 'changed' | undefined>;
  /**
   * Returns what is known of the attestations of a version by its stored documents, without asking
   * its registry; `undefined` if it states none, or if attestations are not verified.
   */
  storedCheck(view: PackageView, version: string): Promise<AttestationCheck | undefined>;
  /** Returns the result for a version whose file was requested; `undefined` if none is known. */
  knownCheck(view: PackageView, version: string): AttestationCheck | undefined;
  /** Returns the keys that registries sign versions with, as they publish them. */
  signingKeys(): Promise<readonly JsonObject[]>;
  /**
   * Returns the attestations of a version, as its registry sent them; `undefined` if it has none.
   */
  attestations(view: PackageView, version: string): Promise<Uint8Array | undefined>;
  /** Returns the names of packages that are stored, without those that are published here. */
  storedNames(): Promise<readonly string[]>;
  /**
   * Returns whether a version that is only known from a list is shown: by the rules that its name,
   * its number and its date can be judged by.
   */
  isShown(name: string, version: Pick<ListedVersion, 'version' | 'publishedAt'>): Promise<boolean>;
  /** Removes attestations of files that are not stored any more. Returns how many. */
  prune(): Promise<number>;
  removeStrays(): Promise<void>;
}

/** Rules that need nothing but the name, the number and the date of a version. */
const LIST_RULES: ReadonlySet<RuleKind> = new Set([
  ...(['malicious', 'vulnerabilities', 'min-age', 'similar-name', 'unknown-name'] as const),
]);

/** A name that belongs to no scope. */
const ANY_NAME = 'a';

/** Views, at an estimated weight for each version. */
const MAX_VIEW_WEIGHT = 96 * 1024 * 1024;
const VERSION_WEIGHT = 700;
const PACKAGE_WEIGHT = 1000;
const MAX_RENDERED_BYTES = 128 * 1024 * 1024;

/** Makes a service. */
export function createNpmService(options: ServiceOptions, context: Context): NpmService {
  return new PolicedPackages(options, context);
}

/** What a view was made of, beside the policy, which stays the same. */
interface MadeOf {
  /** Of the document. */
  readonly sha256: string;
  readonly uplink: string;
  /** Of the advisories. */
  readonly state: string;
  readonly keys: KeySet | undefined;
  readonly learned: string;
}

interface KnownView extends MadeOf {
  readonly view: PackageView;
  /** Whether the document has signatures. */
  readonly isSigned: boolean;
}

/** What a view is made of now. */
interface NewView extends MadeOf, Pick<KnownView, 'isSigned'> {
  readonly reader: AdvisoryReader;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

function isSameMade(a: MadeOf, b: MadeOf): boolean {
  const isSameDocument = a.sha256 === b.sha256 && a.uplink === b.uplink;
  return isSameDocument && a.state === b.state && a.keys === b.keys && a.learned === b.learned;
}

class PolicedPackages implements NpmService {
  readonly #options: ServiceOptions;
  readonly #context: Context;
  readonly #documents: Documents<Packument>;
  readonly #files: NpmFiles;
  readonly #side: SideDocuments;
  readonly #keys: RegistryKeys;
  readonly #attestations: VersionAttestations;
  readonly #views: WeightedCache<KnownView> = createWeightedCache(MAX_VIEW_WEIGHT);
  readonly #rendered: WeightedCache<RenderedDocument & { readonly viewKey: string }> =
    createWeightedCache(MAX_RENDERED_BYTES);
  /** By package, the versions whose file runs scripts that the document does not name. */
  readonly #withScripts = new Map<string, Set<string>>();
  readonly #stateHash = lastTextHash();
  readonly #signers = new WeakMap<KeySet, string>();
  readonly #policyKey: string;
  readonly #needsPeople: boolean;
  readonly #needsLicenses: boolean;
  /** Whether keys are needed for a document with or without signatures. */
  readonly #needsKeys: (isSigned: boolean) => boolean;

  constructor(options: ServiceOptions, context: Context) {
    this.#options = options;
    this.#context = context;
    this.#documents = withHosted(openDocuments(packumentFormat, options, context), options.hosted);
    this.#files = openNpmFiles(options, context);
    this.#side = openSideDocuments(options, context, isUsableDocument);
    this.#keys = openRegistryKeys(this.#side, context);
    const { roots } = options;
    this.#attestations = openVersionAttestations({
      roots,
      side: this.#side,
      keys: this.#keys,
      now: context.now,
    });
    this.#policyKey = textHash(JSON.stringify([options.policy, options.isDryRun]));
    const { rules } = options.policy;
    this.#needsPeople = rules.some(({ kind }) => HISTORIC_RULES.has(kind));
    this.#needsLicenses = rules.some(({ licenses }) => licenses !== undefined);
    const [hasRule, isRequired] = (['signature', 'unsigned'] as const).map((kind) =>
      rules.some((rule) => rule.kind === kind),
    );
    this.#needsKeys = (isSigned) => isRequired === true || (isSigned && hasRule === true);
  }

  async view(name: string): Promise<PackageView | undefined> {
    const document = await this.#documents.current(name);
    return document === undefined ? undefined : this.#viewOf(document, true);
  }

  async storedView(name: string): Promise<PackageView | undefined> {
    const document = await this.#documents.stored(name);
    return document === undefined ? undefined : this.#viewOf(document, false);
  }

  async render(view: PackageView, form: PackumentForm): Promise<RenderedDocument> {
    const key = `${form} ${view.name}`;
    const viewKey = `${view.key} ${view.changesAt}`;
    const known = this.#rendered.get(key);
    if (known?.viewKey === viewKey) return known;
    const { base } = this.#options;
    return this.#useDocumentOf(view, async (read) => {
      // Another request may have rendered it while this one waited.
      const again = this.#rendered.get(key);
      if (again?.viewKey === viewKey) return again;
      const document = { ...renderView(await read(), view, { form, base }), viewKey };
      this.#rendered.set(key, document, document.bytes.length + PACKAGE_WEIGHT);
      return document;
    });
  }

  async manifest(view: PackageView, version: string): Promise<JsonObject | undefined> {
    const { base } = this.#options;
    return this.#useDocumentOf(view, async (read) => {
      const row = (await read()).versions.get(version);
      return row === undefined ? undefined : renderManifest(view.name, row, { form: 'full', base });
    });
  }

  async file(view: PackageView, version: string): Promise<StoredContent | 'changed' | undefined> {
    const row = view.versions.get(version);
    if (row === undefined) return undefined;
    if (!row.isServed) throw new Error(`${view.name}@${version} is not served`);
    // Both are fetched at the same time.
    const asked = this.#attestations.prepare(view, row);
    const content = await this.#files.find(view, row);
    if (content === undefined) return undefined;
    await asked?.(content.sha512);
    if (this.#options.policy.rules.some(({ kind }) => kind === 'install-scripts')) {
      // A file that cannot be read may run anything.
      const { hasInstallScript = true } = await this.#files.factsOf(content);
      if (hasInstallScript) {
        const known = this.#withScripts.get(view.name) ?? new Set<string>();
        this.#withScripts.set(view.name, known.add(version));
      }
    }
    // Another request may have learned it meanwhile, so that the view itself is compared.
    return view.learned === this.#learnedOf(view.name) ? content : 'changed';
  }

  knownCheck(view: PackageView, version: string): AttestationCheck | undefined {
    const row = view.versions.get(version);
    return row === undefined ? undefined : this.#attestations.knownOf(view.name, row);
  }

  storedCheck(view: PackageView, version: string): Promise<AttestationCheck | undefined> {
    const row = view.versions.get(version);
    if (row === undefined) return Promise.resolve(undefined);
    return this.#attestations.storedCheck(view, row);
  }

  async signingKeys(): Promise<readonly JsonObject[]> {
    // The registries of most packages. Others are known once a package of theirs was requested.
    for (const { href } of this.#options.uplinks.registriesOf(ANY_NAME)) {
      await this.#keys.of(href, true);
    }
    return this.#keys.known();
  }

  storedNames(): Promise<readonly string[]> {
    return this.#documents.names();
  }

  async isShown(
    name: string,
    version: Pick<ListedVersion, 'version' | 'publishedAt'>,
  ): Promise<boolean> {
    const { policy, advisories, isDryRun, isOwnName } = this.#options;
    if (isDryRun) return true;
    const { reader } = await advisories.current();
    const rules = policy.rules.filter(({ kind }) => LIST_RULES.has(kind));
    const judging = {
      policy: { ...policy, rules },
      advisories: reader,
      now: this.#context.now(),
      isOwn: isOwnName(name),
    };
    const rows = [{ ...version, hasInstallScript: false }];
    const decisions = await judgeVersions({ ecosystem: 'npm', name }, rows, judging);
    return decisions.get(version.version)?.action !== 'hide';
  }

  async attestations(view: PackageView, version: string): Promise<Uint8Array | undefined> {
    const row = view.versions.get(version);
    if (row?.attested === undefined || view.uplink === PUBLISHED_HERE) return undefined;
    return this.#side.get(attestationsRequest(view, row));
  }

  prune(): Promise<number> {
    return this.#side.prune((digest) => this.#options.files.has(digest));
  }

  async removeStrays(): Promise<void> {
    await this.#documents.removeStrays();
    await this.#side.removeStrays();
  }

  async #viewOf(document: StoredDocument, mayWait: boolean): Promise<PackageView> {
    const { advisories } = this.#options;
    const { name, sha256, uplink } = document.facts;
    const { reader, state } = await advisories.current();
    const learned = this.#learnedOf(name);
    const cached = this.#views.get(name);
    const isSigned =
      cached?.sha256 === sha256
        ? cached.isSigned
        : await this.#documents.use(document, async (read) => hasSignatures(await read()));
    const isSignedElsewhere = uplink !== PUBLISHED_HERE && this.#needsKeys(isSigned);
    const keys = isSignedElsewhere ? await this.#keys.of(uplink, mayWait) : undefined;
    const now = this.#context.now();
    const madeOf = { sha256, uplink, state, keys, learned };
    const current = (): PackageView | undefined => {
      const known = this.#views.get(name);
      const isCurrent = known !== undefined && isSameMade(known, madeOf);
      return isCurrent && now < known.view.changesAt ? known.view : undefined;
    };
    const found = current();
    if (found !== undefined) return found;
    // Another request may make it while this one waits.
    return this.#documents.use(
      document,
      async (read) =>
        current() ?? this.#createView(await read(), { ...madeOf, reader, isSigned, now }),
    );
  }

  async #createView(packument: Packument, made: NewView): Promise<PackageView> {
    const { policy, isDryRun, isOwnName } = this.#options;
    const { sha256, uplink, state, keys, learned, reader, isSigned, now } = made;
    const { name } = packument;
    const signers = keys === undefined ? '' : this.#signersOf(keys);
    const key = `${sha256} ${this.#policyKey} ${this.#stateHash(state)} ${signers} ${learned}`;
    const scripts = this.#withScripts.get(name);
    const versions = [...packument.versions.values()].map((row) => ({
      ...row,
      hasInstallScript: row.hasInstallScript || scripts?.has(row.version) === true,
      ...(this.#needsPeople && {
        evidence: evidenceOf(row.manifest),
        publication: publicationOf(row.version, row.manifest, row.publishedAt),
      }),
      ...(this.#needsLicenses && { licenses: readLicenses(row.manifest) }),
      ...(keys !== undefined && signatureFacts({ ...row, name }, keys)),
      ...this.#attestations.factsOf(name, row),
    }));
    const judging = { policy, advisories: reader, now, isOwn: isOwnName(name) };
    const decisions = await judgeVersions({ ecosystem: 'npm', name }, versions, judging);
    const view = createView(packument, decisions, { key, uplink, learned, isDryRun });
    this.#views.set(
      name,
      { sha256, uplink, state, keys, learned, view, isSigned },
      PACKAGE_WEIGHT + packument.versions.size * VERSION_WEIGHT,
    );
    return view;
  }

  /** Names what files of a package have shown that its document does not contain. */
  #learnedOf(name: string): string {
    const scripts = this.#withScripts.get(name);
    const count = this.#attestations.countOf(name);
    return scripts === undefined ? `${count}` : [count, ...scripts].join(' ');
  }

  #signersOf(keys: KeySet): string {
    const known = this.#signers.get(keys);
    if (known !== undefined) return known;
    const rows = keys.keys.map(({ row }) => JSON.stringify(row)).join();
    const signers = textHash(`${keys.isUnknown} ${rows}`);
    this.#signers.set(keys, signers);
    return signers;
  }

  /** @throws AssayError `DAMAGED` if the document was replaced after the view was made */
  async #useDocumentOf<T>(
    view: PackageView,
    work: (read: () => Promise<Packument>) => Promise<T>,
  ): Promise<T> {
    const stored = await this.#documents.stored(view.name);
    if (stored !== undefined && view.key.startsWith(stored.facts.sha256)) {
      return this.#documents.use(stored, work);
    }
    throw new AssayError('DAMAGED', `the document of "${view.name}" has changed meanwhile`, {
      hint: 'Send the request again.',
    });
  }
}

/** Published packages in place of those of uplinks, for names that are private. */
function withHosted(
  documents: Documents<Packument>,
  hosted: HostedPackages | undefined,
): Documents<Packument> {
  if (hosted === undefined) return documents;
  return {
    ...documents,
    current: (name) => (hosted.isPrivate(name) ? hosted.find(name) : documents.current(name)),
    stored: (name) => (hosted.isPrivate(name) ? hosted.find(name) : documents.stored(name)),
  };
}
