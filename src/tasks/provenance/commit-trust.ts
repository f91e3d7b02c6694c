/** The rules for commits: the section `commits` of a trust file with its keys read. */

import { X509Certificate } from 'node:crypto';

import { AssayError, errorMessage } from '../../core/base/errors.ts';
import { appendTo } from '../../core/base/maps.ts';
import {
  readCertifiedKeys,
  type CertifiedKey,
} from '../../formats/crypto/openpgp/openpgp-certificate.ts';
import { dearmor } from '../../formats/crypto/openpgp/openpgp-packets.ts';
import { certifiedType } from '../../formats/crypto/ssh/certificate.ts';
import {
  decodeSshPublicLine,
  readSshPublicKey,
  type SshPublicKey,
} from '../../formats/crypto/ssh/public-key.ts';
import { kindOf } from '../../trust/signing/key-kind.ts';
import { trustedRoots } from '../../trust/signing/trusted-roots.ts';
import type { FoundTrustFile } from '../../trust/trust-file/find-trust-file.ts';
import { matchesText } from '../../trust/trust-file/repository-pattern.ts';
import type {
  CommitRules,
  CommitSigner,
  ForgeRule,
  Material,
  Placed,
  StartingPoint,
  TrustFile,
} from '../../trust/trust-file/trust-file.ts';
import type { OpenPgpTrust } from './openpgp-signatures.ts';
import type { KeyHolder } from './signing-key.ts';
import type { SshAuthority, SshTrust } from './ssh-signatures.ts';
import { x509Fingerprint, x509KeyId, type X509Trust } from './x509-signatures.ts';

/** The rules about commits, ready to judge. */
export interface CommitTrust {
  readonly ssh: SshTrust;
  readonly openpgp: OpenPgpTrust;
  readonly x509: X509Trust;
  readonly expiredKey: CommitRules['expiredKey'];
  readonly isAuthorChecked: boolean;
  readonly startingPoints: readonly StartingPoint[];
  readonly forges: readonly ForgeRule[];
  /**
   * Notes about the trusted roots that judge signatures of gitsign, and their age; empty if no
   * signer has identities.
   */
  readonly rootNotes: readonly string[];
}

const SSH_LINE = /^(?:ssh-|ecdsa-sha2-|sk-)/u;
const OPENPGP = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----';
const BLOCK_BEGIN = /-----BEGIN [A-Z0-9 ]{1,64}-----/gu;
const CERTIFICATES =
  /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,100000}-----END CERTIFICATE-----/gu;

/**
 * Reads the keys of the section `commits`. `now` is in milliseconds since the Unix epoch.
 *
 * @throws AssayError `CONFIG_INVALID` if there is no such section, or a key that cannot be used
 */
export async function loadCommitTrust(found: FoundTrustFile, now: number): Promise<CommitTrust> {
  const { trust, readFile } = found;
  const { commits } = trust;
  if (commits === undefined) {
    throw new AssayError('CONFIG_INVALID', `"${trust.name}" has no section "commits"`, {
      hint: 'List who may sign commits: commits: {signers: [{name, emails, keys}]}. See docs/commits.md.',
    });
  }
  const keys = new KeyRing();
  for (const entry of [...commits.signers, ...commits.forges]) {
    await keys.addAll(entry, entry.keys, readFile);
  }
  for (const authority of commits.authorities) {
    const { principals, key, where, name } = authority;
    const place = { where, name };
    const holder: SshAuthority = {
      ...authority,
      principals: principals.map((principal) => principal.toLowerCase()),
      mayUse: () => false,
    };
    keys.addAuthority(place, await contentOf(place, key, readFile), holder);
  }
  const { readGitsign, rootNotes } = await gitsignOf(commits, found, now);
  return {
    ssh: keys.ssh,
    openpgp: keys.openpgp,
    x509: {
      certificates: keys.certificates,
      revokedKeys: keys.revokedKeys,
      roots: await rootsOf(trust, readFile),
      signers: commits.signers.map(holderOf),
      ...(readGitsign !== undefined && { readGitsign }),
    },
    expiredKey: commits.expiredKey,
    isAuthorChecked: commits.isAuthorChecked,
    startingPoints: commits.startingPoints,
    forges: commits.forges,
    rootNotes,
  };
}

/** Returns the identities of signers, which few trust files have. */
async function gitsignOf(
  { signers }: CommitRules,
  found: FoundTrustFile,
  now: number,
): Promise<Pick<X509Trust, 'readGitsign'> & Pick<CommitTrust, 'rootNotes'>> {
  if (signers.every(({ identities }) => identities.length === 0)) return { rootNotes: [] };
  const { gitsignReader } = await import('./gitsign-signatures.ts');
  const roots = await trustedRoots({ trust: found, now }).load();
  const readGitsign = gitsignReader({
    identities: found.trust.identities,
    signers: signers.map((signer) => {
      const { identities, keys } = signer;
      return { ...holderOf(signer), identities, hasKeys: keys.length > 0 };
    }),
    roots,
    now,
  });
  return { readGitsign, rootNotes: roots.map(({ note }) => note) };
}

/** Returns the roots of X.509 signatures. */
async function rootsOf(
  { name, commits }: Pick<TrustFile, 'name' | 'commits'>,
  readFile: FoundTrustFile['readFile'],
): Promise<readonly X509Certificate[]> {
  const place = { where: name, name: 'roots' };
  const roots: X509Certificate[] = [];
  for (const material of commits?.roots ?? []) {
    const content = await contentOf(place, material, readFile);
    for (const root of certificatesIn(place, content)) {
      if (!root.ca)
        throw unusable(place, content, 'is the certificate of a signer, not of an authority');
      roots.push(root);
    }
  }
  return roots;
}

/** The name of an entry in errors. */
type Place = Placed & { readonly name: string };

async function contentOf(
  { where }: Place,
  material: Material,
  readFile: FoundTrustFile['readFile'],
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  if ('text' in material) return { name: where, bytes: Buffer.from(material.text) };
  return { name: material.file, bytes: await readFile(material.file) };
}

type Content = Awaited<ReturnType<typeof contentOf>>;

/** The keys of all entries, by what signatures name them with. */
class KeyRing {
  readonly ssh = {
    keys: new Map<string, { readonly key: SshPublicKey; readonly holders: KeyHolder[] }>(),
    authorities: new Map<string, SshAuthority[]>(),
  };
  readonly openpgp = new Map<string, { key: CertifiedKey; readonly holders: KeyHolder[] }[]>();
  readonly certificates = new Map<string, KeyHolder[]>();
  readonly revokedKeys = new Map<string, KeyHolder[]>();

  /** Adds the keys of a signer or a forge. */
  async addAll(
    entry: CommitSigner | ForgeRule,
    materials: readonly Material[],
    readFile: FoundTrustFile['readFile'],
  ): Promise<void> {
    const holder = holderOf(entry);
    for (const material of materials) {
      this.#add(entry, await contentOf(entry, material, readFile), holder);
    }
  }

  addAuthority(place: Place, content: Content, holder: SshAuthority): void {
    for (const { fingerprint } of sshKeysIn(place, content)) {
      appendTo(this.ssh.authorities, fingerprint, holder);
    }
  }

  /** A key of several entries has all of them as holders, since one of these could revoke it. */
  #addOpenPgp(key: CertifiedKey, holder: KeyHolder): void {
    const { keyId, fingerprint } = key;
    const known = this.openpgp.get(keyId)?.find((held) => held.key.fingerprint === fingerprint);
    if (known === undefined) {
      appendTo(this.openpgp, keyId, { key, holders: [holder] });
      return;
    }
    known.key = strictest(known.key, key);
    known.holders.push(holder);
  }

  #add(place: Place, content: Content, holder: KeyHolder): void {
    const { bytes } = content;
    const isBinary = isOpenPgpBinary(bytes);
    const text = bytes.toString('latin1');
    if (!isBinary && text.includes(CERTIFICATE)) {
      for (const certificate of certificatesIn(place, content)) {
        appendTo(this.certificates, x509Fingerprint(certificate), holder);
        if (holder.revoked !== undefined) {
          appendTo(this.revokedKeys, x509KeyId(certificate), holder);
        }
      }
      return;
    }
    if (isBinary || text.includes(OPENPGP)) {
      for (const key of openPgpKeysIn(place, content)) this.#addOpenPgp(key, holder);
      return;
    }
    for (const key of sshKeysIn(place, content)) {
      const held = this.ssh.keys.get(key.fingerprint);
      if (held === undefined) this.ssh.keys.set(key.fingerprint, { key, holders: [holder] });
      else held.holders.push(holder);
    }
  }
}

/** Returns one of two copies of a key, with the restrictions of both. */
function strictest(one: CertifiedKey, other: CertifiedKey): CertifiedKey {
  const problem = one.problem ?? other.problem;
  const ends = [one.expiresAt, other.expiresAt].filter((end) => end !== undefined);
  return {
    ...one,
    ...(problem !== undefined && { problem }),
    ...(ends.length > 0 && { expiresAt: Math.min(...ends) }),
  };
}

function holderOf(entry: CommitSigner | ForgeRule): KeyHolder {
  const { emails } = entry;
  return {
    ...entry,
    mayUse: (email) => emails.some((pattern) => matchesText(pattern, email)),
  };
}

/** Returns the keys of lines such as `ssh-ed25519 AAAA... comment`. */
function sshKeysIn(place: Place, content: Content): readonly SshPublicKey[] {
  const lines = content.bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw unusable(place, content, 'is empty');
  return lines.map((line) => {
    const fail = (what: string): AssayError => unusable(place, content, `is damaged: ${what}`);
    if (!SSH_LINE.test(line)) {
      throw unusable(
        place,
        content,
        'is not a line of OpenSSH, no key of OpenPGP and no certificate',
      );
    }
    const { type, bytes } = decodeSshPublicLine(line, fail);
    if (certifiedType(type) !== undefined) {
      const reason = 'is a certificate, and its authority belongs under "authorities"';
      throw unusable(place, content, reason);
    }
    const key = readSshPublicKey(bytes, fail);
    const facts = kindOf(key.keyObject);
    if ('problem' in facts) throw unusable(place, content, facts.problem);
    return key;
  });
}

/** Returns the certificates of a file in PEM. */
function certificatesIn(place: Place, content: Content): readonly X509Certificate[] {
  const blocks = content.bytes.toString('latin1').match(CERTIFICATES) ?? [];
  if (blocks.length === 0) throw unusable(place, content, 'is not a certificate in PEM');
  refuseOthers(place, content, { begin: CERTIFICATE, count: blocks.length });
  return blocks.map((block) => {
    let certificate: X509Certificate;
    let facts: ReturnType<typeof kindOf>;
    try {
      certificate = new X509Certificate(block);
      facts = kindOf(certificate.publicKey);
    } catch {
      throw unusable(place, content, 'is damaged: a certificate cannot be read');
    }
    if ('problem' in facts) throw unusable(place, content, facts.problem);
    return certificate;
  });
}

function openPgpKeysIn(place: Place, content: Content): readonly CertifiedKey[] {
  const { keys, unusable: problems } = readKeys(place, content);
  const [problem] = problems;
  if (problem !== undefined) throw unusable(place, content, problem);
  if (keys.length === 0) throw unusable(place, content, 'contains no key');
  if (!isOpenPgpBinary(content.bytes)) {
    const blocks = dearmor(content.bytes).filter(({ length }) => length > 0);
    refuseOthers(place, content, { begin: OPENPGP, count: blocks.length });
  }
  for (const { keyObject } of keys) {
    const facts = kindOf(keyObject);
    if ('problem' in facts) throw unusable(place, content, facts.problem);
  }
  return keys;
}

/** The first byte of a packet has its highest bit set. */
function isOpenPgpBinary(bytes: Uint8Array): boolean {
  return (bytes[0] ?? 0) >= 0x80;
}

/**
 * Refuses a file with other parts than the blocks that were read: a part that is passed over could
 * be a revoked key.
 */
function refuseOthers(
  place: Place,
  content: Content,
  { begin, count }: { readonly begin: string; readonly count: number },
): void {
  const text = content.bytes.toString('latin1');
  const begins = text.match(BLOCK_BEGIN) ?? [];
  const other =
    begins.find((one) => one !== begin) ??
    text
      .split('\n')
      .map((line) => line.trim())
      .find((line) => SSH_LINE.test(line));
  if (other !== undefined) {
    const reason = `contains "${begin}" and "${other.slice(0, 60)}": write each kind of key into its own file`;
    throw unusable(place, content, reason);
  }
  if (begins.length !== count) throw unusable(place, content, 'is damaged: a block is not whole');
}

function readKeys(place: Place, content: Content): ReturnType<typeof readCertifiedKeys> {
  try {
    return readCertifiedKeys(content.name, content.bytes);
  } catch (error) {
    throw unusable(place, content, `is damaged: ${errorMessage(error)}`);
  }
}

function unusable({ where, name: entry }: Place, { name }: Content, reason: string): AssayError {
  const file = name === where ? '' : ` in "${name}"`;
  return new AssayError('CONFIG_INVALID', `${where}: a key of "${entry}"${file} ${reason}`, {
    hint: 'Accepted are lines of OpenSSH (cat id_ed25519.pub), public keys of OpenPGP (gpg --armor --export ADDRESS) and certificates in PEM.',
  });
}
