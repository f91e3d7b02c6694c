/**
 * Packages that nothing but a tool of an image brought: the modules of npm, what pip vendors, the
 * gems of Ruby. They are upgraded or removed with their tool, and not one by one.
 *
 * Source: npm documentation, "folders" (global modules in `{prefix}/lib/node_modules`); pip,
 * `src/pip/_vendor/README.rst`; RubyGems, default and bundled gems (`specifications/default`,
 * `specifications`).
 */

import { compareText } from '../../base/compare.ts';
import { appendTo } from '../../base/maps.ts';
import type { Artifact } from '../artifact/artifact.ts';
import { mayHaveOrigin } from '../artifact/origin.ts';
import type { Package } from './package.ts';

/** A tool with the packages that it brought, itself among them. */
export interface BundledTool {
  /** Its plain name: `npm`, `pip`, `ruby`. */
  readonly name: string;
  /** Absent where the tool is not a package itself. */
  readonly version?: string;
  readonly packages: readonly Package[];
  /** The instruction that removes the tool; absent where it cannot be removed alone. */
  readonly cure?: string;
  /** The packages that the instruction removes. */
  readonly removed: readonly Package[];
}

/** Tools that install packages. An image that only runs programs does without them. */
const INSTALLERS: ReadonlySet<string> = new Set([
  ...['npm', 'corepack', 'pnpm', 'yarn', 'pip', 'setuptools', 'wheel', 'ruby'],
]);

/**
 * Returns the tools of an image that brought packages, by name. With a known base these are its
 * tools; without one only tools that install packages, since anything else may be the app. A
 * package that also lies elsewhere belongs to no tool, and neither does one that a package of the
 * system ships.
 */
export function bundledTools(
  packages: readonly Package[],
  artifact: Pick<Artifact, 'kind' | 'image'>,
): readonly BundledTool[] {
  if (artifact.kind !== 'image') return [];
  const isBaseKnown = artifact.image?.baseLayerCount !== undefined;
  const members = new Map<string, Member[]>();
  for (const pkg of packages) {
    const member = pkg.ownedBy === undefined ? memberOf(pkg) : undefined;
    if (member === undefined) continue;
    if (isBaseKnown ? mayHaveOrigin('app', artifact, pkg) : !INSTALLERS.has(member.tool)) continue;
    appendTo(members, `${member.tool}\n${member.home}`, member);
  }
  return [...members.values()]
    .flatMap((group) => toolOf(group) ?? [])
    .sort((a, b) => compareText(a.name, b.name));
}

/** A package, and the tool whose directory it lies in. */
interface Member {
  readonly pkg: Package;
  readonly tool: string;
  /** The directory of tools of one kind, which distinguishes several copies of a tool. */
  readonly home: string;
  /** Paths to remove so that the package is gone; empty if that would break the tool's runtime. */
  readonly paths: readonly string[];
  /** It is the tool itself. */
  readonly isTool: boolean;
}

function memberOf(pkg: Package): Member | undefined {
  const read = readerOf(pkg);
  if (read === undefined) return undefined;
  const [first, ...others] = pkg.locations.map(({ path }) => read(path));
  if (first === undefined) return undefined;
  const isElsewhere = others.some(
    (one) => one === undefined || one.tool !== first.tool || one.home !== first.home,
  );
  if (isElsewhere) return undefined;
  const paths = [first, ...others].flatMap((one) => one?.paths ?? []);
  return { ...first, pkg, paths: [...new Set(paths)] };
}

type Place = Omit<Member, 'pkg'>;

function readerOf({ ecosystem }: Package): ((path: string) => Place | undefined) | undefined {
  switch (ecosystem) {
    case 'npm':
      return nodePlace;
    case 'pypi':
      return pythonPlace;
    case 'rubygems':
      return rubyPlace;
    default:
      return undefined;
  }
}

const GLOBAL_MODULE =
  /^(?<home>(?:\/(?!node_modules\/)[^/]+)*\/lib\/node_modules)\/(?<tool>(?:@[^/]+\/)?[^/]+)\/(?<rest>.+)$/u;

function nodePlace(path: string): Place | undefined {
  const { home, tool, rest } = GLOBAL_MODULE.exec(path)?.groups ?? {};
  if (home === undefined || tool === undefined) return undefined;
  return { tool, home, paths: [`${home}/${tool}`], isTool: rest === 'package.json' };
}

const VENDORED = /^(?<home>\/.+\/(?:site|dist)-packages)\/(?<tool>[^/]+)\/_vendor\/.+$/u;
const RECORD =
  /^(?<home>\/.+\/(?:site|dist)-packages)\/(?<record>(?<tool>[^/]+?)-[^/-]+\.(?:dist|egg)-info)\/[^/]+$/u;

/** A directory of a distribution package with another name than the package. */
const PYTHON_TOOLS: ReadonlyMap<string, string> = new Map([['pkg_resources', 'setuptools']]);

function pythonPlace(path: string): Place | undefined {
  const vendored = VENDORED.exec(path)?.groups;
  if (vendored !== undefined) {
    const { home = '', tool = '' } = vendored;
    const name = PYTHON_TOOLS.get(tool) ?? tool;
    return { tool: name, home, paths: [`${home}/${tool}`], isTool: false };
  }
  const { home, record, tool } = RECORD.exec(path)?.groups ?? {};
  if (home === undefined || tool === undefined || record === undefined) return undefined;
  if (!INSTALLERS.has(tool)) return undefined;
  return { tool, home, paths: [`${home}/${tool}`, `${home}/${record}`], isTool: true };
}

const GEM =
  /^(?<home>\/.+\/ruby\/gems\/[^/]+)\/specifications\/(?<standard>default\/)?(?<gem>[^/]+)\.gemspec$/u;

/**
 * The code of a default gem lies among Ruby's own library, so removing its record would only hide
 * it.
 */
function rubyPlace(path: string): Place | undefined {
  const { home, standard, gem } = GEM.exec(path)?.groups ?? {};
  if (home === undefined || gem === undefined) return undefined;
  const paths =
    standard === undefined ? [`${home}/specifications/${gem}.gemspec`, `${home}/gems/${gem}`] : [];
  return { tool: 'ruby', home, paths, isTool: false };
}

/** Paths that a shell takes as they are; no instruction is made of others. */
const PLAIN_PATH = /^\/[\w@%+=:,./-]+$/u;

function toolOf(members: readonly Member[]): BundledTool | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const own = members.find(({ isTool }) => isTool)?.pkg;
  const removable = members.filter(({ paths }) => paths.length > 0);
  const paths = [...new Set(removable.flatMap((one) => one.paths))].sort(compareText);
  const isCurable = paths.length > 0 && paths.every((path) => PLAIN_PATH.test(path));
  return {
    name: first.tool,
    ...(own !== undefined && { version: own.version }),
    packages: members.map(({ pkg }) => pkg),
    ...(isCurable && { cure: `RUN rm -rf ${paths.join(' ')}` }),
    removed: isCurable ? removable.map(({ pkg }) => pkg) : [],
  };
}
