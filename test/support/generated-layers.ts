/**
 * Small images of random layers, made to be read differently: files, links of both kinds, folders
 * that files and links replace, whiteouts, opaque folders, devices, names in odd forms and orders,
 * with package records at several places. The same seed gives the same images.
 */

import type { RawMember } from './raw-tar.ts';
import type { LayerForm } from './stored-images.ts';

export interface GeneratedImage {
  readonly layers: readonly (readonly RawMember[])[];
  readonly forms: readonly LayerForm[];
}

/** Numbers from 0 to below 1 (mulberry32). */
type Random = () => number;

const FOLDERS = [
  'app',
  'data',
  'data/pkg',
  'a',
  'a/b',
  'srv/x',
  'opt/long-name-of-a-folder/and-another-long-name-of-a-folder/and-one-more-that-does-not-fit',
  'lib',
  'usr/lib',
  'var',
  'var/lib',
  'var/lib/dpkg',
] as const;
const NAMES = ['one', 'two', 'three'] as const;
const LINK_TARGETS = ['nowhere', '..', '.', '/', '../..', 'a/../data', '/app/.', 'link'] as const;

/** The end of a path at which a record lies. */
const RECORD_FILE = /\/(?:package\.json|METADATA|status|installed|status\.d\/[^/]+)$/;

/** From two to six layers; each one more takes its time to unpack. */
const LAYER_COUNTS = [
  [40, 2],
  [30, 3],
  [15, 4],
  [10, 5],
  [5, 6],
] as const;
const MAX_OPERATIONS = 7;

/** Images by seed. Each package in them has a version of its own within its image. */
export function generateImages(seed: number, count: number): readonly GeneratedImage[] {
  const random = numbersOf(seed);
  return Array.from({ length: count }, () => new ImageMaker(random).make());
}

function numbersOf(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class ImageMaker {
  readonly #random: Random;
  /** Paths of files, links and folders of all layers so far. */
  readonly #paths: string[] = [];
  readonly #links: string[] = [];
  #versionCount = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  make(): GeneratedImage {
    const layerCount = this.#weighted<number>(...LAYER_COUNTS);
    const layers = Array.from({ length: layerCount }, (_, layer) => this.#layer(layer));
    const forms = layers.map((): LayerForm =>
      this.#weighted<LayerForm>([6, 'gzip'], [3, 'plain'], [1, 'zstd']),
    );
    return { layers, forms };
  }

  #layer(layer: number): readonly RawMember[] {
    const members: RawMember[] = [];
    const count = 1 + this.#below(MAX_OPERATIONS);
    for (let at = 0; at < count; at += 1) members.push(...this.#operation(layer, members));
    const kept = this.#withoutConflicts(members);
    // No tool writes the rest. It is there to show that what depends on the order is never decided
    // in silence, and every other such layer is refused by all tools or has such a gap.
    const ordered = this.#isLikely(0.985) ? inOrder(kept) : this.#shuffled(kept);
    return ordered.map((member) => this.#named(member));
  }

  /**
   * Few members that have others of their layer below them and are not folders: most tools refuse
   * such layers.
   */
  #withoutConflicts(members: readonly RawMember[]): readonly RawMember[] {
    return members.filter(({ path, type }) => {
      if (type === 'directory') return true;
      const place = `${path.replace('.wh..wh..opq', '').replace('.wh.', '')}/`;
      const isAbove = members.some((other) => other.path.startsWith(place));
      return !isAbove || this.#isLikely(type === 'symlink' ? 0.3 : 0.05);
    });
  }

  #operation(layer: number, members: readonly RawMember[]): readonly RawMember[] {
    const make = this.#weighted<() => readonly RawMember[]>(
      [34, () => this.#record()],
      [8, () => [this.#add({ path: this.#anyPath(), type: 'file', body: 'x' })]],
      [10, () => this.#symlink()],
      [5, () => this.#hardlink(members)],
      [8, () => [this.#add({ path: this.#folder(), type: 'directory' })]],
      [layer === 0 ? 0 : 12, () => [{ path: whiteout(this.#lowerPath()), type: 'file' }]],
      [layer === 0 ? 0 : 5, () => [this.#opaque()]],
      [3, () => this.#odd(members)],
    );
    return make();
  }

  /** A file from which a package is read, in one of the places that name packages. */
  #record(): readonly RawMember[] {
    const name = this.#one(NAMES);
    this.#versionCount += 1;
    const version = `1.${String(this.#versionCount)}.0`;
    const json = JSON.stringify({ name, version });
    const folder = this.#folder();
    const stanza = (status: string): string =>
      `Package: ${name}\n${status}Architecture: amd64\nVersion: ${version}\n\n`;
    const file = this.#weighted<Pick<RawMember, 'path' | 'body'>>(
      [5, { path: `${folder}/node_modules/${name}/package.json`, body: json }],
      [4, { path: `${folder}/package.json`, body: json }],
      [
        4,
        {
          path: `${folder}/${name}.dist-info/METADATA`,
          body: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
        },
      ],
      [2, { path: 'var/lib/dpkg/status', body: stanza('Status: install ok installed\n') }],
      [2, { path: `var/lib/dpkg/status.d/${name}`, body: stanza('') }],
      [2, { path: 'lib/apk/db/installed', body: `P:${name}\nV:${version}-r0\nA:x86_64\n\n` }],
    );
    return [...this.#parents(file.path), this.#add({ ...file, type: 'file' })];
  }

  /** Most tools store the folders of a file, as far as their layer has changed them. */
  #parents(path: string): readonly RawMember[] {
    if (this.#isLikely(0.75)) return [];
    const names = path.split('/').slice(0, -1);
    const from = this.#below(names.length);
    return names
      .map((_, at): RawMember => ({ path: names.slice(0, at + 1).join('/'), type: 'directory' }))
      .slice(from);
  }

  #symlink(): readonly RawMember[] {
    const path = this.#isLikely(0.2) ? this.#linkedPath() : this.#folder();
    const depth = path.split('/').length - 1;
    const folder = this.#one(FOLDERS);
    const target = this.#weighted(
      [8, `/${folder}`],
      [8, `${'../'.repeat(depth)}${folder}`],
      [1, this.#one(LINK_TARGETS)],
    );
    // A link to itself or to what lies below it leads nowhere; seldom is enough.
    if (`/${path}/`.startsWith(`/${folder}/`) && this.#isLikely(0.8)) return [];
    this.#links.push(path);
    return [this.#add({ path, type: 'symlink', target })];
  }

  #hardlink(members: readonly RawMember[]): readonly RawMember[] {
    const files = members.filter(({ type, path }) => type === 'file' && !path.includes('.wh.'));
    const [target] = this.#isLikely(0.95) && files.length > 0 ? [this.#one(files).path] : [];
    if (target === undefined) return [];
    const base = target.slice(target.lastIndexOf('/') + 1);
    const name = this.#isLikely(0.5) ? base : this.#one(NAMES);
    const path = `${this.#folder()}/${name}`;
    // All tools refuse a hard link to itself.
    return path === target ? [] : [this.#add({ path, type: 'hardlink', target })];
  }

  #opaque(): RawMember {
    const folder = this.#isLikely(0.95) ? this.#folder() : undefined;
    return { path: folder === undefined ? '.wh..wh..opq' : `${folder}/.wh..wh..opq`, type: 'file' };
  }

  /** What hardly any tool writes. */
  #odd(members: readonly RawMember[]): readonly RawMember[] {
    const make = this.#weighted<() => readonly RawMember[]>(
      [3, () => [{ path: `.wh..wh.plnk/${this.#one(NAMES)}`, type: 'file', body: 'x' }]],
      [2, () => [{ path: whiteout(`${this.#folder()}/absent`), type: 'file' }]],
      [2, () => [{ path: whiteout(whiteout(this.#lowerPath())), type: 'file' }]],
      [1, () => [this.#add({ path: this.#linkedPath(), type: 'characterDevice' })]],
      // The same path twice, or its whiteout, in one layer.
      [1, () => members.slice(0, 1)],
      [2, () => members.slice(0, 1).map(({ path }) => ({ path: whiteout(path), type: 'file' }))],
    );
    return make();
  }

  /** A folder, now and then by way of a link. */
  #folder(): string {
    const link = this.#links.length > 0 && this.#isLikely(0.2) ? this.#one(this.#links) : undefined;
    if (link === undefined) return this.#one(FOLDERS);
    return this.#isLikely(0.5) ? link : `${link}/${this.#one(['pkg', 'b', 'lib'])}`;
  }

  #lowerPath(): string {
    const paths = this.#paths;
    const path = paths.length === 0 ? this.#one(FOLDERS) : this.#one(paths);
    // The path itself, or one of the folders above it.
    const names = path.split('/');
    return names.slice(0, 1 + this.#below(names.length)).join('/');
  }

  /**
   * Seldom the path of a record: a link that leads to none or a device is a gap there, which says
   * nothing about layers.
   */
  #linkedPath(): string {
    const path = this.#lowerPath();
    return this.#isLikely(0.03) ? path : path.replace(RECORD_FILE, '');
  }

  /**
   * Not the path of a record: one that cannot be read is a gap, which says nothing about layers.
   */
  #anyPath(): string {
    const path = this.#isLikely(0.5) ? this.#lowerPath() : `${this.#folder()}/${this.#one(NAMES)}`;
    return path.replace(RECORD_FILE, '');
  }

  #add(member: RawMember): RawMember {
    this.#paths.push(member.path);
    return member;
  }

  /** The same path in another spelling. */
  #named(member: RawMember): RawMember {
    const spelled = this.#isLikely(0.2) ? `./${member.path}` : member.path;
    const path = member.type === 'directory' && this.#isLikely(0.8) ? `${spelled}/` : spelled;
    const names = this.#weighted<RawMember['names']>([8, undefined], [1, 'pax'], [1, 'gnu']);
    return { ...member, path, ...(names !== undefined && { names }) };
  }

  #shuffled<T>(items: readonly T[]): readonly T[] {
    return items
      .map((item) => ({ item, order: this.#random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ item }) => item);
  }

  #isLikely(chance: number): boolean {
    return this.#random() < chance;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<T>(items: readonly T[]): T {
    const item = items[this.#below(items.length)];
    if (item === undefined) throw new Error('nothing to choose from');
    return item;
  }

  #weighted<T>(...choices: readonly (readonly [weight: number, value: T])[]): T {
    let left = this.#random() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, value] of choices) {
      left -= weight;
      if (left < 0) return value;
    }
    throw new Error('no choice has a weight');
  }
}

function whiteout(path: string): string {
  const slash = path.lastIndexOf('/') + 1;
  return `${path.slice(0, slash)}.wh.${path.slice(slash)}`;
}

/**
 * As tools write them: by path, folders in front of what lies in them; the last of two entries of
 * one path counts.
 */
function inOrder(members: readonly RawMember[]): readonly RawMember[] {
  const byPath = new Map(members.map((member) => [member.path, member]));
  const rank = ({ type }: RawMember): number => (type === 'hardlink' ? 1 : 0);
  return [...byPath.values()].sort(
    (a, b) => rank(a) - rank(b) || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
  );
}
