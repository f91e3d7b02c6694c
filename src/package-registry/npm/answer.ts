/** Answers requests for packages of npm. */

import { AssayError } from '../../core/base/errors.ts';
import type { JsonObject } from '../../formats/text/json/json.ts';
import type { AnswerSubject } from '../answer.ts';
import {
  attestationSubject,
  decisionSubject,
  errorAnswer,
  hasEtag,
  jsonAnswer,
  refusal,
  headerText,
  type RegistryAnswer,
  type RegistryRequest,
} from '../answer.ts';
import { isVersionSpec, type NpmRoute } from './route.ts';
import type { NpmService } from './service.ts';
import type { PackageView, VersionView } from './view.ts';
import type { PackumentForm } from './render.ts';

/** How requests are answered. */
export interface NpmAnswering {
  readonly service: NpmService;
  /** Whether a package is never asked for at an uplink. */
  readonly isPrivate: (name: string) => boolean;
}

type TarballRoute = Extract<NpmRoute, { readonly version: string }>;
type VersionRoute = Extract<NpmRoute, { readonly kind: 'version' }>;
type DocumentRoute = Extract<NpmRoute, { readonly kind: 'packument' | 'tags' }>;

/** A request about a package. */
export type PackageRoute = TarballRoute | VersionRoute | DocumentRoute;

const ABBREVIATED_TYPE = 'application/vnd.npm.install-v1+json';
/** Clients ask again each time: what is hidden can change at any moment. */
const CACHE = 'no-cache';

/** Answers a request about a package. Errors of uplinks become answers. */
export async function answerPackage(
  route: PackageRoute,
  request: RegistryRequest,
  answering: NpmAnswering,
  isFirst = true,
): Promise<RegistryAnswer> {
  try {
    return await answerRoute(route, request, answering);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    // The document was replaced while the answer was made.
    if (error.code === 'DAMAGED' && isFirst) return answerPackage(route, request, answering, false);
    return errorAnswer(error, route.name);
  }
}

async function answerRoute(
  route: PackageRoute,
  request: RegistryRequest,
  answering: NpmAnswering,
): Promise<RegistryAnswer> {
  const { service } = answering;
  if (route.kind === 'tarball') return answerTarball(route, request, answering);
  const view = await service.view(route.name);
  if (view === undefined) return notFound(route.name, answering);
  const blocked = wholeRefusal(view);
  if (blocked !== undefined) return blocked;
  if (route.kind === 'packument') return answerPackument(view, request, answering);
  if (route.kind === 'attestations') return answerAttestations(view, route.version, answering);
  if (route.kind === 'version') return answerVersion(view, route.spec, answering);
  return jsonAnswer(200, Object.fromEntries(view.tags), { headers: noticeOf(view) });
}

async function answerPackument(
  view: PackageView,
  request: RegistryRequest,
  answering: NpmAnswering,
): Promise<RegistryAnswer> {
  const form: PackumentForm = wantsAbbreviated(request.header('accept')) ? 'abbreviated' : 'full';
  const { bytes, etag } = await answering.service.render(view, form);
  const headers = {
    'content-type': form === 'abbreviated' ? ABBREVIATED_TYPE : 'application/json',
    'cache-control': CACHE,
    vary: 'accept',
    etag,
    ...noticeOf(view),
  };
  const subject = { package: view.name };
  if (hasEtag(request.header('if-none-match'), etag)) return { status: 304, headers, subject };
  return { status: 200, headers, body: bytes, subject };
}

/** The abbreviated form is sent where it is named before all other types of JSON. */
function wantsAbbreviated(accept: string | undefined): boolean {
  const [first = ''] = (accept ?? '').split(',', 1);
  return first.trim().toLowerCase().startsWith(ABBREVIATED_TYPE);
}

async function answerVersion(
  view: PackageView,
  spec: string,
  answering: NpmAnswering,
): Promise<RegistryAnswer> {
  const version = isVersionSpec(spec) ? spec : view.tags.get(spec);
  const row = version === undefined ? undefined : view.versions.get(version);
  if (row === undefined) {
    return refusal(404, `${view.name} has no version or tag "${spec}"`, {
      subject: { package: view.name },
    });
  }
  if (!row.isServed) return versionRefusal(view, row);
  const manifest: JsonObject | undefined = await answering.service.manifest(view, row.version);
  if (manifest === undefined) return notFound(view.name, answering);
  return jsonAnswer(200, manifest, {
    headers: { 'cache-control': CACHE, ...warningOf(view, row) },
    subject: subjectOf(view, row),
  });
}

/** Attestations of a version that is not served are refused as its file is. */
async function answerAttestations(
  view: PackageView,
  version: string,
  { service, isPrivate }: NpmAnswering,
): Promise<RegistryAnswer> {
  const row = view.versions.get(version);
  if (row === undefined) return notFound(view.name, { service, isPrivate }, version);
  if (!row.isServed) return versionRefusal(view, row);
  const bytes = await service.attestations(view, version);
  const subject = subjectOf(view, row);
  if (bytes === undefined) {
    return refusal(404, `${view.name}@${version} has no attestations`, { subject });
  }
  const headers = { 'content-type': 'application/json', 'cache-control': CACHE };
  return { status: 200, headers, body: bytes, subject };
}

async function answerTarball(
  { name, version }: TarballRoute,
  request: RegistryRequest,
  answering: NpmAnswering,
): Promise<RegistryAnswer> {
  const { service } = answering;
  // The stored document serves for a version that it has: its digest must not change.
  const stored = await service.storedView(name);
  const view = stored?.versions.has(version) === true ? stored : await service.view(name);
  const row = view?.versions.get(version);
  if (view === undefined || row === undefined) return notFound(name, answering, version);
  if (!row.isServed) return versionRefusal(view, row);
  const content = await service.file(view, version);
  if (content === undefined) return notFound(name, answering, version);
  // The version is judged again by what its file contains.
  if (content === 'changed') {
    return answerTarball({ kind: 'tarball', name, version }, request, answering);
  }
  const etag = `"${content.sha512.slice(0, ETAG_DIGITS)}"`;
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': CACHE,
    'accept-ranges': 'none',
    etag,
    ...warningOf(view, row),
  };
  const subject = {
    ...subjectOf(view, row),
    ...attestationSubject(service.knownCheck(view, version)),
  };
  if (hasEtag(request.header('if-none-match'), etag)) return { status: 304, headers, subject };
  return { status: 200, headers, body: content, subject };
}

const ETAG_DIGITS = 64;

/** A package of which nothing is left is refused with the reason. */
function wholeRefusal(view: PackageView): RegistryAnswer | undefined {
  const rows = [...view.versions.values()];
  if (rows.length === 0 || rows.some(({ isListed }) => isListed)) return undefined;
  return refusal(403, `${view.name}: no version is allowed; ${view.notice ?? reasonsOf(rows)}`, {
    subject: { package: view.name, decision: 'hide' },
  });
}

function reasonsOf(rows: readonly VersionView[]): string {
  const [last] = rows.slice(-1);
  return last === undefined ? '' : `${last.version}: ${textOf(last)}`;
}

/** The refusal of a version, with the reason. */
function versionRefusal(view: PackageView, row: VersionView): RegistryAnswer {
  const text = `${view.name}@${row.version} is refused: ${textOf(row)}`;
  return refusal(403, text, {
    subject: subjectOf(view, row),
    headers: { 'cache-control': 'no-store' },
  });
}

function textOf({ decision }: VersionView): string {
  return decision.causes[0]?.text ?? 'no reason is given';
}

function subjectOf({ name }: PackageView, { version, decision }: VersionView): AnswerSubject {
  return { package: name, version, ...decisionSubject(decision) };
}

function warningOf({ name }: PackageView, row: VersionView): RegistryAnswer['headers'] {
  if (row.decision.causes.length === 0) return {};
  return printed(`${name}@${row.version}: ${textOf(row)}`);
}

function noticeOf({ name, notice }: PackageView): RegistryAnswer['headers'] {
  if (notice === undefined) return {};
  return printed(`${name}: ${notice}`);
}

/** npm prints a notice of an answer that it does not store, and of no other. */
function printed(text: string): RegistryAnswer['headers'] {
  return { 'npm-notice': headerText(text), 'cache-control': 'no-store' };
}

function notFound(name: string, { isPrivate }: NpmAnswering, version?: string): RegistryAnswer {
  const what = version === undefined ? name : `${name}@${version}`;
  const why = isPrivate(name)
    ? 'its name is private, so that no other registry is asked'
    : 'no configured registry has it';
  return refusal(404, `${what} is not here: ${why}`, { subject: { package: name } });
}
