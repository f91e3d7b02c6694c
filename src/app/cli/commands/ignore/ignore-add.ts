/** `assay ignore add`: writes exceptions into an ignore file. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

import { AssayError } from '../../../../core/base/errors.ts';
import { compileGlobs } from '../../../../core/base/glob.ts';
import {
  PackageUrlError,
  parsePackageUrl,
  type PackageUrl,
} from '../../../../core/model/purl/purl.ts';
import { entryName } from '../../../../scan/policy/exceptions/entry-checks.ts';
import { parseInstant } from '../../../../scan/policy/exceptions/parse-instant.ts';
import { withEntry } from '../../../../scan/policy/exceptions/edit.ts';
import type { ExceptionScope, IgnoreEntry } from '../../../../scan/policy/exceptions/exception.ts';
import { packageScope } from '../../../../scan/policy/exceptions/ignore-lines.ts';
import { readExceptions } from '../../../../scan/policy/exceptions/read-exceptions.ts';
import type { CommandModule, Session } from '../command.ts';
import { DEFAULT_IGNORE_FILES, openIgnoreFile } from '../../../config/exception-files.ts';
import { badValue } from '../../../config/values.ts';
import { writeIgnoreFile } from './ignore-prune.ts';
import { readDuration } from '../../../config/values.ts';
import { IGNOREFILE_FLAG } from '../../shell/options/gate-flags.ts';

/** Made where no ignore file is there: it can say everything, a line each. */
const NEW_FILE = '.assayignore';

export const ignoreAdd: CommandModule = {
  usage: 'ID...',
  description:
    'Adds exceptions at the end of an ignore file: ids of advisories, rules or single findings, limited to a package, paths or package URLs where these are given. All other bytes of the file stay. Without --ignorefile the first of .trivyignore, .trivyignore.yaml, .assayignore and .assayignore.yaml that is there is taken, else .assayignore is made. What is there already is not added again.',
  flags: [
    { ...IGNOREFILE_FLAG, help: 'add to this file' },
    { name: 'reason', value: 'TEXT', group: 'General', help: 'give the reason for the exception' },
    {
      name: 'owner',
      value: 'NAME',
      group: 'General',
      help: 'name the person or team that is responsible',
    },
    {
      name: 'expires',
      value: 'DATE|DURATION',
      group: 'General',
      help: 'end the exception at this date, as in 2026-01-31, or after a time, as in 90d',
    },
    {
      name: 'package',
      value: 'NAME',
      group: 'General',
      help: 'limit to this package: NAME or NAME@VERSION',
    },
    { name: 'purl', value: 'PURL', group: 'General', help: 'limit to this package; repeatable' },
    { name: 'path', value: 'GLOB', group: 'General', help: 'limit to these paths; repeatable' },
  ],
  examples: [
    {
      command: "assay ignore add CVE-2021-44906 --expires 90d --owner web --reason 'only in tests'",
      purpose: 'an exception with an end',
    },
    {
      command: 'assay ignore add CVE-2024-5535 --package openssl --ignorefile .assayignore.yaml',
      purpose: 'limited to a package, in a file of its own',
    },
  ],
  run: addEntries,
};

async function addEntries(session: Session): Promise<number> {
  const { args, flags, context } = session;
  if (args.length === 0) {
    throw new AssayError('USAGE', 'no id given', {
      hint: 'Name one: assay ignore add CVE-2021-44906 --expires 90d --reason "why"',
    });
  }
  const entries = args.map((id) => readEntry(session, id));
  const path = chooseFile(session);
  const existing = await openIgnoreFile(session, path, false);
  let bytes = existing?.bytes ?? new Uint8Array();
  const form = existing?.file.form ?? readExceptions(path, bytes, context.now()).form;
  const known = new Set((existing?.file.entries ?? []).map(keyOf));
  const added: string[] = [];
  for (const entry of entries) {
    if (known.has(keyOf(entry))) {
      context.log.warn(`${entryName(entry)} is already in "${path}"`);
      continue;
    }
    bytes = withEntry({ path, bytes, form }, entry);
    known.add(keyOf(entry));
    added.push(entryName(entry));
  }
  if (existing === undefined || bytes !== existing.bytes)
    await writeIgnoreFile(session, path, bytes);
  for (const name of added) context.log.info(`added ${name} to "${path}"`);
  if (flags.text('expires') === undefined) {
    context.log.warn(
      'set --expires so that the exception does not outlive its reason; 90d is common',
    );
  }
  return 0;
}

/** Returns the one file to add to. */
function chooseFile({ flags, io }: Session): string {
  const given = flags.all('ignorefile');
  const [first, second] = given;
  if (second !== undefined) throw badValue('ignorefile', second, 'One file is added to.');
  return (
    first ?? DEFAULT_IGNORE_FILES.find((name) => existsSync(resolve(io.cwd, name))) ?? NEW_FILE
  );
}

function keyOf({ id, scope = {} }: IgnoreEntry): string {
  const { package: name, version, purls = [], paths = [] } = scope;
  return JSON.stringify([id?.toLowerCase(), name, version, purls, paths]);
}

const ID = /^[^\s#][^\s]*$/u;

function readEntry(session: Session, id: string): IgnoreEntry {
  const { flags } = session;
  if (!ID.test(id)) {
    throw new AssayError('USAGE', `"${id}" is not an id`, {
      hint: 'An id is one word, as CVE-2021-44906.',
    });
  }
  const [reason, owner] = [flags.text('reason'), flags.text('owner')];
  const until = readExpiry(session);
  const scope = readScope(session);
  return {
    id,
    ...(Object.keys(scope).length > 0 && { scope }),
    ...(until !== undefined && { until }),
    ...(reason !== undefined && { reason }),
    ...(owner !== undefined && { owner }),
    from: '',
  };
}

/** Matches a duration, as in `90d`; any other text must be a date. */
const DURATION_START = /^\d+(?:\.\d+)?[dhms]/u;

function readExpiry({ flags, context }: Session): string | undefined {
  const text = flags.text('expires');
  if (text === undefined) return undefined;
  const isDate = !DURATION_START.test(text);
  const instant = isDate ? parseInstant(text) : context.now() + readDuration('expires', text);
  if (instant === undefined || Number.isNaN(new Date(instant).getTime())) {
    throw badValue('expires', text, 'Write a date as 2026-01-31, or a time from now as 90d.');
  }
  if (instant <= context.now()) throw badValue('expires', text, 'That is past already.');
  return new Date(instant).toISOString().slice(0, 10);
}

function readScope({ flags }: Session): ExceptionScope {
  const paths = flags.all('path');
  compileGlobs(paths);
  const purls = flags.all('purl').map(readPurl);
  return {
    ...packageScope(flags.text('package')),
    ...(purls.length > 0 && { purls }),
    ...(paths.length > 0 && { paths }),
  };
}

function readPurl(text: string): PackageUrl {
  try {
    return parsePackageUrl(text);
  } catch (error) {
    if (!(error instanceof PackageUrlError)) throw error;
    throw badValue('purl', text, error.message);
  }
}
