/**
 * Reads SARIF documents: the results of other analyzers about files of a tree.
 *
 * Source: OASIS SARIF 2.1.0 (Static Analysis Results Interchange Format). A document is read twice:
 * first its runs without their results, whose rules and bases may stand behind them, then one
 * result at a time, so that memory grows with the findings alone. Refused: other versions, other
 * encodings than UTF-8, keys that an object has twice, and whatever is not as the specification has
 * it.
 */

import { setImmediate } from 'node:timers/promises';
import { resolve } from 'node:path';

import { readBoundedFile } from '../../../core/base/bounded-file.ts';
import type { Context } from '../../../core/base/context.ts';
import { AssayError, ParseError } from '../../../core/base/errors.ts';
import { throwIfInterrupted } from '../../../core/base/interrupt.ts';
import { pluralize } from '../../../core/base/pluralize.ts';
import { systemCode } from '../../../core/base/system-code.ts';
import { detectEncoding, UTF_8_HINT } from '../../../core/base/text-encoding.ts';
import {
  readJsonFile,
  type JsonFileDocument,
  type StoredJson,
  type StreamedList,
} from '../../../formats/text/json/json-file.ts';
import type { Diagnostic } from '../../../core/model/finding/finding.ts';
import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import { Addresses } from './addresses.ts';
import { draftOf, type RunFacts } from './result-draft.ts';
import { CLEAN_KINDS, kindOf, LevelOverrides } from './result-severity.ts';
import { RuleDescriptors } from './rule-descriptors.ts';
import { groupOf } from './rule-facts.ts';
import { runGaps } from './run-gaps.ts';
import { SarifNode, sarifError } from './sarif-node.ts';
import type { Tree } from './tree.ts';

/** The list that is read item by item. */
const RESULTS = ['runs', '*', 'results'] as const;
/** Characters of a document without its results: descriptions of rules and lists of files. */
const MAX_TEXT_LENGTH = 64 * 1024 * 1024;

const COLUMN_KINDS = ['utf16CodeUnits', 'unicodeCodePoints'] as const;
const BASELINE_STATES = ['new', 'unchanged', 'updated', 'absent'] as const;

/** The findings of documents. */
export interface SarifResults {
  readonly drafts: readonly RuleDraft[];
  /** Omissions, and parts that analyzers did not examine. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads documents about one tree. Paths of documents are those of the user, relative to `cwd`.
 *
 * @throws AssayError `CONFIG_INVALID` for a document that cannot be used, with the place
 */
export async function readSarif(
  files: readonly string[],
  { tree, cwd, context }: { readonly tree: Tree; readonly cwd: string; readonly context: Context },
): Promise<SarifResults> {
  const drafts: RuleDraft[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const file of files) {
    const bytes = await readDocument(file, cwd, context);
    const maxResults = Math.max(context.limits.maxFindings - drafts.length, 0);
    const read = new DocumentReader(file, bytes, { tree, maxResults, context });
    const results = await read.results();
    for (const draft of results.drafts) drafts.push(draft);
    diagnostics.push(...results.diagnostics);
  }
  return { drafts, diagnostics };
}

async function readDocument(file: string, cwd: string, context: Context): Promise<Buffer> {
  const { maxFileBytes } = context.limits;
  let bytes: Buffer;
  try {
    bytes = await readBoundedFile(resolve(cwd, file), { maxBytes: maxFileBytes });
  } catch (error) {
    if (error instanceof AssayError) {
      const hint =
        error.code === 'LIMIT_EXCEEDED' ? '--max-file-size raises the limit.' : undefined;
      throw sarifError(file, error.message, [], hint);
    }
    const code = systemCode(error);
    if (code === undefined) throw error;
    const reason = code === 'ENOENT' ? 'there is no such file' : `the system reports ${code}`;
    throw sarifError(file, reason, [], 'Check the path of --sarif.');
  }
  const encoding = detectEncoding(bytes);
  if (encoding !== 'utf-8') {
    throw sarifError(file, `it is ${encoding.toUpperCase()}`, [], `SARIF is UTF-8: ${UTF_8_HINT}.`);
  }
  return bytes;
}

interface DocumentPlan {
  readonly tree: Tree;
  readonly maxResults: number;
  readonly context: Context;
}

class DocumentReader {
  readonly #file: string;
  readonly #bytes: Buffer;
  readonly #plan: DocumentPlan;
  readonly #drafts: RuleDraft[] = [];
  readonly #diagnostics: Diagnostic[] = [];
  readonly #runs: RunFacts[] = [];
  readonly #tallies: RunTally[] = [];

  constructor(file: string, bytes: Buffer, plan: DocumentPlan) {
    this.#file = file;
    this.#bytes = bytes;
    this.#plan = plan;
  }

  async results(): Promise<SarifResults> {
    const head = await this.#read({ keys: RESULTS });
    const root = new SarifNode(this.#file, [], head.root);
    this.#checkHead(root, head);
    for (const run of root.list('runs')) this.#beginRun(run);
    if (this.#runs.length === 0) this.#note('has no runs', 'unread');
    const whole = await this.#read({
      keys: RESULTS,
      item: (value, { path }) => {
        this.#addResult(new SarifNode(this.#file, path, value), Number(path[1]));
      },
    });
    this.#checkKeys(whole);
    for (const [index, { run }] of this.#runs.entries()) this.#endRun(run, index);
    if (root.list('inlineExternalProperties').some((one) => one.length('results') > 0)) {
      this.#note('has results in "inlineExternalProperties", which are not read', 'unread');
    }
    return { drafts: this.#drafts, diagnostics: this.#diagnostics };
  }

  #checkHead(root: SarifNode, { leftOut }: JsonFileDocument): void {
    const version = root.text('version');
    if (version !== '2.1.0') {
      throw sarifError(
        this.#file,
        version === undefined ? '"version" is missing' : `its version is "${version}"`,
        [],
        'Assay reads SARIF 2.1.0.',
      );
    }
    if (!root.has('runs')) root.fail('"runs" is missing');
    const cut = leftOut.find(({ path }) => path[2] !== 'results' || path.length !== 3);
    if (cut !== undefined) {
      const what = pluralize(cut.count, 'item');
      throw sarifError(this.#file, `${what} more than Assay reads`, cut.path);
    }
  }

  /** Readers disagree about which of two equal keys counts. */
  #checkKeys({ duplicateKeys: [first] }: JsonFileDocument): void {
    if (first === undefined) return;
    throw sarifError(this.#file, `"${first.key}" stands twice in an object, on line ${first.line}`);
  }

  #beginRun(run: SarifNode): void {
    const driver = run.required('tool').required('driver');
    const tool = driver.text('name');
    if (tool === undefined) return driver.fail('"name" is missing');
    // What is not a list has no items that would be read one by one.
    run.length('results');
    const descriptors = new RuleDescriptors(run);
    const countsCodePoints = run.oneOf('columnKind', COLUMN_KINDS) === 'unicodeCodePoints';
    const { tree } = this.#plan;
    const tally = { findings: 0, clean: 0, absent: 0, beyond: 0, missing: 0, backward: 0 };
    this.#runs.push({
      ...{ run, tool, driver, descriptors },
      group: groupOf(tool),
      overrides: new LevelOverrides(run, descriptors),
      places: {
        ...{ addresses: new Addresses(run, tree), tree, countsCodePoints },
        onBackwardRegion: () => {
          tally.backward += 1;
        },
      },
    });
    this.#tallies.push(tally);
  }

  #addResult(result: SarifNode, index: number): void {
    const facts = this.#runs[index];
    const tally = this.#tallies[index];
    if (facts === undefined || tally === undefined) return;
    if (CLEAN_KINDS.has(kindOf(result))) tally.clean += 1;
    else if (result.oneOf('baselineState', BASELINE_STATES) === 'absent') tally.absent += 1;
    else if (this.#drafts.length >= this.#plan.maxResults) tally.beyond += 1;
    else {
      const draft = draftOf(result, facts);
      this.#drafts.push(draft);
      tally.findings += 1;
      if (!facts.places.tree.has(draft.location.path)) tally.missing += 1;
    }
  }

  #endRun(run: SarifNode, index: number): void {
    const tally = this.#tallies[index] as RunTally;
    const { findings, clean, absent, beyond, missing, backward } = tally;
    const tool = this.#runs[index]?.tool ?? '';
    const others = [
      ...(clean > 0 ? [`${pluralize(clean, 'result')} that report no problem`] : []),
      ...(absent > 0 ? [`${pluralize(absent, 'result')} that its baseline alone has`] : []),
    ];
    const rest = others.length > 0 ? `; left out: ${others.join(', ')}` : '';
    this.#note(`has ${pluralize(findings, 'finding')} of ${tool}${rest}`);
    if (missing > 0) {
      const tree = this.#plan.tree.name;
      this.#note(`names files that are not in "${tree}" in ${pluralize(missing, 'result')}`);
    }
    if (backward > 0) {
      const regions = pluralize(backward, 'region');
      this.#note(`has ${regions} of ${tool} that end before they start; their first line counts`);
    }
    if (beyond > 0) {
      this.#note(
        `has ${pluralize(beyond, 'result')} of ${tool} beyond the limit of findings; --max-findings raises it`,
        'limit',
      );
    }
    for (const { text, gap } of runGaps(run, tool)) this.#note(text, gap);
  }

  #note(text: string, gap?: Diagnostic['gap']): void {
    const message = `"${this.#file}" ${text}`;
    this.#diagnostics.push({ stage: 'detect', message, ...(gap && { gap }) });
  }

  async #read(streamed: StreamedList): Promise<JsonFileDocument> {
    const bytes = this.#bytes;
    const { context } = this.#plan;
    const file: StoredJson = {
      path: this.#file,
      sizeBytes: bytes.length,
      readAt: async (offset, lengthBytes) => {
        await setImmediate();
        throwIfInterrupted(context.signal);
        return bytes.subarray(offset, offset + lengthBytes);
      },
    };
    const maxItems = Number.POSITIVE_INFINITY;
    try {
      return await readJsonFile(file, { maxItems, maxTextLength: MAX_TEXT_LENGTH }, { streamed });
    } catch (error) {
      if (error instanceof ParseError) throw sarifError(this.#file, error.reason);
      throw error;
    }
  }
}

/** Results of one run by what became of them. */
interface RunTally {
  findings: number;
  clean: number;
  absent: number;
  beyond: number;
  /** Findings in files that the tree does not have. */
  missing: number;
  /** Regions that end before they start. */
  backward: number;
}
