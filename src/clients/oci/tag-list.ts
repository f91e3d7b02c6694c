/**
 * The tags of a repository, page by page.
 *
 * Source: OCI distribution specification, "Listing Tags". Refused: a list whose next page is at
 * another server or was read before, that continues without a new tag, or that contains anything
 * but tags.
 */

import { AssayError } from '../../core/base/errors.ts';
import { isJsonArray, readJson } from '../../formats/text/json/json.ts';
import type { TagListOptions } from './client.ts';
import type { Endpoint } from './endpoint.ts';
import { nextPage } from './link-header.ts';
import { isTag } from './reference.ts';
import { readRegistryError } from './registry-error.ts';
import { wholeBody } from './response-body.ts';

/** Registries may return fewer; a page of 1,000 tags of 128 characters has 130 KB. */
const PAGE_SIZE = 1000;
/** The largest public repositories have some 50,000 tags. */
const MAX_TAGS = 100_000;
/** A registry with 100 tags on each page needs this many for {@link MAX_TAGS}. */
const MAX_PAGES = 1000;
/** A registry that filters tags after it has cut a page can return an empty page. */
const MAX_IDLE_PAGES = 5;

/**
 * Returns the tags in the order of the registry, each once.
 *
 * @throws AssayError as a {@link Repository} does; `LIMIT_EXCEEDED` above `maxTags`, `DAMAGED` for
 * a list that has no end
 *   or cannot be read
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
    throw damaged(name, 'it is not a JSON object', cause);
  }
  if (tags === null) return [];
  if (!isJsonArray(tags)) throw damaged(name, 'it has no list "tags"');
  return tags.map((tag) => {
    if (typeof tag === 'string' && isTag(tag)) return tag;
    throw damaged(name, `${JSON.stringify(tag).slice(0, MAX_SHOWN)} is not a tag`);
  });
}

const MAX_SHOWN = 140;

/**
 * Returns the page behind a full one without a `Link` header, because some registries leave the
 * header out. A page with more tags than were requested is the whole list.
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
    hint: 'Check that this is a container registry, and check the proxies in front of it.',
    cause,
  });
}

function endless(name: string, reason: string): AssayError {
  return new AssayError('DAMAGED', `the list of ${name} has no end: ${reason}`, {
    hint: 'Check the registry and the proxies in front of it.',
  });
}

function tooMany(name: string, maxTags: number): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `the list of ${name} has more than ${maxTags}`, {
    hint: 'Name the tag, or remove tags that are no longer needed.',
  });
}
