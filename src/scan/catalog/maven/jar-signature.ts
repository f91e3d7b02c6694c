/**
 * Verification of the signatures of a Java archive, and of the content that they cover.
 *
 * Source: Java SE, "JAR File Specification", "Signed JAR File" and "Signature Validation": a block
 * (`.RSA`, `.DSA`, `.EC`) signs a signature file (`.SF`), which has digests of the manifest or of
 * its sections, which has digests of the entries. As there, an entry that the manifest does not
 * name is merely unsigned. A signer is named and not trusted: certificates of archives can be
 * issued by anyone.
 */

import { appendAll } from '../../../core/base/append-all.ts';
import { indexBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { createHash } from 'node:crypto';

import { ParseError } from '../../../core/base/errors.ts';
import type { ZipArchive, ZipEntry, ZipMember } from '../../../formats/archive/zip/zip.ts';
import type { SelfCheck } from '../../../core/model/catalog/catalog.ts';
import { readJarManifest, type JarManifest, type ManifestSection } from './jar-manifest.ts';
import { verifySignedData } from '../../../formats/crypto/asn1/signed-data.ts';

/** The archive to check, and the names of places in it. */
export interface SignedJar {
  readonly archive: ZipArchive;
  readonly manifestBytes: Uint8Array;
  readonly manifest: JarManifest;
  /** Returns the path of an entry for people, with the archive's own in front. */
  readonly pathOf: (entryName: string) => string;
}

/** The outcome of verifying the signature of a Java archive. */
export interface SignatureReport {
  readonly checks: readonly SelfCheck[];
  /** Weaknesses of a good signature that do not invalidate it. */
  readonly notes: readonly string[];
}

const SIGNATURE_FILE = /^META-INF\/(?<name>[^/]{1,255})\.SF$/i;
/** Java takes neither the manifest nor what signs it for entries. */
const SIGNATURE_RELATED = /^META-INF\/(?:MANIFEST\.MF|SIG-[^/]*|[^/]*\.(?:SF|RSA|DSA|EC))$/i;
const BLOCK_EXTENSIONS = ['.RSA', '.DSA', '.EC'] as const;
const DIGEST_ATTRIBUTE = /^(?<algorithm>[a-z0-9-]{1,20})-digest$/;
const WHOLE_MANIFEST = /^(?<algorithm>[a-z0-9-]{1,20})-digest-manifest$/;
const MAIN_ATTRIBUTES = /^(?<algorithm>[a-z0-9-]{1,20})-digest-manifest-main-attributes$/;
/** Strongest first; the first that an entry has is the one that counts. */
const ALGORITHMS: readonly (readonly [name: string, algorithm: string])[] = [
  ['sha-512', 'sha512'],
  ['sha-384', 'sha384'],
  ['sha-256', 'sha256'],
  ['sha-224', 'sha224'],
  ['sha1', 'sha1'],
  ['sha-1', 'sha1'],
  ['sha', 'sha1'],
  ['md5', 'md5'],
];
/** Archives are signed once or twice; a hostile one could hold thousands of signature files. */
const MAX_SIGNERS = 8;
/** One is enough to contradict; more tell how far it goes. */
const MAX_MISMATCHES = 20;

/** Returns the names of the archive's signature files; empty for an archive that is not signed. */
export function signatureFiles(archive: ZipArchive): readonly ZipEntry[] {
  return archive.entries.filter(({ name }) => SIGNATURE_FILE.test(name)).slice(0, MAX_SIGNERS);
}

/** Checks every signature file, and the entries once. Reads the whole archive. */
export async function checkSignatures(
  jar: SignedJar,
  files: readonly ZipEntry[],
): Promise<SignatureReport> {
  const checks: SelfCheck[] = [];
  const notes: string[] = [];
  for (const file of files) {
    const bytes = await readOrUndefined(jar.archive, file);
    if (bytes === undefined) notes.push(`${file.name} cannot be read`);
    else {
      appendAll(checks, manifestChecks(jar, file.name, bytes));
      appendAll(checks, await blockChecks(jar, file.name, bytes, notes));
    }
  }
  appendAll(checks, await entryChecks(jar, notes));
  return { checks, notes };
}

/** Checks the signature over the signature file, if there is one that can be judged. */
async function blockChecks(
  jar: SignedJar,
  fileName: string,
  signed: Uint8Array,
  notes: string[],
): Promise<readonly SelfCheck[]> {
  const stem = fileName.slice(0, -'.SF'.length).toUpperCase();
  const block = jar.archive.entries.find(({ name }) =>
    BLOCK_EXTENSIONS.some((extension) => name.toUpperCase() === stem + extension),
  );
  const bytes = block && (await readOrUndefined(jar.archive, block));
  if (block === undefined || bytes === undefined) {
    notes.push(`${fileName} is not signed`);
    return [];
  }
  const { outcome, signer = 'an unnamed signer' } = verifySignedData(bytes, signed);
  if (outcome === 'unknown') {
    notes.push(`${block.name} is a signature of a form that is not known`);
    return [];
  }
  return [
    {
      by: `signature of ${fileName} by ${signer}, whose certificate is not judged`,
      outcome: outcome === 'valid' ? 'match' : 'mismatch',
      kind: 'header',
      ...(outcome === 'invalid' && { claimed: `signed by ${signer}`, found: 'other bytes' }),
      path: jar.pathOf(block.name),
    },
  ];
}

/**
 * Compares the manifest with the digests in a signature file: the whole, or else section by section
 * as Java does.
 */
function manifestChecks(jar: SignedJar, fileName: string, bytes: Uint8Array): readonly SelfCheck[] {
  const signature = readJarManifest(bytes);
  const by = `digests of the manifest in ${fileName}`;
  const whole = compareDigest(signature.main, WHOLE_MANIFEST, [jar.manifestBytes]);
  if (whole?.isEqual === true) return [{ by, outcome: 'match', kind: 'header' }];
  const { main, entries } = jar.manifest;
  const differences: SelfCheck[] = [];
  const mismatch = (entryName: string, found: string): void => {
    differences.push({
      by,
      outcome: 'mismatch',
      kind: 'header',
      claimed: 'as signed',
      found,
      path: jar.pathOf(entryName),
    });
  };
  const mainDigest = compareDigest(signature.main, MAIN_ATTRIBUTES, [main.bytes, main.bareBytes]);
  if (mainDigest?.isEqual === false) mismatch('META-INF/MANIFEST.MF', 'other main attributes');
  const sections = indexBy(entries, 'name');
  for (const signed of signature.entries) {
    const { name = '' } = signed;
    const section = sections.get(name);
    if (section === undefined) mismatch(name, 'no section in the manifest');
    else {
      const digest = compareDigest(signed, DIGEST_ATTRIBUTE, [section.bytes, section.bareBytes]);
      if (digest?.isEqual === false) mismatch(name, 'another section in the manifest');
    }
    if (differences.length >= MAX_MISMATCHES) break;
  }
  if (differences.length > 0) return differences;
  const isCovered = mainDigest !== undefined || signature.entries.length > 0;
  return isCovered ? [{ by, outcome: 'match', kind: 'header' }] : [];
}

/** Entries of one name are all checked: readers differ in which of them they take. */
async function entryChecks(jar: SignedJar, notes: string[]): Promise<readonly SelfCheck[]> {
  const { covered, unsignedCount, absent } = coverage(jar);
  if (unsignedCount > 0)
    notes.push(`not covered by the signature: ${pluralize(unsignedCount, 'entry', 'entries')}`);
  if (absent !== undefined) notes.push(`signed entries are absent, such as "${absent}"`);
  const mismatches: SelfCheck[] = [];
  let index = 0;
  for await (const batch of jar.archive.readAll(covered.map(({ entry }) => entry))) {
    for (const member of batch) {
      const row = covered[index];
      index += 1;
      const mismatch = row && entryMismatch(jar, row, member);
      if (mismatch !== undefined && mismatches.length < MAX_MISMATCHES) mismatches.push(mismatch);
    }
  }
  if (mismatches.length > 0) return mismatches;
  if (covered.length === 0 || unsignedCount > 0 || absent !== undefined) return [];
  const by = `digests of ${covered.length === 1 ? 'the one entry' : `all ${covered.length} entries`} in the signed manifest`;
  return [{ by, outcome: 'match', kind: 'content' }];
}

interface CoveredEntry {
  readonly entry: ZipEntry;
  readonly stated: StatedDigest;
}

function coverage(jar: SignedJar): {
  readonly covered: readonly CoveredEntry[];
  readonly unsignedCount: number;
  /** One of the entries that the manifest names and the archive lacks. */
  readonly absent: string | undefined;
} {
  const stated = new Map<string, StatedDigest>();
  for (const section of jar.manifest.entries) {
    const digest = statedDigest(section, DIGEST_ATTRIBUTE);
    if (digest !== undefined) stated.set(section.name ?? '', digest);
  }
  const covered: CoveredEntry[] = [];
  const seen = new Set<string>();
  let unsignedCount = 0;
  for (const entry of jar.archive.entries) {
    if (entry.isDirectory || SIGNATURE_RELATED.test(entry.name)) continue;
    const digest = stated.get(entry.name);
    if (digest === undefined) unsignedCount += 1;
    else covered.push({ entry, stated: digest });
    seen.add(entry.name);
  }
  const absent = [...stated.keys()].find((name) => !seen.has(name) && !name.endsWith('/'));
  return { covered, unsignedCount, absent };
}

function entryMismatch(
  jar: SignedJar,
  { entry, stated }: CoveredEntry,
  member: ZipMember | ParseError,
): SelfCheck | undefined {
  const found =
    member instanceof ParseError
      ? 'an entry that cannot be read'
      : createHash(stated.algorithm).update(member.bytes).digest('base64');
  if (found === stated.base64) return undefined;
  return {
    by: `${stated.algorithm} in the manifest`,
    outcome: 'mismatch',
    kind: 'content',
    claimed: stated.base64,
    found,
    path: jar.pathOf(entry.name),
  };
}

interface StatedDigest {
  readonly algorithm: string;
  readonly base64: string;
}

function statedDigest(section: ManifestSection, pattern: RegExp): StatedDigest | undefined {
  const stated = new Map<string, string>();
  for (const [key, value] of section.attributes) {
    const algorithm = pattern.exec(key)?.groups?.['algorithm'];
    if (algorithm !== undefined) stated.set(algorithm, value);
  }
  for (const [name, algorithm] of ALGORITHMS) {
    const base64 = stated.get(name);
    if (base64 !== undefined) return { algorithm, base64 };
  }
  return undefined;
}

/** Returns `undefined` where no digest of a known algorithm is stated. */
function compareDigest(
  section: ManifestSection,
  pattern: RegExp,
  candidates: readonly Uint8Array[],
): { readonly isEqual: boolean } | undefined {
  const stated = statedDigest(section, pattern);
  if (stated === undefined) return undefined;
  const { algorithm, base64 } = stated;
  const isEqual = candidates.some(
    (bytes) => createHash(algorithm).update(bytes).digest('base64') === base64,
  );
  return { isEqual };
}

async function readOrUndefined(
  archive: ZipArchive,
  entry: ZipEntry,
): Promise<Uint8Array | undefined> {
  try {
    return await archive.read(entry);
  } catch (error) {
    if (error instanceof ParseError) return undefined;
    throw error;
  }
}
