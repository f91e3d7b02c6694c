/**
 * The address of the next page of a list.
 *
 * Source: RFC 8288, section 3 (the `Link` header); OCI distribution specification, "Listing Tags"
 * and "Listing Referrers". Links of another form are ignored.
 */

import { AssayError } from '../../core/base/errors.ts';
import type { RegistryResponse } from './transport.ts';

const LINK =
  /<(?<target>[^<>]*)>(?<parameters>(?:\s*;\s*[\w!#$%&'*+.^`|~-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;]*))?)*)/gu;
const PARAMETER =
  /;\s*(?<name>[\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"(?<quoted>[^"]*)"|(?<plain>[^\s",;]*)))?/gu;
/** Longer headers are not read; HTTP servers refuse to send such. */
const MAX_HEADER_CHARS = 16 * 1024;

/**
 * Returns the next page of a list, whose address is relative to that of this page; `undefined` for
 * the last page. Another server cannot continue the list of this registry.
 *
 * @param name The content of the list for errors, as in `tags of "registry.example/app"`.
 * @throws AssayError `NETWORK` for a page at another server
 */
export function nextPage({ headers, url }: RegistryResponse, name: string): URL | undefined {
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

/** Returns the target of the first link with the relation `next`, as it is written. */
export function nextLink(header: string | null): string | undefined {
  if (header === null || header.length > MAX_HEADER_CHARS) return undefined;
  for (const { groups } of header.matchAll(LINK)) {
    if (relationsOf(groups?.['parameters'] ?? '').includes('next')) return groups?.['target'];
  }
  return undefined;
}

/** The first `rel` counts; it can hold several relations, in any case. */
function relationsOf(parameters: string): readonly string[] {
  for (const { groups } of parameters.matchAll(PARAMETER)) {
    if (groups?.['name']?.toLowerCase() !== 'rel') continue;
    return (groups['quoted'] ?? groups['plain'] ?? '').toLowerCase().split(/\s+/u);
  }
  return [];
}
