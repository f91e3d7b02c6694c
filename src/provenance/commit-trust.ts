/** Whose commits count: the section `commits` of a trust file with its keys read. */

import { AssayError, errorMessage } from '../base/errors.ts';
import { appendTo } from '../base/maps.ts';
import { readCertifiedKeys } from '../format/openpgp-certificate.ts';
import { certifiedType } from '../format/ssh/certificate.ts';
import { decodeSshPublicLine, readSshPublicKey } from '../format/ssh/public-key.ts';
import { kindOf } from '../signing/key-kind.ts';
import type { FoundTrustFile } from '../trust/find-trust-file.ts';
import { matchesText } from '../trust/repository-pattern.ts';
import type {
  CommitRules,
  CommitSigner,
  ForgeRule,
  Material,
  Placed,
  StartingPoint,
} from '../trust/trust-file.ts';
import type { HeldOpenPgpKey, OpenPgpTrust } from './openpgp-signatures.ts';
import type { KeyHolder } from './signing-key.ts';
import type { SshAuthority, SshTrust } from './ssh-signatures.ts';

/** The rules about commits, ready to judge. */
export interface CommitTrust {
  readonly ssh: SshTrust;
  readonly openpgp: OpenPgpTrust;
  readonly expiredKey: CommitRules['expiredKey'];
  readonly isAuthorChecked: boolean;
  readonly startingPoints: readonly StartingPoint[];
  readonly forges: readonly ForgeRule[];
}

const SSH_LINE = /^(?:ssh-|ecdsa-sha2-|sk-)/u;
const OPENPGP = '-----BEGIN PGP PUBLIC KEY BLOCK-----';
const CERTIFICATE = '-----BEGIN CERTIFICATE-----';

/**
 * Reads the keys of the section `commits`.
 *
 * @throws AssayError `CONFIG_INVALID` if there is no such section, or a key that cannot be used
 */
export async function loadCommitTrust(found: FoundTrustFile): Promise<CommitTrust> {
  const { trust, readFile } = found;
  const { commits } = trust;
  if (commits === undefined) {
    throw new AssayError('CONFIG_INVALID', `"${trust.name}" has no section "commits"`, {
      hint: 'List who may sign commits: commits: {signers: [{name, emails, keys}]}. See docs/commits.md.',
    });
  }
  refuseUnread(commits);
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
  return {
    ssh: keys.ssh,
    openpgp: keys.openpgp,
    expiredKey: commits.expiredKey,
    isAuthorChecked: commits.isAuthorChecked,
    startingPoints: commits.startingPoints,
    forges: commits.forges,
  };
}

/** A rule without effect would be taken for one that holds. */
function refuseUnread({ signers, roots }: CommitRules): void {
  const identity = signers.find(({ identities }) => identities.length > 0);
  const unread =
    identity !== undefined
      ? `${identity.where}: "identities" (gitsign)`
      : roots.length > 0
        ? '"roots" (X.509)'
        : undefined;
  if (unread === undefined) return;
  throw new AssayError('CONFIG_INVALID', `${unread} of "commits" is not verified by this version`, {
    hint: 'Take it out: commits that only it would allow are refused.',
  });
}

/** What names an entry in errors. */
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
    keys: new Map<string, KeyHolder[]>(),
    authorities: new Map<string, SshAuthority[]>(),
  };
  readonly openpgp = new Map<string, HeldOpenPgpKey[]>();

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

  #add(place: Place, content: Content, holder: KeyHolder): void {
    const { bytes } = content;
    const text = bytes.toString('latin1').trimStart();
    if (text.includes(CERTIFICATE)) {
      throw unusable(place, content, 'is an X.509 certificate, which is not verified yet');
    }
    if (text.includes(OPENPGP) || (bytes[0] ?? 0) >= 0x80) {
      for (const held of openPgpKeysIn(place, content, holder)) {
        appendTo(this.openpgp, held.key.keyId, held);
      }
      return;
    }
    for (const { fingerprint } of sshKeysIn(place, content)) {
      appendTo(this.ssh.keys, fingerprint, holder);
    }
  }
}

function holderOf(entry: CommitSigner | ForgeRule): KeyHolder {
  const { emails } = entry;
  return {
    ...entry,
    mayUse: (email) => emails.some((pattern) => matchesText(pattern, email)),
  };
}

/** The keys of lines such as `ssh-ed25519 AAAA... comment`. */
function sshKeysIn(place: Place, content: Content): readonly { readonly fingerprint: string }[] {
  const lines = content.bytes
    .toString('utf8')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
  if (lines.length === 0) throw unusable(place, content, 'is empty');
  return lines.map((line) => {
    const fail = (what: string): AssayError => unusable(place, content, `is damaged: ${what}`);
    if (!SSH_LINE.test(line)) {
      throw unusable(place, content, 'is neither a line of OpenSSH nor a key of OpenPGP');
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

function openPgpKeysIn(
  place: Place,
  content: Content,
  holder: KeyHolder,
): readonly HeldOpenPgpKey[] {
  const { keys, unusable: problems } = readKeys(place, content);
  const [problem] = problems;
  if (problem !== undefined) throw unusable(place, content, problem);
  if (keys.length === 0) throw unusable(place, content, 'contains no key');
  return keys.map((key) => {
    const facts = kindOf(key.keyObject);
    if ('problem' in facts) throw unusable(place, content, facts.problem);
    return { key, holders: [holder] };
  });
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
    hint: 'Accepted are lines of OpenSSH (cat id_ed25519.pub) and public keys of OpenPGP (gpg --armor --export ADDRESS).',
  });
}
