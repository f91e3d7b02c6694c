/** Actions and commands that publish. Source: the documentation of the actions and programs. */

import { packageCommands } from '../commands/package-command.ts';
import type { RunCommand } from '../commands/run-command.ts';
import type { PipelineSubject } from './subject.ts';
import type { Step } from './workflow.ts';
import { publishes } from './checks/step-checks.ts';

/** The words with which a command publishes. */
const COMMANDS: readonly (readonly [name: RegExp, words: RegExp])[] = [
  [/^(?:docker|podman|nerdctl|buildah|helm|oras|flux)$/u, /^(?:image |manifest )?push(?: |$)/u],
  [/^docker$/u, /^buildx build .*--push(?: |$)/u],
  [/^(?:skopeo|crane|regctl)$/u, /^(?:copy|push|cp|image copy)(?: |$)/u],
  [/^assay$/u, /^push(?: |$)/u],
  [/^lerna$/u, /^publish(?: |$)/u],
  [/^gh$/u, /^release (?:create|upload)(?: |$)/u],
  [/^(?:mvn|mvnw|gradle|gradlew)$/u, /(?:^| )(?:deploy|publish)(?: |$)/u],
  [/^goreleaser$/u, /^release(?: |$)/u],
];

/** Returns whether a command publishes something. */
export function isPublishing({ name, args }: RunCommand): boolean {
  if (name === undefined) return false;
  const own = packageCommands(name, args).find(({ act }) => act === 'publish');
  if (own !== undefined) return !own.isDry;
  const words = args.map(({ value, text }) => value ?? text).join(' ');
  if (/(?:^| )--dry-run(?: |$)/u.test(words)) return false;
  return COMMANDS.some(([program, pattern]) => program.test(name) && pattern.test(words));
}

/** Returns the first command of the script of a step that publishes. */
export function publishingCommand(subject: PipelineSubject, step: Step): RunCommand | undefined {
  return subject.scripts().get(step)?.commands.find(isPublishing);
}

/** Returns whether a step publishes, by an action or a command. */
export function isPublishingStep(subject: PipelineSubject, step: Step): boolean {
  return publishes(step) || publishingCommand(subject, step) !== undefined;
}
