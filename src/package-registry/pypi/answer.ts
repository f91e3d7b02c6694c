/** Answers requests for Python projects and their files. */

import { AssayError } from '../../core/base/errors.ts';
import { SIMPLE_HTML_TYPE, SIMPLE_JSON_TYPE } from '../../clients/package-index/simple-page.ts';
import {
  attestationSubject,
  decisionSubject,
  errorAnswer,
  hasEtag,
  refusal,
  type AnswerSubject,
  type RegistryAnswer,
  type RegistryRequest,
} from '../answer.ts';
import type { PageForm } from './render.ts';
import type { PypiRoute } from './route.ts';
import type { PypiService } from './service.ts';
import type { FileView, ProjectView } from './view.ts';

/** How requests are answered. */
export interface PypiAnswering {
  readonly service: PypiService;
  /** Whether a project is never asked for at an index. The name is normalized. */
  readonly isPrivate: (name: string) => boolean;
}

type ProjectRoute = Extract<PypiRoute, { readonly name: string }>;
type FileRoute = Extract<ProjectRoute, { readonly fileName: string }>;

/** Installers ask again each time: what is hidden can change at any moment. */
const CACHE = 'no-cache';

/** Answers a request about a project. Errors of indexes become answers. */
export async function answerProject(
  route: ProjectRoute,
  request: RegistryRequest,
  answering: PypiAnswering,
  isFirst = true,
): Promise<RegistryAnswer> {
  try {
    if (route.kind !== 'pypi-project') return await answerFile(route, request, answering);
    const view = await answering.service.view(route.name);
    if (view === undefined) return notFound(route.name, answering);
    return answerPage(view, request, answering);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    // The page was replaced while the answer was made.
    const isReplaced = error.code === 'DAMAGED' && isFirst;
    if (isReplaced) return answerProject(route, request, answering, false);
    return errorAnswer(error, route.name);
  }
}

function answerPage(
  view: ProjectView,
  request: RegistryRequest,
  { service }: PypiAnswering,
): RegistryAnswer {
  const { form, type } = chosenForm(request.header('accept'));
  const { bytes, etag } = service.render(view, form);
  const headers = { 'content-type': type, 'cache-control': CACHE, vary: 'accept', etag };
  const subject = { package: view.name };
  if (hasEtag(request.header('if-none-match'), etag)) return { status: 304, headers, subject };
  return { status: 200, headers, body: bytes, subject };
}

/** Content types of pages, the one for clients without a preference first. */
const FORMS: readonly { readonly form: PageForm; readonly type: string }[] = [
  { form: 'html', type: 'text/html' },
  { form: 'json', type: SIMPLE_JSON_TYPE },
  { form: 'html', type: SIMPLE_HTML_TYPE },
];
const LATEST = /^application\/vnd\.pypi\.simple\.latest\+/u;

/**
 * The form that a client prefers. Source: PEP 691, "Version + format selection"; RFC 9110, section
 * 12.5.1. Without a type that is known, the page is sent as `text/html`.
 */
function chosenForm(accept = ''): (typeof FORMS)[number] {
  let best: { readonly row: (typeof FORMS)[number]; readonly quality: number } | undefined;
  for (const item of accept.split(',')) {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    const wanted = type.replace(LATEST, 'application/vnd.pypi.simple.v1+');
    const row = FORMS.find((one) => one.type === wanted || wanted === '*/*');
    const written = parameters.find((one) => one.startsWith('q='))?.slice(2);
    const quality = written === undefined ? 1 : Number(written);
    if (row === undefined || !(quality > (best?.quality ?? 0))) continue;
    best = { row, quality };
  }
  return best?.row ?? { form: 'html', type: 'text/html' };
}

async function answerFile(
  { kind, name, fileName }: FileRoute,
  request: RegistryRequest,
  answering: PypiAnswering,
): Promise<RegistryAnswer> {
  const { service } = answering;
  // The stored page serves for a file that it has: its digest must not change.
  const stored = await service.storedView(name);
  const view = stored?.files.has(fileName) === true ? stored : await service.view(name);
  const file = view?.files.get(fileName);
  if (view === undefined || file === undefined) return notFound(name, answering, fileName);
  if (!file.isServed) return fileRefusal(view, file);
  if (kind === 'pypi-provenance') return answerProvenance(view, file, answering);
  const content = await service.file(view, file, kind === 'pypi-file' ? 'file' : 'metadata');
  if (content === undefined) return notFound(name, answering, fileName);
  // The file is judged again by what it contains.
  if (content === 'changed') return answerFile({ kind, name, fileName }, request, answering);
  const etag = `"${content.sha512.slice(0, ETAG_DIGITS)}"`;
  const headers = {
    'content-type': 'application/octet-stream',
    'cache-control': CACHE,
    'accept-ranges': 'none',
    etag,
  };
  const subject = {
    ...subjectOf(view, file),
    ...attestationSubject(service.knownCheck(view, file)),
  };
  if (hasEtag(request.header('if-none-match'), etag)) return { status: 304, headers, subject };
  return { status: 200, headers, body: content, subject };
}

async function answerProvenance(
  view: ProjectView,
  file: FileView,
  answering: PypiAnswering,
): Promise<RegistryAnswer> {
  const bytes = await answering.service.provenance(view, file);
  if (bytes === undefined) return notFound(view.name, answering, `${file.fileName}.provenance`);
  const headers = { 'content-type': PROVENANCE_TYPE, 'cache-control': CACHE };
  return { status: 200, headers, body: bytes, subject: subjectOf(view, file) };
}

/** Source: PyPI documentation, "Integrity API". */
const PROVENANCE_TYPE = 'application/vnd.pypi.integrity.v1+json';
const ETAG_DIGITS = 64;

/** The refusal of a file, with the reason. */
function fileRefusal(view: ProjectView, file: FileView): RegistryAnswer {
  const reason = file.decision.causes[0]?.text ?? 'no reason is given';
  return refusal(403, `${view.name} ${file.version} is refused: ${reason}`, {
    subject: subjectOf(view, file),
    headers: { 'cache-control': 'no-store' },
  });
}

function subjectOf(
  { name }: ProjectView,
  { version, fileName, decision }: FileView,
): AnswerSubject {
  return { package: name, version, file: fileName, ...decisionSubject(decision) };
}

function notFound(name: string, { isPrivate }: PypiAnswering, fileName?: string): RegistryAnswer {
  const why = isPrivate(name)
    ? 'its name is private, so that no index is asked'
    : 'no index that may have it does';
  return refusal(404, `${fileName ?? name} is not here: ${why}`, { subject: { package: name } });
}
