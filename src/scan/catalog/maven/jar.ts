/**
 * Java archives: libraries, applications with their libraries inside, plugins.
 *
 * Source: Java SE, "JAR File Specification"; Maven Archiver (`META-INF/maven`); the layouts of web
 * and enterprise archives, Spring Boot, Karaf, Jenkins and Android. Bytes in front of the archive
 * (launchers) are allowed. Archives within an archive are read as well, packed or not, within
 * limits; a bound that is reached is a gap. Class files are not read. Places inside are written
 * `/app.jar!/BOOT-INF/lib/x.jar!/META-INF/MANIFEST.MF`. Refused: what is no zip archive.
 */

import { createHash } from 'node:crypto';

import { ParseError } from '../../../core/base/errors.ts';
import type { Context } from '../../../core/base/context.ts';
import { ZipLimitError, type ZipEntry, type ZipSource } from '../../../formats/archive/zip/zip.ts';
import type { Digest } from '../../../core/model/artifact/artifact.ts';
import type { CatalogedPackage, CatalogFile } from '../../../core/model/catalog/catalog.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';
import { ArchiveBudget } from './archive-budget.ts';
import { packagesOf, type JarPackage } from './jar-packages.ts';
import { memberPath, openJar, type OpenedJar } from './jar-reader.ts';
import { checkSignatures, signatureFiles } from './jar-signature.ts';

/** Pieces in which a file is digested. */
const PIECE_BYTES = 1024 * 1024;
/** Endings that other tools use for other things. */
const SHARED_SUFFIXES = /\.(?:par|sar|kar|aar|nar|lpkg)$/i;
const SIGNATURE = [0x50, 0x4b];
/** One archive of each bomb is enough to say so. */
const MAX_LIMITS_NAMED = 20;
/** Fifty times what the largest server distributions hold. */
const MAX_PACKAGES = 100_000;

export const jar: Cataloger = {
  async read(file, _siblings, context) {
    const result = new CatalogBuilder(file.path);
    if (SHARED_SUFFIXES.test(file.path) && !(await beginsLikeZip(file))) {
      result.note('not a zip archive, so no Java archive');
      return result.done();
    }
    const walk = new ArchiveWalk(
      result,
      new ArchiveBudget(context.limits, file.sizeBytes),
      context,
    );
    await walk.readFile(file);
    walk.addPackages();
    return result.done();
  },
};

async function beginsLikeZip(file: CatalogFile): Promise<boolean> {
  const head = await file.readAt(0, Math.min(file.sizeBytes, SIGNATURE.length));
  return SIGNATURE.every((byte, index) => head[index] === byte);
}

class ArchiveWalk {
  readonly #result: CatalogBuilder;
  readonly #budget: ArchiveBudget;
  readonly #context: Context;
  readonly #packages: (JarPackage & { readonly depth: number })[] = [];
  #limitCount = 0;

  constructor(result: CatalogBuilder, budget: ArchiveBudget, context: Context) {
    this.#result = result;
    this.#budget = budget;
    this.#context = context;
  }

  /** @throws ParseError where the file itself is no archive */
  async readFile(file: CatalogFile): Promise<void> {
    const opened = await this.#open(file);
    if (opened !== undefined) await this.#readOpened(file, opened, 1);
  }

  /** Passes on the findings. What a package needs is named where it is in the same file. */
  addPackages(): void {
    const names = new Set(this.#packages.map(({ pkg }) => pkg.name));
    const roots = this.#packages.filter(({ depth, isOwn }) => depth === 1 && isOwn);
    const direct = new Set(roots.flatMap(({ needs }) => needs));
    for (const { pkg, needs, depth, isOwn } of this.#packages) {
      const dependsOn = needs.filter((name) => names.has(name) && name !== pkg.name);
      const isRoot = depth === 1 && isOwn;
      this.#result.add({
        ...pkg,
        ...(direct.size > 0 &&
          !isRoot && {
            relationship: direct.has(pkg.name) ? ('direct' as const) : ('indirect' as const),
          }),
        ...(dependsOn.length > 0 && { dependsOn }),
      });
    }
  }

  async #open(source: ZipSource): Promise<OpenedJar | undefined> {
    try {
      return await openJar(source, this.#budget);
    } catch (error) {
      if (!(error instanceof ZipLimitError)) throw error;
      this.#limit(source.path, error.reason);
      return undefined;
    }
  }

  async #readOpened(source: ZipSource, opened: OpenedJar, depth: number): Promise<void> {
    this.#context.signal.throwIfAborted();
    for (const { path, reason, isLimit } of opened.faults) {
      if (isLimit) this.#limit(path, reason);
      else this.#result.unreadableRow(path, { reason });
    }
    const found = packagesOf(opened.facts);
    for (const { path, reason } of found.doubts) this.#result.unreadableRow(path, { reason });
    const checks = await this.#signatureChecks(opened, found.packages.length);
    const digests = found.packages.some(({ isOwn }) => isOwn) ? await digestsOf(source) : [];
    const hasOwn = found.packages.some(({ isOwn }) => isOwn);
    for (const row of found.packages) {
      const isChecked = checks.length > 0 && (row.isOwn || !hasOwn);
      const pkg: CatalogedPackage = {
        ...row.pkg,
        ...(row.isOwn && { digests }),
        ...(isChecked && { selfChecks: checks }),
      };
      this.#packages.push({ ...row, pkg, depth });
    }
    if (found.packages.length === 0 && opened.nested.length === 0) {
      this.#result.note(`${source.path} says neither name nor version of itself`);
    }
    for (const entry of opened.nested) await this.#readNested(opened, entry, depth + 1);
  }

  async #signatureChecks(
    opened: OpenedJar,
    packageCount: number,
  ): Promise<NonNullable<CatalogedPackage['selfChecks']>> {
    const { archive, facts, manifest, manifestBytes } = opened;
    const files = signatureFiles(archive);
    if (files.length === 0) return [];
    const excess = this.#budget.takeBytes(
      archive.entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    );
    if (excess !== undefined) {
      this.#limit(facts.path, `its signature, which covers ${excess}`);
      return [];
    }
    const pathOf = (name: string): string => memberPath(facts.path, name);
    const signed = { archive, manifest, manifestBytes, pathOf };
    const { checks, notes } = await checkSignatures(signed, files);
    for (const note of notes) this.#result.note(`${facts.path}: ${note}`);
    const broken = checks.find(({ outcome }) => outcome === 'mismatch');
    if (packageCount === 0 && broken !== undefined) {
      this.#result.note(`${broken.path ?? facts.path} is not as it was signed (${broken.by})`);
    }
    return checks;
  }

  async #readNested(outer: OpenedJar, entry: ZipEntry, depth: number): Promise<void> {
    const path = memberPath(outer.facts.path, entry.name);
    const excess =
      this.#packages.length < MAX_PACKAGES
        ? this.#budget.takeArchive(entry.sizeBytes, depth)
        : `more than ${MAX_PACKAGES} packages`;
    if (excess !== undefined) {
      this.#limit(path, excess);
      return;
    }
    try {
      const source = inMemory(path, await outer.archive.read(entry));
      const opened = await this.#open(source);
      if (opened !== undefined) await this.#readOpened(source, opened, depth);
    } catch (error) {
      if (!(error instanceof ParseError)) throw error;
      this.#result.unreadableRow(path, { reason: error.reason });
    }
  }

  #limit(path: string, reason: string): void {
    this.#limitCount += 1;
    if (this.#limitCount <= MAX_LIMITS_NAMED) {
      this.#result.gap('limit', `not read: ${path}: ${reason}`);
    }
  }
}

function inMemory(path: string, bytes: Uint8Array): ZipSource {
  return {
    path,
    sizeBytes: bytes.length,
    readAt: (offset, lengthBytes) => Promise.resolve(bytes.subarray(offset, offset + lengthBytes)),
  };
}

/** Repositories know archives by their SHA-1, signers by SHA-256. */
async function digestsOf(source: ZipSource): Promise<readonly Digest[]> {
  const sha1 = createHash('sha1');
  const sha256 = createHash('sha256');
  for (let at = 0; at < source.sizeBytes; at += PIECE_BYTES) {
    const piece = await source.readAt(at, Math.min(PIECE_BYTES, source.sizeBytes - at));
    sha1.update(piece);
    sha256.update(piece);
  }
  return [`sha1:${sha1.digest('hex')}`, `sha256:${sha256.digest('hex')}`];
}
