/**
 * Selects the findings that statements suppress. Of all statements on one finding the latest
 * counts.
 */

import { addTo, appendTo, groupBy } from '../../../core/base/maps.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import type { Artifact } from '../../../core/model/artifact/artifact.ts';
import type { Diagnostic, Finding } from '../../../core/model/finding/finding.ts';
import type { Inventory, Package } from '../../../core/model/package/package.ts';
import type { Suppressed } from '../../../core/model/report/report.ts';
import type { ExceptionRules } from '../exceptions/exception.ts';
import { ProductIndex } from './products.ts';
import { setsAside, type VexDocument, type VexStatement } from './statement.ts';

/** Statements of all documents, asked about the findings of one artifact after another. */
export class VexSuppressor {
  readonly #documents: readonly VexDocument[];
  /** By id of the vulnerability in lower case. */
  readonly #byId = new Map<string, VexStatement[]>();
  readonly #documentOf = new Map<VexStatement, VexDocument>();
  readonly #usedPaths = new Set<string>();
  /** The findings that each attested document sets aside. */
  readonly #attested = new Map<VexDocument, Set<string>>();
  /** Statements that lack what the policy asks for. */
  readonly #refused: string[] = [];

  /**
   * `rules`: what the policy asks of exceptions; dates of expiry are asked of no statement, which
   * has none.
   */
  constructor(documents: readonly VexDocument[], rules?: Pick<ExceptionRules, 'requiredFields'>) {
    this.#documents = documents;
    for (const document of documents) {
      for (const statement of document.statements) {
        this.#documentOf.set(statement, document);
        const missing = missingIn(statement, rules?.requiredFields ?? []);
        if (missing !== undefined) {
          this.#usedPaths.add(document.path);
          this.#refused.push(
            `${statement.from}: it has no ${missing}, which the policy asks for; it does not count`,
          );
          continue;
        }
        for (const id of new Set(statement.vulnerabilities.map((name) => name.toLowerCase()))) {
          appendTo(this.#byId, id, statement);
        }
      }
    }
  }

  /** Returns the statements for the findings of one artifact. */
  of(
    inventory: Inventory,
    artifact: Artifact | undefined,
  ): {
    /**
     * Returns the suppression of a finding. `names`: all ids of the finding. Contradicted content
     * is not a vulnerability, and no statement is about it.
     */
    suppress(
      finding: Finding,
      pkg: Package | undefined,
      names: readonly string[],
    ): Suppressed | undefined;
  } {
    let products: ProductIndex | undefined;
    return {
      suppress: (finding, pkg, names) => {
        if (finding.kind !== 'vulnerability' || pkg === undefined) return undefined;
        const candidates = new Set(
          names.flatMap((name) => this.#byId.get(name.toLowerCase()) ?? []),
        );
        if (candidates.size === 0) return undefined;
        products ??= new ProductIndex(inventory, artifact);
        const index = products;
        const patient = { pkg, version: finding.matchedVersion };
        const about = [...candidates].filter(
          (statement) =>
            isFor(this.#documentOf.get(statement), artifact) && index.isAbout(statement, patient),
        );
        return this.#decide(finding.id, about);
      },
    };
  }

  /**
   * Returns the documents of which nothing was about what was scanned, and statements that do not
   * count.
   */
  notes(): readonly Diagnostic[] {
    const unread = this.#documents.flatMap((document) => {
      const { path, statements, problems, form } = document;
      const said = problems.map((problem) => `${path}: ${problem}`);
      if (statements.length > 0 && !this.#usedPaths.has(path)) {
        said.push(
          `${path}: of its ${pluralize(statements.length, 'statement')} (${form}) none is about a finding here`,
        );
      }
      return said;
    });
    const all = new Set([...unread, ...this.#refused, ...this.attestedNotes()]);
    return [...all].map((message) => ({ stage: 'policy', message }));
  }

  /** Returns one sentence for each attested document that sets findings aside. */
  attestedNotes(): readonly string[] {
    return [...groupBy(this.#attested, ([{ path }]) => path)].map(([path, all]) => {
      const count = all.reduce((sum, [, ids]) => sum + ids.size, 0);
      const what = count === 1 ? 'finding is' : 'findings are';
      return `${count} ${what} set aside by the VEX attestation ${path}`;
    });
  }

  #decide(findingId: string, statements: readonly VexStatement[]): Suppressed | undefined {
    for (const statement of statements) {
      const document = this.#documentOf.get(statement);
      if (document !== undefined) this.#usedPaths.add(document.path);
    }
    const latest = latestOf(statements);
    if (latest === undefined || !setsAside(latest.status)) return undefined;
    const decisive = this.#documentOf.get(latest);
    if (decisive?.attestedFor !== undefined) addTo(this.#attested, decisive, findingId);
    const { status, justification, detail, from, author } = latest;
    const why = [status, justification].filter((part) => part !== undefined).join(', ');
    return {
      findingId,
      by: 'vex',
      reason: detail === undefined ? why : `${why}: ${detail}`,
      from,
      ...(author !== undefined && { owner: author }),
      ...(justification !== undefined && { justification }),
    };
  }
}

/**
 * Returns whether statements of a document count for an artifact: a file's for all, attested ones
 * for their image.
 */
function isFor(document: VexDocument | undefined, artifact: Artifact | undefined): boolean {
  const image = document?.attestedFor;
  if (image === undefined) return true;
  return (
    artifact?.reference === image.reference &&
    artifact.image?.manifestDigest === image.manifestDigest
  );
}

/**
 * Returns the latest statement. Of statements with the same instant one that does not suppress
 * wins, because their order is unknown.
 */
function latestOf(statements: readonly VexStatement[]): VexStatement | undefined {
  let latest: VexStatement | undefined;
  for (const statement of statements) {
    const isLater =
      latest === undefined ||
      statement.at > latest.at ||
      (statement.at === latest.at && !setsAside(statement.status));
    if (isLater) latest = statement;
  }
  return latest;
}

/** Only what sets findings aside has to say why, and who says so; that it is fixed is why. */
function missingIn(
  { status, justification, detail, author }: VexStatement,
  required: ExceptionRules['requiredFields'],
): string | undefined {
  if (!setsAside(status)) return undefined;
  const given = {
    reason: status === 'fixed' ? status : (justification ?? detail ?? ''),
    owner: author ?? '',
  };
  return required.find((field) => field !== 'expiry' && given[field] === '');
}
