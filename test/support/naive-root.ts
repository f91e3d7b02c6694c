/** What layers mean, told in the simplest way: the reference for the merging of layers. */

import type { LayerRecord } from '../../src/core/model/layer/layer-record.ts';

const FORGOTTEN = 'file that is unrecordedPathHashes';

/** A flat map of real paths, changed naively in the order that the specification means. */
export class NaiveRoot {
  readonly nodes = new Map<string, string>();

  /** `undefined` for circles and where a file is in the way. */
  #follow(path: string, hidden: ReadonlySet<string>): string | undefined {
    let ahead = path.split('/').filter(Boolean);
    let here: string[] = [];
    for (let links = 0; ahead.length > 0;) {
      const [name = '', ...rest] = ahead;
      ahead = rest;
      if (name === '..') here.pop();
      else {
        const full = `/${[...here, name].join('/')}`;
        const node = this.nodes.get(full);
        if (node?.startsWith('link ') === true) {
          links += 1;
          if (links > 40 || hidden.has(full)) return undefined;
          const target = node.slice(5);
          if (target.startsWith('/')) here = [];
          ahead = [...target.split('/').filter((part) => part !== '' && part !== '.'), ...ahead];
        } else if (node?.startsWith('file') === true) return undefined;
        else here.push(name);
      }
    }
    return here.length === 0 ? '' : `/${here.join('/')}`;
  }

  /** One name after the other: what cannot be entered becomes a folder. */
  #enter(folder: string): string {
    let here = '';
    let stored = '';
    for (const name of folder.split('/').filter(Boolean)) {
      stored = `${here}/${name}`;
      const real = this.#follow(stored, new Set());
      if (real === undefined) this.remove(stored);
      here = real ?? stored;
      this.makeFolders(here);
    }
    return here;
  }

  makeFolders(path: string): void {
    for (let at = path.indexOf('/', 1); at > 0; at = path.indexOf('/', at + 1)) {
      this.nodes.set(path.slice(0, at), 'folder');
    }
    if (path !== '') this.nodes.set(path, 'folder');
  }

  remove(path: string): void {
    this.nodes.delete(path);
    this.clear(path);
  }

  clear(path: string): void {
    for (const key of [...this.nodes.keys()])
      if (key.startsWith(`${path}/`)) this.nodes.delete(key);
  }

  /** `forgotten`: paths of plain files that the record does not tell. */
  apply(record: LayerRecord, layer: number, unrecordedPathHashes: readonly string[] = []): void {
    const depth = (path: string): number => path.split('/').length;
    const own = record.links.filter(({ isHard }) => !isHard).map(({ path }) => path);
    const hidden = new Set([...record.directories, ...own]);
    for (const path of [...record.opaques].sort((a, b) => depth(a) - depth(b))) {
      const end = path.lastIndexOf('/');
      const parent = this.#follow(path.slice(0, end), hidden);
      // Tools differ about an opaque directory whose own path is a link, and some erase nothing.
      const real = path === '/' ? '' : parent === undefined ? undefined : parent + path.slice(end);
      const isLink = real !== undefined && this.nodes.get(real)?.startsWith('link') === true;
      if (real !== undefined && !isLink) this.clear(real);
    }
    for (const path of [...record.whiteouts].sort((a, b) => depth(a) - depth(b))) {
      const real = this.#follow(path.slice(0, path.lastIndexOf('/')), hidden);
      if (real !== undefined) this.remove(real + path.slice(path.lastIndexOf('/')));
    }
    const structure = [
      ...record.directories.map((path) => ({ path, value: 'folder' })),
      ...record.links.map((row) => ({ path: row.path, value: `link ${row.target}` })),
    ].sort((a, b) => depth(a.path) - depth(b.path));
    const files = [
      ...unrecordedPathHashes.map((path) => ({ path, value: FORGOTTEN })),
      ...[...record.files].map(({ path }) => ({ path, value: `file ${String(layer)}` })),
    ];
    for (const { path, value } of [...structure, ...files]) {
      const real =
        this.#enter(path.slice(0, path.lastIndexOf('/'))) + path.slice(path.lastIndexOf('/'));
      if (value !== 'folder' || this.nodes.get(real) !== 'folder') this.remove(real);
      this.nodes.set(real, value);
    }
  }

  /** Files as `path@layer`, without forgotten ones, then links as `path -> target`. */
  seen(): string[] {
    const rows = [...this.nodes]
      .filter(([, value]) => value !== FORGOTTEN)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      ...rows.filter(([, v]) => v.startsWith('file')).map(([path, v]) => `${path}@${v.slice(5)}`),
      ...rows
        .filter(([, v]) => v.startsWith('link'))
        .map(([path, v]) => `${path} -> ${v.slice(5)}`),
    ];
  }
}
