/**
 * An image layer's tar as {@link LayerEntry} after entry: absolute paths that cannot leave the root, whiteouts
 * recognised.
 *
 * Source: OCI image specification, "Image Layer Filesystem Changeset", "Representing Changes". AUFS bookkeeping
 * (`/.wh..wh.*`) is passed over as runtimes do. Refuses what a runtime could not unpack: blocks that are no headers,
 * whiteouts of nothing or of `.` and `..`, and anything but a folder in place of the root.
 */

import { AssayError, ParseError } from '../base/errors.ts';
import type { BodySink, LayerEntry, LayerVisitor } from '../model/artifact.ts';
import type { TarEntry } from './tar-entry.ts';
import { createTarReader } from './tar.ts';

/** Counts what a walk unpacks. It throws where a bound is reached. */
export interface LayerBudget {
  /** One more entry. @throws AssayError `LIMIT_EXCEEDED` */
  addEntry(): void;
  /** That many more bytes. @throws AssayError `LIMIT_EXCEEDED` */
  addBytes(lengthBytes: number): void;
}

export interface LayerTarOptions {
  /** What the layer is called in errors. */
  readonly layerName: string;
  readonly budget: LayerBudget;
}

export interface LayerTarReader {
  /** Takes the next bytes of the uncompressed tar. @throws ParseError, AssayError `LIMIT_EXCEEDED` */
  write(chunk: Uint8Array): void;
  /** @throws ParseError where the tar is cut off. */
  end(): LayerTarCounts;
}

export interface LayerTarCounts {
  readonly entryCount: number;
  /** Devices and pipes, which hold nothing to read. */
  readonly deviceCount: number;
  /** Members of a type that no runtime unpacks. */
  readonly unknownCount: number;
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';
const AUFS = '.wh..wh.';
/** Bodies of files with several names. */
const AUFS_LINKS = '/.wh..wh.plnk/';

/** What of a member of an archive makes it an entry of a layer. */
export type LayerMember = Pick<TarEntry, 'type' | 'path' | 'linkPath' | 'sizeBytes' | 'mode'>;

/** Reads one layer; every entry goes to `visit`, in stored order, and its body to the sink that `visit` answers. */
export function createLayerTarReader(
  visit: LayerVisitor,
  options: LayerTarOptions,
): LayerTarReader {
  const { layerName, budget } = options;
  let entryCount = 0;
  let deviceCount = 0;
  let unknownCount = 0;

  const take = (member: TarEntry): BodySink | undefined => {
    entryCount++;
    budget.addEntry();
    if (member.type === 'unknown') unknownCount++;
    if (member.type === 'fifo' || member.type.endsWith('Device')) deviceCount++;
    const entry = layerEntry(member, layerName);
    const sink = entry && visit(entry);
    // Holes cost nothing until somebody wants them filled.
    if (sink) budget.addBytes(member.sizeBytes - member.storedBytes);
    return sink;
  };
  const reader = createTarReader(
    { entry: take },
    { archivePath: layerName, ignoreGlobalHeaders: true },
  );
  return {
    write(chunk) {
      budget.addBytes(chunk.length);
      reader.write(chunk);
    },
    end() {
      reader.end();
      return { entryCount, deviceCount, unknownCount };
    },
  };
}

/**
 * A budget over the layers of one artifact. A layer that is walked again counts once.
 */
export function createLayerBudgets(
  limits: { readonly maxEntries: number; readonly maxUnpackedBytes: number },
  reference: string,
): (layer: number) => LayerBudget {
  const counts = new Map<number, { entries: number; bytes: number }>();
  const total = { entries: 0, bytes: 0 };
  return (layer) => {
    const earlier = counts.get(layer);
    total.entries -= earlier?.entries ?? 0;
    total.bytes -= earlier?.bytes ?? 0;
    const count = { entries: 0, bytes: 0 };
    counts.set(layer, count);
    return {
      addEntry() {
        count.entries++;
        if (++total.entries <= limits.maxEntries) return;
        throw tooLarge(reference, `more than ${limits.maxEntries} entries`);
      },
      addBytes(lengthBytes) {
        count.bytes += lengthBytes;
        total.bytes += lengthBytes;
        if (total.bytes <= limits.maxUnpackedBytes) return;
        throw tooLarge(reference, `more than ${limits.maxUnpackedBytes} bytes when unpacked`);
      },
    };
  };
}

/** Absolute and `/`-separated, without empty, `.` and `..` parts; `..` at the root stays there. */
export function normalizeLayerPath(path: string): string {
  if (isNormalRelative(path)) return `/${path}`;
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/**
 * The entry that a member stands for; `undefined` where there is nothing to read or to unpack.
 *
 * @throws ParseError for what a runtime could not unpack.
 */
export function layerEntry(member: LayerMember, layerName: string): LayerEntry | undefined {
  const path = normalizeLayerPath(member.path);
  if (path.includes(WHITEOUT)) {
    // Runtimes keep these files for hard links to them, and so does this reader.
    const isLinkBody = member.type === 'file' && path.startsWith(AUFS_LINKS);
    const hidden = isLinkBody ? 'ordinary' : whiteoutEntry(path, layerName);
    if (hidden !== 'ordinary') return hidden;
  }
  if (path === '/' && member.type !== 'directory') {
    throw new ParseError(layerName, `a ${member.type} stands in place of the root folder`);
  }
  switch (member.type) {
    case 'file':
      return { type: 'file', path, mode: member.mode, sizeBytes: member.sizeBytes };
    case 'directory':
      return { type: 'directory', path, mode: member.mode };
    case 'symlink':
      return { type: 'symlink', path, target: member.linkPath };
    case 'hardlink':
      return { type: 'hardlink', path, target: normalizeLayerPath(member.linkPath) };
    case 'characterDevice':
    case 'blockDevice':
    case 'fifo':
    case 'unknown':
      return undefined;
  }
}

/** The entry that a name of the whiteout form stands for; `undefined` for AUFS bookkeeping. */
function whiteoutEntry(path: string, layerName: string): LayerEntry | undefined | 'ordinary' {
  const slash = path.lastIndexOf('/');
  const name = path.slice(slash + 1);
  const parent = path.slice(0, slash);
  if (name === OPAQUE) return { type: 'opaque', path: parent === '' ? '/' : parent };
  if (path.startsWith(`/${AUFS}`)) return undefined;
  if (!name.startsWith(WHITEOUT)) return 'ordinary';
  const hidden = name.slice(WHITEOUT.length);
  if (hidden === '' || hidden === '.' || hidden === '..') {
    throw new ParseError(layerName, `"${path}" is a whiteout of nothing`);
  }
  return { type: 'whiteout', path: `${parent}/${hidden}` };
}

/** Nearly every path of a real layer; saves splitting it. */
function isNormalRelative(path: string): boolean {
  if (path === '' || path.startsWith('/') || path.endsWith('/')) return false;
  return !path.startsWith('.') && !path.includes('//') && !path.includes('/.');
}

function tooLarge(reference: string, what: string): AssayError {
  return new AssayError('LIMIT_EXCEEDED', `"${reference}" has ${what}`, {
    hint: 'Raise the bound if you trust this artifact.',
  });
}
