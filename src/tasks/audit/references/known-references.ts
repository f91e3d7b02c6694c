/**
 * What is known of the repositories of actions: by git where they are asked, else from the ledger
 * of the working directory.
 */

import { resolve } from 'node:path';

import type { Context } from '../../../core/base/context.ts';
import { LEDGER_NAME, loadSoundLedger } from '../../../trust/ledger/ledger-file.ts';
import type { KnownReferences } from '../../../rules/detect/pipeline/settings.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { ActionHost } from './ask-repositories.ts';
import { EMPTY_LEDGER } from '../../../trust/ledger/ledger.ts';
import { ledgerFacts, ledgerImages } from './ledger-facts.ts';

/** Whom to ask. */
export interface ReferenceQuestion {
  /** Absolute: the directory that is audited. */
  readonly root: string;
  /** Absent: no repository is asked. */
  readonly host?: ActionHost | undefined;
  /** The directory of the ledger; absent: none is read. */
  readonly ledgerDirectory?: string | undefined;
}

/** What is known, and what was asked without an answer. */
export interface ReferenceAnswer {
  readonly references: KnownReferences;
  /** Digests of images by their names with tags, as the ledger has recorded them. */
  readonly images: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Returns what is known of references. @throws AssayError `CONFIG_INVALID` for a damaged ledger;
 * `INTERRUPTED`
 */
export async function knownReferences(
  { root, host, ledgerDirectory }: ReferenceQuestion,
  context: Context,
): Promise<ReferenceAnswer> {
  const ledger =
    ledgerDirectory === undefined
      ? EMPTY_LEDGER
      : await loadSoundLedger(resolve(ledgerDirectory, LEDGER_NAME));
  const [recorded, images] = [ledgerFacts(ledger), ledgerImages(ledger)];
  if (host === undefined) return { references: recorded, images, diagnostics: [] };
  const { usedActions } = await import('./used-actions.ts');
  const { askRepositories } = await import('./ask-repositories.ts');
  const { facts, failures } = await askRepositories(
    await usedActions(root, context),
    host,
    context,
  );
  return {
    references: new Map([...recorded, ...facts]),
    images,
    diagnostics: failures.map((message) => ({ stage: 'detect', message, gap: 'unread' })),
  };
}
