/**
 * The tags of a repository, page by page.
 *
 * Source: OCI distribution specification, "Listing Tags". Refused: a list that names its next page at another server, that
 * comes back to a page it had before, that goes on without a new tag, or that has something else than tags in it.
 */

import { AssayError } from '../base/errors.ts';
import { isJsonArray, readJson } from '../format/json.ts';
import type { TagListOptions } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { nextLink } from './link-header.ts';
import { isTag } from './reference.ts';
import { readRegistryError } from './registry-error.ts';
import { wholeBody } from './response-body.ts';
import type { RegistryResponse } from './transport.ts';

/** Registries give fewer where they want to; a page of 1,000 tags of 128 characters has 130 KB. */
const PAGE_SIZE = 1000;
/** The largest public repositories have some 50,000 tags. */
const MAX_TAGS = 100_000;
/** Registries that give 100 tags a page need as many for {@link MAX_TAGS}. */
const MAX_PAGES = 1000;
/** Registries that filter a page after they have cut it can give an empty one. */
const MAX_IDLE_PAGES = 5;

/**
 * Returns the tags in the order of the registry, each once.
 *
 * @throws AssayError as a {@link Repository} does; `LIMIT_EXCEEDED` above `maxTags`, `DAMAGED` for a list that has no end
 *   or is no list
 */
export async function listTags(
  endpoint: Endpoint,
  name: string,
  { after, pageSize = PAGE_SIZE, maxTags = MAX_TAGS }: TagListOptions,
): Promise<readonly string[]> {
  const tags = new Set<string>();
  const visited = new Set<string>();
  let target: string | URL | undefined = pageTarget(pageSize, after);
  let idlePages = 0;
  for (let page = 0; target !== undefined; page += 1) {
    if (visited.has(String(target))) throw endless(name, 'its pages form a circle');
    if (page >= MAX_PAGES) throw endless(name, `it has more than ${MAX_PAGES} pages`);
    visited.add(String(target));
    const before = tags.size;
    const read: TagPage = await getPage(endpoint, target, name);
    for (const tag of read.tags) tags.add(tag);
    if (tags.size > maxTags) throw tooMany(name, maxTags);
    idlePages = tags.size === before ? idlePages + 1 : 0;
    if (idlePages > MAX_IDLE_PAGES) throw endless(name, 'its pages repeat tags that were listed');
    target = read.next ?? (idlePages === 0 ? pageAfter(read.tags, pageSize) : undefined);
  }
  return [...tags];
}

interface TagPage {
  readonly tags: readonly string[];
  readonly next: URL | undefined;
}

function getPage(endpoint: Endpoint, target: string | URL, name: string): Promise<TagPage> {
  const request = { target, name, headers: { accept: 'application/json' } };
  return endpoint.send(request, async (answer) => {
    if (answer.status !== 200) throw await readRegistryError(answer, await endpoint.asked(name));
    return { tags: readTags(await wholeBody(answer), name), next: nextPage(answer, name) };
  });
}

/** A list without tags can be `null`. */
function readTags(bytes: Uint8Array, name: string): readonly string[] {
  let tags;
  try {
    tags = readJson(name, bytes)['tags'];
  } catch (cause) {
    if (!(cause instanceof AssayError)) throw cause;
    throw damaged(name, 'it is no JSON object', cause);
  }
  if (tags === null) return [];
  if (!isJsonArray(tags)) throw damaged(name, 'it has no list "tags"');
  return tags.map((tag) => {
    if (typeof tag === 'string' && isTag(tag)) return tag;
    throw damaged(name, `${JSON.stringify(tag).slice(0, MAX_SHOWN)} is no tag`);
  });
}

const MAX_SHOWN = 140;

/**
 * The next page as the registry names it, relative to the address that gave this one. Another server is not asked: it would
 * be asked for a list that only this registry can give.
 */
function nextPage({ headers, url }: RegistryResponse, name: string): URL | undefined {
  const target = nextLink(headers.get('link'));
  if (target === undefined) return undefined;
  const next = URL.canParse(target, url.href) ? new URL(target, url) : undefined;
  if (next?.origin === url.origin) return next;
  const where = next === undefined ? 'an address that cannot be read' : `"${next.origin}"`;
  throw new AssayError(
    'NETWORK',
    `the list of ${name} names its next page at ${where}, not at "${url.origin}"`,
    {
      hint: 'Check the address that the registry, or the proxy in front of it, is configured to have.',
    },
  );
}

/**
 * The page that follows a full one without a `Link` header: it may be the last, or the registry leaves the header out. A
 * registry that gives more than a page at once has given all.
 */
function pageAfter(tags: readonly string[], pageSize: number): string | undefined {
  return tags.length === pageSize ? pageTarget(pageSize, tags.at(-1)) : undefined;
}

function pageTarget(pageSize: number, after: string | undefined): string {
  const last = after === undefined ? '' : `&last=${encodeURIComponent(after)}`;
  return `tags/list?n=${pageSize}${last}`;
}

function damaged(name: string, reason: string, cause?: unknown): AssayError {
  return new AssayError('DAMAGED', `the list of ${name} cannot be read: ${reason}`, {
    hint: 'Check that this is a container registry, and what stands in front of it.',
    cause,
  });
}

function endless(name: string, reason: string): AssayError {
  return new AssayError('DAMAGED', `the list of ${name} has no end: ${reason}`, {
    hint: 'Check the registry, or what stands in front of it.',
  });
}

function tooMany(name: string, maxTags: number): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the list of ${name} has more than ${maxTags}`, {
    hint: 'Name the tag, or remove tags that are no longer needed.',
  });
}
