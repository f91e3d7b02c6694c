/**
 * Reads the identifying members of one Java archive through its central directory: a few members of
 * perhaps thousands.
 */

import { ParseError } from '../../../core/base/errors.ts';
import {
  openZip,
  type ZipArchive,
  type ZipEntry,
  type ZipSource,
} from '../../../formats/archive/zip/zip.ts';
import { isJavaArchive } from '../archive-names.ts';
import type { ArchiveBudget } from './archive-budget.ts';
import { readJarFileName } from './jar-file-name.ts';
import type { JarFacts, MavenDescriptor } from './jar-facts.ts';
import { readJarManifest, type JarManifest } from './jar-manifest.ts';
import { identityAttributes } from './manifest-sections.ts';
import type { Pom } from './pom-model.ts';
import { readPom } from './pom-reader.ts';
import { readProperties } from './properties.ts';

/** An opened archive. For an archive within another one, the path names both. */
export interface OpenedJar {
  readonly archive: ZipArchive;
  readonly facts: JarFacts;
  readonly manifest: JarManifest;
  readonly manifestBytes: Uint8Array;
  /** Archives within this one. */
  readonly nested: readonly ZipEntry[];
  /** Members that could not be read, and why. */
  readonly faults: readonly MemberFault[];
}

/** A member of a Java archive that could not be read. */
export interface MemberFault {
  readonly path: string;
  readonly reason: string;
  readonly isLimit: boolean;
}

const MIB = 1024 * 1024;
/**
 * The longest seen: a manifest of a signed archive with 20,000 entries has 3 MB, a `pom.xml` 300
 * KB.
 */
const MAX_MANIFEST_BYTES = 32 * MIB;
const MAX_DESCRIPTOR_BYTES = 4 * MIB;
/** The largest uber-jars known have some 300. */
const MAX_DESCRIPTORS = 4000;
const MANIFEST = /^META-INF\/MANIFEST\.MF$/i;
/** Also where web applications and Spring Boot unpack their own classes to. */
const DESCRIPTOR =
  /^(?<folder>(?:(?:WEB-INF|BOOT-INF)\/classes\/)?META-INF\/maven\/[^/]+\/[^/]+)\/(?<file>pom\.(?:properties|xml))$/;

/**
 * Opens a Java archive and reads its directory within the budget.
 *
 * @throws ParseError where it is no archive, or a damaged one; `LIMIT_EXCEEDED` is a fault of the
 * result
 */
export async function openJar(source: ZipSource, budget: ArchiveBudget): Promise<OpenedJar> {
  const archive = await openZip(source, {
    maxEntries: budget.entriesLeft,
    maxEntryBytes: budget.maxMemberBytes,
    maxTotalBytes: Number.MAX_SAFE_INTEGER,
  });
  budget.takeEntries(archive.entries.length);
  const reader = new MemberReader(source.path, archive, budget);
  const found = findMembers(archive);
  const manifestBytes =
    (found.manifest && (await reader.read(found.manifest, MAX_MANIFEST_BYTES))) ?? NOTHING;
  const manifest = readJarManifest(manifestBytes);
  const fileName = readJarFileName(source.path);
  const descriptors: MavenDescriptor[] = [];
  for (const members of found.descriptors.values()) {
    const descriptor = await readDescriptor(members, reader);
    if (descriptor !== undefined) descriptors.push(descriptor);
  }
  if (found.isTruncated) reader.fault('META-INF/maven/', `more than ${MAX_DESCRIPTORS} members`);
  return {
    archive,
    facts: {
      path: source.path,
      fileName,
      attributes: identityAttributes(manifest, fileName.version !== undefined),
      descriptors,
    },
    manifest,
    manifestBytes,
    nested: found.nested,
    faults: reader.faults,
  };
}

/** Returns the path of a member of an archive. */
export function memberPath(archivePath: string, name: string): string {
  return `${archivePath}!/${name}`;
}

const NOTHING = new Uint8Array(0);

/**
 * Members of one folder; of equal names all, because readers of archives differ in which they take.
 */
interface DescriptorMembers {
  readonly properties: ZipEntry[];
  readonly poms: ZipEntry[];
}

function findMembers(archive: ZipArchive): {
  readonly manifest: ZipEntry | undefined;
  readonly descriptors: ReadonlyMap<string, DescriptorMembers>;
  readonly nested: readonly ZipEntry[];
  readonly isTruncated: boolean;
} {
  let manifest: ZipEntry | undefined;
  let count = 0;
  const descriptors = new Map<string, DescriptorMembers>();
  const nested: ZipEntry[] = [];
  for (const entry of archive.entries) {
    const { name } = entry;
    if (entry.isDirectory) continue;
    if (MANIFEST.test(name)) manifest = entry;
    else if (isJavaArchive(name)) nested.push(entry);
    else if (name.includes('META-INF/maven/') && count < MAX_DESCRIPTORS) {
      count += addDescriptor(descriptors, entry);
    }
  }
  return { manifest, descriptors, nested, isTruncated: count >= MAX_DESCRIPTORS };
}

/** Adds a descriptor; returns the number of added ones: one or none. */
function addDescriptor(descriptors: Map<string, DescriptorMembers>, entry: ZipEntry): number {
  const { folder, file } = DESCRIPTOR.exec(entry.name)?.groups ?? {};
  if (folder === undefined) return 0;
  const members = descriptors.get(folder) ?? { properties: [], poms: [] };
  descriptors.set(folder, members);
  (file === 'pom.xml' ? members.poms : members.properties).push(entry);
  return 1;
}

/** Java takes the last of equal names. */
async function readDescriptor(
  members: DescriptorMembers,
  reader: MemberReader,
): Promise<MavenDescriptor | undefined> {
  const all: { readonly path: string; readonly values: ReadonlyMap<string, string> }[] = [];
  for (const entry of members.properties) {
    const bytes = await reader.read(entry, MAX_DESCRIPTOR_BYTES);
    if (bytes !== undefined) {
      all.push({ path: reader.pathOf(entry), values: readProperties(bytes) });
    }
  }
  const last = all.pop();
  const pom = await readLastPom(members.poms, reader);
  const path = last?.path ?? pom?.path;
  if (path === undefined) return undefined;
  const version = last?.values.get('version');
  const rivals = all.map(({ values }) => values.get('version') ?? '');
  return {
    path,
    ...(last !== undefined && { properties: last.values }),
    ...(pom !== undefined && { pom }),
    rivals: [...new Set(rivals)].filter((rival) => rival !== '' && rival !== version),
  };
}

async function readLastPom(
  entries: readonly ZipEntry[],
  reader: MemberReader,
): Promise<Pom | undefined> {
  const entry = entries.at(-1);
  const bytes = entry && (await reader.read(entry, MAX_DESCRIPTOR_BYTES));
  if (entry === undefined || bytes === undefined) return undefined;
  try {
    return readPom(reader.pathOf(entry), bytes);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    reader.fault(entry.name, error.reason, false);
    return undefined;
  }
}

/** Reads members within the budget; what cannot be read is kept as a fault. */
class MemberReader {
  readonly faults: MemberFault[] = [];
  readonly #path: string;
  readonly #archive: ZipArchive;
  readonly #budget: ArchiveBudget;

  constructor(path: string, archive: ZipArchive, budget: ArchiveBudget) {
    this.#path = path;
    this.#archive = archive;
    this.#budget = budget;
  }

  pathOf(entry: ZipEntry): string {
    return memberPath(this.#path, entry.name);
  }

  async read(entry: ZipEntry, maxBytes: number): Promise<Uint8Array | undefined> {
    const excess =
      entry.sizeBytes > maxBytes
        ? `a member of ${entry.sizeBytes} bytes`
        : this.#budget.takeMember(entry.sizeBytes);
    if (excess !== undefined) {
      this.fault(entry.name, excess);
      return undefined;
    }
    try {
      return await this.#archive.read(entry);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.fault(entry.name, error.reason, false);
      return undefined;
    }
  }

  fault(name: string, reason: string, isLimit = true): void {
    this.faults.push({ path: memberPath(this.#path, name), reason, isLimit });
  }
}
