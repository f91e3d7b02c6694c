/**
 * Checks of caches in runs that release something. What an action caches without being asked
 * depends on its version, which a tag or the comment behind a commit names.
 */

import { truthOf } from '../../../formats/text/github-expression/evaluate.ts';
import { versionInComment } from '../../../formats/text/comments/version-comment.ts';
import type { YamlScalar } from '../../../formats/text/yaml/yaml-node.ts';
import { textOf as bytesText } from '../../../formats/bytes/byte-range.ts';
import { CACHING_ACTIONS, type CacheSwitch } from './caching-actions.ts';
import type { HitFix, PipelineCheck } from './checks/check.ts';
import { ruleOf, unsafeFixBy } from './checks/check.ts';
import { publishingCommand } from './publishers.ts';
import { mayHold, runsOf, textIn, type Run } from './release-runs.ts';
import { nameOf, pairRange, publishes } from './checks/step-checks.ts';
import { textOf, type PipelineSubject } from './subject.ts';
import { isCommit, type UsedRepository } from './uses.ts';
import { inputOf, pairOf, type Job, type Step } from './workflow.ts';
import { pairBefore, pairBehind } from './edits/yaml-edits.ts';

const CACHE_POISONING: PipelineCheck = {
  rule: ruleOf({
    name: 'cache-poisoning',
    severity: 'high',
    title: 'release built from a cache that others can write',
    cwe: [349],
    why: 'Caches are shared by all workflows of a repository. Who can run code in one of them, for example by a dependency, can put files into a cache that the release restores.',
    remedy:
      'Build releases without caches: remove the action, or switch its cache off in workflows that publish.',
    failing:
      'on: release\njobs: {a: {runs-on: x, steps: [{uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830}]}}\n',
    passing:
      'on: pull_request\njobs: {a: {runs-on: x, steps: [{uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830}]}}\n',
  }),
  *find(subject) {
    const { workflow } = subject;
    if (workflow === undefined) return;
    const runs = runsOf(workflow);
    for (const job of subject.jobs) {
      const releases = runs.filter((run) => run.isRelease || publishesIn(job, run));
      if (releases.length === 0) continue;
      const started = releases.filter((run) => mayHold(job.condition, run));
      for (const step of job.steps) {
        const uses = pairOf(step.node, 'uses');
        if (uses === undefined || step.uses?.kind !== 'repository') continue;
        const cache = CACHING_ACTIONS.get(step.uses.action);
        if (cache === undefined || !restoresIn(subject, step, started)) continue;
        yield {
          range: pairRange(uses),
          message: `The action ${step.uses.action} restores a cache in a workflow that publishes.`,
          names: [...nameOf(step), step.uses.action],
          fix: withoutCache(subject, step, cache),
        };
      }
    }
  },
};

const RELEASE_CACHE: PipelineCheck = {
  rule: ruleOf({
    name: 'release-with-cache',
    isOwn: true,
    severity: 'medium',
    title: 'job that publishes restores a cache',
    cwe: [349],
    why: 'Caches are shared by all workflows of a repository. Files that another workflow has put into one become a part of what the job publishes.',
    remedy: 'Build what is published without caches, or in a job of its own from a clean checkout.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{uses: actions/cache@0057852bfaa89a56745cba8c7296529d2fc39830, with: {path: p, key: k}}, {run: docker push example.com/a}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: docker push example.com/a}]}}\n',
  }),
  *find(subject) {
    const { workflow } = subject;
    if (workflow === undefined) return;
    const all = runsOf(workflow);
    for (const job of subject.jobs) {
      // Those are findings of cache-poisoning.
      if (job.steps.some(publishes)) continue;
      const at = job.steps.findLastIndex((step) => publishingCommand(subject, step) !== undefined);
      const publisher = job.steps[at];
      if (publisher === undefined) continue;
      const runs = all.filter(
        (run) => mayHold(job.condition, run) && mayHold(publisher.condition, run),
      );
      for (const step of job.steps.slice(0, at)) {
        const uses = pairOf(step.node, 'uses');
        if (uses === undefined || !restoresIn(subject, step, runs)) continue;
        yield {
          range: uses.value.range,
          message: `The job "${job.id}" restores a cache and publishes what it builds.`,
          names: [job.id, step.name?.value ?? step.id?.value ?? ''],
        };
      }
    }
  },
};

/** Whether the action of a step restores a cache in one of some runs. */
function restoresIn(subject: PipelineSubject, step: Step, runs: readonly Run[]): boolean {
  const cache = step.uses?.kind === 'repository' ? cacheOf(subject, step.uses) : undefined;
  if (cache === undefined) return false;
  return runs.some((run) => mayHold(step.condition, run) && restores(step, cache, run));
}

function publishesIn({ steps, condition }: Job, run: Run): boolean {
  return steps.some(
    (step) => publishes(step) && mayHold(condition, run) && mayHold(step.condition, run),
  );
}

/** Returns the switch of an action with the default of its version. */
function cacheOf(subject: PipelineSubject, uses: UsedRepository): CacheSwitch | undefined {
  const cache = CACHING_ACTIONS.get(uses.action);
  if (cache?.since === undefined) return cache;
  const major = majorOf(subject, uses);
  const isDefault = cache.isDefault && (major === undefined || major >= cache.since);
  return { ...cache, isDefault: isDefault && !namesNoManager(subject, uses) };
}

/** Returns the major version of an action; `undefined` where nothing names it. */
function majorOf(
  { yaml }: PipelineSubject,
  { ref = '', scalar }: UsedRepository,
): number | undefined {
  const { line } = yaml.placeOf(scalar.range.end);
  const behind = yaml.comments.find(
    ({ range }) => range.start >= scalar.range.end && yaml.placeOf(range.start).line === line,
  );
  const version = isCommit(ref) ? versionInComment(behind?.text ?? '') : ref;
  const digits = /^v?(?<major>\d{1,4})(?:\.|$)/u.exec(version ?? '')?.groups?.['major'];
  return digits === undefined ? undefined : Number(digits);
}

/** Whether `package.json` is known, and names no package manager, by which setup-node caches. */
function namesNoManager({ settings }: PipelineSubject, { action }: UsedRepository): boolean {
  if (action !== 'actions/setup-node') return false;
  const bytes = settings.read?.('package.json') ?? settings.read?.('/package.json');
  if (bytes === undefined) return false;
  const text = bytesText(bytes, { start: 0, end: bytes.length });
  return !/"(?:packageManager|devEngines)"\s*:/u.test(text);
}

/** Whether a step restores a cache in a run. */
function restores(step: Step, cache: CacheSwitch, run: Run): boolean {
  if (cache.needs !== undefined && inputOf(step, cache.needs) === undefined) return false;
  if (isSwitchedOff(step, cache, run)) return false;
  for (const [input, values] of cache.on) {
    const scalar = inputOf(step, input);
    if (scalar === undefined) continue;
    const value = textIn(scalar, run)?.toLowerCase();
    if (value === undefined || value.includes('${{')) return canBeTrue(scalar);
    if (value === '' || value === 'false') return false;
    return values === undefined || values.includes(value) || cache.isDefault;
  }
  return cache.isDefault;
}

/** Whether an input switches a cache off; one that only a run decides may do so. */
function isSwitchedOff(step: Step, { off }: CacheSwitch, run: Run): boolean {
  return off.some(([input, values]) => {
    const scalar = inputOf(step, input);
    if (scalar === undefined) return false;
    const value = textIn(scalar, run)?.toLowerCase();
    if (value === undefined || value.includes('${{')) return true;
    return values === undefined ? value !== 'false' && value !== '' : values.includes(value);
  });
}

/** Whether an expression can be true: one that depends on the run may be. */
function canBeTrue(scalar: YamlScalar): boolean {
  return textOf(scalar, false).expressions.every(
    ({ expression }) => expression === undefined || truthOf(expression) !== false,
  );
}

/** The input by which an action restores nothing. */
function withoutCache(
  subject: PipelineSubject,
  step: Step,
  cache: CacheSwitch,
): HitFix | undefined {
  const off = offPair(step, cache);
  if (off === undefined) return undefined;
  const description = 'Restore no cache.';
  const [key, value] = off;
  const existing = step.with.find((pair) => inputOf(step, key) === pair.value);
  if (existing !== undefined) {
    const scalar = existing.value.kind === 'scalar' ? existing.value : undefined;
    if (scalar === undefined || scalar.anchor !== undefined || scalar.block !== undefined)
      return undefined;
    return unsafeFixBy(description, { range: scalar.range, text: value === '' ? "''" : value });
  }
  const own = pairOf(step.node, 'with');
  const uses = pairOf(step.node, 'uses');
  if (own === undefined) {
    if (uses?.value.kind !== 'scalar') return undefined;
    const added = { key: 'with', value: [[key, value]] as const };
    return unsafeFixBy(description, pairBehind(subject.yaml, step.node, uses, added));
  }
  if (own.value.kind !== 'mapping') return undefined;
  return unsafeFixBy(
    description,
    pairBefore(subject.yaml, own.value, own.value.pairs[0], { key, value }),
  );
}

/** Returns the input and the value that switch a cache off; `undefined` where none does. */
function offPair(step: Step, { on, off }: CacheSwitch): readonly [string, string] | undefined {
  const [switchOff] = off;
  if (switchOff !== undefined) return [switchOff[0], switchOff[1]?.[0] ?? 'true'];
  const given = on.filter(([input]) => inputOf(step, input) !== undefined);
  if (given.length > 1) return undefined;
  const [input] = given[0] ?? on.find(([name]) => /cache/u.test(name)) ?? [];
  if (input === undefined) return undefined;
  // The input names a package manager; an empty text names none.
  const isName =
    given.length > 0 &&
    !/^(?:true|false|auto|\$\{\{)/iu.test(inputOf(step, input)?.value.trim() ?? '');
  return [input, isName ? '' : 'false'];
}

/** Checks of caches. */
export const CACHE_CHECKS: readonly PipelineCheck[] = [CACHE_POISONING, RELEASE_CACHE];
