/**
 * Manifests of the system's packages against their own past. Whoever changes a program and corrects its line in the
 * manifest leaves no trace in one layer; but a package manager that installs the same version again writes all files of
 * the package anew. Where the manifest of a layer differs from the one below, the version does not, and a file on which
 * both agree is still that of a lower layer, somebody edited the manifest.
 */

import type { OwnedFile, Testimony } from '../model/catalog.ts';
import type { Reading } from '../model/package-entry.ts';
import { addContent } from './content.ts';
import type { IntegrityInput, Subject, Subjects } from './input.ts';

/** Contradicts packages whose manifests were edited in a layer above the one that installed them. */
export function compareManifestsWithPast(input: IntegrityInput, subjects: Subjects): void {
  const byName = new Map(
    subjects.all.filter(({ isSystem }) => isSystem).map((subject) => [subject.pkg.name, subject]),
  );
  for (const reading of input.readings) {
    const [before] = reading.earlier ?? [];
    const now = manifestOf(reading.result.testimonies);
    const past = manifestOf(before?.result.testimonies);
    if (before === undefined || now === undefined || past === undefined) continue;
    const subject = byName.get(now.name);
    const [entry] = subject?.entries ?? [];
    if (subject === undefined || entry === undefined || entry.introducedIn > before.layer) continue;
    compare(input, subject, { reading, now: now.owns, past: past.owns });
  }
}

function manifestOf(
  testimonies: readonly Testimony[] = [],
): { readonly name: string; readonly owns: readonly OwnedFile[] } | undefined {
  const [first, ...others] = testimonies;
  if (first?.of.kind !== 'name' || first.owns === undefined || others.length > 0) return undefined;
  return { name: first.of.name, owns: first.owns };
}

function compare(
  { root }: IntegrityInput,
  subject: Subject,
  {
    reading,
    now,
    past,
  }: {
    readonly reading: Reading;
    readonly now: readonly OwnedFile[];
    readonly past: readonly OwnedFile[];
  },
): void {
  const before = new Map(past.map(({ path, digest }) => [path, digest]));
  const changed = now.filter(({ path, digest }) => before.get(path) !== digest);
  if (changed.length === 0) return;
  const isOldFileThere = now.some(({ path, digest }) => {
    if (digest === undefined || before.get(path) !== digest) return false;
    const seen = root.lookUp(path, true);
    return seen.kind === 'file' && seen.layer < reading.layer;
  });
  if (!isOldFileThere) return;
  for (const { path, digest = 'no digest' } of changed) {
    addContent(subject, {
      claimed: `${before.get(path) ?? 'nothing'} for ${path} by the manifest below, of the same version`,
      found: digest,
      location: { path: reading.path, layer: reading.layer },
      isSevere: true,
    });
  }
  subject.findings.isContradicted = true;
}
