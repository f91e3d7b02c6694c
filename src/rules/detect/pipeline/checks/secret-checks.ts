/** Checks of where scripts write secrets. */

import { textOf as bytesText } from '../../../../formats/bytes/byte-range.ts';
import { contextPaths } from '../../../../formats/text/github-expression/context-paths.ts';
import { findExpressions } from '../../../../formats/text/github-expression/find-expressions.ts';
import { asScalar, keyOf } from '../../../../formats/text/yaml/yaml-walk.ts';
import type { Argument, RunCommand } from '../../commands/run-command.ts';
import { redirectTargets } from '../../commands/downloads.ts';
import type { Hit, PipelineCheck } from './check.ts';
import { ruleOf } from './check.ts';
import type { PipelineSubject } from '../subject.ts';
import { inputOf, type Step } from '../workflow.ts';

const WRITTEN: PipelineCheck = {
  rule: ruleOf({
    name: 'written-secret',
    isOwn: true,
    severity: 'medium',
    title: 'secret that is written to a file or an image',
    cwe: [312, 522],
    why: 'Later steps, actions and dependencies can read a file. What is uploaded, cached or built from the directory contains it, and arguments of a build stay in the history of the image.',
    remedy:
      'Pass a secret as an environment variable or by standard input, and to a build as a secret mount: docker build --secret id=token,env=TOKEN.',
    failing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "echo \\"token=$T\\" > .npmrc", env: {T: "${{ secrets.T }}"}}]}}\n',
    passing:
      'on: push\npermissions: {}\njobs: {a: {runs-on: x, steps: [{run: "echo \\"$T\\" | docker login -u a --password-stdin example.com", env: {T: "${{ secrets.T }}"}}]}}\n',
  }),
  *find(subject) {
    for (const step of subject.steps) {
      yield* buildArguments(step);
      const commands = subject.scripts().get(step)?.commands ?? [];
      if (commands.length === 0) continue;
      const known = { names: secretNames(step, subject), bytes: subject.yaml.bytes };
      if (known.names.size === 0 && !mayHaveExpression(commands)) continue;
      for (const command of commands) yield* writes(command, step, known);
    }
  },
};

function namesOf(step: Step, ...more: readonly string[]): readonly string[] {
  return [step.job?.id ?? '', step.name?.value ?? step.id?.value ?? '', ...more];
}

/** Returns whether a text has an expression with a secret. */
function hasSecret(text: string): boolean {
  return findExpressions(text).some(({ expression }) =>
    (expression === undefined ? [] : contextPaths(expression)).some(
      ({ parts: [context, name] }) =>
        context === 'secrets' || (context === 'github' && name === 'token'),
    ),
  );
}

/** Returns whether a command has an expression, which is a variable of its length in the script. */
function mayHaveExpression(commands: readonly RunCommand[]): boolean {
  return commands.some(({ args, inputs }) =>
    [args, inputs].some((words) => words.some(({ text }) => text.includes('${x'))),
  );
}

/** Returns the variables of a step that hold secrets. */
function secretNames(step: Step, { workflow }: PipelineSubject): ReadonlySet<string> {
  const names = new Set<string>();
  for (const pair of [workflow?.env ?? [], step.job?.env ?? [], step.env].flat()) {
    const name = keyOf(pair);
    if (name === undefined) continue;
    if (hasSecret(asScalar(pair.value)?.value ?? '')) names.add(name);
    else names.delete(name);
  }
  return names;
}

function* buildArguments(step: Step): Generator<Hit> {
  const input = inputOf(step, 'build-args');
  const isBuild =
    step.uses?.kind === 'repository' && step.uses.action === 'docker/build-push-action';
  if (input === undefined || !isBuild || !hasSecret(input.value)) return;
  yield {
    range: input.range,
    message: 'An argument of the build is a secret, which stays in the history of the image.',
    names: namesOf(step, 'build-args'),
    severity: 'high',
  };
}

interface Known {
  readonly names: ReadonlySet<string>;
  readonly bytes: Uint8Array;
}

function* writes(command: RunCommand, step: Step, known: Known): Generator<Hit> {
  const { name = '', args, range } = command;
  const secret = (of: readonly Argument[]): boolean => of.some((one) => isSecret(one, known));
  if (/^(?:docker|podman|buildah|nerdctl)$/u.test(name) && secret(args)) {
    const isArgument = args.some((one, at) => {
      const option = one.text.startsWith('--build-arg') ? one.text : (args[at - 1]?.text ?? '');
      return isSecret(one, known) && /^--build-arg(?:=|$)/u.test(option);
    });
    if (!isArgument) return;
    yield {
      range,
      message: 'An argument of the build is a secret, which stays in the history of the image.',
      names: namesOf(step, 'build-arg'),
      severity: 'high',
    };
    return;
  }
  if (name === 'git' && args.some((one) => isSecret(one, known) && /:\/\//u.test(one.text))) {
    if (!/^(?:clone|remote|config|submodule)$/u.test(args[0]?.value ?? '')) return;
    yield {
      range,
      message: 'An address with a secret stays in .git/config.',
      names: namesOf(step, 'git'),
    };
    return;
  }
  yield* writtenFile(command, step, known);
}

function* writtenFile(command: RunCommand, step: Step, known: Known): Generator<Hit> {
  const { name = '', args, range, pipedFrom } = command;
  const isTee = name === 'tee';
  const sources = isTee ? pipedFrom.filter(isText) : isText(command) ? [command] : [];
  const texts = sources.flatMap((one) => [...one.args, ...one.inputs]);
  if (!texts.some((one) => isSecret(one, known))) return;
  const files = isTee
    ? args.map(({ value, text }) => value ?? text).filter((one) => !one.startsWith('-'))
    : redirectTargets(command, '>', '>>', '>|', '&>');
  const file = files.find((path) => !/^\/dev\/|RUNNER_TEMP/u.test(path));
  if (file === undefined) return;
  const isHome = /^(?:~|\$\{?HOME\}?)\/|^\/(?:tmp|root|home)\//u.test(file);
  yield {
    range,
    message: `The command writes a secret to ${file}.`,
    names: namesOf(step, file),
    ...(isHome && { severity: 'low' as const, persona: 'pedantic' as const }),
  };
}

function isText({ name = '' }: RunCommand): boolean {
  return ['echo', 'printf', 'cat'].includes(name);
}

/** Returns whether a word is or contains a secret: a variable that holds one, or an expression. */
function isSecret({ text, range }: Argument, { names, bytes }: Known): boolean {
  for (const match of text.matchAll(/\$\{?(?<name>\w+)/gu)) {
    if (names.has(match.groups?.['name'] ?? '')) return true;
  }
  return text.includes('${x') && hasSecret(bytesText(bytes, range));
}

/** Checks of secrets in scripts. */
export const SECRET_CHECKS: readonly PipelineCheck[] = [WRITTEN];
