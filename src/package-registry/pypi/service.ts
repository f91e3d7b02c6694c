/**
 * Python projects through this registry: what is stored is judged, and served without what the
 * policy hides.
 */

import type { Context } from '../../core/base/context.ts';
import type { AttestationCheck } from '../attestations/verify-statement.ts';
import { openDocuments, type Documents } from '../documents.ts';
import { judgeVersions, type ListedVersion } from '../judge.ts';
import type { ServiceOptions } from '../service-options.ts';
import { openSideDocuments, type SideDocuments } from '../side-documents.ts';
import type { StoredContent } from '../store/content-store.ts';
import type { StoredDocument } from '../store/document-store.ts';
import { lastTextHash, textHash } from '../text-hash.ts';
import { createWeightedCache } from '../weighted-cache.ts';
import { openPypiFiles, type FilePart } from './files.ts';
import {
  openFileAttestations,
  provenanceRequest,
  type FileAttestations,
} from './verified-files.ts';
import { createLearnedLicenses, type LearnedLicenses } from './learned-licenses.ts';
import { isWheel } from './names.ts';
import { projectFormat, type PypiProject } from './project.ts';
import { renderPage, type PageForm, type RenderedPage } from './render.ts';
import { createProjectView, type FileView, type ProjectView } from './view.ts';

/**
 * Python projects. Methods throw AssayError if an index cannot be asked and nothing is stored.
 * Names are normalized.
 */
export interface PypiService {
  /** Returns a project; `undefined` if neither an index nor the store has it. */
  view(name: string): Promise<ProjectView | undefined>;
  /** Returns what is stored of a project, without asking an index. */
  storedView(name: string): Promise<ProjectView | undefined>;
  render(view: ProjectView, form: PageForm): RenderedPage;
  /**
   * Returns a file that is served, or its metadata file; `undefined` if its index does not have it.
   * `changed`: the file shows what the page did not, and the caller gets a new view.
   */
  file(
    view: ProjectView,
    file: FileView,
    part: FilePart,
  ): Promise<StoredContent | 'changed' | undefined>;
  /** Returns the result for a file that was requested; `undefined` if none is known. */
  knownCheck(view: ProjectView, file: FileView): AttestationCheck | undefined;
  /** Returns the attestations of a file that is served; `undefined` if its index has none. */
  provenance(view: ProjectView, file: FileView): Promise<Uint8Array | undefined>;
  /**
   * Returns what is known of the attestations of a file by what is stored, without asking its
   * index; `undefined` if it has none, or if attestations are not verified.
   */
  storedCheck(view: ProjectView, file: FileView): Promise<AttestationCheck | undefined>;
  /** Removes attestations of files that are not stored any more. Returns how many. */
  prune(): Promise<number>;
  removeStrays(): Promise<void>;
}

/** Views, at an estimated weight for each file. */
const MAX_VIEW_WEIGHT = 64 * 1024 * 1024;
const FILE_WEIGHT = 1200;
const PROJECT_WEIGHT = 1000;
const MAX_RENDERED_BYTES = 64 * 1024 * 1024;

/** Makes a service. */
export function createPypiService(options: ServiceOptions, context: Context): PypiService {
  const documents = openDocuments(projectFormat, options, context);
  const files = openPypiFiles(options, context);
  const side = openSideDocuments(options, context);
  const { policy, base } = options;
  const licenses = createLearnedLicenses();
  const attestations = openFileAttestations({ roots: options.roots, side, now: context.now });
  const learned = { licenses, attestations };
  const learnedOf = (name: string): string => textOfLearned(name, learned);
  const hasLicenseRule = policy.rules.some(({ licenses }) => licenses !== undefined);
  const viewOf = viewMaker(options, { documents, learned, now: context.now });
  return {
    view: async (name) => {
      const document = await documents.current(name);
      return document === undefined ? undefined : viewOf(document);
    },
    storedView: async (name) => {
      const document = await documents.stored(name);
      return document === undefined ? undefined : viewOf(document);
    },
    render: renderer(base),
    file: async (view, file, part) => {
      if (!file.isServed) throw new Error(`${file.fileName} is not served`);
      // Both are fetched at the same time.
      const asked = part === 'file' ? attestations.prepare(view, file) : undefined;
      const content = await files.find(view, file, part);
      if (content === undefined) return undefined;
      await asked?.(content);
      if (hasLicenseRule) await licenses.learn(view.name, file, { part, path: content.path });
      // Another request may have learned it meanwhile, so that the view itself is compared.
      return view.learned === learnedOf(view.name) ? content : 'changed';
    },
    provenance: (view, file) => provenanceOf(view, file, side),
    knownCheck: ({ name }, file) => attestations.knownOf(name, file),
    storedCheck: (view, file) => attestations.storedCheck(view, file),
    prune: () => side.prune((digest) => options.files.has(digest)),
    removeStrays: async () => {
      await documents.removeStrays();
      await side.removeStrays();
    },
  };
}

/** What files have shown that pages do not contain. */
interface Learned {
  readonly licenses: LearnedLicenses;
  readonly attestations: FileAttestations;
}

function textOfLearned(name: string, { licenses, attestations }: Learned): string {
  return `${licenses.countOf(name)} ${attestations.countOf(name)}`;
}

interface Viewing {
  readonly documents: Documents<PypiProject>;
  readonly learned: Learned;
  /** The clock, in milliseconds since the Unix epoch. */
  readonly now: () => number;
}

/** Makes views of projects; each is held in memory until what it was made of changes. */
function viewMaker(
  options: ServiceOptions,
  { documents, learned, now: clock }: Viewing,
): (document: StoredDocument) => Promise<ProjectView> {
  const { policy, advisories, isDryRun, isOwnName } = options;
  const views = createWeightedCache<ProjectView>(MAX_VIEW_WEIGHT);
  const policyKey = textHash(JSON.stringify([policy, isDryRun]));
  const stateHash = lastTextHash();
  return async (document) => {
    const { name, sha256, uplink } = document.facts;
    const { reader, state } = await advisories.current();
    const learnedText = textOfLearned(name, learned);
    const key = [sha256, policyKey, stateHash(state), learnedText].join(' ');
    const now = clock();
    const current = (): ProjectView | undefined => {
      const cached = views.get(name);
      return cached?.key === key && now < cached.changesAt ? cached : undefined;
    };
    const found = current();
    if (found !== undefined) return found;
    return documents.use(document, async (read) => {
      // Another request may have made it while this one waited.
      const again = current();
      if (again !== undefined) return again;
      const project = await read();
      const judging = { policy, advisories: reader, now, isOwn: isOwnName(name) };
      const rows = rowsOf(project, learned);
      const decisions = await judgeVersions({ ecosystem: 'pypi', name }, rows, judging);
      const made = { key, uplink, learned: learnedText, isDryRun };
      const view = createProjectView(project, decisions, made);
      views.set(name, view, PROJECT_WEIGHT + project.files.size * FILE_WEIGHT);
      return view;
    });
  };
}

async function provenanceOf(
  view: ProjectView,
  file: FileView,
  side: SideDocuments,
): Promise<Uint8Array | undefined> {
  const { provenance } = file.listed;
  if (provenance === undefined) return undefined;
  return side.get(provenanceRequest(view, file, provenance));
}

/** Renders pages; each is held in memory until its view changes. */
function renderer(base: string): PypiService['render'] {
  const rendered = createWeightedCache<RenderedPage & { readonly view: ProjectView }>(
    MAX_RENDERED_BYTES,
  );
  return (view, form) => {
    const key = `${form} ${view.name}`;
    const known = rendered.get(key);
    if (known?.view === view) return known;
    const page = { ...renderPage(view, form, base), view };
    rendered.set(key, page, page.bytes.length + PROJECT_WEIGHT);
    return page;
  };
}

/**
 * Each file is judged by its own date, since files can be added to a version later. A source
 * distribution runs code of the package when it is installed, and a wheel does not.
 */
function rowsOf({ name, files }: PypiProject, learned: Learned): readonly ListedVersion[] {
  return [...files].map(([fileName, { version, listed, deprecated, unusable }]) => ({
    key: fileName,
    version,
    ...learned.licenses.licensesOf({ fileName, listed }),
    ...learned.attestations.factsOf(name, { fileName, listed }),
    ...(listed.uploadedAt !== undefined && { publishedAt: listed.uploadedAt }),
    hasInstallScript: !isWheel(fileName),
    evidence: listed.provenance === undefined ? 'none' : 'provenance',
    ...(deprecated !== undefined && { deprecated }),
    ...(unusable !== undefined && { unusable }),
  }));
}
