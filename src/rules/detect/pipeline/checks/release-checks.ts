/** Checks of what scripts fetch, run, sign and publish. */

import { asScalar, keyOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import { DownloadRuns } from '../../commands/download-runs.ts';
import { DownloadedFiles } from '../../commands/downloads.ts';
import type { RunCommand } from '../../commands/run-command.ts';
import type { PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import { isPublishing } from '../publishers.ts';
import type { PipelineSubject } from '../subject.ts';
import { inputOf, type Job, type Step } from '../workflow.ts';

function namesOf(step: Step): readonly string[] {
  return [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? ''];
}

const DOWNLOADED_SCRIPT: PipelineCheck = {
  rule: ruleOf({
    name: 'downloaded-script',
    isOwn: true,
    severity: 'medium',
    title: 'download that is run unseen',
    cwe: [494, 829],
    why: 'The server, or an attacker on the connection, decides what runs with the secrets of the job. The script is not stored, so it cannot be examined later.',
    remedy:
      'Download to a file, compare its SHA-256 with the one that was reviewed, and run it then; or use an action that is pinned.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "curl -fsSL https://example.com/install.sh | sh"}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "curl -fsSLo i.sh https://example.com/install.sh && echo \\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef  i.sh\\" | sha256sum -c - && sh i.sh"}]}}\n',
  }),
  *find(subject) {
    const ofJobs = new Map<Job | undefined, DownloadedFiles>();
    for (const [step, script] of subject.scripts()) {
      const files = ofJobs.get(step.job) ?? new DownloadedFiles();
      ofJobs.set(step.job, files);
      for (const { command, source } of new DownloadRuns(files).find(script)) {
        yield {
          range: command.range,
          message: `The command runs ${source}, and nothing verifies it.`,
          names: [...namesOf(step), source],
        };
      }
    }
  },
};

const PROVENANCE: PipelineCheck = {
  rule: ruleOf({
    name: 'published-without-provenance',
    isOwn: true,
    severity: 'low',
    title: 'package published without provenance',
    cwe: [353],
    why: 'Only a signed statement of provenance shows which commit and which workflow a package was built from. Without one, a package that an attacker publishes looks the same.',
    remedy:
      'Publish with trusted publishing, or with npm publish --provenance and id-token: write; leave attestations and provenance of actions switched on.',
    failing:
      'on: release\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: npm publish, env: {NODE_AUTH_TOKEN: "${{ secrets.T }}"}}]}}\n',
    passing:
      'on: release\npermissions: {}\njobs: {a: {runs-on: x, permissions: {id-token: write}, steps: [{run: npm publish --provenance, env: {NODE_AUTH_TOKEN: "${{ secrets.T }}"}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      const off = switchedOff(step);
      if (off !== undefined && step.uses !== undefined) {
        const message = `The input ${off} keeps the action from publishing where the package comes from.`;
        yield {
          range: inputOf(step, off)?.range ?? step.node.range,
          message,
          names: [...namesOf(step), off],
        };
      }
      for (const command of subject.scripts().get(step)?.commands ?? []) {
        if (!isNpmPublish(command) || hasProvenance(command, step, subject)) continue;
        yield {
          range: command.range,
          message: 'The package is published by a token, without provenance.',
          names: [...namesOf(step), command.name ?? ''],
        };
      }
    }
  },
};

/** Returns the input of an action that publishes by which provenance is switched off. */
function switchedOff(step: Step): string | undefined {
  if (step.uses?.kind !== 'repository') return undefined;
  const isFalse = (input: string): boolean =>
    inputOf(step, input)?.value.trim().toLowerCase() === 'false';
  if (step.uses.action === 'pypa/gh-action-pypi-publish') {
    return isFalse('attestations') ? 'attestations' : undefined;
  }
  if (step.uses.action !== 'docker/build-push-action' || !isFalse('provenance')) return undefined;
  return inputOf(step, 'push')?.value.trim().toLowerCase() === 'true' ? 'provenance' : undefined;
}

function isNpmPublish(command: RunCommand): boolean {
  return (command.name === 'npm' || command.name === 'pnpm') && isPublishing(command);
}

/**
 * Returns whether an option or a variable asks for provenance. Without a token trusted publishing
 * adds it.
 */
function hasProvenance(
  { args, assignments }: RunCommand,
  step: Step,
  { workflow }: PipelineSubject,
): boolean {
  if (args.some(({ value = '' }) => /^--provenance(?:=true|-file|$)/u.test(value))) return true;
  const pairs = [step.env, step.job?.env ?? [], workflow?.env ?? []].flat();
  const names = [...pairs.map((pair) => keyOf(pair) ?? ''), ...assignments.keys()];
  const isAsked = pairs.some(
    (pair) =>
      keyOf(pair)?.toUpperCase() === 'NPM_CONFIG_PROVENANCE' &&
      asScalar(pair.value)?.value.toLowerCase() === 'true',
  );
  return (
    isAsked || !names.some((name) => /^(?:NODE_AUTH_TOKEN|NPM_TOKEN|NPM_AUTH_TOKEN)$/u.test(name))
  );
}

const UNSIGNED_TAG: PipelineCheck = {
  rule: ruleOf({
    name: 'unsigned-release-tag',
    isOwn: true,
    severity: 'low',
    title: 'release by a tag without a signature',
    cwe: [347],
    why: 'Everyone with the right to push can create such a tag, so a release cannot be distinguished from a tag that an attacker created.',
    remedy:
      'Sign the tag with git tag -s, or make the release from a tag that a maintainer has signed and pushed.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "git tag v1.0.0\\ngit push origin v1.0.0"}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "git tag -s v1.0.0 -m v1.0.0\\ngit push origin v1.0.0"}]}}\n',
  }),
  *find(subject) {
    const scripts = [...subject.scripts()];
    const pushing = new Set(
      scripts
        .filter(([, { commands }]) => commands.some((one) => isGit(one, 'push')))
        .map(([{ job }]) => job),
    );
    for (const [step, { commands }] of scripts) {
      if (!pushing.has(step.job)) continue;
      for (const command of commands) {
        if (!isGit(command, 'tag') || !makesUnsigned(command)) continue;
        yield {
          range: command.range,
          message: 'The tag that is pushed has no signature.',
          names: [...namesOf(step), 'tag'],
        };
      }
    }
  },
};

function isGit({ name, args }: RunCommand, word: string): boolean {
  return name === 'git' && args.find(({ value = '' }) => !value.startsWith('-'))?.value === word;
}

/** `git tag NAME` without an option that signs, deletes, verifies or lists. */
function makesUnsigned({ args }: RunCommand): boolean {
  const words = args.map(({ value, text }) => value ?? text);
  const behind = words.slice(words.indexOf('tag') + 1);
  if (
    behind.some((word) =>
      /^-[a-zA-Z]*[sudvln]|^--(?!force|annotate|message|file|cleanup)/u.test(word),
    )
  ) {
    return false;
  }
  return behind.some((word) => !word.startsWith('-'));
}

/** Checks of releases. */
export const RELEASE_CHECKS: readonly PipelineCheck[] = [
  DOWNLOADED_SCRIPT,
  PROVENANCE,
  UNSIGNED_TAG,
];
