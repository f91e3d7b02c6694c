/**
 * Images and actions: bases of Dockerfiles, services of Compose files, steps and containers of workflows.
 *
 * Source: Dockerfile reference, "FROM" and "COPY --from"; Compose specification, "services"; GitHub documentation, "Workflow
 * syntax" (`uses`, `container`, `services`).
 */

import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../format/json.ts';
import { readDockerfile } from '../../../format/dockerfile.ts';
import { readYamlDocuments, type YamlDocument } from '../../../format/yaml.ts';
import { isLocal } from '../address.ts';
import { tableAt, textAt } from '../text.ts';
import type { OriginReader, SourceUse } from '../use.ts';

const ACTION = /^(?<repository>[\w.-]+\/[\w.-]+)(?:\/[^@\s]*)?@(?<reference>\S+)$/u;

/** Reads a Dockerfile. A base whose name a build argument without default completes is a gap. */
export const readDockerfileImages: OriginReader = ({ bytes, text, gap }) => {
  const { stages } = readDockerfile(bytes);
  const names = new Set<string>();
  const uses: SourceUse[] = [];
  const defaults = argumentsOf(text);
  const add = (written: string, line: number, isBase: boolean): void => {
    const reference = expanded(written, defaults);
    if (reference === 'scratch' || reference === '' || names.has(reference.toLowerCase())) return;
    if (/^\d+$/u.test(reference)) return;
    if (reference.includes('$')) gap(`the image "${written}" of line ${line} is calculated`);
    else uses.push({ kind: 'image', reference, line, isBase });
  };
  for (const [index, raw] of text.split(/\r?\n/u).entries()) {
    const from = /^\s*FROM\s+(?:--\S+\s+)*(?<image>\S+)(?:\s+AS\s+(?<stage>\S+))?\s*$/iu.exec(
      raw,
    )?.groups;
    if (from !== undefined) {
      add(from['image'] ?? '', index + 1, true);
      if (from['stage'] !== undefined) names.add(from['stage'].toLowerCase());
      continue;
    }
    const copied = /^\s*COPY\s+(?:--\S+\s+)*?--from=(?<image>\S+)/iu.exec(raw)?.groups?.['image'];
    if (copied !== undefined) add(copied, index + 1, false);
  }
  if (
    stages.length > 0 &&
    !uses.some(({ kind }) => kind === 'image') &&
    names.size === 0 &&
    !/\bscratch\b|\$/u.test(text)
  ) {
    gap('the bases of this file could not be read');
  }
  return uses;
};

function argumentsOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { groups } of text.matchAll(
    /^\s*ARG\s+(?<name>\w+)=["']?(?<value>[^\s"']*)["']?\s*$/gimu,
  )) {
    const { name = '', value = '' } = groups ?? {};
    if (!found.has(name)) found.set(name, value);
  }
  return found;
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
    const { root } = document;
    const jobs = tableAt(root, 'jobs');
    for (const job of Object.values(jobs)) {
      if (!isJsonObject(job)) continue;
      addAction(job, document, uses);
      addSteps(job['steps'], document, uses);
      addImage(job, 'container', { document, uses, gap });
      const services = tableAt(job, 'services');
      for (const name of Object.keys(services)) addImage(services, name, { document, uses, gap });
    }
    const runs = tableAt(root, 'runs');
    addSteps(runs['steps'], document, uses);
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

function addSteps(steps: JsonValue | undefined, document: YamlDocument, uses: SourceUse[]): void {
  if (!isJsonArray(steps)) return;
  for (const step of steps) if (isJsonObject(step)) addAction(step, document, uses);
}

function addAction(step: JsonObject, document: YamlDocument, uses: SourceUse[]): void {
  const written = textAt(step, 'uses');
  if (written === undefined || isLocal(written)) return;
  const line = document.lineOf(step, 'uses') ?? 1;
  if (written.startsWith('docker://')) {
    uses.push({ kind: 'image', reference: written.slice('docker://'.length), line, isBase: false });
    return;
  }
  const { repository, reference = '' } = ACTION.exec(written)?.groups ?? {};
  if (repository === undefined) return;
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

/** Where images of one document go. */
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
