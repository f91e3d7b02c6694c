/** Shared code of the look-up commands: opening the base, checking ids, writing answers. */

import type { LookupBase } from '../../../../advisories/store/lookup.ts';
import { compareKeys } from '../../../../core/base/compare.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import {
  ECOSYSTEM_IDS,
  ECOSYSTEMS,
  type Ecosystem,
} from '../../../../core/model/package/ecosystem.ts';
import { advisoryFolder } from '../../../../core/base/cache-directory.ts';
import type { Session } from '../command.ts';
import { openCorrectedLookup } from '../../../../advisories/base/index.ts';
import { didYouMean } from '../../../../core/base/did-you-mean.ts';
import { quotedWord } from '../../../../core/base/shell-word.ts';
import { openOverrides } from '../../../config/override-file.ts';
import { badValue } from '../../../config/values.ts';
import type { TextLayout } from '../../../../tasks/explain/vulnerability-lines.ts';

/**
 * Returns all that is loaded; the caller disposes of it.
 * @throws AssayError `ADVISORY_DATA_MISSING` where nothing is, `CONFIG_INVALID`,
 * `ADVISORY_DATA_UNVERIFIED`
 */
export async function openLoadedBase(session: Session): Promise<LookupBase> {
  const base = await openStoredBase(session);
  if (base.sets.length > 0) return base;
  base[Symbol.dispose]();
  throw new AssayError(
    'ADVISORY_DATA_MISSING',
    `no advisory data in "${advisoryFolder(session)}"`,
    {
      hint: LOAD_HINT,
    },
  );
}

/**
 * Opens {@link openLoadedBase}, or an empty base if nothing is loaded. @throws AssayError
 * `CONFIG_INVALID`, `ADVISORY_DATA_UNVERIFIED`
 */
export async function openStoredBase(session: Session): Promise<LookupBase> {
  const corrections = await openOverrides(session);
  for (const { from, message } of corrections?.problems ?? []) {
    session.context.log.warn(`${from}: ${message}`);
  }
  const overrides = corrections?.overrides ?? { path: '', list: [] };
  const options = { folder: advisoryFolder(session), overrides };
  return openCorrectedLookup(options, session.context);
}

const LOAD_HINT = 'Load some: assay db update, or from a mirror: assay db update --mirror URL|DIR';

const CVE_ID = /^CVE-[1-9]\d{3}-\d{4,19}$/i;
const GHSA_ID = /^GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}$/i;
/**
 * Ids of all publishers look like this: `PYSEC-2021-142`, `DSA-5532-1`, `ALSA-2022:1234`,
 * `GO-2021-0113`.
 */
const OTHER_ID = /^[a-z][a-z0-9]{1,30}(?:[-:][a-z0-9][a-z0-9._]{0,40}){1,6}$/i;

/** Returns whether a text can be the id of a record. */
function isAdvisoryId(text: string): boolean {
  if (/^CVE-/i.test(text)) return CVE_ID.test(text);
  return /^GHSA-/i.test(text) ? GHSA_ID.test(text) : OTHER_ID.test(text);
}

/**
 * Checks that a text has the form of an advisory id.
 *
 * @throws AssayError `USAGE`
 */
export function checkAdvisoryId(text: string): void {
  if (isAdvisoryId(text)) return;
  throw new AssayError('USAGE', `"${text}" is not the id of a vulnerability`, {
    hint: `Ids look like CVE-2021-44906, GHSA-xvch-5gv4-984h, PYSEC-2021-142 or DSA-5532-1. To look for words: assay cve search ${quotedWord(text)}`,
  });
}

/** Returns the queried feeds, as in `osv (npm, pypi), kev`. */
export function feedsText({ sets }: LookupBase): string {
  const byFeed = new Map<string, Set<string>>();
  for (const { feed, ecosystem } of sets) {
    const ecosystems = byFeed.get(feed) ?? new Set<string>();
    byFeed.set(feed, ecosystems);
    if (ecosystem !== undefined) ecosystems.add(ECOSYSTEMS[ecosystem].label);
  }
  return [...byFeed]
    .sort(compareKeys)
    .map(([feed, of]) => (of.size === 0 ? feed : `${feed} (${[...of].sort().join(', ')})`))
    .join(', ');
}

/** Reads `--ecosystem`, absent if it is not given. @throws AssayError `USAGE` */
export function readEcosystem(session: Session): Ecosystem | undefined {
  const text = session.flags.text('ecosystem');
  if (text === undefined) return undefined;
  const wanted = text.toLowerCase();
  const ecosystem = ECOSYSTEM_IDS.find((id) => id === wanted);
  if (ecosystem !== undefined) return ecosystem;
  const near = didYouMean(wanted, ECOSYSTEM_IDS);
  const known = `Possible values: ${ECOSYSTEM_IDS.join(', ')}.`;
  throw badValue('ecosystem', text, near === undefined ? known : `Did you mean ${near}? ${known}`);
}

/** Returns the clock and the width for texts. */
export function textLayout(session: Session): TextLayout {
  const { columns, isTTY } = session.io.stdout;
  const now = session.context.now();
  return isTTY === true && columns !== undefined ? { now, width: columns } : { now };
}

/** Returns the lines as one text. */
export function textOf(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
