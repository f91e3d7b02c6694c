/**
 * The floor for a scan: what reading, inflating and hashing an image costs with Node's public interfaces and nothing else.
 *
 *   node floor.mjs OCI_FOLDER|TAR
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { createGunzip } from 'node:zlib';

const CHUNK_BYTES = 256 * 1024;
const [, , target] = process.argv;

if (statSync(target).isDirectory()) {
  const blob = (digest) => path.join(target, 'blobs', ...digest.split(':'));
  const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
  const manifest = json(blob(json(path.join(target, 'index.json')).manifests[0].digest));
  await Promise.all(manifest.layers.map((layer) => layerFloor(blob(layer.digest), layer)));
} else {
  await drain(target, createHash('sha256'));
}

/** Inflates one layer and takes the digests of the blob and of what it unpacks to, as a scan has to. */
async function layerFloor(file, layer) {
  const blobHash = createHash('sha256');
  const diffHash = createHash('sha256');
  if (!layer.mediaType.endsWith('gzip')) return drain(file, blobHash);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  const stream = createReadStream(file, { highWaterMark: CHUNK_BYTES });
  stream.on('data', (chunk) => blobHash.update(chunk));
  stream.pipe(gunzip);
  for await (const chunk of gunzip) diffHash.update(chunk);
  if (`sha256:${blobHash.digest('hex')}` !== layer.digest) throw new Error(`damaged: ${file}`);
}

async function drain(file, hash) {
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }))
    hash.update(chunk);
}
