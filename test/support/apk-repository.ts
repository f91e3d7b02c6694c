/**
 * A signed repository of apk-tools 2 with packages made for a test.
 *
 * Source: the Alpine wiki, "Apk spec": a package is three gzip streams one after the other
 * (signature, control, data), an index two (signature, `APKINDEX`). The signature is RSA with SHA-1
 * over the next stream as stored, in a tar segment without an end.
 */

import { createHash, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { writeTar, type TarMember } from '../../src/formats/archive/tar/tar-writer.ts';

const KEY_NAME = 'test-0000.rsa.pub';
const END_BYTES = 1024;

export interface ApkPackage {
  readonly name: string;
  readonly version: string;
  readonly origin: string;
  readonly depends?: readonly string[];
}

export class ApkRepository {
  readonly #key: KeyObject;
  readonly #root: string;
  readonly #arch: string;

  /** Below `/repo` of a root, whose apk trusts its key and knows no other repository. */
  constructor(root: string, arch: string) {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#key = privateKey;
    this.#root = root;
    this.#arch = arch;
    mkdirSync(path.join(root, 'repo', arch), { recursive: true });
    const pem = publicKey.export({ type: 'spki', format: 'pem' });
    writeFileSync(path.join(root, 'etc/apk/keys', KEY_NAME), pem);
    writeFileSync(path.join(root, 'etc/apk/repositories'), '/repo\n');
  }

  /** Writes the packages and an index that lists only them. */
  publish(packages: readonly ApkPackage[]): void {
    const stanzas = packages.map((one) => this.#write(one));
    const index = gzipSync(writeTar([{ path: 'APKINDEX', body: stanzas.join('\n') }]));
    this.#save('APKINDEX.tar.gz', Buffer.concat([this.#signature(index), index]));
  }

  /** @returns its stanza in the index */
  #write({ name, version, origin, depends = [] }: ApkPackage): string {
    // Directories alone: apk-tools 2.14 wants a checksum in the header of each file.
    const data = gzipSync(
      writeTar([
        { path: 'usr', type: 'directory' },
        { path: 'usr/share', type: 'directory' },
        { path: `usr/share/${name}`, type: 'directory' },
      ]),
    );
    const info = [
      `pkgname = ${name}`,
      `pkgver = ${version}`,
      'pkgdesc = made for a test',
      'url = https://example.com',
      'size = 0',
      `arch = ${this.#arch}`,
      `origin = ${origin}`,
      'license = MIT',
      ...depends.map((one) => `depend = ${one}`),
      `datahash = ${createHash('sha256').update(data).digest('hex')}`,
    ];
    const control = segment([{ path: '.PKGINFO', body: `${info.join('\n')}\n` }]);
    const bytes = Buffer.concat([this.#signature(control), control, data]);
    this.#save(`${name}-${version}.apk`, bytes);
    return [
      `C:Q1${createHash('sha1').update(control).digest('base64')}`,
      `P:${name}`,
      `V:${version}`,
      `A:${this.#arch}`,
      `S:${bytes.length}`,
      'I:0',
      'T:made for a test',
      'U:https://example.com',
      'L:MIT',
      `o:${origin}`,
      ...(depends.length === 0 ? [] : [`D:${depends.join(' ')}`]),
      '',
    ].join('\n');
  }

  #signature(stream: Uint8Array): Buffer {
    const body = createSign('RSA-SHA1').update(stream).sign(this.#key);
    return segment([{ path: `.SIGN.RSA.${KEY_NAME}`, body }]);
  }

  #save(name: string, bytes: Uint8Array): void {
    writeFileSync(path.join(this.#root, 'repo', this.#arch, name), bytes);
  }
}

/** A gzip stream with a tar that goes on in the next stream: it has no end blocks. */
function segment(members: readonly TarMember[]): Buffer {
  const tar = writeTar(members);
  return gzipSync(tar.subarray(0, tar.length - END_BYTES));
}
