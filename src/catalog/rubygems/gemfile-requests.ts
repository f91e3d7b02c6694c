/**
 * A Ruby project and what it requests: `Gemfile` and `gems.rb`.
 *
 * Source: Bundler's documentation, "Gemfile"; RubyGems, "Patterns". The file is a program of Ruby and is not run: lines that
 * begin with `gem` are read. Written rules: `'1.2.5'` and `'= 1.2.5'` are the only version that Bundler installs, several
 * requirements are one range. A gem of a directory (`path:`) is no request; one of a repository is, without a version. Groups
 * named for development or tests are for development. `gemspec` takes the requests of a `.gemspec` beside the file, which is a
 * program too: they are not known. Gems for some platforms are optional. Nothing is refused.
 */

import type { RequestedPackage } from '../../model/dependency-manifest.ts';
import { exactlyAllowed } from '../../version/index.ts';
import { CatalogBuilder } from '../builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { continued, rangesIn } from '../ruby-arguments.ts';

const COMMENT = /^[ \t]*#.*$/gm;
const GEM =
  /^[ \t]*gem[ \t(]{1,20}(?<quote>["'])(?<name>[^"'\s]{1,200})\k<quote>(?<rest>(?:.*,[ \t]*\r?\n){0,20}.*)$/;
const COMPUTED_GEM = /^[ \t]*gem[ \t(]{1,20}(?!["'])[A-Za-z_$@*[]/;
const FOLDER = /\bpath(?::|["']?\s*=>)/;
const REPOSITORY = /\b(?:git|github|gist|bitbucket)(?::|["']?\s*=>)/;
const PLATFORM = /\b(?:platforms?|install_if)\b/;
const DEVELOPMENT =
  /\bgroups?(?::|["']?\s*=>)?[^#]*?:(?:development|test|tests|ci|lint|doc|docs)\b/;
const PRODUCTION = /:(?:default|production|staging)\b/;
const BLOCK =
  /^[ \t]*(?<kind>group|platforms?|install_if|path|source|git|github|if|unless|case|begin)\b(?<rest>.*)$/;
const OPENS = /\bdo\b(?:[ \t]*\|[^|]*\|)?[ \t]*(?:#.*)?$/;
const END = /^[ \t]*end\b/;
const GEMSPEC = /^[ \t]*gemspec\b/m;
const EVALUATED = /^[ \t]*(?:eval_gemfile|instance_eval|eval)\b/m;

export const gemfileRequests: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const text = new TextDecoder().decode(await file.bytes());
    const reading = readGems(text);
    result.requests({
      requests: [...reading.requests.values()],
      leavesIndirect: true,
      addsPins: true,
      ...(reading.computed !== undefined && { computed: reading.computed }),
    });
    return result.done();
  },
};

/** What the text of a Gemfile requests. */
export interface GemsReading {
  readonly requests: Map<string, RequestedPackage>;
  computed?: string;
}

/** What a block says of the gems in it. */
type Block = 'development' | 'optional' | 'folder' | 'other';

/** Reads the text of a Gemfile, in which comments may stand. */
export function readGems(source: string): GemsReading {
  const text = source.replaceAll(COMMENT, '');
  const reading: GemsReading = { requests: new Map() };
  if (GEMSPEC.test(text))
    reading.computed = 'takes the dependencies of a gemspec, which is a program';
  else if (EVALUATED.test(text)) reading.computed = 'evaluates another file';
  const blocks: Block[] = [];
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const block = BLOCK.exec(line)?.groups;
    if (END.test(line)) blocks.pop();
    else if (block !== undefined && opens(block['kind'] ?? '', line)) {
      blocks.push(blockOf(block['kind'] ?? '', block['rest'] ?? ''));
    } else if (COMPUTED_GEM.test(line)) reading.computed ??= 'computes the names of gems';
    else {
      const statement = continued(lines, index);
      const request = readGem(statement, index + 1, blocks);
      if (request !== undefined) reading.requests.set(request.name, request);
    }
  }
  return reading;
}

function opens(kind: string, line: string): boolean {
  return OPENS.test(line) || ['if', 'unless', 'case', 'begin'].includes(kind);
}

function blockOf(kind: string, rest: string): Block {
  if (kind === 'group') return isForDevelopment(`group ${rest}`) ? 'development' : 'other';
  if (kind === 'path') return 'folder';
  return kind.startsWith('platform') || kind === 'install_if' ? 'optional' : 'other';
}

function isForDevelopment(text: string): boolean {
  return DEVELOPMENT.test(text) && !PRODUCTION.test(text);
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
  const range = rangesIn(rest).join(', ');
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
