/** Answers requests that change packages that are published here. */

import { AssayError } from '../../../core/base/errors.ts';
import {
  isJsonObject,
  readJson,
  readJsonValue,
  type JsonObject,
} from '../../../formats/text/json/json.ts';
import { purlOf } from '../../../core/model/purl/purl.ts';
import type { Caller } from '../../access.ts';
import {
  headerText,
  jsonAnswer,
  refusal,
  type AnswerSubject,
  type RegistryAnswer,
  type RegistryRequest,
} from '../../answer.ts';
import type { NpmService } from '../service.ts';
import { createGate } from '../../gate.ts';
import {
  publishedBefore,
  versionsOf,
  withDeprecations,
  withoutTag,
  withoutVersions,
  withTag,
  withVersion,
  type EditBy,
} from './edit-document.ts';
import type { HostedPackages } from './hosted-packages.ts';
import { changeRefusal } from './permission.ts';
import { readPublication, tagProblem, type Publication } from './publication.ts';
import type { ChangeRoute } from './route.ts';

/** How changes are made. */
export interface PublishAnswering {
  readonly hosted: HostedPackages;
  readonly service: NpmService;
  /** Ceiling for the body of a request that publishes. */
  readonly maxPublishBytes: number;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
}

/** A request that changes a package, and who sends it. */
interface Change<Route extends ChangeRoute = ChangeRoute> {
  readonly route: Route;
  readonly request: RegistryRequest;
  readonly by: EditBy;
}

type Kind<K extends ChangeRoute['kind']> = Change<Extract<ChangeRoute, { readonly kind: K }>>;

/** Answers a request that changes a package. */
export async function answerChange(
  route: ChangeRoute,
  request: RegistryRequest,
  caller: Caller,
  answering: PublishAnswering,
): Promise<RegistryAnswer> {
  const refused = changeRefusal(route, caller, answering.hosted.isPrivate);
  if (refused !== undefined) return refused;
  const by = { now: answering.now, by: caller.kind === 'token' ? caller.name : '' };
  try {
    return await changed({ route, request, by }, answering);
  } catch (error) {
    if (!(error instanceof AssayError)) throw error;
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return refusal(STATUSES[error.code] ?? 500, `${route.name}: ${error.message}${hint}`, {
      subject: { package: route.name },
    });
  }
}

const STATUSES: Readonly<Record<string, number>> = {
  USAGE: 400,
  PARSE: 400,
  NOT_FOUND: 404,
  // After 409, npm sends the version again together with those that it finds.
  REGISTRY_DENIED: 403,
  CONTENT_MISMATCH: 409,
  LIMIT_EXCEEDED: 413,
  ACCESS_DENIED: 507,
};

function changed(change: Change, answering: PublishAnswering): Promise<RegistryAnswer> {
  const { route } = change;
  switch (route.kind) {
    case 'publish':
      return publishOrDeprecate({ ...change, route }, answering);
    case 'tag-add':
    case 'tag-remove':
      return changeTag({ ...change, route }, answering);
    case 'unpublish-versions':
    case 'unpublish-file':
    case 'unpublish-package':
      return unpublish({ ...change, route }, answering);
  }
}

/**
 * Bodies are received at the same time, and read one after the other, because that takes several
 * times their size in memory.
 */
const receiving = createGate(4);
const reading = createGate(1);

function publishOrDeprecate(
  change: Kind<'publish'>,
  answering: PublishAnswering,
): Promise<RegistryAnswer> {
  const { route, request } = change;
  return withBody(request, answering, async (body) => {
    const { _attachments: attachments, versions } = body;
    if (isJsonObject(attachments) && Object.keys(attachments).length > 0) {
      return publish(change, await readPublication(route.name, body), answering);
    }
    if (isJsonObject(versions)) return deprecate(change, body, answering);
    return refusal(501, 'owners, stars and access rights are not supported by this registry', {
      subject: { package: route.name },
    });
  });
}

/**
 * Passes the body of a request to `work`. @throws AssayError as bodies are read, and what `work`
 * throws
 */
function withBody<T>(
  request: RegistryRequest,
  { maxPublishBytes }: Pick<PublishAnswering, 'maxPublishBytes'>,
  work: (body: JsonObject) => Promise<T>,
): Promise<T> {
  return receiving(async () => {
    const bytes = await request.body(maxPublishBytes);
    return reading(() => work(readJson('the body', bytes)));
  });
}

async function publish(
  { route: { name }, by }: Change,
  publication: Publication,
  answering: PublishAnswering,
): Promise<RegistryAnswer> {
  const { hosted } = answering;
  const { version, file, sha512 } = publication;
  const digests = [`sha512:${sha512}`] as const;
  let before: string | undefined;
  const document = await hosted.update(name, async (current) => {
    before = publishedBefore(current, version);
    if (before !== undefined) throw conflict(name, before, current);
    const purl = purlOf({ ecosystem: 'npm', name, version, qualifiers: new Map() });
    const items = [{ id: version, purl, digests }];
    const [moved] = await hosted.ledger.compare({ name, items }, 'published', by.now);
    if (moved !== undefined) {
      throw new AssayError(
        'CONTENT_MISMATCH',
        `${version} was published before with ${moved.was}`,
        {
          hint: 'Publish another version.',
        },
      );
    }
    await hosted.files.put(onePiece(file), digests);
    return withVersion(current, publication, by);
  });
  const notice = await policyNotice(name, version, answering);
  return done(201, document, {
    subject: { package: name, version, change: 'published', sha512 },
    ...(notice !== undefined && { notice }),
  });
}

// eslint-disable-next-line @typescript-eslint/require-await -- an iterable of one piece
async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function conflict(name: string, before: string, current: JsonObject | undefined): AssayError {
  const isThere = versionsOf(current).has(before);
  return new AssayError(
    'REGISTRY_DENIED',
    isThere
      ? `${name}@${before} is published already, and a version cannot be replaced`
      : `${name}@${before} was published before and removed; its version cannot be used again`,
    { hint: 'Publish another version.' },
  );
}

/** What people have to know whose version is not served. */
async function policyNotice(
  name: string,
  version: string,
  { service }: PublishAnswering,
): Promise<string | undefined> {
  const row = (await service.view(name))?.versions.get(version);
  if (row === undefined || row.isServed) return undefined;
  const [cause] = row.decision.causes;
  return `${name}@${version} is published, and the policy does not serve it: ${cause?.text ?? 'no reason is given'}`;
}

async function deprecate(
  { route: { name }, by }: Change,
  body: JsonObject,
  { hosted }: PublishAnswering,
): Promise<RegistryAnswer> {
  let versions: readonly string[] = [];
  const document = await hosted.update(name, (current) => {
    const edited = withDeprecations(existing(name, current), body, by);
    versions = edited.changed;
    return edited.document;
  });
  return done(200, document, {
    subject: { package: name, version: versions.join(' '), change: 'deprecated' },
  });
}

const MAX_TAG_BODY = 1024;

async function changeTag(
  { route, request, by }: Kind<'tag-add' | 'tag-remove'>,
  { hosted }: PublishAnswering,
): Promise<RegistryAnswer> {
  const { name, tag, kind } = route;
  if (kind === 'tag-remove') {
    const document = await hosted.update(name, (current) =>
      withoutTag(existing(name, current), tag, by),
    );
    return done(200, document, { subject: { package: name, tag, change: 'tag removed' } });
  }
  const problem = tagProblem(tag);
  if (problem !== undefined) throw new AssayError('USAGE', problem);
  const version = readJsonValue('the body', await request.body(MAX_TAG_BODY));
  if (typeof version !== 'string') throw new AssayError('USAGE', 'the body is no version');
  const document = await hosted.update(name, (current) =>
    withTag(existing(name, current), { tag, version }, by),
  );
  return done(201, document, { subject: { package: name, version, tag, change: 'tagged' } });
}

async function unpublish(
  change: Kind<'unpublish-versions' | 'unpublish-file' | 'unpublish-package'>,
  answering: PublishAnswering,
): Promise<RegistryAnswer> {
  const { route, by } = change;
  const { name } = route;
  const { hosted } = answering;
  const kept = await keptVersions(change, answering);
  if (kept === 'owners') {
    return refusal(501, 'owners are not supported by this registry', {
      subject: { package: name },
    });
  }
  const removed = new Map<string, JsonObject>();
  const document = await hosted.update(name, (current) => {
    const document = existing(name, current);
    if ('revision' in route && document['_rev'] !== route.revision) {
      throw new AssayError('CONTENT_MISMATCH', 'the package has changed meanwhile', {
        hint: 'Run the command again.',
      });
    }
    removed.clear();
    for (const [version, row] of versionsOf(document)) {
      if (!kept(version)) removed.set(version, row);
    }
    // npm removes the version first, and then its file.
    return removed.size === 0 ? document : withoutVersions(document, new Set(removed.keys()), by);
  });
  for (const row of removed.values()) await removeFile(row, hosted);
  const subject = { package: name, version: [...removed.keys()].join(' '), change: 'unpublished' };
  return done(200, document, { subject });
}

/** Returns which versions stay, by what was sent. `owners`: the request is about something else. */
async function keptVersions(
  { route, request }: Kind<'unpublish-versions' | 'unpublish-file' | 'unpublish-package'>,
  answering: PublishAnswering,
): Promise<((version: string) => boolean) | 'owners'> {
  if (route.kind === 'unpublish-package') return () => false;
  if (route.kind === 'unpublish-file') return (version) => version !== route.version;
  return withBody(request, answering, async (body) => {
    if (!isJsonObject(body['versions'])) return 'owners';
    const sent = new Set(Object.keys(body['versions']));
    // A client cannot keep or remove what it does not see.
    const view = await answering.service.view(route.name);
    return (version) => sent.has(version) || view?.versions.get(version)?.isListed !== true;
  });
}

async function removeFile({ dist }: JsonObject, { files }: HostedPackages): Promise<void> {
  const integrity = isJsonObject(dist) ? dist['integrity'] : undefined;
  if (typeof integrity !== 'string') return;
  await files.remove(Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex'));
}

/** @throws AssayError `NOT_FOUND` */
function existing(name: string, current: JsonObject | undefined): JsonObject {
  if (current !== undefined && versionsOf(current).size > 0) return current;
  throw new AssayError('NOT_FOUND', `no version of "${name}" is published here`);
}

function done(
  status: number,
  { _id: id, _rev: rev }: JsonObject,
  { subject, notice }: { readonly subject: AnswerSubject; readonly notice?: string },
): RegistryAnswer {
  return jsonAnswer(
    status,
    { ok: true, id, rev },
    { subject, ...(notice !== undefined && { headers: { 'npm-notice': headerText(notice) } }) },
  );
}
