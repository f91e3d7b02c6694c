/** `assay vex generate`: exceptions as statements that others can use. */

import { baseName } from '../../../../core/base/artifact-path.ts';
import { AssayError } from '../../../../core/base/errors.ts';
import { toolVersion } from '../../../../core/base/build-info.ts';
import { indexBy } from '../../../../core/base/maps.ts';
import type { ImageFacts } from '../../../../core/model/artifact/artifact.ts';
import { formatPackageUrl, purlOf } from '../../../../core/model/purl/purl.ts';
import { entryName } from '../../../../scan/policy/exceptions/entry-checks.ts';
import type { IgnoreEntry } from '../../../../scan/policy/exceptions/exception.ts';
import { findingsByEntry } from '../../../../scan/policy/entries-in-use.ts';
import {
  cycloneDxVexDocument,
  JUSTIFICATION_WORDS,
  openVexDocument,
  type Justification,
  type NewDocument,
  type NewProduct,
  type NewStatement,
} from '../../../../scan/policy/vex/write.ts';
import type { CommandModule, Session } from '../command.ts';
import { openIgnoreFiles } from '../../../config/exception-files.ts';
import {
  readReportedFindings,
  type ReportedFindings,
} from '../../shell/options/reported-findings.ts';
import { textPieces } from '../../../../scan/report/text/text-pieces.ts';
import { checkWritable, planOutputs, writeReportFile } from '../../print/outputs.ts';
import { readChoices } from '../../../config/values.ts';
import { IGNOREFILE_FLAG } from '../../shell/options/gate-flags.ts';
import { FORMAT_FLAG, OUTPUT_FLAG } from '../../shell/options/report-flags.ts';

const FORMATS = ['openvex', 'cyclonedx'];

export const vexGenerate: CommandModule = {
  usage: '[REPORT...]',
  description:
    'Writes a VEX document from the ignore files: one statement for each exception that counts, names an advisory and gives a reason. With JSON reports the statements are about the packages and images in which the exceptions set findings aside; without, only about the package URLs that they name. A statement says more than an exception: not_affected (the default) that the flaw does no harm here, affected that it does and what is done about it. Choose by --id which exceptions may be stated.',
  flags: [
    IGNOREFILE_FLAG,
    { ...FORMAT_FLAG, help: 'use one of these formats: openvex, cyclonedx (default: openvex)' },
    OUTPUT_FLAG,
    {
      name: 'author',
      value: 'NAME',
      group: 'General',
      help: 'name the author of the statements (default: the owner, if all exceptions have the same one)',
    },
    {
      name: 'id',
      value: 'LIST',
      group: 'General',
      help: 'write only exceptions for these IDs; repeat or separate by commas',
    },
    {
      name: 'status',
      value: 'WORD',
      group: 'General',
      help: 'state not_affected or affected (default: not_affected)',
    },
    {
      name: 'justification',
      value: 'WORD',
      group: 'General',
      help: `give the reason as an OpenVEX justification: ${JUSTIFICATION_WORDS.join(', ')}`,
    },
  ],
  examples: [
    {
      command: "assay vex generate report.json --author 'Acme PSIRT' -o openvex=vex.json",
      purpose: 'statements about what was scanned',
    },
    {
      command:
        'assay vex generate report.json --id CVE-2024-5535 --justification vulnerable_code_not_present',
      purpose: 'one of them, with its justification',
    },
  ],
  run: generate,
};

async function generate(session: Session): Promise<number> {
  const { flags, io, context } = session;
  const outputs = planOutputs(flags, FORMATS, 'openvex');
  const status = readStatus(session);
  const justification = readJustification(session, status);
  await checkWritable(outputs, io.cwd);
  const files = await openIgnoreFiles(session);
  const entries = chosen(
    session,
    files.flatMap(({ file }) => file.entries),
  );
  const found = await readReportedFindings(session);
  const products = productsOf(entries, found);
  const statements = entries.flatMap((entry): NewStatement[] => {
    const statement = statementOf(session, entry, products.get(entry) ?? []);
    return statement === undefined
      ? []
      : [{ ...statement, status, ...(justification !== undefined && { justification }) }];
  });
  if (statements.length === 0) {
    throw new AssayError('USAGE', 'no exception can be written as a VEX statement', {
      hint: 'A statement needs an exception with an id and a reason, and a JSON report or a package URL for its product, as in assay vex generate report.json --ignorefile .trivyignore.yaml',
    });
  }
  const document: NewDocument = {
    author: readAuthor(session, statements),
    at: new Date(context.now()).toISOString().replace(/\.\d+Z$/u, 'Z'),
    tool: { name: 'assay', version: toolVersion() },
    statements,
  };
  for (const { format, path } of outputs) {
    const data =
      format === 'cyclonedx' ? cycloneDxVexDocument(document) : openVexDocument(document);
    const text = `${JSON.stringify(data, null, 2)}\n`;
    if (path === undefined) await session.write(text);
    else await writeReportFile(path, io.cwd, textPieces([text]));
  }
  return 0;
}

const STATUSES = new Map([
  ['not_affected', 'not_affected'],
  ['affected', 'affected'],
] as const);

function readStatus({ flags }: Session): NewStatement['status'] {
  const text = flags.text('status');
  const [status] = text === undefined ? [] : readChoices('status', [text], STATUSES);
  return status ?? 'not_affected';
}

function readJustification(
  { flags }: Session,
  status: NewStatement['status'],
): Justification | undefined {
  const text = flags.text('justification');
  if (text === undefined) return undefined;
  if (status === 'affected') {
    throw new AssayError('USAGE', '--justification says why nothing is affected', {
      hint: 'Leave it out with --status affected.',
    });
  }
  const words = new Map(JUSTIFICATION_WORDS.map((word) => [word, word]));
  return readChoices('justification', [text], words)[0];
}

function chosen({ flags }: Session, entries: readonly IgnoreEntry[]): readonly IgnoreEntry[] {
  const ids = new Set(flags.list('id').map((id) => id.toLowerCase()));
  const named = entries.filter(({ id }) => ids.size === 0 || ids.has((id ?? '').toLowerCase()));
  const missing = [...ids].find((id) => !named.some((entry) => entry.id?.toLowerCase() === id));
  if (missing === undefined) return named;
  throw new AssayError('NOT_FOUND', `no exception that counts is for "${missing}"`, {
    hint: 'What there is: assay ignore list',
  });
}

/** A name for all, or that of the one owner. */
function readAuthor({ flags }: Session, statements: readonly NewStatement[]): string {
  const owners = new Set(statements.map(({ owner }) => owner));
  const [owner] = owners;
  const author = flags.text('author') ?? (owners.size === 1 ? owner : undefined);
  if (author !== undefined && author !== '') return author;
  throw new AssayError('USAGE', 'nobody is named who makes the statements', {
    hint: "Name the author: --author 'Acme PSIRT'",
  });
}

/**
 * Returns the findings that each exception suppressed in the reports, or the package URLs that it
 * names.
 */
function productsOf(
  entries: readonly IgnoreEntry[],
  found: ReportedFindings | undefined,
): ReadonlyMap<IgnoreEntry, readonly NewProduct[]> {
  if (found === undefined) {
    return new Map(
      entries.map((entry) => [
        entry,
        (entry.scope?.purls ?? []).map((purl) => ({
          purl: formatPackageUrl(purl),
          subcomponents: [],
        })),
      ]),
    );
  }
  const products = new Map<IgnoreEntry, NewProduct[]>();
  for (const result of found.results) {
    const packages = indexBy(result.inventory.packages, 'id');
    const image = result.artifact.image && imagePurl(result.artifact.image);
    for (const [entry, findings] of findingsByEntry(entries, result, found.advisories)) {
      const purls = findings.flatMap((finding) => {
        const pkg = finding.kind === 'vulnerability' ? packages.get(finding.packageId) : undefined;
        return pkg === undefined ? [] : [purlOf(pkg, result.inventory.distro)];
      });
      const unique = [...new Set(purls)];
      const own =
        image === undefined
          ? unique.map((purl) => ({ purl, subcomponents: [] }))
          : [{ purl: image, subcomponents: unique }];
      if (unique.length > 0) products.set(entry, [...(products.get(entry) ?? []), ...own]);
    }
  }
  return products;
}

/**
 * `pkg:oci/NAME@sha256:...?repository_url=...`; `undefined` for an image that has no name in a
 * registry.
 */
function imagePurl({ repoDigests, manifestDigest, tags }: ImageFacts): string | undefined {
  const [named] = repoDigests;
  const [repository, digest] =
    named === undefined ? [tags[0]?.replace(/:[^:/]*$/u, ''), manifestDigest] : named.split('@');
  if (repository === undefined || digest === undefined) return undefined;
  const name = baseName(repository);
  return formatPackageUrl({
    type: 'oci',
    name,
    version: digest,
    qualifiers: repository.includes('/') ? { repository_url: repository } : {},
  });
}

function statementOf(
  { context }: Session,
  entry: IgnoreEntry,
  products: readonly NewProduct[],
): Omit<NewStatement, 'status'> | undefined {
  const { id, reason, owner, until, from } = entry;
  const missing = missingFor(entry, products);
  if (missing !== undefined || id === undefined || reason === undefined) {
    const what = `the exception for ${entryName(entry)} is not stated`;
    context.log.warn(`${from}: ${what}: ${missing ?? ''}`);
    return undefined;
  }
  return {
    vulnerability: id,
    reason,
    products,
    ...(owner !== undefined && { owner }),
    ...(until !== undefined && { until }),
  };
}

function missingFor(
  { id, reason = '' }: IgnoreEntry,
  products: readonly NewProduct[],
): string | undefined {
  if (id === undefined) return 'it names no advisory';
  if (reason === '') return 'it gives no reason';
  return products.length === 0 ? 'it is not known which product it is for' : undefined;
}
