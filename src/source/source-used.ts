/** Where an artifact was read from, as the report names it. */

import type { SourceUsed } from '../model/artifact.ts';
import { sourceText } from '../model/source-used.ts';
import type { Context } from '../base/context.ts';
import type { OpenArtifact, SourceRequest } from './source.ts';

/** The artifact with its source, which replaces the one that it had. */
function withSource(opened: OpenArtifact, source: SourceUsed): OpenArtifact {
  return { ...opened, artifact: { ...opened.artifact, source } };
}

/** The artifacts with the kind of source that gave them. */
export function withSourceUsed(
  kind: SourceUsed['kind'],
  opened: readonly OpenArtifact[],
): readonly OpenArtifact[] {
  return opened.map((one) => withSource(one, { kind }));
}

/** Marks the source of a target of no given kind as chosen by Assay, and logs the choice. */
export function logChosenSource(
  { reference }: SourceRequest,
  opened: readonly OpenArtifact[],
  { log }: Context,
): readonly OpenArtifact[] {
  const source = opened[0]?.artifact.source;
  if (source !== undefined) {
    log.info(`"${reference}" is read as ${sourceText(source)}; a command says what is meant`);
  }
  return opened.map((one) => {
    const { source: used } = one.artifact;
    return used === undefined ? one : withSource(one, { ...used, isGuessed: true });
  });
}
