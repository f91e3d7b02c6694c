/**
 * Requests that refer to a catalog, as in `catalog:` or `catalog:react`.
 *
 * Source: pnpm documentation, "Catalogs" (`pnpm-workspace.yaml`); Yarn documentation, "Catalogs"
 * (`.yarnrc.yml`). Both have the members `catalog` and `catalogs`.
 *
 * Reads: `pnpm-workspace.yaml`, `.yarnrc.yml`.
 */

import { isJsonObject, type JsonObject } from '../../../../formats/text/json/json.ts';
import type { LockRequest } from './lock-graph.ts';

const CATALOG = /^catalog:(?<name>.*)$/u;

/**
 * Returns a function that gives a request the range of its catalog, and the place where this range
 * is written. Other requests stay as they are.
 */
export function catalogReader(
  manifest: string,
  settings: JsonObject,
): (request: LockRequest & { readonly range: string }) => LockRequest {
  return (request) => {
    const groups = CATALOG.exec(request.range)?.groups;
    if (groups === undefined) return request;
    const catalog = (groups['name'] ?? '').trim() || 'default';
    const isPlain = catalog === 'default' && settings['catalog'] !== undefined;
    const named = isJsonObject(settings['catalogs']) ? settings['catalogs'] : {};
    const rows = isPlain ? settings['catalog'] : named[catalog];
    const range = isJsonObject(rows) ? rows[request.name] : undefined;
    if (typeof range !== 'string') return request;
    const section = isPlain ? 'catalog' : `catalogs/${catalog}`;
    const place = { manifest, section, name: request.name, reference: request.range };
    return { ...request, range, catalog: place };
  };
}
