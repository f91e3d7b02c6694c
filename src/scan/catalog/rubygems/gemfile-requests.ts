/**
 * A Ruby project and what it requests: `Gemfile` and `gems.rb`.
 *
 * Source: Bundler's documentation, "Gemfile"; RubyGems, "Patterns". The file is a program of Ruby
 * and is not run: lines that begin with `gem` are read. Written rules: `'1.2.5'` and `'= 1.2.5'`
 * are the only version that Bundler installs, several requirements are one range. A gem of a
 * directory (`path:`) is no request; one of a repository is, without a version. Groups named for
 * development or tests are for development. `gemspec` takes the requests of the one `.gemspec`
 * beside the file; where there are several, or none, they are not known. Gems for some platforms
 * are optional. Nothing is refused.
 */

import type { RequestedPackage } from '../../../core/model/package/dependency-manifest.ts';
import { exactlyAllowed } from '../../../core/version/index.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { joinContinuedLines, readRequirementArguments } from '../ruby-arguments.ts';
import { readGemspec } from './gemspec-requests.ts';

/** Lines of a comment, and blocks of them. */
const COMMENT = /^[ \t]*#.*$|^=begin\b[^]*?^=end\b.*$/gm;
const GEM =
  /^[ \t]*gem[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s]{1,200})\k<quote>(?<rest>(?:.*,[ \t]*\r?\n){0,20}.*)$/;
/** A call at the beginning of a line; one that {@link GEM} does not read has a computed name. */
const CALL = /^[ \t]*gem(?:[ \t]*\(|[ \t]+(?![ \t=]))/;
/** A call within a line, as in a block in braces. Strings and comments were removed before. */
const INNER_CALL =
  /[^\s.:@$\w][ \t]*gem[ \t(]{1,20}[^\s=]|\b(?:do|then|else)[ \t]+gem[ \t(]{1,20}[^\s=]|\bdo[ \t]*\|[^|]*\|[ \t]*gem\b/;
const TEXTS_AND_COMMENT = /"[^"]*"|'[^']*'|#.*$/g;
const FOLDER = /\bpath(?::|["']?\s*=>)/;
const REPOSITORY = /\b(?:git|github|gist|bitbucket)(?::|["']?\s*=>)/;
const PLATFORM = /\b(?:platforms?|install_if)\b/;
const GROUPS =
  /\bgroups?(?::|["']?\s*=>)?[\s(]*(?:%[iIwW])?(?<list>[[({][^\])}]*[\])}]|(?::\w+|"\w+"|'\w+')(?:\s*,\s*(?::\w+\b(?!\s*=>)|"\w+"|'\w+'))*)/;
const DEVELOPMENT: ReadonlySet<string> = new Set([
  'development',
  'test',
  'tests',
  'ci',
  'lint',
  'doc',
  'docs',
]);
const BLOCK =
  /^[ \t]*(?<kind>group|platforms?|install_if|path|source|git|github|if|unless|case|begin)\b(?<rest>.*)$/;
const OPENS = /\bdo\b(?:[ \t]*\|[^|]*\|)?[ \t]*(?:#.*)?$/;
const END = /^[ \t]*end\b/;
/** The end of a block that began on the same line. */
const CLOSED = /\bend[ \t]*(?:#.*)?$/;
/** Without options, which can name another file. */
const PLAIN_GEMSPEC = /^[ \t]*gemspec[ \t]*(?:#.*)?$/m;
const GEMSPEC = /^[ \t]*gemspec\b/m;
const EVALUATED = /^[ \t]*(?:eval_gemfile|instance_eval|eval)\b/m;
/** Calls of `gem` that do not look like one. */
const INDIRECT =
  /^[ \t]*self\.gem\b|\b(?:__send__|send|public_send|method)[ \t(]{1,10}(?::gem\b|["']gem["'])/m;

export const gemfileRequests: Cataloger = {
  async read(file, siblings) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    const specs = PLAIN_GEMSPEC.test(text) ? siblings.beside?.(file.path, '.gemspec') : undefined;
    const [spec, ...others] = specs ?? [];
    const isRead = spec !== undefined && others.length === 0;
    const reading = readGems(isRead ? text.replace(PLAIN_GEMSPEC, '') : text);
    if (isRead) {
      const requested = readGemspec(new TextDecoder().decode(await spec.bytes()));
      if (requested.isComputed) reading.computed ??= 'takes computed dependencies of a gemspec';
      for (const request of requested.requests.values()) addRequest(reading, request);
    }
    result.requests({
      requests: [...reading.requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(reading.computed !== undefined && { computed: reading.computed }),
    });
    return result.done();
  },
};

/**
 * A gem that the Gemfile names itself counts as it stands there. The line is one of the other file.
 */
function addRequest({ requests }: GemsReading, request: RequestedPackage): void {
  if (request.scope !== undefined || requests.has(request.name)) return;
  const { name, range, version } = request;
  requests.set(name, { name, range, ...(version !== undefined && { version }) });
}

/** The requests in the text of a Gemfile. */
export interface GemsReading {
  readonly requests: Map<string, RequestedPackage>;
  computed?: string;
}

/** The effect of a block on the gems in it. */
type Block = 'development' | 'optional' | 'folder' | 'other';

/** Reads the text of a Gemfile, in which comments may stand. */
export function readGems(source: string): GemsReading {
  const text = source.replaceAll(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ''));
  const reading: GemsReading = { requests: new Map() };
  const elsewhere = elsewhereIn(text);
  if (elsewhere !== undefined) reading.computed = elsewhere;
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (callsWithin(line)) reading.computed ??= 'requests gems within a line';
    const block = BLOCK.exec(line)?.groups;
    if (END.test(line)) blocks.pop();
    else if (block !== undefined && opens(block['kind'] ?? '', line)) {
      blocks.push(blockOf(block['kind'] ?? '', block['rest'] ?? ''));
    } else if (CALL.test(line)) {
      const statement = joinContinuedLines(lines, index);
      if (!GEM.test(statement)) reading.computed ??= 'computes the names of gems';
      const request = readGem(statement, index + 1, blocks);
      if (request !== undefined) reading.requests.set(request.name, request);
    }
  }
  return reading;
}

function elsewhereIn(text: string): string | undefined {
  if (GEMSPEC.test(text)) return 'takes the dependencies of a gemspec, which is a program';
  if (INDIRECT.test(text)) return 'requests gems by other calls';
  return EVALUATED.test(text) ? 'evaluates another file' : undefined;
}

function callsWithin(line: string): boolean {
  return line.includes('gem') && INNER_CALL.test(line.replaceAll(TEXTS_AND_COMMENT, '""'));
}

function opens(kind: string, line: string): boolean {
  if (CLOSED.test(line)) return false;
  return OPENS.test(line) || ['if', 'unless', 'case', 'begin'].includes(kind);
}

function blockOf(kind: string, rest: string): Block {
  if (kind === 'group') return isForDevelopment(`group ${rest}`) ? 'development' : 'other';
  if (kind === 'path') return 'folder';
  return kind.startsWith('platform') || kind === 'install_if' ? 'optional' : 'other';
}

/**
 * Returns whether all groups are for development: Bundler installs a gem for each of its groups.
 */
function isForDevelopment(text: string): boolean {
  const groups = GROUPS.exec(text)?.groups?.['list']?.match(/\w+/g) ?? [];
  return groups.length > 0 && groups.every((group) => DEVELOPMENT.has(group));
}

function readGem(
  statement: string,
  line: number,
  blocks: readonly Block[],
): RequestedPackage | undefined {
  const groups = GEM.exec(statement)?.groups;
  const name = groups?.['name'];
  const rest = groups?.['rest'] ?? '';
  if (name === undefined || blocks.includes('folder') || FOLDER.test(rest)) return undefined;
  const range = readRequirementArguments(rest).join(', ');
  const isFixed = range !== '' && !REPOSITORY.test(rest);
  const version = isFixed ? exactlyAllowed('gem', range) : undefined;
  const scope = scopeOf(rest, blocks);
  return {
    name,
    range,
    line,
    ...(version !== undefined && { version }),
    ...(scope !== undefined && { scope }),
  };
}

function scopeOf(rest: string, blocks: readonly Block[]): RequestedPackage['scope'] {
  if (blocks.includes('development') || isForDevelopment(rest)) return 'development';
  return blocks.includes('optional') || PLATFORM.test(rest) ? 'optional' : undefined;
}
