/**
 * The commands and edits that make the upgrades of a cure. The commands are for a POSIX shell, and
 * a text of the artifact appears in one only if it is plain; see `docs/cures.md`.
 */

import type { Report } from '../../core/model/report/report.ts';
import { projectActions } from './project-actions.ts';
import { systemCommands } from './system-commands.ts';
import { groupUpgradesByArtifact, type CureCommand } from './package-upgrades.ts';

/**
 * Returns the report with the commands and edits of its cure, each once; those that are empty are
 * absent.
 */
export function withActions<One extends Pick<Report, 'results' | 'verdict'>>(report: One): One {
  const { cure } = report.verdict;
  if (cure === undefined) return report;
  const commands = new Map<string, CureCommand>();
  const edits = new Set<string>();
  for (const artifact of groupUpgradesByArtifact(cure, report.results)) {
    const project = projectActions(artifact);
    for (const one of [...project.commands, ...systemCommands(artifact)]) {
      commands.set(`${one.place ?? ''}\0${one.command}`, one);
    }
    for (const edit of project.edits) edits.add(edit);
  }
  const actions = {
    ...(commands.size > 0 && { commands: [...commands.values()] }),
    ...(edits.size > 0 && { edits: [...edits] }),
  };
  return { ...report, verdict: { ...report.verdict, cure: { ...cure, ...actions } } };
}
