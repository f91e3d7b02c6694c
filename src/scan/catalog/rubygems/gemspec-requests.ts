/**
 * A Ruby project and what its gem requests: `NAME.gemspec`.
 *
 * Source: RubyGems guides, "Specification Reference": `add_dependency` and `add_runtime_dependency`
 * with a name and requirements; `add_development_dependency` is for development. The file is a
 * program of Ruby and is not run. `'1.2.5'` and `'= 1.2.5'` are the only version that is installed.
 * A name that is computed is not known. A gemspec in `specifications` records an installed gem and
 * is read as one. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { joinContinuedLines, readRequirementArguments } from '../ruby-arguments.ts';

const COMMENT = /^[ \t]*#.*$/gm;
const CALL =
  /\.add_(?<kind>runtime_|development_)?dependency[ \t(]{1,20}(?:(?<quote>["'])(?<name>[^"'\s#]{1,200})\k<quote>(?<rest>[^]*))?/;
const MENTION = /dependenc(?:y|ies)|Dependency/;
/** Matches an addition of a dependency that is no plain call. */
const OTHER_FORM =
  /\badd_(?:runtime_)?dependency["']|\b(?:__send__|send|public_send)[ \t(]{1,10}:add_(?:runtime_)?dependency\b|\bdependencies[ \t]*(?:<<|\+?=(?!=)|\.(?:push|concat|append)\b)|Gem::Dependency\.new/;
const INSTALLED = /\/specifications\//;

export const gemspecRequests: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    if (INSTALLED.test(file.path)) return result.done();
    const { requests, isComputed } = readGemspec(new TextDecoder().decode(await file.bytes()));
    result.requests({
      requests: [...requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(isComputed && { computed: 'computes the names of gems' }),
    });
    return result.done();
  },
};

/** Returns the requests of a gemspec by name; `isComputed` if it computes names. */
export function readGemspec(source: string): {
  readonly requests: ReadonlyMap<string, RequestedPackage>;
  readonly isComputed: boolean;
} {
  const text = source.replaceAll(COMMENT, '');
  const requests = new Map<string, RequestedPackage>();
  let isComputed = false;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!MENTION.test(line)) continue;
    const groups = CALL.exec(joinContinuedLines(lines, index))?.groups;
    if (groups === undefined) {
      isComputed ||= OTHER_FORM.test(line);
      continue;
    }
    const { kind, name, rest = '' } = groups;
    const isDevelopment = kind === 'development_';
    if (name === undefined) isComputed ||= !isDevelopment;
    else requests.set(name, requestOf(name, rest, { line: index + 1, isDevelopment }));
  }
  return { requests, isComputed };
}

function requestOf(
  name: string,
  rest: string,
  { line, isDevelopment }: { readonly line: number; readonly isDevelopment: boolean },
): RequestedPackage {
  const range = readRequirementArguments(rest).join(', ');
  const version = range === '' ? undefined : exactlyAllowed('gem', range);
  return {
    name,
    range,
    line,
    ...(version !== undefined && { version }),
    ...(isDevelopment && { scope: 'development' as const }),
  };
}
