/**
 * Projects of package managers that are not started: what their steps are, and what the manifests
 * are with the first one.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { quietContext } from '../../src/core/base/context.ts';
import { withCopy } from '../../src/tasks/fix/copy.ts';
import type { Manager, Subject } from '../../src/tasks/fix/manager.ts';
import { aFinding, aPackage } from './model.ts';
import type { Ecosystem } from '../../src/core/model/package/ecosystem.ts';
import { readAllowance } from '../../src/tasks/fix/allowance.ts';

/** A vulnerable package. */
export interface Flawed {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly version: string;
  /** Versions that fix it; the first one clears it. None: it is malicious. */
  readonly fixed: readonly string[];
  readonly allow?: readonly string[];
}

/** What was planned and written. */
export interface EditedManifests {
  /** Each as `kind name>version, …`. */
  readonly steps: readonly string[];
  readonly edits: readonly string[];
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  /** The files that the first step changes, with their new content. */
  readonly files: Readonly<Record<string, string>>;
}

/** Plans the fix of a package in files, and carries out the first step. */
export async function editManifests(
  manager: Manager,
  files: Readonly<Record<string, string | Uint8Array>>,
  { ecosystem, name, version, fixed, allow = [] }: Flawed,
  opened = Object.keys(files)[0] ?? '',
): Promise<EditedManifests> {
  const root = mkdtempSync(path.join(tmpdir(), 'assay-edited-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), content);
    }
    const place = { root, path: opened, env: {}, listed: Object.keys(files) };
    const start = (await manager.projectOf?.(place)) ?? opened;
    const project = await manager.openProject({ ...place, path: start }, quietContext());
    const finding = aFinding('f');
    const subject: Subject = {
      pkg: aPackage(name, version, { ecosystem }),
      findings: [finding],
      isMalicious: fixed.length === 0,
      fixedVersions: fixed,
      clearedBy: (one) => (fixed.includes(one) ? [finding.id] : []),
      allowance: readAllowance(allow),
    };
    const { steps, reasons } = await project.stepsFor(subject);
    const changed: Record<string, string> = {};
    const [first] = steps;
    await withCopy(project.files, async (copy) => {
      if (first !== undefined) await project.carryOut(copy, [first]);
      for (const file of project.files) {
        const now = await copy.read(file.path);
        if (now !== undefined && Buffer.compare(now, file.bytes) !== 0) {
          changed[file.path] = Buffer.from(now).toString();
        }
      }
    });
    return {
      steps: steps.map(
        ({ kind, moves }) =>
          `${kind} ${moves.map((move) => `${move.name}>${move.to ?? ''}`).join(', ')}`,
      ),
      edits: steps
        .slice(0, 1)
        .flatMap((step) =>
          step.edits.map(
            (edit) =>
              `${edit.manifest} ${edit.section} ${edit.name}: ${edit.from ?? ''} > ${edit.to ?? ''}`,
          ),
        ),
      reasons,
      notes: project.notes,
      files: changed,
    };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
