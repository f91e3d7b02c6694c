/** A Python project as clients see it: each file with its decision. */

import type { VersionDecision } from '../../scan/policy/decide-version.ts';
import type { PypiFile, PypiProject } from './project.ts';

/** A file with its decision. */
export interface FileView extends PypiFile {
  readonly fileName: string;
  readonly decision: VersionDecision;
  /** Whether installers are kept from choosing it: it is listed as yanked, with the reason. */
  readonly isHidden: boolean;
  /** Whether it is served. */
  readonly isServed: boolean;
}

/** A project with its decisions. */
export interface ProjectView {
  /** Normalized. */
  readonly name: string;
  /** Names the page, the policy and the advisories that it was made of. */
  readonly key: string;
  /** Names what files had shown by then that the page does not contain. */
  readonly learned: string;
  /** Milliseconds since the Unix epoch, from which on it has to be made again. */
  readonly changesAt: number;
  /** By name, in the order of the page. */
  readonly files: ReadonlyMap<string, FileView>;
  /** The index that the page came from. */
  readonly uplink: string;
}

/**
 * Makes the view of a project. `decisions` are by file. `isDryRun`: decisions of the policy have no
 * effect.
 */
export function createProjectView(
  project: PypiProject,
  decisions: ReadonlyMap<string, VersionDecision>,
  {
    isDryRun,
    ...of
  }: Pick<ProjectView, 'key' | 'uplink' | 'learned'> & {
    readonly isDryRun: boolean;
  },
): ProjectView {
  const files = new Map<string, FileView>();
  let changesAt = Number.POSITIVE_INFINITY;
  for (const [fileName, file] of project.files) {
    const decision = decisions.get(fileName) ?? NOT_DECIDED;
    changesAt = Math.min(changesAt, decision.changesAt ?? changesAt);
    const { action, causes } = decision;
    const isFree = isDryRun && !causes.some(({ rule }) => rule === 'unusable');
    files.set(fileName, {
      ...file,
      fileName,
      decision,
      isHidden: !isFree && action === 'hide',
      isServed: isFree || action === 'serve' || action === 'warn',
    });
  }
  return { ...of, name: project.name, changesAt, files };
}

/** A file without a decision is not served. */
const NOT_DECIDED: VersionDecision = {
  action: 'hide',
  causes: [{ rule: 'unusable', action: 'hide', text: 'it was not judged' }],
  allowedBy: [],
};
