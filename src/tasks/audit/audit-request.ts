/**
 * What `assay audit` asks of a scan: findings of rules and no packages, joined with the results of
 * other analyzers.
 */

import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

import type { Context } from '../../core/base/context.ts';
import { AssayError } from '../../core/base/errors.ts';
import type { DockerfileSettings } from '../../rules/detect/dockerfile/settings.ts';
import type { Persona } from '../../rules/detect/persona.ts';
import type { PipelineSettings } from '../../rules/detect/pipeline/settings.ts';
import { BUILT_SCANNERS, detectorsOf } from '../../rules/detect/list.ts';
import { runGit } from '../../clients/git/git-command.ts';
import { gitFailure } from '../../clients/git/git-failure.ts';
import type { Diagnostic } from '../../core/model/finding/finding.ts';
import type { RuleDraft } from '../../core/model/rule/rule-finding.ts';
import { identifyRuleFindings } from '../../core/model/rule/rule-identity.ts';
import type { RuleScanner } from '../../core/model/rule/rule-scanner.ts';
import type { JoinedFindings } from '../../scan/pipeline/request.ts';
import type { RunRequest } from '../../scan/pipeline/run-scan.ts';
import type { FoundTrustFile } from '../../trust/trust-file/find-trust-file.ts';
import type { TrustFile } from '../../trust/trust-file/trust-file.ts';
import type { ActionHost } from './references/ask-repositories.ts';
import type { FoundZizmor } from './zizmor/find-zizmor.ts';

/** What is looked for in a directory. */
export interface AuditQuestion {
  /** As the user wrote it, relative to `cwd`. */
  readonly directory: string;
  readonly cwd: string;
  /** Absent: all that have rules for directories. */
  readonly scanners?: readonly RuleScanner[];
  /** Whether all commits of the repository are searched for secrets. */
  readonly searchesHistory: boolean;
  /** Whether only what is staged for the next commit is looked at. */
  readonly isStaged: boolean;
  /** SARIF documents about the directory, relative to `cwd`. */
  readonly sarif: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether files count that no flag names. */
  readonly readsImplicitFiles: boolean;
  /** Files or directories with rules of the user, relative to `cwd`; absent: none. */
  readonly rules?: readonly string[];
  /** Who wants to see findings of pipelines; absent: `regular`. */
  readonly persona?: Persona;
  /** The trust file, by which the bases of Dockerfiles are judged. */
  readonly trust?: TrustFile | undefined;
  /** The same file with what the verdict must say about it, by which origins are judged. */
  readonly trustFile?: Pick<FoundTrustFile, 'trust' | 'warning'>;
  /** Where the repositories of actions are asked about references; absent: they are not asked. */
  readonly actionHost?: ActionHost | undefined;
}

/**
 * Returns the request of an audit.
 *
 * @throws AssayError `USAGE` if nothing looks at the directory; `NOT_FOUND` if documents are about
 * a directory that is not there; `CONFIG_INVALID` for a document or a rule that cannot be used
 */
export async function auditRequest(
  request: RunRequest,
  question: AuditQuestion,
  context: Context,
): Promise<RunRequest> {
  const scanners = question.isStaged ? [] : (question.scanners ?? scannersOfDirectories());
  const searchesGit = question.searchesHistory || question.isStaged;
  if (scanners.length === 0 && question.sarif.length === 0 && !searchesGit) {
    throw new AssayError('USAGE', 'no scanner of this version has rules for directories', {
      hint: 'Results of other analyzers: --sarif FILE. Images: assay image NAME --scanners misconfig',
    });
  }
  const ruled = await withOwnRules(request, question, scanners);
  const ofSarif = question.sarif.length > 0 ? await joinedFindings(question, context) : undefined;
  const joined = searchesGit ? await withGit(question, request, ofSarif, context) : ofSarif;
  const plain = { ...ruled, advisories: undefined, scanners, readsPackages: false, joined };
  const judged = scanners.includes('origin') ? await withOrigins(plain, question) : plain;
  return scanners.includes('misconfig') ? withSettings(judged, question, context) : judged;
}

/** Adds the trust file, and access to configurations beside the files that are looked at. */
async function withOrigins(
  request: RunRequest,
  { directory, cwd, trustFile }: AuditQuestion,
): Promise<RunRequest> {
  const { readerOf } = await import('./read-in-root.ts');
  const read = readerOf(resolve(cwd, directory));
  return {
    ...request,
    ...(trustFile && { trustFile }),
    detectorSettings: { ...request.detectorSettings, origin: { read } },
  };
}

/**
 * Adds the rules of the user. Only a flag names them, so that no rules of the directory are ever
 * taken.
 */
async function withOwnRules(
  request: RunRequest,
  { rules = [], cwd }: AuditQuestion,
  scanners: readonly RuleScanner[],
): Promise<RunRequest> {
  if (rules.length === 0) return request;
  if (!scanners.includes('code')) {
    throw new AssayError('USAGE', '--rules is for source code, and nothing looks at it', {
      hint: 'Add code to --scanners, and leave out --staged.',
    });
  }
  const [{ findRules }, { readRules }] = await Promise.all([
    import('./own-rules/find-rules.ts'),
    import('./own-rules/read-rules.ts'),
  ]);
  const code = readRules(await findRules(rules, cwd));
  return { ...request, detectorSettings: { ...request.detectorSettings, code } };
}

/** Adds what configurations of hadolint and zizmor, the trust file and flags say about rules. */
async function withSettings(
  request: RunRequest,
  { directory, cwd, env, readsImplicitFiles, trust, persona, actionHost }: AuditQuestion,
  context: Context,
): Promise<RunRequest> {
  const { log, now } = context;
  const root = resolve(cwd, directory);
  const around: DockerfileSettings = {
    now: now(),
    ...(trust && { trust }),
    hasFile: (path) => existsSync(join(root, path)),
  };
  const { findHadolint, hadolintPlaces } = await import('./hadolint/find-hadolint.ts');
  const { findZizmor, zizmorName } = await import('./zizmor/find-zizmor.ts');
  const { readerOf } = await import('./read-in-root.ts');
  const { knownReferences } = await import('./references/known-references.ts');
  const ledgerDirectory = readsImplicitFiles ? cwd : undefined;
  const known = await knownReferences({ root, host: actionHost, ledgerDirectory }, context);
  const pipeline: PipelineSettings = {
    read: readerOf(root),
    ...(known.references.size > 0 && { references: known.references }),
    ...(known.images.size > 0 && { images: known.images }),
    ...(persona && { persona }),
    ...(trust && { trust }),
  };
  const repository = { ...(persona && { persona }) };
  const plain = { ...request.detectorSettings, dockerfile: around, pipeline, repository };
  const joined = withDiagnostics(request.joined, known.diagnostics);
  const asked = joined === undefined ? request : { ...request, joined };
  if (!readsImplicitFiles) {
    const there = hadolintPlaces({ cwd, env }).find(
      ({ path, isHere }) => isHere && existsSync(path),
    );
    for (const name of [there?.shown, zizmorName(cwd)]) {
      if (name !== undefined) log.warn(`not read, as -c names the configuration: ${name}`);
    }
    return { ...asked, detectorSettings: plain };
  }
  const [hadolint, zizmor] = [await findHadolint({ cwd, env }), await findZizmor(cwd, root)];
  const withZizmor =
    zizmor === undefined
      ? { ...asked, detectorSettings: plain }
      : await withZizmorFile({ ...asked, detectorSettings: plain }, zizmor, log);
  if (hadolint.length === 0) return withZizmor;
  const { applyHadolint } = await import('./hadolint/apply-hadolint.ts');
  const { settings, policy } = applyHadolint(hadolint, withZizmor.policy, log);
  const dockerfile = { ...around, ...settings };
  return {
    ...withZizmor,
    policy,
    detectorSettings: { ...withZizmor.detectorSettings, dockerfile },
  };
}

/** Adds what was asked without an answer to the findings of others. */
function withDiagnostics(
  joined: JoinedFindings | undefined,
  added: readonly Diagnostic[],
): JoinedFindings | undefined {
  if (added.length === 0) return joined;
  const { rules = [], diagnostics = [], ...rest } = joined ?? {};
  return { ...rest, rules, diagnostics: [...diagnostics, ...added] };
}

async function withZizmorFile(
  request: RunRequest,
  found: FoundZizmor,
  log: Context['log'],
): Promise<RunRequest> {
  const { applyZizmor } = await import('./zizmor/apply-zizmor.ts');
  const { detectorSettings } = request;
  const pipeline = { ...detectorSettings?.pipeline, ...found.file.settings };
  return {
    ...request,
    policy: applyZizmor(found, request.policy, log),
    detectorSettings: { ...detectorSettings, pipeline },
  };
}

/**
 * Adds secrets of the history or of the index. The scan of the tree has those of the working
 * directory.
 */
async function withGit(
  { directory, cwd, searchesHistory, isStaged, env }: AuditQuestion,
  { detectorSettings }: RunRequest,
  joined: JoinedFindings | undefined,
  context: Context,
): Promise<JoinedFindings> {
  const path = resolve(cwd, directory);
  const place = { at: ['-C', path], protocols: '', env };
  const state = await runGit(['rev-parse', '--git-dir'], place, context);
  if (state.code !== 0) throw gitFailure(state, path);
  const drafts: RuleDraft[] = [];
  const diagnostics: Diagnostic[] = [];
  if (searchesHistory) {
    const { searchHistory } = await import('./history/search-history.ts');
    const history = await searchHistory(place, detectorSettings?.secrets, context);
    drafts.push(...history.drafts);
    diagnostics.push(...history.diagnostics);
  }
  if (isStaged) {
    const { searchStaged } = await import('./staged.ts');
    const staged = await searchStaged(place, detectorSettings?.secrets, context);
    drafts.push(...staged.drafts);
    diagnostics.push(...staged.diagnostics);
  }
  return {
    rules: [...(joined?.rules ?? []), ...identifyRuleFindings(drafts)],
    diagnostics: [...(joined?.diagnostics ?? []), ...diagnostics],
    areNewer: true,
  };
}

function scannersOfDirectories(): readonly RuleScanner[] {
  return [...BUILT_SCANNERS].filter((one) => detectorsOf([one], 'directory').length > 0);
}

async function joinedFindings(
  { directory, cwd, sarif }: AuditQuestion,
  context: Context,
): Promise<JoinedFindings> {
  const path = resolve(cwd, directory);
  if (!existsSync(path)) throw new AssayError('NOT_FOUND', `there is no directory "${directory}"`);
  if (!statSync(path).isDirectory()) {
    throw new AssayError('USAGE', `--sarif needs a directory, and "${directory}" is a file`, {
      hint: 'Name the directory in which the analyzer ran.',
    });
  }
  const [{ readSarif }, { Tree }, { maskedDraft }] = await Promise.all([
    import('./sarif/read-sarif.ts'),
    import('./sarif/tree.ts'),
    import('../../rules/detect/secret/masked-draft.ts'),
  ]);
  const read = await readSarif(sarif, { tree: new Tree(directory, path), cwd, context });
  return {
    rules: identifyRuleFindings(read.drafts.map(maskedDraft)),
    diagnostics: read.diagnostics,
  };
}
