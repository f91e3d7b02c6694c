/**
 * Go modules that `go.mod` requires, and those that a `go.work` and its members do.
 *
 * Source: the Go Modules Reference, "go.mod files", "Workspaces", "go.sum files". Written rules:
 * - `// indirect` and everything else: `indirect` and `direct`; the module itself is the project
 *   and not listed;
 * - `replace` counts where its version, if it has one, is the required one. What replaces is
 *   listed; a module replaced by a folder is a note, because the folder is the project's own code,
 *   and a gap if no `go.mod` of the artifact is in that folder;
 * - `exclude` and `retract` name versions that are not used: nothing;
 * - `toolchain go1.22.3` is the version of the standard library; the `go` line alone only says
 *   which one is the oldest that will do, so it is listed only where ranges are requested and no
 *   `toolchain` line names a release;
 * - `go.sum` beside it gives the sums of what is listed. Before Go 1.17 (and without a `go` line) a
 *   go.mod leaves indirect requirements out ("Lazy loading"): then the highest version of each
 *   other module whose content has a sum is listed as indirect, on no line. From 1.17 on go.sum
 *   lists nothing, because it has lines of modules that are not used; where go.mod requires nothing
 *   at all, they are a gap.
 *
 * Where Go has not resolved the file (`unsummed.ts`), what its modules require in turn is not
 * known.
 *
 * A go.mod in Go's module cache came with a module and pins nothing here, and those of the standard
 * library and of the toolchain (`std`, `cmd`) say what is built into Go itself: notes. A block that
 * nothing ends was cut off, a gap. Refused: a file in which no line is of the format.
 */

import { directoryOf, resolvePath } from '../../../core/base/artifact-path.ts';
import { ParseError } from '../../../core/base/errors.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { CatalogFile, Siblings } from '../../../core/model/catalog/catalog.ts';
import { purlOf } from '../../../core/model/purl/purl.ts';
import { compareVersions } from '../../../core/version/index.ts';
import { readPrefix, ROW_STARTS } from '../read-prefix.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { reportStrayCarriageReturn } from '../stray-carriage-return.ts';
import { readModLines, type Directive } from '../../../formats/text/go-mod-lines.ts';
import { unsummedModules, type RequiredModule } from './unsummed.ts';
import { isLocalPath, moduleDigests, PACKAGE_PATH, STDLIB } from './modules.ts';

const KNOWN: ReadonlySet<string> = new Set([
  'module',
  'go',
  'toolchain',
  'require',
  'replace',
  'exclude',
  'retract',
  'tool',
  'ignore',
  'godebug',
  'use',
]);
const NAMES_MODULE: ReadonlySet<string> = new Set(['require', 'replace']);
/** Matches Go's cache of fetched modules: `GOPATH/pkg/mod/PATH@VERSION/`. */
const MODULE_CACHE = /\/pkg\/mod\/(?:[^@]*)@v/;
const GO_ITSELF: ReadonlySet<string> = new Set(['std', 'cmd']);
const INDIRECT = /^indirect(?:$|[\s;])/;
const GO_VERSION = /^1\.\d{1,4}(?:\.\d{1,4}|rc\d{1,3}|beta\d{1,3})?$/;
const TOOLCHAIN = /^go(?<version>\d+(?:\.\d+){1,2}(?:(?:rc|beta)\d+)?)(?:$|[-+].*)/;

interface Replacement {
  readonly path: string;
  readonly version: string | undefined;
  readonly by: { readonly path: string; readonly version: string };
  readonly line: number;
}

export const goMod: Cataloger = {
  async read(file, siblings, { detectionPriority, limits }) {
    const result = new CatalogBuilder(file.path, limits.maxPackages);
    const text = new TextDecoder().decode(await readPrefix(file, result, ROW_STARTS.lines));
    reportStrayCarriageReturn(text, result);
    const { directives, openBlock } = readModLines(text);
    const own = directives.find(({ verb }) => verb === 'module')?.words[0] ?? '';
    if (MODULE_CACHE.test(file.path) || GO_ITSELF.has(own)) {
      result.note('requirements of a module that is not the project');
      return result.done();
    }
    if (own !== '')
      result.project(purlOf({ ecosystem: 'go', name: own, version: '', qualifiers: new Map() }));
    const isAnyKnown = directives.some(({ verb }) => KNOWN.has(verb));
    if (directives.length > 0 && !isAnyKnown) throw new ParseError(file.path, 'no directive of Go');
    const replacements = directives.filter(({ verb }) => verb === 'replace').map(replacementOf);
    const sums = await sumsBeside(file.path, siblings);
    const hasModule = (folder: string): boolean => {
      const path = resolvePath(directoryOf(file.path), `${folder}/go.mod`);
      return path !== undefined && siblings.get(path) !== undefined;
    };
    const listed = new Set([own]);
    const required: RequiredModule[] = [];
    for (const directive of directives) {
      if (NAMES_MODULE.has(directive.verb)) listed.add(directive.words[0] ?? '');
      if (directive.verb === 'require') {
        required.push(...addRequired(directive, { replacements, sums, hasModule }, result));
      } else if (directive.verb === 'toolchain') addToolchain(directive, result);
      else if (!KNOWN.has(directive.verb)) {
        result.unreadableRow(directive.verb, { reason: 'no directive', line: directive.line });
      }
    }
    if (detectionPriority === 'comprehensive') addOldestToolchain(directives, result);
    if (openBlock !== undefined) {
      result.missingEnd(`nothing ends the block of "${openBlock}"`);
    }
    addSums(directives, { sums, listed }, result);
    await reportRequests(file.path, required, { own, siblings, result });
    return result.done();
  },
};

/**
 * A file that was resolved requests nothing that it does not list; a workspace has no requirements
 * of its own.
 */
async function reportRequests(
  path: string,
  required: readonly RequiredModule[],
  {
    own,
    siblings,
    result,
  }: {
    readonly own: string;
    readonly siblings: Siblings;
    readonly result: CatalogBuilder;
  },
): Promise<void> {
  if (!path.endsWith('go.mod') || own === '') return;
  const requests = await unsummedModules(path, required, siblings);
  if (requests.length === 0 && required.length > 0) return;
  result.requests({ name: own, requests, leavesIndirect: true });
}

/** Lists a module, and returns it where Go fetches it. */
function addRequired(
  directive: Directive,
  context: {
    readonly replacements: readonly (Replacement | undefined)[];
    readonly sums: ReadonlyMap<string, readonly Digest[]>;
    /** Returns whether a folder, named as a replacement names it, has a `go.mod`. */
    readonly hasModule: (folder: string) => boolean;
  },
  result: CatalogBuilder,
): readonly RequiredModule[] {
  const { words, line, comment } = directive;
  const [path = '', required = ''] = words;
  if (!PACKAGE_PATH.test(path) || required === '' || words.length !== 2) {
    result.unreadableRow(words.join(' '), { line });
    return [];
  }
  const replacement = context.replacements.findLast(
    (one) => one?.path === path && (one.version === undefined || one.version === required),
  );
  const { path: name, version } = replacement?.by ?? { path, version: required };
  if (replacement !== undefined && version === '') {
    const text = `${path} is replaced by the folder "${name}"`;
    if (context.hasModule(name)) result.note(text, line);
    else result.gap('unread', `${text}, which has no go.mod here`, line);
    return [];
  }
  const digests = context.sums.get(`${name} ${version}`) ?? [];
  result.add({
    name,
    version,
    line: replacement?.line ?? line,
    relationship: INDIRECT.test(comment) ? 'indirect' : 'direct',
    ...(digests.length > 0 && { digests }),
  });
  return [{ name, version, line }];
}

/**
 * Returns `undefined` for a line of another form; what it should have replaced is listed as
 * required.
 */
function replacementOf({ words, line }: Directive): Replacement | undefined {
  const arrow = words.indexOf('=>');
  const [path, version] = words.slice(0, arrow);
  const [byPath, byVersion] = words.slice(arrow + 1);
  if (arrow < 1 || path === undefined || byPath === undefined) return undefined;
  if (byVersion === undefined && !isLocalPath(byPath)) return undefined;
  return { path, version, by: { path: byPath, version: byVersion ?? '' }, line };
}

function addToolchain({ words, line }: Directive, result: CatalogBuilder): void {
  const version = TOOLCHAIN.exec(words[0] ?? '')?.groups?.['version'];
  if (version !== undefined) result.add({ name: STDLIB, version, line, relationship: 'direct' });
  else if (words[0] !== 'default')
    result.note(`the toolchain "${words[0] ?? ''}" is no release`, line);
}

/**
 * Adds the oldest toolchain that suffices. Source: Go, "Go Toolchains": the first release of `1.21`
 * and later is `1.21.0`, that of earlier ones is `1.20`.
 */
function addOldestToolchain(directives: readonly Directive[], result: CatalogBuilder): void {
  const isNamed = directives.some(
    ({ verb, words }) => verb === 'toolchain' && TOOLCHAIN.test(words[0] ?? ''),
  );
  const line = directives.find(({ verb }) => verb === 'go');
  const stated = line?.words[0] ?? '';
  if (isNamed || line === undefined || !GO_VERSION.test(stated)) return;
  const minor = Number(/^1\.(?<minor>\d+)$/.exec(stated)?.groups?.['minor'] ?? '0');
  const version = minor >= 21 ? `${stated}.0` : stated;
  result.add({ name: STDLIB, version, line: line.line, relationship: 'direct' });
}

/** A go.work lists members, and its sums are of all of them. */
function leavesIndirectOut(directives: readonly Directive[]): boolean {
  if (!directives.some(({ verb }) => verb === 'module')) return false;
  const line = directives.find(({ verb }) => verb === 'go')?.words[0] ?? '1.16';
  const [major = 0, minor = 0] = line.split('.').map(Number);
  return major === 1 && minor < 17;
}

function addSums(
  directives: readonly Directive[],
  known: {
    readonly sums: ReadonlyMap<string, readonly Digest[]>;
    readonly listed: ReadonlySet<string>;
  },
  result: CatalogBuilder,
): void {
  const has = (verb: string): boolean => directives.some((directive) => directive.verb === verb);
  if (leavesIndirectOut(directives)) addSummed(known.sums, known.listed, result);
  // A workspace requires nothing itself; `go.work.sum` has what its members do not sum.
  else if (has('module') && !has('require')) reportUnrequired(known.sums, result);
}

/** Reports sums of modules that are not required. Go requests no sum for those. */
function reportUnrequired(
  sums: ReadonlyMap<string, readonly Digest[]>,
  result: CatalogBuilder,
): void {
  const [first] = sums.keys();
  if (first === undefined) return;
  const more = sums.size > 1 ? ` and ${sums.size - 1} more` : '';
  result.gap('unreadable', `requires nothing, and sums beside it are of "${first}"${more}`);
}

/**
 * Adds the modules that only go.sum names; minimal version selection takes the highest version that
 * anything requires.
 */
function addSummed(
  sums: ReadonlyMap<string, readonly Digest[]>,
  listed: ReadonlySet<string>,
  result: CatalogBuilder,
): void {
  const highest = new Map<string, string>();
  for (const key of sums.keys()) {
    const [name = '', version = ''] = key.split(' ');
    if (name === '' || version === '' || listed.has(name)) continue;
    const known = highest.get(name);
    if (known === undefined || compareVersions('go', known, version) === -1)
      highest.set(name, version);
  }
  for (const [name, version] of highest) {
    const digests = sums.get(`${name} ${version}`) ?? [];
    result.add({
      name,
      version,
      relationship: 'indirect',
      ...(digests.length > 0 && { digests }),
    });
  }
}

/** Sums by module and version: of the whole module, not of its go.mod alone. */
async function sumsBeside(
  path: string,
  siblings: Siblings,
): Promise<ReadonlyMap<string, readonly Digest[]>> {
  const sums = new Map<string, readonly Digest[]>();
  const file: CatalogFile | undefined = siblings.get(
    path.replace(/(?:go\.)?(?:mod|work)$/, (name) =>
      name.endsWith('work') ? 'go.work.sum' : 'go.sum',
    ),
  );
  if (file === undefined) return sums;
  for (const line of new TextDecoder().decode(await file.bytes()).split('\n')) {
    const [name = '', version = '', sum = ''] = line.trimEnd().split(' ');
    if (version !== '' && !version.endsWith('/go.mod'))
      sums.set(`${name} ${version}`, moduleDigests(sum));
  }
  return sums;
}
