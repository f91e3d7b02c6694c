/**
 * Actions that workflows of GitHub use: `.github/workflows/*` and `action.yml`.
 *
 * Source: GitHub's documentation, "Workflow syntax for GitHub Actions" and "Metadata syntax for
 * GitHub Actions": `uses` of steps and of jobs, and of the steps of a composite action. An action
 * is named by its repository, whatever folder of it is used; its version is the tag, branch or
 * commit that is asked for, as it stands there. Each use is listed with its own line. Actions of
 * the same repository (`./`) are its own code; images (`docker://`) and what names no version are
 * notes. Refused: what is no YAML.
 */

import { load } from 'js-yaml';

import { ParseError } from '../../../core/base/errors.ts';
import {
  isJsonArray,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from '../../../formats/text/json/json.ts';
import { readYamlDocuments } from '../../../formats/text/yaml/yaml.ts';
import { CatalogBuilder } from '../catalog-builder.ts';
import type { Cataloger } from '../cataloger.ts';

const ACTION =
  /^(?<owner>[A-Za-z0-9_.-]{1,100})\/(?<repository>[A-Za-z0-9_.-]{1,100})(?:\/[^@\s]{0,500})?@(?<ref>[^\s@]{1,250})$/;
/** GitHub refuses far smaller workflows; with aliases a small file can describe many steps. */
const MAX_USES = 10_000;

interface Workflow {
  readonly root: JsonValue;
  readonly lineOf: (mapping: JsonObject, key: string) => number | undefined;
}

export const workflow: Cataloger = {
  async read(file) {
    const result = new CatalogBuilder(file.path);
    const { root, lineOf } = readWorkflow(file.path, await file.bytes());
    let count = 0;
    for (const user of usersOf(root)) {
      const text = user['uses'];
      if (typeof text !== 'string' || text.startsWith('.')) continue;
      count += 1;
      if (count > MAX_USES) {
        result.gap('limit', `more than ${MAX_USES} actions`);
        break;
      }
      const line = lineOf(user, 'uses');
      const { owner, repository, ref } = ACTION.exec(text)?.groups ?? {};
      if (owner === undefined || repository === undefined || ref === undefined) {
        result.note(`no action of a repository: ${JSON.stringify(text.slice(0, 100))}`, line);
      } else {
        result.add({
          name: `${owner}/${repository}`,
          version: ref,
          relationship: 'direct',
          ...(line !== undefined && { line }),
        });
      }
    }
    return result.done();
  },
};

/**
 * Reads a workflow with lines, except where the file has aliases, which workflows may have and
 * lockfiles may not.
 */
function readWorkflow(path: string, bytes: Uint8Array): Workflow {
  try {
    const [document] = readYamlDocuments(path, bytes);
    return {
      root: document?.root ?? '',
      lineOf: (mapping, key) => document?.lineOf(mapping, key),
    };
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { root: loadWithAliases(bytes, error), lineOf: () => undefined };
  }
}

function loadWithAliases(bytes: Uint8Array, refusal: ParseError): JsonValue {
  try {
    return load(new TextDecoder().decode(bytes)) as JsonValue;
  } catch {
    throw refusal;
  }
}

/** Yields the jobs, their steps, and steps of a composite action. */
function* usersOf(root: JsonValue): Generator<JsonObject> {
  if (!isJsonObject(root)) return;
  const jobs = root['jobs'];
  for (const job of isJsonObject(jobs) ? Object.values(jobs) : []) {
    if (!isJsonObject(job)) continue;
    yield job;
    yield* stepsOf(job);
  }
  if (isJsonObject(root['runs'])) yield* stepsOf(root['runs']);
}

function* stepsOf(owner: JsonObject): Generator<JsonObject> {
  const steps = owner['steps'];
  for (const step of isJsonArray(steps) ? steps : []) if (isJsonObject(step)) yield step;
}
