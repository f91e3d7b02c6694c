/**
 * Arguments of the builds of a Compose file that are images: `build.args` replaces the defaults of
 * the Dockerfile, so that a pinned default there says nothing about the image that is built on.
 *
 * Source: Compose Build Specification, `args`, `context`, `dockerfile`, `dockerfile_inline`.
 */

import { posix } from 'node:path';

import { asScalar } from '../../../formats/text/yaml/yaml-walk.ts';
import type { PinFile } from '../finder.ts';
import { decidingArguments, type DecidingArgument } from './build-arguments.ts';
import { pathWithValues, type Variables } from './compose-variables.ts';
import { written } from './computed-text.ts';
import type { YamlPlace, YamlSteps } from './yaml-place.ts';
import type { TextReader, YamlReferences } from './yaml-references.ts';

/** The readers of arguments. */
export interface BuildReading {
  readonly file: PinFile;
  readonly steps: YamlSteps;
  readonly references: YamlReferences;
  readonly variables: Variables;
  /** Reads a value with variables. */
  readonly read: TextReader;
  /** Bounds the Dockerfiles that are read for one Compose file. */
  readonly budget: DockerfileBudget;
}

/** Bytes of Dockerfiles that may still be read. */
export interface DockerfileBudget {
  bytes: number;
}

/**
 * Bytes of Dockerfiles for one Compose file: 1,000 builds of a Dockerfile of 16 KiB. Each build is
 * read with its own arguments.
 */
export const MAX_DOCKERFILE_BYTES = 16 * 1024 * 1024;

/** An argument of a build. */
interface GivenArgument {
  readonly place: YamlPlace;
  /** Absent for one that has its value from the environment of Compose. */
  readonly value?: string;
  readonly read: TextReader;
}

/**
 * Adds the arguments of a build that decide an image of its Dockerfile. A Dockerfile that cannot be
 * read has none.
 */
export function addBuildArguments(build: YamlPlace, reading: BuildReading): void {
  const given = givenArguments(build, reading);
  if (given.size === 0) return;
  const values = new Map([...given].map(([name, { value = `\${${name}}` }]) => [name, value]));
  for (const dockerfile of dockerfilesOf(build, reading)) {
    if (!spend(dockerfile.length, build, reading)) return;
    for (const deciding of decidingArguments(dockerfile, values)) {
      const argument = given.get(deciding.name);
      if (argument !== undefined) addArgument(deciding, argument, reading.references);
    }
  }
}

/**
 * Returns whether a Dockerfile can still be read. The first one that cannot is a problem of the
 * file.
 */
function spend(
  bytes: number,
  build: YamlPlace,
  { budget, references }: Pick<BuildReading, 'budget' | 'references'>,
): boolean {
  if (budget.bytes < 0) return false;
  budget.bytes -= bytes;
  if (budget.bytes >= 0) return true;
  const limit = MAX_DOCKERFILE_BYTES.toLocaleString('en-US');
  const message = `the builds with arguments have more than ${limit} bytes of Dockerfiles; the others are not read`;
  references.addProblem({ ...references.placeOf(build.node), message });
  return false;
}

function addArgument(
  { name, obstacle }: DecidingArgument,
  { place, value, read }: GivenArgument,
  references: YamlReferences,
): void {
  if (value === undefined) {
    const message = `the environment of Compose decides the build argument ${name}`;
    const advice = 'Write its value, or remove the argument.';
    const unset = { id: 'unset-argument', message, advice } as const;
    references.addOther('image', place, { value: `\${${name}}`, obstacle: unset });
  } else if (obstacle?.id === 'partial-argument') {
    references.addOther('image', place, { value, obstacle });
  } else {
    references.add('image', place, {
      read: (text) => {
        const found = read(text);
        return obstacle === undefined ? found : found && { obstacle, ...found };
      },
    });
  }
}

/** Returns both forms: a mapping, and a list of `NAME=value`. */
function givenArguments(
  build: YamlPlace,
  { steps, read }: BuildReading,
): ReadonlyMap<string, GivenArgument> {
  const valueOf = (text: string): string => read(text)?.value ?? text;
  const given = new Map<string, GivenArgument>();
  for (const place of steps.at(build, 'args').flatMap((args) => steps.children(args))) {
    const scalar = asScalar(place.node);
    if (scalar === undefined) continue;
    const text = scalar.value.trim();
    const isNull = scalar.style === 'plain' && NULL.test(text);
    given.set(place.key, { place, read, ...(!isNull && { value: valueOf(text) }) });
  }
  for (const place of steps.at(build, 'args').flatMap((args) => steps.items(args))) {
    const { name, text } = ITEM.exec(asScalar(place.node)?.value.trim() ?? '')?.groups ?? {};
    if (name === undefined) continue;
    given.set(name, {
      place,
      read: behindName(name, read),
      ...(text !== undefined && { value: valueOf(text) }),
    });
  }
  return given;
}

function behindName(name: string, read: TextReader): TextReader {
  return (text) => {
    const reading = read(text.slice(name.length + 1));
    return reading && written(reading, (rest) => `${name}=${rest}`);
  };
}

const NULL = /^(?:~|null|Null|NULL|)$/u;
const ITEM = /^(?<name>[^=\s]+)(?:=(?<text>.*))?$/su;

/** Returns the Dockerfile of a build: in the file itself, or another file of the directory. */
function dockerfilesOf(
  build: YamlPlace,
  { file, steps, variables }: BuildReading,
): readonly Uint8Array[] {
  const inline = steps.textAt(build, 'dockerfile_inline');
  if (inline !== undefined) return [Buffer.from(inline)];
  const context = pathWithValues(steps.textAt(build, 'context') ?? '.', variables);
  const name = pathWithValues(steps.textAt(build, 'dockerfile') ?? 'Dockerfile', variables);
  const bytes = file.other?.(posix.isAbsolute(name) ? name : posix.join(context, name));
  return bytes === undefined ? [] : [bytes];
}
