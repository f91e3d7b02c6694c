/**
 * The configuration of an image: its user, health check, ports, variables, build arguments and
 * tags. Each finding names the instruction of the history that set what it reports, and the layer
 * of that instruction.
 *
 * Source: OCI image specification, "Image Configuration"; Docker image specification,
 * "Healthcheck". Build arguments are written into the history in front of the command, as in `|2
 * NAME=value OTHER=value /bin/sh -c make`.
 */

import type { RuleDraft } from '../../../core/model/rule/rule-finding.ts';
import type { ImageDetector, ImageSubject } from '../detector.ts';
import type { Rule } from '../rule.ts';
import { CONFIGURATION_PATH } from '../configuration-path.ts';
import { draftOf } from '../rule-draft.ts';
import {
  ADMINISTRATION_PORT,
  LATEST_TAG,
  NO_HEALTH_CHECK,
  ROOT_USER,
  SECRET_VARIABLE,
} from './configuration-rules.ts';
import { instructionOf, variableSetters, type Instruction } from '../instruction.ts';
import {
  hasPasswordInAddress,
  isSecretName,
  isSecretValue,
} from '../../../core/base/secret-names.ts';

/** Detector of faults in the configuration and history of an image. */
export const imageConfiguration: ImageDetector = {
  rules: [ROOT_USER, NO_HEALTH_CHECK, ADMINISTRATION_PORT, SECRET_VARIABLE, LATEST_TAG],
  detect(image) {
    const build: Build = {
      image,
      instructions: image.configuration.history.map(instructionOf),
      topLayer: Math.max(0, image.layers.length - 1),
    };
    return [
      ...rootUser(build),
      ...ports(build),
      ...environment(build),
      ...buildArguments(build),
      ...latestTag(build),
    ];
  },
};

/** An image and the instructions of its history. */
interface Build {
  readonly image: ImageSubject;
  /** Oldest first. */
  readonly instructions: readonly Instruction[];
  readonly topLayer: number;
}

/** The account that Windows images run as has other rights than root. */
function rootUser(build: Build): readonly RuleDraft[] {
  const { configuration, os } = build.image;
  const [user = ''] = configuration.user.split(':');
  const isRoot = user === '' || user === 'root' || /^\+?0+$/u.test(user);
  if (os === 'windows' || !isRoot) return [];
  const setBy = build.instructions.findLast(({ keyword }) => keyword === 'USER');
  const message =
    user === ''
      ? 'The configuration names no user, so the image runs as root.'
      : `The image runs as the user "${configuration.user}", which is root.`;
  return [draftAt(build, ROOT_USER, { message, setBy: user === '' ? undefined : setBy })];
}

/** Ports on which remote logins and container engines listen. */
const ADMINISTRATION: ReadonlyMap<string, string> = new Map([
  ['22', 'SSH'],
  ['23', 'Telnet'],
  ['513', 'rlogin'],
  ['514', 'rsh'],
  ['2375', 'Docker without TLS'],
  ['3389', 'remote desktops of Windows'],
  ['5900', 'VNC'],
]);

function ports(build: Build): readonly RuleDraft[] {
  const { exposedPorts, hasHealthCheck } = build.image.configuration;
  const drafts: RuleDraft[] = [];
  const exposing = (port: string): Instruction | undefined => {
    const number = new RegExp(String.raw`(?:^|[\s{"\[])${port}(?:\D|$)`, 'u');
    return build.instructions.findLast(
      ({ keyword, text }) => keyword === 'EXPOSE' && number.test(text),
    );
  };
  for (const exposed of exposedPorts) {
    const port = /^\d{1,5}/u.exec(exposed)?.[0] ?? '';
    const service = exposed.endsWith('/udp') ? undefined : ADMINISTRATION.get(port);
    if (service === undefined) continue;
    const message = `The image exposes port ${exposed}, on which ${service} listens.`;
    const names = [exposed];
    drafts.push(draftAt(build, ADMINISTRATION_PORT, { message, names, setBy: exposing(port) }));
  }
  if (exposedPorts.length > 0 && !hasHealthCheck) {
    const setBy =
      build.instructions.findLast(
        ({ keyword, text }) => keyword === 'HEALTHCHECK' && /\bNONE\b/iu.test(text),
      ) ?? build.instructions.findLast(({ keyword }) => keyword === 'EXPOSE');
    const message = `The image exposes ${portList(exposedPorts)} and has no health check.`;
    drafts.push(draftAt(build, NO_HEALTH_CHECK, { message, setBy }));
  }
  return drafts;
}

/** The number of ports that a message names. */
const SHOWN_PORTS = 3;

function portList(exposed: readonly string[]): string {
  const shown = exposed.slice(0, SHOWN_PORTS).join(', ');
  return exposed.length > SHOWN_PORTS ? `${shown} and other ports` : `port ${shown}`;
}

function environment(build: Build): readonly RuleDraft[] {
  const drafts: RuleDraft[] = [];
  const setters = variableSetters(build.instructions, 'ENV');
  for (const variable of build.image.configuration.env) {
    const { name, value } = assignmentOf(variable);
    const isAddress = hasPasswordInAddress(value);
    if (!isAddress && !(isSecretName(name) && isSecretValue(value))) continue;
    const message = isAddress
      ? `The variable "${name}" is an address that contains a password.`
      : `The variable "${name}" is set to a value, and by its name it is a secret.`;
    const setBy = setters.get(name);
    const excerpt = `${name}=***`;
    drafts.push(draftAt(build, SECRET_VARIABLE, { message, names: ['ENV', name], setBy, excerpt }));
  }
  return drafts;
}

/** The arguments in front of a command: what stands between their number and the shell. */
const ARGUMENTS = /^(?:RUN )?\|\d+ (?<list>.*?)(?: \/\S+ (?:-\w+ ){0,8}-\w*c |$)/su;
const ONE_ARGUMENT = /(?:^|\s)(?<assigned>[A-Za-z_][\w.-]{0,127}=\S*)/gu;

function buildArguments(build: Build): readonly RuleDraft[] {
  const { history } = build.image.configuration;
  const found = new Map<string, Instruction>();
  for (const [index, { createdBy }] of history.entries()) {
    const instruction = build.instructions[index];
    if (instruction === undefined) continue;
    const list = ARGUMENTS.exec(createdBy)?.groups?.['list'];
    const given = list ?? (instruction.keyword === 'ARG' ? instruction.text : '');
    for (const { groups } of given.matchAll(ONE_ARGUMENT)) {
      const { name, value } = assignmentOf(groups?.['assigned'] ?? '');
      const isSecret = hasPasswordInAddress(value) || (isSecretName(name) && isSecretValue(value));
      if (isSecret && !found.has(name)) found.set(name, instruction);
    }
  }
  return [...found].map(([name, setBy]) =>
    draftAt(build, SECRET_VARIABLE, {
      message: `The history contains the value of the build argument "${name}", and by its name it is a secret.`,
      names: ['ARG', name],
      setBy,
      excerpt: `${name}=***`,
    }),
  );
}

/** Values of variables may be quoted. */
function assignmentOf(text: string): { readonly name: string; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 0) return { name: text, value: '' };
  return { name: text.slice(0, at), value: text.slice(at + 1).replace(/^(["'])(.*)\1$/su, '$2') };
}

function latestTag(build: Build): readonly RuleDraft[] {
  const { tags } = build.image;
  if (tags.length === 0 || !tags.every((tag) => tag === 'latest' || tag.endsWith(':latest'))) {
    return [];
  }
  const message = 'The image has no tag but "latest".';
  return [draftAt(build, LATEST_TAG, { message })];
}

/** The place of a finding in the configuration. */
interface ConfigurationPlace {
  readonly message: string;
  readonly names?: readonly string[];
  /**
   * Absent where no instruction set it: the finding belongs to the image as a whole, and so to its
   * top layer.
   */
  readonly setBy?: Instruction | undefined;
  readonly excerpt?: string;
}

function draftAt(
  { topLayer }: Build,
  rule: Rule,
  { message, names = [], setBy, excerpt }: ConfigurationPlace,
): RuleDraft {
  return draftOf(rule, {
    message,
    location: { path: CONFIGURATION_PATH, layer: setBy?.layer ?? topLayer },
    names,
    ...(setBy !== undefined && { instruction: setBy.shown }),
    ...(excerpt !== undefined && { excerpt }),
  });
}
