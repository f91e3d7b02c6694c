/**
 * Images and actions: bases of Dockerfiles, services of Compose files, steps and containers of
 * workflows.
 *
 * Source: Dockerfile reference, "FROM" and "COPY --from"; Compose specification, "services"; GitHub
 * documentation, "Workflow syntax" (`uses`, `container`, `services`).
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../../formats/text/json/json.ts';
import {
  readDockerfile,
  type Dockerfile,
  type DockerfileInstruction,
} from '../../../../formats/text/dockerfile/dockerfile.ts';
import { readYamlDocuments, type YamlDocument } from '../../../../formats/text/yaml/yaml.ts';
import { refuseLargeDockerfile } from '../../../../formats/text/dockerfile/dockerfile-size.ts';
import { isLocal } from '../address.ts';
import { tableAt, textAt } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';

const ACTION = /^(?<repository>[\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@(?<reference>\S+)$/u;

/** Reads a Dockerfile. A base whose name a build argument without default completes is a gap. */
export const readDockerfileImages: OriginReader = ({ bytes, gap }) => {
  refuseLargeDockerfile(bytes);
  const file = readDockerfile(bytes);
  const uses: SourceUse[] = [];
  const names = new Set<string>();
  const defaults = argumentsOf(file);
  const add = (written: string, offset: number, isBase: boolean): void => {
    const { line } = file.placeOf(offset);
    const reference = expanded(written, isBase ? defaults : new Map());
    const isStage = names.has(reference.toLowerCase()) || (!isBase && /^\d+$/u.test(reference));
    if (reference === 'scratch' || reference === '' || isStage) return;
    if (reference.includes('$')) gap(`the image "${written}" of line ${line} is calculated`);
    else uses.push({ kind: 'image', reference, line, isBase });
  };
  if (file.syntax !== undefined) add(file.syntax.image, file.syntax.range.start, false);
  for (const stage of file.stages) {
    if (stage.base !== undefined) add(stage.base.text, stage.base.range.start, true);
    for (const instruction of stage.instructions) {
      for (const { image, offset } of imagesIn(instruction)) add(image, offset, false);
    }
    if (stage.name !== undefined) names.add(stage.name);
  }
  return uses;
};

/** Returns the images of `COPY --from` and of mounts, also behind `ONBUILD`. */
function imagesIn({
  flags,
  trigger,
}: DockerfileInstruction): readonly { readonly image: string; readonly offset: number }[] {
  return [...flags, ...(trigger?.flags ?? [])].flatMap(({ name, value, range, options }) => {
    const mounted = options.find((option) => option.name === 'from')?.value;
    const image = name === 'from' ? value : mounted;
    return image === undefined ? [] : [{ image, offset: range.start }];
  });
}

/**
 * Returns the arguments before the first `FROM`, with their defaults; of equal names the last one
 * counts.
 */
function argumentsOf({ preamble }: Dockerfile): ReadonlyMap<string, string> {
  const pairs = preamble.flatMap((instruction) => instruction.pairs);
  return new Map(
    pairs.flatMap(({ name, value }) =>
      value === undefined ? [] : [[name.text, value.text.replaceAll(/["']/gu, '')] as const],
    ),
  );
}

function expanded(text: string, defaults: ReadonlyMap<string, string>): string {
  return text
    .replaceAll(/["']/gu, '')
    .replaceAll(
      /\$\{(?<name>\w+)(?::?-(?<other>[^}]*))?\}|\$(?<bare>\w+)/gu,
      (whole: string, ...rest: unknown[]) => {
        const { name, other, bare } = rest.at(-1) as Record<string, string | undefined>;
        return defaults.get(name ?? bare ?? '') ?? other ?? whole;
      },
    );
}

/** Reads workflows of GitHub, Gitea and Forgejo, and actions of several steps. */
export const readWorkflow: OriginReader = ({ path, bytes, gap }) => {
  const uses: SourceUse[] = [];
  for (const document of readYamlDocuments(path, bytes)) {
    const target = { document, uses, gap };
    const { root } = document;
    const jobs = tableAt(root, 'jobs');
    for (const job of Object.values(jobs)) {
      if (!isJsonObject(job)) continue;
      addAction(job, target);
      addSteps(job['steps'], target);
      addImage(job, 'container', target);
      const services = tableAt(job, 'services');
      for (const name of Object.keys(services)) addImage(services, name, { document, uses, gap });
    }
    const runs = tableAt(root, 'runs');
    addSteps(runs['steps'], target);
    const image = textAt(runs, 'image');
    if (image?.startsWith('docker://') === true) {
      uses.push({
        kind: 'image',
        reference: image.slice('docker://'.length),
        line: document.lineOf(runs, 'image') ?? 1,
        isBase: false,
      });
    }
  }
  return uses;
};

function addSteps(steps: JsonValue | undefined, target: Target): void {
  if (!isJsonArray(steps)) return;
  for (const step of steps) if (isJsonObject(step)) addAction(step, target);
}

function addAction(step: JsonObject, { document, uses, gap }: Target): void {
  const written = textAt(step, 'uses');
  if (written === undefined || isLocal(written)) return;
  const line = document.lineOf(step, 'uses') ?? 1;
  if (written.startsWith('docker://')) {
    uses.push({ kind: 'image', reference: written.slice('docker://'.length), line, isBase: false });
    return;
  }
  const { repository, reference = '' } = ACTION.exec(written)?.groups ?? {};
  if (repository === undefined) {
    gap(`the action "${written}" of line ${line} cannot be read`);
    return;
  }
  const shared = {
    kind: 'package',
    ecosystem: 'githubactions',
    name: repository,
    line,
    from: 'git',
  } as const;
  // Whether actions are pinned is judged by rules of pipelines.
  uses.push({ ...shared, version: reference, addresses: [`https://github.com/${repository}`] });
}

/** The target for images of one document. */
interface Target {
  readonly document: YamlDocument;
  readonly uses: SourceUse[];
  readonly gap: (message: string) => void;
}

function addImage(holder: JsonObject, key: string, { document, uses, gap }: Target): void {
  const value = holder[key];
  const inner = isJsonObject(value) ? value : undefined;
  const reference = typeof value === 'string' ? value : textAt(inner, 'image');
  if (reference === undefined || reference === '') return;
  const line =
    (inner === undefined ? document.lineOf(holder, key) : document.lineOf(inner, 'image')) ?? 1;
  if (/\$\{?/u.test(reference)) gap(`the image "${reference}" of line ${line} is calculated`);
  else uses.push({ kind: 'image', reference, line, isBase: false });
}

/** Reads Compose files. */
export const readCompose: OriginReader = ({ path, bytes, gap }) => {
  const uses: SourceUse[] = [];
  for (const document of readYamlDocuments(path, bytes)) {
    const services = tableAt(document.root, 'services');
    for (const name of Object.keys(services)) {
      const service = services[name];
      // An image beside `build` is the name of what is built.
      if (isJsonObject(service) && service['build'] === undefined)
        addImage(services, name, { document, uses, gap });
    }
  }
  return uses;
};
