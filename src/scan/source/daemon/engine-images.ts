/**
 * Images that a container daemon keeps: asked for by name, exported into a temporary file, and read
 * from there.
 *
 * Source: Docker Engine API, "Inspect an image" and "Export an image". The export is asked for by
 * id, as a name without tag would give all images of its repository. What is exported has all its
 * bytes, so layers are compared with their digests as in any archive.
 */

import type { Context } from '../../../core/base/context.ts';
import { AssayError } from '../../../core/base/errors.ts';
import { isJsonArray, isJsonObject, type JsonObject } from '../../../formats/text/json/json.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import { archiveFiles } from '../archive/archive-files.ts';
import { parseDigest } from '../../../formats/crypto/digest/digest-check.ts';
import type { KnownImageFacts } from '../image/image.ts';
import { openArchive } from '../archive/image-archive.ts';
import type { ImageDigest, ImageStore, SourceRequest } from '../source.ts';
import { spoolAll } from '../archive/spool.ts';
import { requestedDigest } from '../image/image-name-lookup.ts';
import type { DaemonEndpoint } from './endpoint.ts';
import { connectEngine, type Engine } from './engine.ts';
import type { Environment } from '../../../core/model/artifact/environment.ts';

/** Differences between the daemons. */
export interface EngineKind {
  readonly id: 'docker' | 'podman';
  /** The command that gets an image into it. */
  readonly pull: string;
  /**
   * Whether the id of an image is the digest of a configuration that an export gives another form.
   */
  readonly convertsOnExport: boolean;
  endpoints(env: Environment): Promise<readonly DaemonEndpoint[]>;
}

/** Returns the images of one kind of daemon. */
export function engineImages(kind: EngineKind): ImageStore {
  return {
    id: kind.id,
    async open(request, context) {
      const found = await findImage(kind, request, context);
      const shown = `the export of "${request.reference}"`;
      const path = `/images/${encodePath(found.id)}/get`;
      const archive = await found.engine.stream(path, context);
      const spool = await spoolAll(archive, { name: shown, shown: `${kind.id} export` }, context);
      const files = await archiveFiles(spool, request.reference, context);
      const { reference, platforms } = request;
      const known = knownFacts(kind, found, reference);
      return openArchive(files, { reference, platforms, selection: {}, known }, context);
    },
    async digests(request, context) {
      const found = await findImage(kind, request, context);
      const digests = found.repoDigests.flatMap((text) => repoDigest(text));
      if (digests.length > 0) return digests;
      throw new AssayError('NOT_FOUND', 'the image has no digest that a registry knows', {
        hint: 'It gets one when it is pushed.',
      });
    },
  };
}

/** An image as the daemon describes it. */
interface FoundImage {
  readonly engine: Engine;
  readonly id: string;
  readonly tags: readonly string[];
  readonly repoDigests: readonly string[];
  readonly facts: JsonObject;
}

/** Returns the first daemon that has it; where none has, the first failure. */
async function findImage(
  kind: EngineKind,
  request: SourceRequest,
  context: Context,
): Promise<FoundImage> {
  const failures: AssayError[] = [];
  for (const endpoint of await kind.endpoints(request.env ?? process.env)) {
    try {
      const engine = await connectEngine(endpoint, context);
      return await inspect(engine, kind, request, context);
    } catch (error) {
      if (!(error instanceof AssayError) || ENDINGS.has(error.code)) throw error;
      failures.push(error);
    }
  }
  throw failures[0] ?? new Error('a daemon without endpoints');
}

const ENDINGS: ReadonlySet<string> = new Set(['INTERRUPTED', 'TIMEOUT', 'LIMIT_EXCEEDED']);

async function inspect(
  engine: Engine,
  kind: EngineKind,
  { reference }: SourceRequest,
  context: Context,
): Promise<FoundImage> {
  const facts = await engine.json(`/images/${encodePath(reference)}/json`, context);
  const { url } = engine.endpoint;
  if (facts === undefined) {
    throw new AssayError('NOT_FOUND', `${url} has no such image`, {
      hint: `Get it with ${kind.pull} ${reference}`,
    });
  }
  const id = isJsonObject(facts) ? facts['Id'] : undefined;
  if (!isJsonObject(facts) || typeof id !== 'string' || id === '') {
    throw new AssayError('NETWORK', `${url} describes an image without id`, {
      hint: 'Check that a container daemon listens there.',
    });
  }
  return { engine, id, tags: texts(facts, 'RepoTags'), repoDigests: digestTexts(facts), facts };
}

function knownFacts(kind: EngineKind, found: FoundImage, reference: string): KnownImageFacts {
  const id = parseDigest(found.id);
  const requested = requestedDigest(reference);
  const published = new Set<string>([
    found.id,
    ...found.repoDigests.map((text) => text.slice(text.lastIndexOf('@') + 1)),
  ]);
  return {
    tags: found.tags,
    repoDigests: found.repoDigests,
    ...(kind.convertsOnExport && id !== undefined && { configDigest: id }),
    isKnownDigest: (digest: Digest) => published.has(digest),
    ...(requested !== undefined && { requested: { reference, digest: requested } }),
    source: { kind: kind.id, place: found.engine.endpoint.url },
  };
}

function repoDigest(text: string): readonly ImageDigest[] {
  const at = text.lastIndexOf('@');
  const digest = parseDigest(text.slice(at + 1));
  if (at < 1 || digest === undefined) return [];
  return [{ name: text.slice(0, at), digest, isIndex: false }];
}

/** Docker writes `<none>` for what has no name. */
function digestTexts(facts: JsonObject): readonly string[] {
  return texts(facts, 'RepoDigests').filter((text) => !text.startsWith('<none>'));
}

function texts(facts: JsonObject, key: string): readonly string[] {
  const value = facts[key];
  if (!isJsonArray(value)) return [];
  return value
    .filter((text) => typeof text === 'string')
    .filter((text) => text !== '<none>:<none>');
}

/** Returns a name in a path; its slashes stay. */
function encodePath(name: string): string {
  return name.split('/').map(encodeURIComponent).join('/');
}
