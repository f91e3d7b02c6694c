/**
 * The floor for a scan: what reading, inflating and hashing an image costs and nothing else, with
 * the fastest means that Node has, of whatever standing.
 *
 *   node floor.mjs OCI_FOLDER         reads and inflates every layer into one buffer, and takes the digest of each blob
 *   node floor.mjs TAR headers        visits every tar header, of the archive and of its layers, and reads no body
 *   node floor.mjs TAR digests        the same, and takes the digest of all bytes
 *
 * It is measured as a process, so starting Node is part of it.
 */
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';

const PIECE_BYTES = 256 * 1024;
const WINDOW_BYTES = 16 * 1024;
const BLOCK_BYTES = 512;
const [, , target, mode = 'headers'] = process.argv;
const input = Buffer.allocUnsafeSlow(PIECE_BYTES);
const output = Buffer.allocUnsafeSlow(PIECE_BYTES);

if (statSync(target).isDirectory()) {
  const blob = (digest) => path.join(target, 'blobs', ...digest.split(':'));
  const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const manifest = json(blob(json(path.join(target, 'index.json')).manifests[0].digest));
  const largest = { ms: 0 };
  for (const layer of manifest.layers) {
    const startedMs = cpuMs();
    inflateLayer(blob(layer.digest), layer);
    largest.ms = Math.max(largest.ms, cpuMs() - startedMs);
  }
  // What two cores cannot do sooner: half of all, or the largest layer, which is one stream.
  const startMs = process.uptime() * 1000;
  console.log(JSON.stringify({ largestLayerMs: largest.ms, startMs }));
} else {
  const file = openSync(target);
  walkHeaders(file, 0, fstatSync(file).size, true);
  if (mode === 'digests') {
    const hash = createHash('sha256');
    for (let count = 1; count > 0;) {
      count = readSync(file, input, 0, PIECE_BYTES, null);
      hash.update(input.subarray(0, count));
    }
    hash.digest();
  }
}

function inflateLayer(file, layer) {
  const handle = openSync(file);
  const hash = createHash('sha256');
  const stream = createGunzip({ chunkSize: 64 });
  for (;;) {
    const count = readSync(handle, input, 0, PIECE_BYTES, null);
    if (count === 0) break;
    hash.update(input.subarray(0, count));
    let [offset, left] = [0, count];
    do {
      stream._handle.writeSync(0, input, offset, left, output, 0, PIECE_BYTES);
      offset += left - stream._writeState[1];
      left = stream._writeState[1];
    } while (stream._writeState[0] === 0);
  }
  closeSync(handle);
  if (`sha256:${hash.digest('hex')}` !== layer.digest) throw new Error(`damaged: ${file}`);
}

function walkHeaders(file, start, end, isOuter) {
  let [from, to] = [-1, -1];
  for (let position = start; position + BLOCK_BYTES <= end;) {
    if (position < from || position + BLOCK_BYTES > to) {
      from = position;
      to = from + readSync(file, output, 0, Math.min(WINDOW_BYTES, end - from), from);
    }
    const at = position - from;
    position += BLOCK_BYTES;
    if (output[at] === 0) continue;
    const sizeBytes = Number.parseInt(output.latin1Slice(at + 124, at + 135), 8) || 0;
    const isFile = output[at + 156] === 0x30 || output[at + 156] === 0;
    if (isOuter && isFile && isTar(file, position, sizeBytes)) {
      walkHeaders(file, position, position + sizeBytes, false);
      [from, to] = [-1, -1];
    }
    position += Math.ceil(sizeBytes / BLOCK_BYTES) * BLOCK_BYTES;
  }
}

function isTar(file, position, sizeBytes) {
  if (sizeBytes < 2 * BLOCK_BYTES) return false;
  readSync(file, input, 0, BLOCK_BYTES, position);
  return input.latin1Slice(257, 262) === 'ustar';
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
